package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earning;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/** Full refunds and refunds of a part. */
final class ModelClawbacks extends ModelOperations {

    ModelClawbacks(ModelRun run) {
        super(run);
    }

    Call clawBack(Random draw, String key) {
        Optional<Earning> drawn = prefer(books.events.values(), Earning::canBeClawedBack, draw);
        if (drawn.isEmpty()) {
            return nothing("claw back");
        }
        Earning event = drawn.get();
        Money smallest = amount(1, event.amount().currency());
        Money part = event.left().signum() <= 0
                ? smallest
                : draw.nextBoolean() ? event.left() : event.left().share(new BigDecimal("0.37"));
        Money refund = part.signum() <= 0 ? smallest : part;
        return new Call(
                "claw back event " + event.id() + " for " + refund,
                self -> answer(
                        self,
                        () -> acme.commissions().clawBack(key, event.id(), refund, "returned goods"),
                        clawback -> entered(
                                Operation.CLAW_BACK,
                                key,
                                self,
                                clawback.replayed(),
                                clawback.reversal().map(CommissionEvent::id).stream()
                                        .collect(Collectors.toSet()),
                                () -> tookBack(event, refund, clawback)),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                ? !event.canBeClawedBack()
                                : refusal instanceof PartnerException.InvalidInput
                                        && event.left().compareTo(refund) < 0));
    }

    private void tookBack(Earning event, Money refund, Clawback clawback) {
        if (manner == Manner.ALONE) {
            boolean whole = event.reversals == 0 && refund.equals(event.left()) && !books.isInClosedPayout(event.id());
            assertThat(clawback.reversal().isEmpty())
                    .as("event %s itself became clawback", event.id())
                    .isEqualTo(whole);
        }
        if (clawback.reversal().isEmpty()) {
            event.clawedBack = true;
            return;
        }
        CommissionEvent reversal = clawback.reversal().get();
        books.add(reversal);
        event.reversals++;
        event.refunded = event.refunded.add(refund.amount());
        event.amountClawedBack =
                event.amountClawedBack.subtract(reversal.amount().amount());
    }
}
