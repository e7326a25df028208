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
import java.util.Set;
import java.util.stream.Collectors;

/** Full refunds, refunds of a part, and clawbacks that are undone. */
final class ModelClawbacks extends ModelOperations {

    ModelClawbacks(ModelRun run) {
        super(run);
    }

    Call clawBack(Random draw, String key) {
        boolean again = draw.nextBoolean();
        Optional<Earning> drawn = prefer(
                books.events.values(), event -> event.canBeClawedBack() && (!again || hasManyBesideIt(event)), draw);
        if (drawn.isEmpty()) {
            return nothing("claw back");
        }
        Earning event = drawn.get();
        Money smallest = amount(1, event.amount().currency());
        Money left = books.left(event);
        Money part = left.signum() <= 0 ? smallest : draw.nextBoolean() ? left : left.share(new BigDecimal("0.37"));
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
                                        && (books.left(event).compareTo(refund) < 0 || wasUndoneNow(event))));
    }

    private boolean hasManyBesideIt(Earning event) {
        return event.first
                .origin()
                .saleId()
                .filter(sale -> books.eventsOfSales.get(sale).size() > 2)
                .isPresent();
    }

    /** Whether another call of the round gave something of it back. */
    private boolean wasUndoneNow(Earning event) {
        return event.lastUndone == books.round
                || books.side(event)
                        .filter(side -> side.sold().lastUndone == books.round)
                        .isPresent();
    }

    private void tookBack(Earning event, Money refund, Clawback clawback) {
        if (manner == Manner.ALONE) {
            boolean alone = books.side(event).map(ModelSide::isHeadAlone).orElse(event.reversals == 0);
            boolean whole = alone && refund.equals(books.left(event)) && !books.isInClosedPayout(event.id());
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

    /** Once for each clawback; what it took can be clawed back again. */
    Call undoClawback(Random draw, String key) {
        Optional<Earning> drawn = prefer(books.events.values(), Earning::canBeUndone, draw);
        if (drawn.isEmpty()) {
            return nothing("undo a clawback");
        }
        Earning clawback = drawn.get();
        boolean couldBeUndone = clawback.canBeUndone(); // another call of the round may claw it back only afterwards
        return new Call(
                "undo clawback " + clawback.id(),
                self -> answer(
                        self,
                        () -> acme.commissions().undoClawback(key, clawback.id(), "the dispute was won"),
                        undone -> entered(
                                Operation.UNDO_CLAWBACK,
                                key,
                                self,
                                undone.replayed(),
                                Set.of(undone.value().id()),
                                () -> gaveBack(clawback, undone.value())),
                        refusal -> refusal instanceof PartnerException.IllegalTransition
                                && (!couldBeUndone || !clawback.canBeUndone() || wasFollowed(clawback))));
    }

    /** Whether a later event of the sale became a clawback, which is to be undone first. */
    private boolean wasFollowed(Earning clawback) {
        return clawback.clawedBack
                && books.side(clawback)
                        .filter(side -> !side.isLive() && side.head() != clawback)
                        .isPresent();
    }

    /** What became clawback is booked again by an event of its own. */
    private void gaveBack(Earning clawback, CommissionEvent undo) {
        books.add(undo);
        clawback.undos++;
        assertThat(clawback.undos)
                .as("clawback %s is undone once", clawback.id())
                .isEqualTo(1);
        clawback.first.origin().reversesId().map(books.events::get).ifPresent(original -> {
            original.refunded = original.refunded.add(clawback.first.base().amount());
            original.amountClawedBack =
                    original.amountClawedBack.subtract(undo.amount().amount());
            original.lastUndone = books.round;
        });
        undo.origin().correctsId().map(books.events::get).ifPresent(head -> head.reversals++);
        books.side(clawback).ifPresent(side -> side.sold().lastUndone = books.round);
    }
}
