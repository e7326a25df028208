package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.commissions.internal.StoredSaleSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/** The statements that read recorded refunds, their undos, and what both booked. */
final class RecordedRefundSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private static final Comparator<PartnerRefundsRecord> RECORDED =
            Comparator.comparing(PartnerRefundsRecord::getRecordedAt).thenComparing(PartnerRefundsRecord::getId);

    private static final Comparator<PartnerCommissionEventsRecord> RECORDED_EVENTS = Comparator.comparing(
                    PartnerCommissionEventsRecord::getRecordedAt)
            .thenComparing(PartnerCommissionEventsRecord::getId);

    private final Scope scope;
    private final DSLContext dsl;

    RecordedRefundSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * In the order of recording. Indexes: sale_recorded_once, partner_refunds_by_sale,
     * partner_commission_events_by_sale.
     *
     * @throws PartnerException.NotFound if this tenant has no such sale
     */
    List<Refund> ofSale(String saleKey) {
        StoredSale sale = new StoredSaleSql(scope, dsl)
                .find(saleKey)
                .orElseThrow(() -> new NotFound(NotFound.Kind.SALE, saleKey));
        Map<UUID, PartnerCommissionEventsRecord> events = events(sale);
        return sale.refunds().stream()
                .sorted(RECORDED)
                .map(row -> recorded(row, sale, events, false))
                .toList();
    }

    /** The result of an earlier delivery. Indexes: partner_sales_pkey, and as {@link #ofSale}. */
    Refund replay(PartnerRefundsRecord row) {
        StoredSale sale =
                new StoredSaleSql(scope, dsl).read(List.of(row.getSaleId())).get(0);
        return recorded(row, sale, events(sale), true);
    }

    /** By id, in the order of partner ids. */
    private Map<UUID, PartnerCommissionEventsRecord> events(StoredSale sale) {
        Map<UUID, PartnerCommissionEventsRecord> events = new LinkedHashMap<>();
        dsl.selectFrom(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.SALE_ID.eq(sale.row().getId()))
                .orderBy(E.PARTNER_ID, E.ID)
                .forEach(event -> events.put(event.getId(), event));
        return events;
    }

    private static Refund recorded(
            PartnerRefundsRecord row,
            StoredSale sale,
            Map<UUID, PartnerCommissionEventsRecord> events,
            boolean replayed) {
        String key = row.getIdempotencyKey();
        List<Clawback> clawbacks = new ArrayList<>();
        for (PartnerCommissionEventsRecord event : events.values()) {
            if (key.equals(event.getEndedByKey())) {
                clawbacks.add(ended(CommissionEventSql.of(event), replayed));
            } else if (key.equals(event.getIdempotencyKey())) {
                clawbacks.add(added(CommissionEventSql.of(event), events, replayed));
            }
        }
        return result(row, sale, clawbacks, replayed);
    }

    private static Clawback ended(CommissionEvent event, boolean replayed) {
        Money zero = Money.zero(event.amount().currency());
        return new Clawback(event, Optional.empty(), zero.minus(event.amount()), zero, replayed);
    }

    private static Clawback added(
            CommissionEvent event, Map<UUID, PartnerCommissionEventsRecord> events, boolean replayed) {
        UUID original = event.origin()
                .reversesId()
                .or(() -> event.origin().correctsId())
                .or(() -> event.origin().undoesId())
                .orElseGet(() -> clawedBackBefore(events.get(event.id()), events));
        return new Clawback(
                CommissionEventSql.of(events.get(original)),
                Optional.of(event),
                event.amount(),
                Money.zero(event.amount().currency()),
                replayed);
    }

    /** What an undo booked again though a clawback of the event alone still counts: the last of the partner's before it. */
    private static UUID clawedBackBefore(
            PartnerCommissionEventsRecord booked, Map<UUID, PartnerCommissionEventsRecord> events) {
        return events.values().stream()
                .filter(event -> event.getPartnerId().equals(booked.getPartnerId()))
                .filter(event -> event.getStatus() == CLAWBACK)
                .filter(event -> RECORDED_EVENTS.compare(event, booked) < 0)
                .max(RECORDED_EVENTS)
                .orElseThrow()
                .getId();
    }

    /** @param sale with the refund that this one undoes, if it undoes one */
    static Refund result(PartnerRefundsRecord row, StoredSale sale, List<Clawback> clawbacks, boolean replayed) {
        List<RefundLine> lines = new ArrayList<>();
        sale.lines(row).forEach((number, amount) -> lines.add(new RefundLine(number, amount)));
        return new Refund(
                row.getId(),
                row.getIdempotencyKey(),
                sale.row().getIdempotencyKey(),
                undone(row, sale),
                lines,
                new Money(row.getAmount(), sale.row().getCurrency()),
                new Money(row.getExceeded(), sale.row().getCurrency()),
                row.getReason(),
                row.getRecordedAt(),
                row.getRecordedBy(),
                clawbacks,
                replayed);
    }

    private static Optional<String> undone(PartnerRefundsRecord row, StoredSale sale) {
        return sale.refunds().stream()
                .filter(refund -> refund.getId().equals(row.getUndoesId()))
                .map(PartnerRefundsRecord::getIdempotencyKey)
                .findFirst();
    }
}
