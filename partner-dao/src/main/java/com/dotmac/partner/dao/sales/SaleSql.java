package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_SALES;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.selectOne;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.commissions.internal.StoredSaleSql;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.PagedList;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.sales.RecordedSale.RecordedLine;
import com.dotmac.partner.dao.sales.SaleQuery.Earnings;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerSales;
import com.dotmac.partner.schema.jooq.tables.records.PartnerSalesRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The statements that find and list sales. */
final class SaleSql {

    static final PartnerSales S = PARTNER_SALES;

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    /** The sale at which the page before ended. */
    private static final PartnerSales LAST = PARTNER_SALES.as("last");

    private final Scope scope;

    SaleSql(Scope scope) {
        this.scope = scope;
    }

    Optional<RecordedSale> find(DSLContext dsl, String key) {
        return new StoredSaleSql(scope, dsl).find(key).map(SaleSql::of);
    }

    /** The first of the keys with which no sale was accrued. Index: sale_recorded_once. */
    Optional<String> missing(DSLContext dsl, List<String> keys) {
        Set<String> found = dsl.select(S.IDEMPOTENCY_KEY)
                .from(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(S.IDEMPOTENCY_KEY.in(keys))
                .fetchSet(S.IDEMPOTENCY_KEY);
        return keys.stream().filter(key -> !found.contains(key)).findFirst();
    }

    /** One row more than the page has, which tells whether there is a next one. */
    Page<RecordedSale> list(SaleQuery query, int size, @Nullable String after) {
        Checks.pageSize(size);
        PagedList list = list(query);
        UUID last = after == null ? null : list.last(after);
        List<RecordedSale> rows = scope.transactions().read(dsl -> {
            List<PartnerSalesRecord> found = select(dsl, query, last, size + 1);
            if (found.isEmpty() && last != null && !isThere(dsl, last)) {
                throw PagedList.refused();
            }
            return new StoredSaleSql(scope, dsl)
                    .refunded(found).stream().map(SaleSql::of).toList();
        });
        return list.page(rows, size, RecordedSale::id);
    }

    private PagedList list(SaleQuery query) {
        return PagedList.of(
                scope,
                RequestContent.of("list sales")
                        .id("customer", query.customerId())
                        .id("invoice", query.invoiceId())
                        .id("partner", query.partnerId())
                        .currency("currency", query.currency())
                        .instant("from", query.from())
                        .instant("to", query.to())
                        .literal("earnings", query.earnings() == Earnings.ANY ? "any" : "nothing"));
    }

    /** A statement that does not find the position finds no row either. Index: partner_sales_pkey. */
    private boolean isThere(DSLContext dsl, UUID saleId) {
        return dsl.fetchExists(S, S.TENANT_ID.eq(scope.tenantId()).and(S.ID.eq(saleId)));
    }

    /** Indexes: partner_sales_by_date, partner_sales_by_host_customer, partner_sales_by_host_invoice. */
    private List<PartnerSalesRecord> select(DSLContext dsl, SaleQuery query, @Nullable UUID last, int limit) {
        return dsl.selectFrom(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(matches(query))
                .and(last == null ? noCondition() : isAfter(last))
                .orderBy(S.OCCURRED_AT, S.ID)
                .limit(limit)
                .fetch();
    }

    /** A row comparison, so that PostgreSQL begins at the position in the index of both. A sale never changes its date. */
    private Condition isAfter(UUID last) {
        return row(S.OCCURRED_AT, S.ID)
                .gt(DSL.select(LAST.OCCURRED_AT, LAST.ID)
                        .from(LAST)
                        .where(LAST.TENANT_ID.eq(scope.tenantId()))
                        .and(LAST.ID.eq(last)));
    }

    /** The statement itself names the tenant. Index for the events: partner_commission_events_by_sale. */
    static Condition matches(SaleQuery query) {
        Condition condition = noCondition();
        if (query.customerId() != null) {
            condition = condition.and(S.CUSTOMER_ID.eq(query.customerId()));
        }
        if (query.invoiceId() != null) {
            condition = condition.and(S.INVOICE_ID.eq(query.invoiceId()));
        }
        if (query.currency() != null) {
            condition = condition.and(S.CURRENCY.eq(query.currency()));
        }
        if (query.from() != null) {
            condition = condition.and(S.OCCURRED_AT.ge(query.from()));
        }
        if (query.to() != null) {
            condition = condition.and(S.OCCURRED_AT.lt(query.to()));
        }
        if (query.partnerId() != null) {
            condition = condition.and(
                    exists(selectOne().from(E).where(isOfTheSale()).and(E.PARTNER_ID.eq(query.partnerId()))));
        }
        return query.earnings() == Earnings.ANY
                ? condition
                : condition.and(
                        notExists(selectOne().from(E).where(isOfTheSale()).and(E.STATUS.ne(CANCELLED))));
    }

    private static Condition isOfTheSale() {
        return E.TENANT_ID.eq(S.TENANT_ID).and(E.SALE_ID.eq(S.ID));
    }

    static RecordedSale of(StoredSale sale) {
        PartnerSalesRecord row = sale.row();
        List<RecordedLine> lines = new ArrayList<>();
        for (int line = 1; line <= row.getLineBases().length; line++) {
            lines.add(new RecordedLine(
                    line,
                    Optional.ofNullable(row.getLineProducts()[line - 1]),
                    sale.lineAmount(line),
                    sale.base(line),
                    sale.refunded(line)));
        }
        return new RecordedSale(
                row.getId(),
                row.getIdempotencyKey(),
                Optional.<UUID>ofNullable(row.getCustomerId()),
                Optional.<UUID>ofNullable(row.getInvoiceId()),
                new Money(row.getAmount(), row.getCurrency()),
                new Money(row.getDiscount(), row.getCurrency()),
                row.getOccurredAt(),
                lines,
                row.getRecordedAt(),
                row.getRecordedBy());
    }
}
