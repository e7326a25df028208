package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Attempted;
import com.dotmac.partner.dao.model.ModelEntries.Closed;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Calls about payments that are not what an attempt says, and about leases. */
final class ModelPayments extends ModelOperations {

    ModelPayments(ModelRun run) {
        super(run);
    }

    /** The bank confirms more than the attempt: the payout stays with the provider, whatever else happens. */
    Call confirmOther(Random draw) {
        Optional<Attempted> drawn = prefer(books.attempts.values(), attempt -> !attempt.hasOutcome(), draw);
        if (drawn.isEmpty()) {
            return nothing("confirm another amount");
        }
        Attempted attempt = drawn.get();
        Money more =
                attempt.first.amount().plus(amount(100, attempt.first.amount().currency()));
        return new Call(
                "confirm " + more + " of attempt " + attempt.first.id(),
                self -> answer(
                        self,
                        () -> acme.payouts().succeed(attempt.first.id(), ModelReports.otherReference(attempt), more),
                        outcome -> new Answer(
                                () -> {
                                    count(Operation.CONFIRM_OTHER);
                                    attempt.unknown = true;
                                    attempt.otherReferences.add(ModelReports.otherReference(attempt));
                                },
                                () -> assertThat(outcome.value().status())
                                        .as(self.said())
                                        .isEqualTo(PayoutStatus.PROCESSING)),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                && (attempt.hasOutcome() || !attempt.otherReferences.isEmpty())));
    }

    /** The bank has paid half, late or twice or instead of the whole. */
    Call record(Random draw, String key) {
        Optional<Attempted> drawn = prefer(books.attempts.values(), attempt -> true, draw);
        if (drawn.isEmpty()) {
            return nothing("record a payment");
        }
        Attempted attempt = drawn.get();
        Closed payout = books.payout(attempt.first.payoutId());
        Money paid = amount(1 + draw.nextInt(20_000), attempt.first.amount().currency());
        String reference = attempt.otherReferences.isEmpty() || draw.nextInt(4) == 0
                ? "late-" + key
                : attempt.otherReferences.iterator().next();
        Money off = Money.zero(paid.currency()).minus(paid);
        return new Call(
                "record payment " + reference + " of " + paid + " by attempt " + attempt.first.id(),
                self -> answer(
                        self,
                        () -> acme.payouts()
                                .recordPayment(key, attempt.first.id(), reference, paid, "found in the bank's file"),
                        outcome -> entered(
                                Operation.RECORD_PAYMENT,
                                key,
                                self,
                                outcome.replayed(),
                                Set.of(outcome.value().id()),
                                () -> {
                                    books.add(outcome.value());
                                    if (!outcome.value().amount().equals(off)) {
                                        assertThat(outcome.value().amount())
                                                .as(self.said())
                                                .isEqualTo(
                                                        attempt.first.amount().minus(paid));
                                        attempt.succeeded = true;
                                        attempt.reference = reference;
                                        payout.successes++;
                                        payout.paid = paid;
                                        books.touch(payout);
                                    }
                                }),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                && (attempt.failed
                                                && List.of(
                                                                PayoutStatus.FAILED,
                                                                PayoutStatus.READY,
                                                                PayoutStatus.PROCESSING)
                                                        .contains(payout.status())
                                        || paid.equals(attempt.first.amount())
                                        || !attempt.otherReferences.isEmpty() && !attempt.succeeded
                                        || attempt.otherReferences.contains(reference) && attempt.hasOutcome()
                                        || books.touchedNow(payout))));
    }

    Call extendLease(Random draw) {
        Optional<Attempted> drawn =
                prefer(books.attempts.values(), attempt -> !attempt.hasOutcome() && !attempt.unknown, draw);
        if (drawn.isEmpty()) {
            return nothing("extend a lease");
        }
        Attempted attempt = drawn.get();
        return new Call(
                "extend the lease of attempt " + attempt.first.id(),
                self -> answer(
                        self,
                        () -> acme.payouts().extendLease(attempt.first.id(), LEASE),
                        extended -> new Answer(
                                () -> {
                                    if (extended.isPresent()) {
                                        count(Operation.EXTEND_LEASE);
                                    }
                                },
                                () -> {
                                    // Empty also if the lease had ended and a claim has found that.
                                    if (manner == ModelCalls.Manner.ALONE && extended.isPresent()) {
                                        assertThat(attempt.hasOutcome() || attempt.unknown)
                                                .as(self.said())
                                                .isFalse();
                                    }
                                })));
    }
}
