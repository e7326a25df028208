package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.sales.SaleSql.S;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_RESTATEMENTS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.countDistinct;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.when;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.dao.sales.Restatement.RestatedTotal;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissions;
import com.dotmac.partner.schema.jooq.tables.PartnerRestatements;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRestatementsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerSalesRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** The statements of restatements: which sales, how far one has come, what it came to, and the locks of a batch. */
final class RestatementSql {

    private static final PartnerRestatements T = PARTNER_RESTATEMENTS;
    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");
    private static final Partners P = PARTNERS.as("p");
    private static final PartnerCommissions R = PARTNER_COMMISSIONS.as("r");

    private final Scope scope;
    private final DSLContext dsl;

    RestatementSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** A sale of a restatement, when it was made and when it was recorded. */
    record Chosen(UUID id, Instant occurredAt, Instant recordedAt) {}

    PartnerRestatementsRecord begin(String key, String reason) {
        return dsl.insertInto(T)
                .set(T.TENANT_ID, scope.tenantId())
                .set(T.IDEMPOTENCY_KEY, key)
                .set(T.REASON, reason)
                .set(T.RECORDED_BY, scope.actor())
                .returning()
                .fetchSingle();
    }

    /** Locked until the transaction ends: of two calls with one key each batch is done by one. Index: restatement_recorded_once. */
    PartnerRestatementsRecord lock(String key) {
        return dsl.selectFrom(T)
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .and(T.IDEMPOTENCY_KEY.eq(key))
                .forNoKeyUpdate()
                .fetchSingle();
    }

    /** Index: partner_restatements_pkey. */
    void reached(PartnerRestatementsRecord restatement, PartnerSalesRecord last, int sales) {
        dsl.update(T)
                .set(T.SALES_EXAMINED, T.SALES_EXAMINED.plus(sales))
                .set(T.REACHED_AT, last.getRecordedAt())
                .set(T.REACHED_SALE_ID, last.getId())
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .and(T.ID.eq(restatement.getId()))
                .execute();
    }

    /** Whether this call completed it; of several with one key it is one. Index: restatement_recorded_once. */
    boolean complete(String key) {
        return dsl.update(T)
                .set(T.COMPLETED_AT, currentInstant())
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .and(T.IDEMPOTENCY_KEY.eq(key))
                .and(T.COMPLETED_AT.isNull())
                .returningResult(T.ID)
                .fetch()
                .isNotEmpty();
    }

    /** In the order of recording. */
    List<Chosen> sales(Condition condition) {
        return dsl.select(S.ID, S.OCCURRED_AT, S.RECORDED_AT)
                .from(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(condition)
                .orderBy(S.RECORDED_AT, S.ID)
                .fetch(found -> new Chosen(found.value1(), found.value2(), found.value3()));
    }

    /** Those that were recorded before the restatement began. */
    static Condition isOf(PartnerRestatementsRecord restatement) {
        return S.RECORDED_AT.le(restatement.getStartedAt());
    }

    /** How many of the sales a restatement has done already: up to the one that it reached, which may be none of them now. */
    static int done(List<Chosen> sales, PartnerRestatementsRecord restatement) {
        int done = 0;
        while (done < sales.size()
                && !isLeft(sales.get(done).id(), sales.get(done).recordedAt(), restatement)) {
            done++;
        }
        return done;
    }

    /** Whether a restatement has not done the sale yet. */
    static boolean isLeft(UUID saleId, Instant recordedAt, PartnerRestatementsRecord restatement) {
        if (restatement.getReachedAt() == null) {
            return true;
        }
        int order = recordedAt.compareTo(restatement.getReachedAt());
        // PostgreSQL compares ids byte by byte, as their texts compare.
        return order > 0
                || order == 0
                        && saleId.toString()
                                        .compareTo(
                                                restatement.getReachedSaleId().toString())
                                > 0;
    }

    /**
     * Locks the accounts of the sales' customers, so that none ends before the transaction does; then the partners, in
     * the order of ids, so that no sale is accrued meanwhile that tiers or caps would see. Indexes: partner_sales_pkey,
     * partner_accounts_by_customer, partners_pkey.
     */
    void lockEarning(List<UUID> saleIds) {
        UUID[] sales = saleIds.toArray(UUID[]::new);
        dsl.select(A.ID)
                .from(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.CUSTOMER_ID.in(select(S.CUSTOMER_ID)
                        .from(S)
                        .where(S.TENANT_ID.eq(scope.tenantId()))
                        .and(S.ID.eq(any(sales)))))
                .orderBy(A.ID)
                .forKeyShare()
                .execute();
        dsl.select(P.ID, Transactions.ISOLATION)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.in(select(A.PARTNER_ID)
                                .from(A)
                                .where(A.TENANT_ID.eq(scope.tenantId()))
                                .and(A.CUSTOMER_ID.in(select(S.CUSTOMER_ID)
                                        .from(S)
                                        .where(S.TENANT_ID.eq(scope.tenantId()))
                                        .and(S.ID.eq(any(sales))))))
                        .or(P.ID.in(select(E.PARTNER_ID)
                                .from(E)
                                .where(E.TENANT_ID.eq(scope.tenantId()))
                                .and(E.SALE_ID.eq(any(sales))))))
                .orderBy(P.ID)
                .forNoKeyUpdate()
                .forEach(row -> Transactions.requireReadCommitted(
                        row.value2(), "a restatement decides on what others book meanwhile"));
    }

    /** Indexes: commission_event_recorded_once, partner_commission_events_ended_by_request. */
    Restatement result(String key, boolean replayed) {
        PartnerRestatementsRecord restatement = dsl.selectFrom(T)
                .where(T.TENANT_ID.eq(scope.tenantId()))
                .and(T.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle();
        List<RestatedTotal> totals = dsl.select(
                        E.PARTNER_ID,
                        E.CURRENCY,
                        sum(when(E.IDEMPOTENCY_KEY.eq(key), E.COMMISSION_AMOUNT).otherwise(E.COMMISSION_AMOUNT.neg())),
                        count().filterWhere(E.IDEMPOTENCY_KEY.eq(key)),
                        count().filterWhere(E.ENDED_BY_KEY.eq(key)))
                .from(E)
                .where(isOf(key))
                .groupBy(E.PARTNER_ID, E.CURRENCY)
                .orderBy(E.PARTNER_ID, E.CURRENCY)
                .fetch(total -> new RestatedTotal(
                        total.value1(), new Money(total.value3(), total.value2()), total.value4(), total.value5()));
        int changed = dsl.select(countDistinct(E.SALE_ID))
                .from(E)
                .where(isOf(key))
                .fetchSingle()
                .value1();
        return new Restatement(key, restatement.getSalesExamined(), changed, totals, replayed);
    }

    private Condition isOf(String key) {
        return E.TENANT_ID.eq(scope.tenantId()).and(E.IDEMPOTENCY_KEY.eq(key).or(E.ENDED_BY_KEY.eq(key)));
    }

    /**
     * Locks the accounts of a rule's partner: waits for sales that are being accrued through them by the rule as it was,
     * and later ones wait for this transaction. Index: partner_account_of_partner.
     */
    void lockAccounts(UUID ruleId) {
        dsl.select(A.ID)
                .from(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.PARTNER_ID.eq(select(R.PARTNER_ID)
                        .from(R)
                        .where(R.TENANT_ID.eq(scope.tenantId()))
                        .and(R.RULE_ID.eq(ruleId))
                        .and(R.VERSION.eq(inline(1)))))
                .orderBy(A.ID)
                .forUpdate()
                .execute();
    }

    /**
     * Sales by which the partner has an event, or whose customer is assigned to the partner. Indexes:
     * partner_commission_events_by_sale, partner_accounts_by_customer.
     */
    static Condition concerns(UUID partnerId) {
        return exists(selectOne()
                        .from(E)
                        .where(E.TENANT_ID.eq(S.TENANT_ID))
                        .and(E.SALE_ID.eq(S.ID))
                        .and(E.PARTNER_ID.eq(partnerId)))
                .or(exists(selectOne()
                        .from(A)
                        .where(A.TENANT_ID.eq(S.TENANT_ID))
                        .and(A.CUSTOMER_ID.eq(S.CUSTOMER_ID))
                        .and(A.PARTNER_ID.eq(partnerId))));
    }
}
