package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.StoredPart;
import com.dotmac.partner.dao.rules.internal.StoredPartSql;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.SQLDataType;

/** The statements that lock and read what is booked by a sale or a manual commission. */
public final class BookedCommissionSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private static final Field<UUID> EVENT_ID = field("id", SQLDataType.UUID);

    private static final List<Field<?>> PARTS =
            Stream.concat(Stream.of(EVENT_ID), StoredPartSql.FIELDS.stream()).toList();

    private static final Parameter<String> TENANT = parameter(E.TENANT_ID);
    private static final Parameter<UUID[]> SALES =
            parameter("sales", E.SALE_ID.getDataType().array());
    private static final Parameter<UUID> HEAD = parameter(E.ID);

    private static final RenderedSql LOCK_OF_SALES =
            RenderedSql.of("lock the events of sales", locking(E.SALE_ID.eq(any(SALES))), TENANT, SALES);

    private static final RenderedSql LOCK_HEAD = RenderedSql.of("lock an event", locking(E.ID.eq(HEAD)), TENANT, HEAD);

    private static final RenderedSql LOCK_MANUAL = RenderedSql.of(
            "lock an event and its reversals", locking(E.ID.eq(HEAD).or(E.REVERSES_ID.eq(HEAD))), TENANT, HEAD);

    private static final RowReader<PartnerCommissionEventsRecord> READER = RowReader.ofTable(E);

    private static final Comparator<PartnerCommissionEventsRecord> RECORDED = Comparator.comparing(
                    PartnerCommissionEventsRecord::getRecordedAt)
            .thenComparing(PartnerCommissionEventsRecord::getId);

    private final Scope scope;
    private final DSLContext dsl;

    public BookedCommissionSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * What is booked by the sales, by sale and partner, in the order of partners; locked until the transaction ends.
     * Index: partner_commission_events_by_sale.
     */
    public Map<UUID, Map<UUID, BookedCommission>> lock(Collection<UUID> saleIds) {
        return ofSales(locked(LOCK_OF_SALES.call().with(SALES, saleIds.toArray(UUID[]::new))));
    }

    /** The same without locks. */
    public Map<UUID, Map<UUID, BookedCommission>> read(Collection<UUID> saleIds) {
        return ofSales(dsl.selectFrom(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.SALE_ID.eq(any(saleIds.toArray(UUID[]::new))))
                .orderBy(E.ID)
                .fetch());
    }

    /**
     * What is booked by one event without a sale, its head; locked. The head first, by a statement of its own: the next
     * one then sees what those recorded who held the lock. Indexes: partner_commission_events_pkey,
     * partner_commission_events_reversals.
     */
    public BookedCommission lockManual(UUID headId) {
        locked(LOCK_HEAD.call().with(HEAD, headId));
        List<PartnerCommissionEventsRecord> events = locked(LOCK_MANUAL.call().with(HEAD, headId));
        return booked(head(events).orElseThrow(), events, Map.of());
    }

    private List<PartnerCommissionEventsRecord> locked(RenderedSql.Call call) {
        return call.with(TENANT, scope.tenantId()).fetch(dsl, READER);
    }

    /** In the order of ids, as every operation locks events. */
    private static Query locking(Condition condition) {
        return selectFrom(E)
                .where(E.TENANT_ID.eq(TENANT))
                .and(condition)
                .orderBy(E.ID)
                .forNoKeyUpdate();
    }

    private Map<UUID, Map<UUID, BookedCommission>> ofSales(List<PartnerCommissionEventsRecord> events) {
        record SaleAndPartner(UUID saleId, UUID partnerId) {}
        Map<SaleAndPartner, List<PartnerCommissionEventsRecord>> sides = new LinkedHashMap<>();
        for (PartnerCommissionEventsRecord event : events) {
            sides.computeIfAbsent(
                            new SaleAndPartner(event.getSaleId(), event.getPartnerId()), side -> new ArrayList<>())
                    .add(event);
        }
        Map<UUID, Map<UUID, BookedCommission>> booked = new HashMap<>();
        for (Side side : sides(sides.values())) {
            side.booked().ifPresent(commission -> booked.computeIfAbsent(
                            commission.head().getSaleId(), sale -> new TreeMap<>())
                    .put(commission.head().getPartnerId(), commission));
        }
        return booked;
    }

    /**
     * The events of one partner by one sale, or by one manual commission.
     *
     * @param booked empty if the events do not include a head
     */
    public record Side(List<PartnerCommissionEventsRecord> events, Optional<BookedCommission> booked) {}

    /** Reads the calculations in force of events that belong together. Index: partner_commission_events_pkey. */
    public List<Side> sides(Collection<List<PartnerCommissionEventsRecord>> together) {
        Map<UUID, List<StoredPart>> parts = parts(together.stream()
                .flatMap(events -> head(events).stream().map(head -> calculated(head, events)))
                .toList());
        return together.stream()
                .map(events -> new Side(events, head(events).map(head -> booked(head, events, parts))))
                .toList();
    }

    private static BookedCommission booked(
            PartnerCommissionEventsRecord head,
            List<PartnerCommissionEventsRecord> events,
            Map<UUID, List<StoredPart>> parts) {
        PartnerCommissionEventsRecord calculated = calculated(head, events);
        return new BookedCommission(
                head,
                entries(head, events),
                endedBefore(head, events),
                calculated,
                parts.getOrDefault(calculated.getId(), List.of()));
    }

    /**
     * A live one first; then one that was clawed back, then a cancelled one; the newest of these. What was booked again is
     * represented by the event that did.
     */
    private static Optional<PartnerCommissionEventsRecord> head(List<PartnerCommissionEventsRecord> events) {
        Set<UUID> undone = undone(events);
        return events.stream()
                .filter(event -> event.getReversesId() == null && event.getCorrectsId() == null)
                .filter(event -> !undone.contains(event.getId()))
                .max(Comparator.<PartnerCommissionEventsRecord>comparingInt(event -> rank(event.getStatus()))
                        .thenComparing(RECORDED));
    }

    private static Set<UUID> undone(List<PartnerCommissionEventsRecord> events) {
        return events.stream().map(PartnerCommissionEventsRecord::getUndoesId).collect(Collectors.toSet());
    }

    private static int rank(CommissionStatus status) {
        return switch (status) {
            case PENDING, APPROVED, PAID -> 2;
            case CLAWBACK -> 1;
            case CANCELLED -> 0;
        };
    }

    private static List<PartnerCommissionEventsRecord> entries(
            PartnerCommissionEventsRecord head, List<PartnerCommissionEventsRecord> events) {
        return events.stream()
                .filter(event -> head.getId().equals(event.getReversesId())
                        || head.getId().equals(event.getCorrectsId()))
                .filter(BookedCommission::isLive)
                .sorted(RECORDED)
                .toList();
    }

    private static List<PartnerCommissionEventsRecord> endedBefore(
            PartnerCommissionEventsRecord head, List<PartnerCommissionEventsRecord> events) {
        Set<UUID> undone = undone(events);
        return events.stream()
                .filter(event -> event.getStatus() == CLAWBACK && event.getReversesId() == null)
                .filter(event -> !event.getId().equals(head.getId()) && !undone.contains(event.getId()))
                .toList();
    }

    private static PartnerCommissionEventsRecord calculated(
            PartnerCommissionEventsRecord head, List<PartnerCommissionEventsRecord> events) {
        return entries(head, events).stream()
                .filter(entry ->
                        entry.getCorrectsId() != null && entry.getRefundId() == null && entry.getUndoesId() == null)
                .reduce((earlier, later) -> later)
                .orElse(head);
    }

    /** The parts of the events' calculations, by event. Index: partner_commission_events_pkey. */
    private Map<UUID, List<StoredPart>> parts(List<PartnerCommissionEventsRecord> events) {
        Map<UUID, List<StoredPart>> parts = new HashMap<>();
        Map<UUID, PartnerCommissionEventsRecord> byId = new HashMap<>();
        events.forEach(event -> byId.put(event.getId(), event));
        dsl.resultQuery(
                        "select id, " + StoredPartSql.COLUMNS + """
                                from partner_commission_events
                                """ + StoredPartSql.PARTS + """
                                where tenant_id = {0} and id = any ({1})
                                order by id, position
                                """,
                        val(scope.tenantId()),
                        val(byId.keySet().toArray(UUID[]::new)))
                .coerce(PARTS)
                .forEach(row -> {
                    PartnerCommissionEventsRecord event = byId.get(row.get(EVENT_ID));
                    Optional<StoredPart> part = StoredPartSql.of(row, event.getId(), event.getCurrency());
                    part.ifPresent(stored -> parts.computeIfAbsent(event.getId(), id -> new ArrayList<>())
                            .add(stored));
                });
        return parts;
    }
}
