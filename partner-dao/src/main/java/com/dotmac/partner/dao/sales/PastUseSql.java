package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static java.util.stream.Collectors.toMap;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.not;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.BookedCommissionSql;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.commissions.internal.StoredSaleSql;
import com.dotmac.partner.dao.internal.Ledger;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.StoredPart;
import com.dotmac.partner.dao.sales.PastCommission.Counted;
import com.dotmac.partner.dao.sales.PastCommission.Ending;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Reads the past of one partner and currency into a {@link PastUse}. */
final class PastUseSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private final Scope scope;
    private final DSLContext dsl;
    private final PastUse past = new PastUse();

    PastUseSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** @param from the earliest event date that counts; empty: all of them */
    PastUse read(UUID partnerId, Currency currency, Optional<Instant> from) {
        List<PartnerCommissionEventsRecord> events = events(partnerId, currency, from);
        Map<UUID, StoredSale> sales = sales(events);
        Map<Object, List<PartnerCommissionEventsRecord>> sides = new LinkedHashMap<>();
        for (PartnerCommissionEventsRecord event : events) {
            Object side = event.getSaleId() != null
                    ? event.getSaleId()
                    : event.getReversesId() != null ? event.getReversesId() : event.getId();
            sides.computeIfAbsent(side, key -> new ArrayList<>()).add(event);
        }
        for (BookedCommissionSql.Side side : new BookedCommissionSql(scope, dsl).sides(sides.values())) {
            if (side.booked().isPresent()) {
                add(side.booked().get(), side.events(), sales);
            } else {
                side.events().stream()
                        .filter(PastUseSql::isLive)
                        .forEach(event -> past.reversed(
                                event.getRecordedAt(), event.getId(), event.getEventDate(), event.getBaseAmount()));
            }
        }
        return past;
    }

    /** Index: partner_commission_events_by_partner. */
    private List<PartnerCommissionEventsRecord> events(UUID partnerId, Currency currency, Optional<Instant> from) {
        return dsl.selectFrom(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.PARTNER_ID.eq(partnerId))
                .and(E.CURRENCY.eq(currency))
                .and(from.map(E.EVENT_DATE::ge).orElse(noCondition()))
                .and(not(Ledger.isNoCommission(E.RETURNS_PAYOUT_ID, E.ATTEMPT_ID)))
                .orderBy(E.ID)
                .fetch();
    }

    private Map<UUID, StoredSale> sales(List<PartnerCommissionEventsRecord> events) {
        List<UUID> ids = events.stream()
                .map(PartnerCommissionEventsRecord::getSaleId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return new StoredSaleSql(scope, dsl)
                .read(ids).stream().collect(toMap(sale -> sale.row().getId(), Function.identity()));
    }

    private void add(BookedCommission booked, List<PartnerCommissionEventsRecord> events, Map<UUID, StoredSale> sales) {
        PartnerCommissionEventsRecord head = booked.head();
        @Nullable StoredSale sale = head.getSaleId() == null ? null : sales.get(head.getSaleId());
        Instant recordedAt = sale == null ? head.getRecordedAt() : sale.row().getRecordedAt();
        Counted counted = counted(booked);
        PastCommission commission = sale == null
                ? past.manual(head.getId(), recordedAt, head.getEventDate(), counted)
                : past.ofSale(sale.row().getId(), recordedAt, head.getEventDate(), counted);
        Set<String> ending = new HashSet<>();
        Map<UUID, PartnerCommissionEventsRecord> byId = new HashMap<>();
        events.forEach(event -> byId.put(event.getId(), event));
        for (PartnerCommissionEventsRecord event : events) {
            if (event.getStatus() == CLAWBACK) {
                ending.add(event.getEndedByKey());
            }
            addEvent(event, byId, sale, recordedAt, commission);
        }
        if (sale != null) {
            Instant first = first(events);
            // What was recorded after its refund is as if it had been there, pending.
            past.refunds(
                    commission,
                    sale,
                    refund -> ending.contains(refund.getIdempotencyKey())
                            ? Ending.CERTAIN
                            : refund.getRecordedAt().isBefore(first) ? Ending.IF_WHOLE : Ending.NEVER);
        }
    }

    private static Instant first(List<PartnerCommissionEventsRecord> events) {
        return events.stream()
                .filter(event -> event.getReversesId() == null && event.getCorrectsId() == null)
                .map(PartnerCommissionEventsRecord::getRecordedAt)
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private void addEvent(
            PartnerCommissionEventsRecord event,
            Map<UUID, PartnerCommissionEventsRecord> byId,
            @Nullable StoredSale sale,
            Instant recordedAt,
            PastCommission commission) {
        // What was booked again may have been cancelled or clawed back since: then both happened.
        if (event.getUndoesId() != null && event.getRefundId() == null) {
            addUndo(event, byId.get(event.getUndoesId()), sale, recordedAt, commission);
        } else if (event.getReversesId() != null && event.getRefundId() == null && isLive(event)) {
            past.clawedBack(
                    later(recordedAt, event.getRecordedAt()),
                    event.getId(),
                    commission,
                    abs(base(event)),
                    Ending.NEVER);
        }
        if (event.getReversesId() == null && event.getCorrectsId() == null) {
            addEnd(event, sale, recordedAt, commission);
        }
    }

    private void addUndo(
            PartnerCommissionEventsRecord undo,
            @Nullable PartnerCommissionEventsRecord undone,
            @Nullable StoredSale sale,
            Instant recordedAt,
            PastCommission commission) {
        if (undone != null && (undone.getReversesId() != null || isAlone(undone, sale))) {
            past.clawbackUndone(later(recordedAt, undo.getRecordedAt()), commission, undone.getId(), abs(base(undone)));
        }
    }

    private void addEnd(
            PartnerCommissionEventsRecord event,
            @Nullable StoredSale sale,
            Instant recordedAt,
            PastCommission commission) {
        // The status has the time at which its transaction began, which may be before the event was recorded.
        Instant at = later(later(recordedAt, event.getRecordedAt()), event.getStatusChangedAt());
        if (event.getStatus() == CANCELLED && event.getEndedByKey() == null) {
            past.cancelled(at, commission);
        } else if (event.getStatus() == CLAWBACK && isAlone(event, sale)) {
            past.clawedBack(at, event.getId(), commission, base(event), Ending.CERTAIN);
        }
    }

    /** Whether no refund of the sale ended the event. */
    private static boolean isAlone(PartnerCommissionEventsRecord event, @Nullable StoredSale sale) {
        return sale == null || !sale.isRefund(event.getEndedByKey());
    }

    private static Money base(PartnerCommissionEventsRecord event) {
        return new Money(event.getBaseAmount(), event.getCurrency());
    }

    private static Money abs(Money money) {
        return money.signum() < 0 ? Money.zero(money.currency()).minus(money) : money;
    }

    /** An event has the time at which its transaction began: in the transaction of its sale that is before the sale. */
    private static Instant later(Instant recordedAt, Instant at) {
        return at.isBefore(recordedAt) ? recordedAt : at;
    }

    private static boolean isLive(PartnerCommissionEventsRecord event) {
        return event.getStatus() != CANCELLED && event.getStatus() != CLAWBACK;
    }

    /** Of a commission that one rule decided the rounded amount counts against the cap. */
    private static Counted counted(BookedCommission booked) {
        CommissionShares shares = booked.shares();
        List<StoredPart> earning =
                booked.parts().stream().filter(StoredPart::earns).toList();
        Map<UUID, BigDecimal> byRule = new HashMap<>();
        for (StoredPart part : earning) {
            BigDecimal granted = earning.size() == 1 ? shares.earned().amount() : part.exact();
            part.ruleId().ifPresent(rule -> byRule.merge(rule, granted, BigDecimal::add));
        }
        return new Counted(shares.base().amount(), byRule, shares);
    }
}
