package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Refunded;
import com.dotmac.partner.dao.model.ModelEntries.Sold;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.sales.Refund;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Refunds of a sale: of all that is left, of a part, of more than is left; and refunds that are undone. */
final class ModelRefunds extends ModelOperations {

    ModelRefunds(ModelRun run) {
        super(run);
    }

    Call refund(Random draw, String key) {
        boolean again = draw.nextBoolean();
        Optional<Sold> drawn = prefer(
                books.sales.values(),
                sold -> sold.left().signum() > 0
                        && (!again || books.eventsOf(sold).size() > 2),
                draw);
        if (drawn.isEmpty()) {
            return nothing("refund a sale");
        }
        Sold sold = drawn.get();
        NewRefund refund = drawn(draw, key, sold);
        return new Call(
                "refund " + refund,
                self -> answer(
                        self,
                        () -> acme.sales().refund(refund),
                        taken -> entered(
                                Operation.REFUND_SALE,
                                key,
                                self,
                                taken.replayed(),
                                ids(taken),
                                () -> tookBack(sold, refund, taken)),
                        refusal -> refusal instanceof PartnerException.InvalidInput
                                && (sold.base.signum() < 0 || isMore(refund, sold))));
    }

    private static NewRefund drawn(Random draw, String key, Sold sold) {
        Money smallest = amount(1, sold.base.currency());
        Money part = sold.left().share(new BigDecimal(draw.nextBoolean() ? "0.37" : "0.05"));
        Money some = part.signum() <= 0 ? smallest : part;
        return switch (draw.nextInt(6)) {
            case 0, 1 -> NewRefund.inFull(key, sold.key, "returned");
            case 2, 3 -> NewRefund.ofAmount(key, sold.key, some, "returned in part");
            case 4 -> NewRefund.ofAmount(key, sold.key, some.plus(some).plus(some), "a dispute");
            default ->
                NewRefund.ofAmount(key, sold.key, some.plus(some).plus(some), "a dispute")
                        .atMostWhatIsLeft();
        };
    }

    /** Whether it was more than what was left, now or before another call of the round gave something back. */
    private boolean isMore(NewRefund refund, Sold sold) {
        Money most = refund.amount().orElse(amount(1, sold.base.currency()));
        return refund.excess() == NewRefund.Excess.REFUSED
                && (most.compareTo(sold.left()) > 0 || sold.lastUndone == books.round);
    }

    private static Set<UUID> ids(Refund refund) {
        return refund.clawbacks().stream()
                .map(clawback -> clawback.reversal().orElse(clawback.original()).id())
                .collect(Collectors.toSet());
    }

    private void tookBack(Sold sold, NewRefund refund, Refund taken) {
        Money asked = refund.amount().orElse(taken.amount());
        assertThat(taken.amount().plus(taken.exceeded()))
                .as("asked by %s", refund)
                .isEqualTo(asked);
        if (manner == Manner.ALONE) {
            Money most = refund.amount().orElse(sold.left());
            assertThat(taken.amount())
                    .as("taken by %s", refund)
                    .isEqualTo(most.compareTo(sold.left()) > 0 ? sold.left() : most);
            assertThat(said(taken)).as("%s of %s", refund, sold).isEqualTo(foretold(sold, taken.amount()));
        }
        books.refunds.put(refund.key(), new Refunded(refund.key(), sold, taken.amount()));
        sold.refunds.add(books.refunds.get(refund.key()));
        for (Clawback clawback : taken.clawbacks()) {
            if (clawback.reversal().isEmpty()) {
                books.whenKnown(clawback.original().id(), event -> {
                    event.clawedBack = true;
                    event.isOfRefund = true;
                });
            } else {
                books.add(clawback.reversal().get());
                books.whenKnown(clawback.reversal().get().id(), event -> event.isOfRefund = true);
                books.whenKnown(clawback.original().id(), event -> event.reversals++);
            }
        }
    }

    private static Map<UUID, String> said(Refund refund) {
        return refund.clawbacks().stream()
                .collect(Collectors.toMap(
                        clawback -> clawback.original().partnerId(),
                        clawback -> clawback.clawedBack()
                                + clawback.reversal()
                                        .map(event -> ", base " + event.base())
                                        .orElse(", the event itself")));
    }

    /** For each partner: what is booked more than the rest is worth, or the event itself if it stands alone. */
    private Map<UUID, String> foretold(Sold sold, Money amount) {
        Map<UUID, String> foretold = new TreeMap<>();
        for (ModelSide side : books.sides(sold)) {
            if (!side.isLive() || side.rate().signum() == 0 || amount.signum() == 0) {
                continue;
            }
            Money after = side.refundedWith(sold.refunded().plus(amount), side.alone());
            boolean itself = side.isHeadAlone()
                    && side.isAll(after)
                    && !books.isInClosedPayout(side.head().id());
            Money left = itself ? Money.zero(amount.currency()) : side.net(side.rate(), after);
            Money difference = left.minus(side.booked());
            foretold.put(
                    side.partner().id,
                    (difference.signum() > 0 ? Money.zero(amount.currency()) : difference)
                            + (itself
                                    ? ", the event itself"
                                    : ", base " + side.refunded().minus(after)));
        }
        return foretold;
    }

    /** Once for each refund; what it took can be refunded again. */
    Call undo(Random draw, String key) {
        Optional<Refunded> drawn = prefer(books.refunds.values(), refund -> refund.undos == 0, draw);
        if (drawn.isEmpty()) {
            return nothing("undo a refund");
        }
        Refunded refund = drawn.get();
        return new Call(
                "undo refund " + refund.key + " of " + refund.amount,
                self -> answer(
                        self,
                        () -> acme.sales().undoRefund(key, refund.key, "the dispute was won"),
                        undone -> entered(
                                Operation.UNDO_REFUND,
                                key,
                                self,
                                undone.replayed(),
                                ids(undone),
                                () -> gaveBack(refund, undone)),
                        refusal -> refusal instanceof PartnerException.IllegalTransition && refund.undos > 0));
    }

    private void gaveBack(Refunded refund, Refund undone) {
        assertThat(undone.amount()).as("given back of %s", refund.key).isEqualTo(refund.amount);
        if (manner == Manner.ALONE) {
            assertThat(given(undone))
                    .as("undo of %s, %s", refund.key, refund.sold)
                    .isEqualTo(foretoldUndo(refund));
        }
        refund.undos++;
        assertThat(refund.undos).as("refund %s is undone once", refund.key).isEqualTo(1);
        refund.sold.lastUndone = books.round;
        books.undosOfRefunds.add(undone.key());
        for (Clawback clawback : undone.clawbacks()) {
            CommissionEvent event = clawback.reversal().orElseThrow();
            books.add(event);
            event.origin().undoesId().ifPresent(id -> books.whenKnown(id, taken -> taken.undos++));
            if (event.origin().reversesId().isPresent()
                    || event.origin().correctsId().isPresent()) {
                books.whenKnown(clawback.original().id(), original -> original.reversals++);
            }
        }
    }

    private static Map<UUID, Money> given(Refund undone) {
        return undone.clawbacks().stream()
                .collect(Collectors.toMap(clawback -> clawback.original().partnerId(), Clawback::clawedBack));
    }

    /** What is booked less than the rest is worth; of an event that became a clawback, all of the rest. */
    private Map<UUID, Money> foretoldUndo(Refunded refund) {
        Map<UUID, Money> foretold = new TreeMap<>();
        for (ModelSide side : books.sides(refund.sold)) {
            if (side.events().isEmpty()) {
                continue;
            }
            Money after = side.refundedWith(refund.sold.refunded().minus(refund.amount), side.alone());
            Money difference = side.net(side.rate(), after).minus(side.booked());
            boolean tookFromHead = side.entries().stream()
                    .anyMatch(entry -> entry.first.origin().idempotencyKey().equals(refund.key));
            if (!side.head().cancelled && (difference.signum() > 0 || tookFromHead)) {
                foretold.put(side.partner().id, difference);
            }
        }
        return foretold;
    }
}
