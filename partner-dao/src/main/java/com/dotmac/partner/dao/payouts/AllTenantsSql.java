package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.ClaimSql.ACTOR;
import static com.dotmac.partner.dao.payouts.ClaimSql.LEASE;
import static com.dotmac.partner.dao.payouts.ClaimSql.MOST;
import static com.dotmac.partner.dao.payouts.ClaimSql.WORKER;
import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lateral;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.nullif;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectCount;
import static org.jooq.impl.DSL.table;

import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.payouts.internal.PaymentServerSql;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record1;
import org.jooq.Record2;
import org.jooq.Table;
import org.jooq.TableField;
import org.jooq.impl.SQLDataType;

/** The statements that claim payouts of all tenants, end their leases and list what is unresolved. */
final class AllTenantsSql {

    private static final Field<String> TENANT = field(name("tenants", "tenant_id"), SQLDataType.VARCHAR);
    private static final Field<String> WAITING = field(name("waiting", "tenant_id"), SQLDataType.VARCHAR);
    private static final Field<Integer> WAITING_COUNT =
            nullif(field(selectCount().from(table(name("waiting")))), inline(0));

    private static final RenderedSql CLAIM =
            RenderedSql.of("claim payouts of all tenants", claiming(), ACTOR, MOST, WORKER, LEASE);

    private static final RenderedSql EXPIRE =
            RenderedSql.of("expire leases of all tenants", ClaimSql.expiring(noCondition()), ACTOR);

    private final DSLContext dsl;

    AllTenantsSql(DSLContext dsl) {
        this.dsl = dsl;
    }

    List<ClaimedPayout> claim(int most, String worker, Duration lease, String actor) {
        return CLAIM.call()
                .with(ACTOR, actor)
                .with(MOST, most)
                .with(WORKER, worker)
                .with(LEASE, lease.toString())
                .fetch(dsl, PayoutAttemptSql.CLAIMED_READER);
    }

    List<PayoutAttempt> expireLeases(String actor) {
        return ClaimSql.oldestFirst(EXPIRE.call().with(ACTOR, actor).fetch(dsl, ClaimSql.EXPIRED));
    }

    /**
     * The share of each tenant is locked as it is read, so the statement locks nothing that it does not claim. Indexes:
     * partner_payouts_ready, partner_payout_attempts_by_start, partners_pkey.
     */
    private static Query claiming() {
        Field<Integer> share = MOST.plus(WAITING_COUNT).minus(inline(1)).div(WAITING_COUNT);
        Table<Record2<String, UUID>> next = lateral(ClaimSql.ready(P.TENANT_ID.eq(WAITING))
                        .orderBy(P.CLOSED_AT, P.ID)
                        .limit(share)
                        .forNoKeyUpdate()
                        .of(P)
                        .skipLocked())
                .as("next");
        CommonTableExpression<Record2<String, UUID>> ready = name("ready")
                .as(select(next.field(P.TENANT_ID), next.field(P.ID))
                        .from(table(name("waiting")), next)
                        .limit(MOST));
        return ClaimSql.claiming(
                noCondition(), ready, tenants(P, P.TENANT_ID, P.STATUS.eq(inline(READY, P.STATUS))), waiting());
    }

    /**
     * Those with a payout that may be paid, in the order in which they take turns. Not by exists: PostgreSQL would join it,
     * and read every ready payout.
     */
    private static CommonTableExpression<Record1<String>> waiting() {
        Table<Record2<String, UUID>> first = ClaimSql.ready(P.TENANT_ID.eq(TENANT))
                .orderBy(P.CLOSED_AT, P.ID)
                .limit(inline(1))
                .asTable("first");
        return name("waiting")
                .as(select(TENANT)
                        .from(table(name("tenants")))
                        .where(TENANT.isNotNull())
                        .and(PaymentServerSql.isConfirmed(TENANT))
                        .and(field(select(first.field(P.ID)).from(first)).isNotNull())
                        .orderBy(
                                field(select(max(A.STARTED_AT)).from(A).where(A.TENANT_ID.eq(TENANT)))
                                        .asc()
                                        .nullsFirst(),
                                TENANT));
    }

    /** Those with such a row, and null. From each one it goes to the next in the index, over any number of rows. */
    private static CommonTableExpression<Record1<String>> tenants(
            Table<?> rows, TableField<?, String> tenant, Condition isSuch) {
        return name("tenants")
                .fields("tenant_id")
                .as(select(min(tenant))
                        .from(rows)
                        .where(isSuch)
                        .unionAll(select(field(select(min(tenant))
                                        .from(rows)
                                        .where(isSuch)
                                        .and(tenant.gt(TENANT))))
                                .from(table(name("tenants")))
                                .where(TENANT.isNotNull())));
    }

    /** Indexes: partner_payout_attempts_unknown, partner_payouts_pkey. */
    List<ClaimedPayout> listUnresolved(int most) {
        Condition isUnknown = A.OUTCOME.eq(inline(UNKNOWN, A.OUTCOME));
        Field<Boolean> isConfirmed = field(A.CONFIRMED_AMOUNT.isNotNull());
        Field<Integer> turn = rowNumber()
                .over()
                .partitionBy(A.TENANT_ID)
                .orderBy(isConfirmed, A.UNKNOWN_AT, A.ID)
                .as("turn");
        Table<?> next = lateral(select(A.TENANT_ID, A.ID, turn)
                        .from(A)
                        .where(A.TENANT_ID.eq(TENANT))
                        .and(isUnknown)
                        .orderBy(isConfirmed, A.UNKNOWN_AT, A.ID)
                        .limit(most))
                .as("next");
        return dsl.withRecursive(tenants(A, A.TENANT_ID, isUnknown))
                .select(P.fields())
                .select(A.fields())
                .from(table(name("tenants")), next)
                .join(A)
                .on(A.TENANT_ID.eq(next.field(A.TENANT_ID)))
                .and(A.ID.eq(next.field(A.ID)))
                .join(P)
                .on(P.TENANT_ID.eq(A.TENANT_ID))
                .and(P.ID.eq(A.PAYOUT_ID))
                .orderBy(isConfirmed, next.field(turn), A.UNKNOWN_AT, A.ID)
                .limit(most)
                .fetch(row -> new ClaimedPayout(PayoutSql.read(row.into(P)), PayoutAttemptSql.read(row.into(A))));
    }
}
