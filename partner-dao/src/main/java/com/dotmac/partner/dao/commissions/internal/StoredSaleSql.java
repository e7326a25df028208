package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_REFUNDS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_SALES;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectFrom;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerRefunds;
import com.dotmac.partner.schema.jooq.tables.PartnerSales;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerSalesRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;

/** The statements that read and lock sales with what was refunded of them. */
public final class StoredSaleSql {

    private static final PartnerSales S = PARTNER_SALES;
    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerRefunds F = PARTNER_REFUNDS.as("f");

    private static final Parameter<String> TENANT = parameter(S.TENANT_ID);
    private static final Parameter<String> KEY = parameter(S.IDEMPOTENCY_KEY);
    private static final Parameter<UUID> EVENT = parameter("event", S.ID.getDataType());
    private static final Parameter<UUID[]> SALES =
            parameter("sales", S.ID.getDataType().array());

    private static final RenderedSql LOCK_BY_KEY =
            RenderedSql.of("lock a sale", locking(S.IDEMPOTENCY_KEY.eq(KEY)), TENANT, KEY);

    private static final RenderedSql LOCK_BY_IDS =
            RenderedSql.of("lock sales", locking(S.ID.eq(any(SALES))), TENANT, SALES);

    private static final RenderedSql LOCK_BY_EVENT = RenderedSql.of(
            "lock the sale of an event",
            locking(S.ID.eq(
                    select(E.SALE_ID).from(E).where(E.TENANT_ID.eq(TENANT)).and(E.ID.eq(EVENT)))),
            TENANT,
            EVENT);

    private static final RenderedSql REFUNDS = RenderedSql.of(
            "read the refunds of sales",
            selectFrom(F).where(F.TENANT_ID.eq(TENANT)).and(F.SALE_ID.eq(any(SALES))),
            TENANT,
            SALES);

    private static final RowReader<PartnerSalesRecord> READER = RowReader.ofTable(S);
    private static final RowReader<PartnerRefundsRecord> REFUND_READER = RowReader.ofTable(F);

    private final Scope scope;
    private final DSLContext dsl;

    public StoredSaleSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: sale_recorded_once. */
    public Optional<StoredSale> find(String key) {
        return dsl.selectFrom(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(S.IDEMPOTENCY_KEY.eq(key))
                .fetchOptional()
                .map(row -> refunded(List.of(row)).get(0));
    }

    /**
     * Locked until the transaction ends: refunds and restatements of one sale come one after another. Index:
     * sale_recorded_once.
     *
     * @throws PartnerException.NotFound if this tenant has no such sale
     */
    public StoredSale lock(String key) {
        return lock(LOCK_BY_KEY.call().with(KEY, key)).stream()
                .findFirst()
                .orElseThrow(() -> new NotFound(NotFound.Kind.SALE, key));
    }

    /** As {@link #lock(String)}. Index: partner_sales_pkey. */
    public StoredSale lock(UUID saleId) {
        return lock(List.of(saleId)).get(0);
    }

    /**
     * The sale of a commission event, locked as by {@link #lock(String)}; empty if the event has none. Indexes:
     * partner_commission_events_pkey, partner_sales_pkey.
     */
    public Optional<StoredSale> lockSaleOf(UUID eventId) {
        return lock(LOCK_BY_EVENT.call().with(EVENT, eventId)).stream().findFirst();
    }

    /** As {@link #lock(String)}, in the order in which the sales were recorded. Index: partner_sales_pkey. */
    public List<StoredSale> lock(Collection<UUID> saleIds) {
        return lock(LOCK_BY_IDS.call().with(SALES, saleIds.toArray(UUID[]::new)));
    }

    /** The same without locks. */
    public List<StoredSale> read(Collection<UUID> saleIds) {
        return refunded(dsl.selectFrom(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(S.ID.eq(any(saleIds.toArray(UUID[]::new))))
                .orderBy(S.RECORDED_AT, S.ID)
                .fetch());
    }

    private List<StoredSale> lock(RenderedSql.Call call) {
        List<PartnerSalesRecord> sales = call.with(TENANT, scope.tenantId()).fetch(dsl, READER);
        return sales.isEmpty() ? List.of() : refunded(sales);
    }

    private static Query locking(Condition condition) {
        return selectFrom(S)
                .where(S.TENANT_ID.eq(TENANT))
                .and(condition)
                .orderBy(S.RECORDED_AT, S.ID)
                .forNoKeyUpdate();
    }

    /** Adds to each sale what was refunded of it. Index: partner_refunds_by_sale. */
    public List<StoredSale> refunded(List<PartnerSalesRecord> sales) {
        Map<UUID, List<PartnerRefundsRecord>> refunds = REFUNDS
                .call()
                .with(TENANT, scope.tenantId())
                .with(SALES, sales.stream().map(PartnerSalesRecord::getId).toArray(UUID[]::new))
                .fetch(dsl, REFUND_READER)
                .stream()
                .collect(Collectors.groupingBy(PartnerRefundsRecord::getSaleId));
        List<StoredSale> stored = new ArrayList<>();
        for (PartnerSalesRecord sale : sales) {
            stored.add(stored(sale, refunds.getOrDefault(sale.getId(), List.of())));
        }
        return stored;
    }

    private static StoredSale stored(PartnerSalesRecord sale, List<PartnerRefundsRecord> refunds) {
        Set<UUID> undone =
                refunds.stream().map(PartnerRefundsRecord::getUndoesId).collect(Collectors.toCollection(HashSet::new));
        Map<Integer, Money> lines = new TreeMap<>();
        for (PartnerRefundsRecord refund : refunds) {
            if (refund.getUndoesId() == null && !undone.contains(refund.getId())) {
                add(lines, refund.getLineAmounts(), sale);
            }
        }
        return new StoredSale(sale, lines, refunds);
    }

    private static void add(Map<Integer, Money> lines, BigDecimal[] amounts, PartnerSalesRecord sale) {
        for (int line = 0; line < amounts.length; line++) {
            if (amounts[line] != null) {
                lines.merge(line + 1, new Money(amounts[line], sale.getCurrency()), Money::plus);
            }
        }
    }
}
