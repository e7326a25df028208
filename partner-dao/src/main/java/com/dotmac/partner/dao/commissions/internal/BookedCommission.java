package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.rules.internal.StoredPart;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is booked for one partner by one sale, or by one manual commission: the head, which booked it first, and its
 * entries, which are reversals, undone reversals and corrections.
 *
 * @param head the newest event that is no entry; a live one before one that was clawed back or cancelled
 * @param entries of the head, in the order of recording, without cancelled ones
 * @param endedBefore earlier heads that became {@code CLAWBACK} and were not booked again
 * @param calculated the event that has the calculation in force: the last correction, or else the head
 * @param parts of that calculation; empty for a manual commission, and after a correction to nothing
 */
public record BookedCommission(
        PartnerCommissionEventsRecord head,
        List<PartnerCommissionEventsRecord> entries,
        List<PartnerCommissionEventsRecord> endedBefore,
        PartnerCommissionEventsRecord calculated,
        List<StoredPart> parts) {

    public BookedCommission {
        entries = List.copyOf(entries);
        endedBefore = List.copyOf(endedBefore);
        parts = List.copyOf(parts);
    }

    /** One of these events; empty if the event is not among them, for example because it was cancelled. */
    public Optional<PartnerCommissionEventsRecord> find(UUID eventId) {
        return Stream.of(List.of(head), entries, endedBefore)
                .flatMap(List::stream)
                .filter(event -> event.getId().equals(eventId))
                .findFirst();
    }

    static boolean isLive(PartnerCommissionEventsRecord event) {
        return event.getStatus() != CANCELLED && event.getStatus() != CLAWBACK;
    }

    /** Whether the head counts: neither cancelled nor clawed back as a whole. */
    public boolean isLive() {
        return isLive(head);
    }

    public Money amountOfHead() {
        return new Money(head.getCommissionAmount(), head.getCurrency());
    }

    /** What all live events add up to. */
    public Money booked() {
        return sum(head.getCommissionAmount(), PartnerCommissionEventsRecord::getCommissionAmount);
    }

    /** What the bases of all live events add up to. */
    public Money bookedBase() {
        return sum(head.getBaseAmount(), PartnerCommissionEventsRecord::getBaseAmount);
    }

    private interface Amount {
        BigDecimal of(PartnerCommissionEventsRecord event);
    }

    private Money sum(BigDecimal first, Amount amount) {
        BigDecimal sum = isLive() ? first : BigDecimal.ZERO;
        for (PartnerCommissionEventsRecord entry : entries) {
            sum = sum.add(amount.of(entry));
        }
        return new Money(sum, head.getCurrency());
    }

    /** What was earned by line, by the calculation in force. */
    public CommissionShares shares() {
        if (head.getSaleId() == null || parts.isEmpty() && calculated == head) {
            return CommissionShares.ofOneAmount(amountOfHead(), new Money(head.getBaseAmount(), head.getCurrency()));
        }
        return CommissionShares.ofShares(
                parts.stream().filter(StoredPart::earns).map(StoredPart::share).toList(), head.getCurrency());
    }

    /**
     * What was refunded so far, by line: by refunds of the sale, and by clawbacks of these events alone. The latter are
     * spread over what is left of the lines that earn.
     *
     * @param sale null for an event without a sale, which has one line
     */
    public Map<Integer, Money> refunded(@Nullable StoredSale sale, CommissionShares shares) {
        return refunded(sale, shares, ended());
    }

    /** The same without the refund that made the head {@code CLAWBACK}. */
    public Map<Integer, Money> refundedBesideHead(@Nullable StoredSale sale, CommissionShares shares) {
        return refunded(sale, shares, endedBefore);
    }

    private Map<Integer, Money> refunded(
            @Nullable StoredSale sale, CommissionShares shares, List<PartnerCommissionEventsRecord> ended) {
        Map<Integer, Money> refunded = new TreeMap<>(sale == null ? Map.of() : sale.refunded());
        Alone alone = clawedBackAlone(sale, ended);
        if (alone.count() == 0) {
            return refunded;
        }
        Money left = shares.base().minus(shares.refundedBase(refunded));
        Money most = left.signum() < 0 ? Money.zero(left.currency()) : left;
        return shares.refundedBy(refunded, alone.base().compareTo(most) > 0 ? most : alone.base());
    }

    private List<PartnerCommissionEventsRecord> ended() {
        List<PartnerCommissionEventsRecord> ended = new ArrayList<>(endedBefore);
        if (head.getStatus() == CLAWBACK) {
            ended.add(head);
        }
        return ended;
    }

    private record Alone(Money base, int count) {}

    /** What clawbacks of these events alone refunded, without those that were undone. */
    private Alone clawedBackAlone(@Nullable StoredSale sale, List<PartnerCommissionEventsRecord> heads) {
        Set<UUID> undone =
                entries.stream().map(PartnerCommissionEventsRecord::getUndoesId).collect(Collectors.toSet());
        Money base = Money.zero(head.getCurrency());
        int count = 0;
        for (PartnerCommissionEventsRecord entry : entries) {
            boolean isClawback = entry.getReversesId() != null && entry.getUndoesId() == null;
            if (isClawback && entry.getRefundId() == null && !undone.contains(entry.getId())) {
                base = base.minus(new Money(entry.getBaseAmount(), head.getCurrency()));
                count++;
            }
        }
        for (PartnerCommissionEventsRecord ended : heads) {
            if (sale == null || !sale.isRefund(ended.getEndedByKey())) {
                base = base.plus(new Money(ended.getBaseAmount(), head.getCurrency()));
                count++;
            }
        }
        return new Alone(base, count);
    }

    /** The same, as if the clawback had never been. */
    public BookedCommission without(PartnerCommissionEventsRecord clawback) {
        return new BookedCommission(head, others(entries, clawback), others(endedBefore, clawback), calculated, parts);
    }

    private static List<PartnerCommissionEventsRecord> others(
            List<PartnerCommissionEventsRecord> events, PartnerCommissionEventsRecord one) {
        return events.stream()
                .filter(event -> !event.getId().equals(one.getId()))
                .toList();
    }

    /** Whether the head is live and has no entries: a full refund can then change its status. */
    public boolean isHeadAlone() {
        return isLive() && entries.isEmpty();
    }
}
