package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Attempted;
import com.dotmac.partner.dao.model.ModelEntries.Closed;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The outcomes of attempts that a worker reports. */
final class ModelReports extends ModelOperations {

    ModelReports(ModelRun run) {
        super(run);
    }

    Call succeed(Random draw) {
        return report(draw, Operation.SUCCEED, (attempt, draws) -> {
            String reference = "bank-" + attempt.first.id() + (draws.nextInt(10) == 0 ? "-b" : "");
            return new Call(
                    "succeed attempt " + attempt.first.id() + " as " + reference,
                    self -> answer(
                            self,
                            () -> acme.payouts().succeed(attempt.first.id(), reference, attempt.first.amount()),
                            outcome -> recorded(
                                    Operation.SUCCEED,
                                    attempt,
                                    outcome,
                                    payout -> {
                                        attempt.succeeded = true;
                                        attempt.reference = reference;
                                        payout.successes++;
                                        assertThat(outcome.value().total())
                                                .as("what payout %s paid", payout.first.id())
                                                .isEqualTo(payout.first.total());
                                    },
                                    () -> attempt.succeeded && attempt.reference.equals(reference)),
                            refusal -> refusal instanceof PartnerException.IllegalTransition
                                    && (attempt.failed
                                            || !attempt.otherReferences.isEmpty()
                                            || attempt.succeeded && !attempt.reference.equals(reference))));
        });
    }

    Call fail(Random draw) {
        return report(
                draw,
                Operation.FAIL,
                (attempt, draws) -> new Call(
                        "fail attempt " + attempt.first.id(),
                        self -> answer(
                                self,
                                () -> acme.payouts().fail(attempt.first.id(), "account closed"),
                                outcome -> recorded(
                                        Operation.FAIL,
                                        attempt,
                                        outcome,
                                        payout -> {
                                            attempt.failed = true;
                                            payout.failures++;
                                        },
                                        () -> attempt.failed),
                                refusal -> refusal instanceof PartnerException.IllegalTransition
                                        && (attempt.succeeded || !attempt.otherReferences.isEmpty()))));
    }

    /** Nobody knows, or the provider confirms another amount than it was asked to pay: neither completes a payout. */
    Call unknown(Random draw) {
        return report(
                draw,
                Operation.UNKNOWN,
                (attempt, draws) -> draws.nextInt(3) == 0
                        ? unknown(
                                attempt,
                                "another amount is confirmed for attempt " + attempt.first.id(),
                                () -> acme.payouts()
                                        .succeed(attempt.first.id(), otherReference(attempt), other(attempt)),
                                () -> attempt.otherReferences.add(otherReference(attempt)))
                        : unknown(
                                attempt,
                                "unknown outcome of attempt " + attempt.first.id(),
                                () -> acme.payouts().markUnknown(attempt.first.id(), "no answer in time"),
                                () -> {}));
    }

    static String otherReference(Attempted attempt) {
        return "other-" + attempt.first.id();
    }

    private static Money other(Attempted attempt) {
        return attempt.first.amount().plus(attempt.first.amount());
    }

    private Call unknown(Attempted attempt, String name, Supplier<Outcome<Payout>> report, Runnable entry) {
        return new Call(
                name,
                self -> answer(
                        self,
                        report,
                        outcome -> new Answer(
                                () -> {
                                    count(Operation.UNKNOWN);
                                    attempt.unknown = true;
                                    entry.run();
                                },
                                () -> assertThat(outcome.value().status())
                                        .as(name)
                                        .isEqualTo(PayoutStatus.PROCESSING)),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                && (attempt.hasOutcome() || !attempt.otherReferences.isEmpty())));
    }

    private interface Report {
        Call on(Attempted attempt, Random draw);
    }

    private Call report(Random draw, Operation operation, Report report) {
        return prefer(books.attempts.values(), attempt -> !attempt.hasOutcome(), draw)
                .map(attempt -> report.on(attempt, draw))
                .orElseGet(() -> nothing("report " + operation));
    }

    private Answer recorded(
            Operation operation,
            Attempted attempt,
            Outcome<Payout> outcome,
            Consumer<Closed> entry,
            Supplier<Boolean> wasBefore) {
        return new Answer(
                () -> {
                    if (!outcome.replayed()) {
                        count(operation);
                        assertThat(attempt.hasOutcome())
                                .as("attempt %s had an outcome before", attempt.first.id())
                                .isFalse();
                        Closed payout = books.payout(attempt.first.payoutId());
                        books.touch(payout);
                        entry.accept(payout);
                    }
                },
                () -> assertThat(outcome.replayed() && !wasBefore.get())
                        .as("%s of attempt %s was replayed for nothing", operation, attempt.first.id())
                        .isFalse());
    }
}
