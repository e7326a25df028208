package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_REFUNDS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_SALES;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.noCondition;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.calculation.RateSource;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.BookedCommissionSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.StoredPart;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerRefunds;
import com.dotmac.partner.schema.jooq.tables.PartnerSales;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** Reads the past of one partner and currency into a {@link PastUse}. */
final class PastUseSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerSales S = PARTNER_SALES;
    private static final PartnerRefunds F = PARTNER_REFUNDS;

    private final Scope scope;
    private final DSLContext dsl;

    /** When each sale was recorded. */
    private final Map<UUID, Instant> soldAt = new HashMap<>();

    private final PastUse past = new PastUse();

    PastUseSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** @param from the earliest event date that counts; empty: all of them */
    PastUse read(UUID partnerId, Currency currency, Optional<Instant> from) {
        List<PartnerCommissionEventsRecord> events = events(partnerId, currency, from);
        Map<UUID, List<PartnerRefundsRecord>> refunds = readSales(events);
        Map<Object, List<PartnerCommissionEventsRecord>> sides = new LinkedHashMap<>();
        for (PartnerCommissionEventsRecord event : events) {
            Object side = event.getSaleId() != null
                    ? event.getSaleId()
                    : event.getReversesId() != null ? event.getReversesId() : event.getId();
            sides.computeIfAbsent(side, key -> new ArrayList<>()).add(event);
        }
        for (BookedCommissionSql.Side side : new BookedCommissionSql(scope, dsl).sides(sides.values())) {
            add(side, refunds);
        }
        return past.begin();
    }

    /** Index: partner_commission_events_by_partner. */
    private List<PartnerCommissionEventsRecord> events(UUID partnerId, Currency currency, Optional<Instant> from) {
        return dsl.selectFrom(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.PARTNER_ID.eq(partnerId))
                .and(E.CURRENCY.eq(currency))
                .and(from.map(E.EVENT_DATE::ge).orElse(noCondition()))
                .and(E.RETURNS_PAYOUT_ID.isNull())
                .orderBy(E.ID)
                .fetch();
    }

    /** Indexes: partner_sales_pkey, partner_refunds_by_sale. */
    private Map<UUID, List<PartnerRefundsRecord>> readSales(List<PartnerCommissionEventsRecord> events) {
        UUID[] sales = events.stream()
                .map(PartnerCommissionEventsRecord::getSaleId)
                .filter(id -> id != null)
                .distinct()
                .toArray(UUID[]::new);
        dsl.select(S.ID, S.RECORDED_AT)
                .from(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(S.ID.eq(any(sales)))
                .forEach(row -> soldAt.put(row.value1(), row.value2()));
        return dsl.selectFrom(F).where(F.TENANT_ID.eq(scope.tenantId())).and(F.SALE_ID.eq(any(sales))).fetch().stream()
                .collect(Collectors.groupingBy(PartnerRefundsRecord::getSaleId));
    }

    /** An event whose head lies before the period is a reversal: its base counts by its own date. */
    private void add(BookedCommissionSql.Side side, Map<UUID, List<PartnerRefundsRecord>> refunds) {
        for (PartnerCommissionEventsRecord event : side.events()) {
            if (isEntry(event) && event.getCorrectsId() == null && isLive(event)) {
                past.reversed(event.getRecordedAt(), event.getId(), event.getEventDate(), event.getBaseAmount());
            }
        }
        if (side.booked().isEmpty()) {
            return;
        }
        BookedCommission booked = side.booked().get();
        PartnerCommissionEventsRecord head = booked.head();
        UUID saleId = head.getSaleId();
        CommissionShares shares = booked.shares();
        Instant recordedAt = saleId == null ? head.getRecordedAt() : soldAt.get(saleId);
        PastUse.Commission commission = past.recorded(
                recordedAt,
                saleId,
                head.getId(),
                head.getEventDate(),
                booked.parts().isEmpty() && saleId == null
                        ? head.getBaseAmount()
                        : shares.base().amount(),
                byRule(booked.parts(), shares),
                shares);
        for (PartnerCommissionEventsRecord event : side.events()) {
            if (!isEntry(event)) {
                addHead(event, recordedAt, commission);
            } else if (event.getReversesId() != null && event.getRefundId() == null && isLive(event)) {
                addAlone(event, recordedAt, commission, shares);
            }
        }
        if (saleId != null) {
            refunds.getOrDefault(saleId, List.of())
                    .forEach(refund -> past.refunded(
                            later(recordedAt, refund.getRecordedAt()),
                            refund.getId(),
                            commission,
                            lines(refund, head.getCurrency()),
                            refund.getUndoesId() == null ? 1 : -1));
        }
    }

    /** An event has the time at which its transaction began: in the transaction of its sale that is before the sale. */
    private static Instant later(Instant recordedAt, Instant at) {
        return at.isBefore(recordedAt) ? recordedAt : at;
    }

    private void addHead(PartnerCommissionEventsRecord event, Instant recordedAt, PastUse.Commission commission) {
        if (event.getUndoesId() != null) {
            past.bookedAgain(later(recordedAt, event.getRecordedAt()), event.getId(), commission);
        }
        boolean byPerson = event.getStatus() == CANCELLED && event.getEndedByKey() == null;
        if (event.getStatus() == CLAWBACK || byPerson) {
            past.ended(later(recordedAt, event.getStatusChangedAt()), event.getId(), commission);
        }
    }

    /** A clawback of this event alone; of several lines it takes from each in proportion. */
    private void addAlone(
            PartnerCommissionEventsRecord event,
            Instant recordedAt,
            PastUse.Commission commission,
            CommissionShares shares) {
        Money base = new Money(event.getBaseAmount().negate(), event.getCurrency());
        Money taken =
                event.getUndoesId() == null ? base : Money.zero(base.currency()).minus(base);
        past.refunded(
                later(recordedAt, event.getRecordedAt()),
                event.getId(),
                commission,
                shares.refundedBy(Map.of(), taken),
                event.getUndoesId() == null ? 1 : -1);
    }

    private static boolean isEntry(PartnerCommissionEventsRecord event) {
        return event.getReversesId() != null || event.getCorrectsId() != null;
    }

    private static boolean isLive(PartnerCommissionEventsRecord event) {
        return !Set.of(CANCELLED, CLAWBACK).contains(event.getStatus());
    }

    /** What a part counts against the cap: of a commission that one rule decided, the rounded amount. */
    private static Map<UUID, BigDecimal> byRule(List<StoredPart> parts, CommissionShares shares) {
        List<StoredPart> earning =
                parts.stream().filter(part -> part.source() != RateSource.NONE).toList();
        Map<UUID, BigDecimal> byRule = new HashMap<>();
        for (StoredPart part : earning) {
            part.ruleId()
                    .ifPresent(rule -> byRule.merge(
                            rule, earning.size() == 1 ? shares.earned().amount() : part.exact(), BigDecimal::add));
        }
        return byRule;
    }

    private static Map<Integer, Money> lines(PartnerRefundsRecord refund, Currency currency) {
        Map<Integer, Money> lines = new TreeMap<>();
        for (int line = 0; line < refund.getLineAmounts().length; line++) {
            if (refund.getLineAmounts()[line] != null) {
                lines.put(line + 1, new Money(refund.getLineAmounts()[line], currency));
            }
        }
        return lines;
    }
}
