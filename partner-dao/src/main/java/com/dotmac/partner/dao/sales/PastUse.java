package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.sales.PastCommission.Counted;
import com.dotmac.partner.dao.sales.PastCommission.Ending;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.Function;

/**
 * What one partner had used of tiers and caps in one currency, sale by sale in the order of recording: the past is gone
 * through once, and a sale that was calculated again counts as calculated again.
 *
 * <p>Volume counts in the month of its event, a refund in the month of the refund; a cancelled commission counts until
 * it was cancelled. That is what accruing counts, seen from each sale.
 */
final class PastUse {

    private final PriorityQueue<Fact> facts = new PriorityQueue<>(
            Comparator.comparing(Fact::at).thenComparing(Fact::id).thenComparing(Fact::number));
    private int numbers;
    private final Map<UUID, PastCommission> bySale = new HashMap<>();
    private final Map<YearMonth, BigDecimal> volumes = new HashMap<>();
    private final Map<UUID, Map<YearMonth, BigDecimal>> granted = new HashMap<>();

    private final PastCommission.Books books = new PastCommission.Books() {
        @Override
        public void addVolume(YearMonth month, BigDecimal base) {
            volumes.merge(month, base, BigDecimal::add);
        }

        @Override
        public void addGranted(UUID ruleId, YearMonth month, BigDecimal amount) {
            granted.computeIfAbsent(ruleId, rule -> new HashMap<>()).merge(month, amount, BigDecimal::add);
        }
    };

    /**
     * Something that happened at a time. What happened to one commission in one transaction may have one time: then the
     * fact that was added first comes first.
     *
     * @param id of the sale, or of the manual commission
     */
    private record Fact(Instant at, UUID id, int number, Runnable effect) {}

    private void happened(Instant at, UUID id, Runnable effect) {
        facts.add(new Fact(at, id, numbers++, effect));
    }

    /** A sale by which the partner earned. */
    PastCommission ofSale(UUID saleId, Instant recordedAt, Instant occurredAt, Counted counted) {
        PastCommission commission = new PastCommission(saleId, occurredAt, counted);
        bySale.put(saleId, commission);
        happened(recordedAt, saleId, () -> commission.add(books));
        return commission;
    }

    /** A manual commission. */
    PastCommission manual(UUID eventId, Instant recordedAt, Instant eventDate, Counted counted) {
        PastCommission commission = new PastCommission(eventId, eventDate, counted);
        happened(recordedAt, eventId, () -> commission.add(books));
        return commission;
    }

    void cancelled(Instant at, PastCommission commission) {
        happened(at, commission.id(), () -> commission.cancel(books));
    }

    /** A clawback of the event alone. */
    void clawedBack(Instant at, UUID eventId, PastCommission commission, Money base, Ending ending) {
        happened(
                at, commission.id(), () -> commission.clawBack(books, eventId, base, PastCommission.month(at), ending));
    }

    void clawbackUndone(Instant at, PastCommission commission, UUID undoneId, Money base) {
        happened(at, commission.id(), () -> commission.undoClawback(books, undoneId, base, PastCommission.month(at)));
    }

    /** A reversal whose event lies before the period. */
    void reversed(Instant at, UUID eventId, Instant eventDate, BigDecimal base) {
        happened(at, eventId, () -> books.addVolume(PastCommission.month(eventDate), base));
    }

    /** The refunds of a sale, and the undone ones. */
    void refunds(PastCommission commission, StoredSale sale, Function<PartnerRefundsRecord, Ending> ending) {
        for (PartnerRefundsRecord refund : sale.refunds()) {
            Map<Integer, Money> lines = sale.lines(refund);
            YearMonth when = PastCommission.month(refund.getRecordedAt());
            Runnable effect = refund.getUndoesId() == null
                    ? () -> commission.refund(books, refund.getId(), lines, when, ending.apply(refund))
                    : () -> commission.undoRefund(books, refund.getUndoesId(), lines, when);
            happened(refund.getRecordedAt(), commission.id(), effect);
        }
    }

    /** Goes on to a sale: whatever was recorded before it counts from now on. */
    void reach(StoredSale sale) {
        while (!facts.isEmpty() && isBefore(facts.peek(), sale)) {
            facts.poll().effect().run();
        }
    }

    private static boolean isBefore(Fact fact, StoredSale sale) {
        int order = fact.at().compareTo(sale.row().getRecordedAt());
        return order < 0 || order == 0 && fact.id().compareTo(sale.row().getId()) < 0;
    }

    /** The sale that was reached was calculated again: from now on it counts as that. */
    void calculatedAgain(StoredSale sale, List<CommissionPart> parts) {
        Counted counted = Counted.of(parts, Money.zero(sale.row().getCurrency()));
        PastCommission commission = bySale.get(sale.row().getId());
        if (commission == null) {
            commission = new PastCommission(sale.row().getId(), sale.row().getOccurredAt(), counted);
            bySale.put(sale.row().getId(), commission);
            refunds(commission, sale, refund -> Ending.IF_WHOLE);
        } else {
            commission.become(counted);
        }
        commission.add(books);
    }

    /** The base sold in a period so far. */
    BigDecimal volume(CalendarPeriod period) {
        return within(volumes, period);
    }

    /** What the rule granted in a period so far. */
    BigDecimal granted(UUID ruleId, CalendarPeriod period) {
        return within(granted.getOrDefault(ruleId, Map.of()), period);
    }

    private static BigDecimal within(Map<YearMonth, BigDecimal> months, CalendarPeriod period) {
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<YearMonth, BigDecimal> each : months.entrySet()) {
            LocalDate first = each.getKey().atDay(1);
            if (period.from().map(from -> !first.isBefore(from)).orElse(true)
                    && period.to().map(first::isBefore).orElse(true)) {
                sum = sum.add(each.getValue());
            }
        }
        return sum;
    }
}
