package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Closed;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Calls that change a payout's status or record its returned payment: retry, cancel, return. */
final class ModelPayoutTransitions extends ModelOperations {

    ModelPayoutTransitions(ModelRun run) {
        super(run);
    }

    Call retry(Random draw) {
        return transition(
                draw,
                Operation.RETRY,
                PayoutStatus.READY,
                Set.of(PayoutStatus.FAILED),
                payout -> acme.payouts().retry(payout.first.id(), "account corrected"),
                payout -> payout.retries++);
    }

    Call cancelPayout(Random draw) {
        return transition(
                draw,
                Operation.CANCEL_PAYOUT,
                PayoutStatus.CANCELLED,
                Set.of(PayoutStatus.READY, PayoutStatus.FAILED),
                payout -> acme.payouts().cancel(payout.first.id(), "not to be paid yet", "the bank says so"),
                payout -> {
                    payout.cancellations++;
                    books.reopen(payout);
                });
    }

    private Call transition(
            Random draw,
            Operation operation,
            PayoutStatus to,
            Set<PayoutStatus> from,
            Function<Closed, Outcome<Payout>> sending,
            Consumer<Closed> entry) {
        Optional<Closed> drawn = prefer(books.payouts.values(), payout -> from.contains(payout.status()), draw);
        if (drawn.isEmpty()) {
            return nothing(operation.name());
        }
        Closed payout = drawn.get();
        PayoutStatus before = payout.status();
        return new Call(
                operation + " payout " + payout.first.id(),
                self -> answer(
                        self,
                        () -> sending.apply(payout),
                        outcome -> new Answer(
                                () -> {
                                    if (!outcome.replayed()) {
                                        count(operation);
                                        entry.accept(payout);
                                        books.touch(payout);
                                    }
                                },
                                () -> assertThat(outcome.replayed() ? Set.of(to) : from)
                                        .as("%s was %s and the answer %s", self.said(), before, outcome)
                                        .matches(right -> right.contains(before) || touchedByOthers(payout))),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                && (!from.contains(before) && before != to || books.touchedNow(payout))));
    }

    private boolean touchedByOthers(Closed payout) {
        return manner == Manner.AT_ONCE && books.touchedNow(payout);
    }

    Call returned(Random draw, String key) {
        Optional<Closed> drawn = prefer(
                books.payouts.values(),
                payout -> payout.status() == PayoutStatus.COMPLETED && payout.returns == 0,
                draw);
        if (drawn.isEmpty()) {
            return nothing("return a payout");
        }
        Closed payout = drawn.get();
        PayoutStatus before = payout.status();
        return new Call(
                "returned payout " + payout.first.id(),
                self -> answer(
                        self,
                        () -> acme.payouts().recordReturn(key, payout.first.id(), "account closed"),
                        outcome -> entered(
                                Operation.RETURNED,
                                key,
                                self,
                                outcome.replayed(),
                                Set.of(outcome.value().id()),
                                () -> {
                                    assertThat(outcome.value().amount())
                                            .as(self.said())
                                            .isEqualTo(payout.paid);
                                    books.add(outcome.value());
                                    payout.returns++;
                                }),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                && (before != PayoutStatus.COMPLETED || payout.returns > 0)));
    }
}
