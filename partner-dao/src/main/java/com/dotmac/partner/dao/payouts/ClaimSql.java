package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static com.dotmac.partner.schema.types.PayoutStatus.PROCESSING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.with;
import static org.jooq.impl.DSL.withRecursive;

import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.internal.PaymentServerSql;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutAttempts;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record2;
import org.jooq.SelectConditionStep;
import org.jooq.UpdateReturningStep;
import org.jooq.UpdateSetFirstStep;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/** The statements that give payouts to workers, and that end the leases of workers that never reported an outcome. */
final class ClaimSql {

    private static final Partners PARTNER = PARTNERS.as("partner");
    private static final PartnerPayoutAttempts NEW = PARTNER_PAYOUT_ATTEMPTS;

    private static final Parameter<String> TENANT = parameter(P.TENANT_ID);
    private static final Parameter<UUID> PAYOUT = parameter(P.ID);
    static final Parameter<String> ACTOR = parameter(P.STATUS_CHANGED_BY);
    static final Parameter<Integer> MOST = parameter("most", SQLDataType.INTEGER);
    static final Parameter<String> WORKER = parameter(A.WORKER);
    static final Parameter<String> LEASE = parameter("lease", SQLDataType.VARCHAR);

    /**
     * Not the start of the transaction: a lease is as long as the worker asks for, also when the transaction began
     * earlier.
     */
    private static final Field<Instant> CLOCK = field("clock_timestamp()", SQLDataType.INSTANT);

    private static final RenderedSql CLAIM =
            RenderedSql.of("claim payouts", claiming(noCondition(), MOST), TENANT, ACTOR, MOST, WORKER, LEASE);

    private static final RenderedSql CLAIM_ONE = RenderedSql.of(
            "claim a payout", claiming(P.ID.eq(PAYOUT), inline(1)), TENANT, ACTOR, PAYOUT, WORKER, LEASE);

    private static final RenderedSql EXPIRE =
            RenderedSql.of("expire leases", expiring(A.TENANT_ID.eq(TENANT)), TENANT, ACTOR);

    static final RowReader<PayoutAttempt> EXPIRED = RowReader.of(PayoutAttemptSql.COLUMNS, PayoutAttemptSql::read);

    private final Scope scope;
    private final DSLContext dsl;

    ClaimSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    List<ClaimedPayout> claim(int most, String worker, Duration lease) {
        return claim(CLAIM.call().with(MOST, most), worker, lease);
    }

    Optional<ClaimedPayout> claim(UUID payoutId, String worker, Duration lease) {
        return claim(CLAIM_ONE.call().with(PAYOUT, payoutId), worker, lease).stream()
                .findFirst();
    }

    private List<ClaimedPayout> claim(RenderedSql.Call call, String worker, Duration lease) {
        return call.with(TENANT, scope.tenantId())
                .with(ACTOR, scope.actor())
                .with(WORKER, worker)
                .with(LEASE, lease.toString())
                .fetch(dsl, PayoutAttemptSql.CLAIMED_READER);
    }

    /**
     * It skips rows that another worker is claiming and does not wait for them. Indexes: partner_payouts_ready,
     * partners_pkey.
     *
     * @param wanted a condition on {@link PayoutSql#P}
     */
    private static Query claiming(Condition wanted, Field<Integer> most) {
        return claiming(
                A.TENANT_ID.eq(TENANT),
                name("ready")
                        .as(ready(P.TENANT_ID.eq(TENANT))
                                .and(PaymentServerSql.isConfirmed(TENANT))
                                .and(wanted)
                                .orderBy(P.CLOSED_AT, P.ID)
                                .limit(most)
                                .forNoKeyUpdate()
                                .of(P)
                                .skipLocked()));
    }

    /** Payouts that may be paid. */
    static SelectConditionStep<Record2<String, UUID>> ready(Condition ofTenant) {
        return select(P.TENANT_ID, P.ID)
                .from(P)
                .join(PARTNER)
                .on(PARTNER.TENANT_ID.eq(P.TENANT_ID))
                .and(PARTNER.ID.eq(P.PARTNER_ID))
                .and(Payable.mayBePaid(PARTNER))
                .where(ofTenant)
                .and(P.STATUS.eq(inline(READY, P.STATUS)))
                .and(Payable.isOfToday(P.CURRENCY));
    }

    /**
     * One statement ends leases, changes the payouts and inserts the attempts. Index: payout_attempt_number_is_unique for
     * the number.
     *
     * @param whoseLeases a condition on {@link PayoutAttemptSql#A}
     * @param ready tenant and id of the payouts, which it locks
     * @param before what {@code ready} reads from
     */
    static Query claiming(
            Condition whoseLeases,
            CommonTableExpression<Record2<String, UUID>> ready,
            CommonTableExpression<?>... before) {
        CommonTableExpression<Record2<String, UUID>> expired = expired(whoseLeases);
        CommonTableExpression<PartnerPayoutAttemptsRecord> ended =
                name("ended").as(ending(DSL.update(A), expired).returning(A.ID));
        CommonTableExpression<PartnerPayoutsRecord> claimed = name("claimed")
                .as(DSL.update(P)
                        .set(P.STATUS, inline(PROCESSING, P.STATUS))
                        .set(P.STATUS_CHANGED_AT, currentInstant())
                        .set(P.STATUS_CHANGED_BY, ACTOR)
                        .set(P.STATUS_REASON, inline(null, P.STATUS_REASON))
                        .from(ready)
                        .where(P.TENANT_ID.eq(ready.field(P.TENANT_ID)))
                        .and(P.ID.eq(ready.field(P.ID)))
                        .returning());
        CommonTableExpression<PartnerPayoutAttemptsRecord> attempt = name("attempt")
                .as(DSL.insertInto(
                                NEW,
                                NEW.TENANT_ID,
                                NEW.PAYOUT_ID,
                                NEW.ATTEMPT_NUMBER,
                                NEW.PROVIDER_KEY,
                                NEW.AMOUNT,
                                NEW.CURRENCY,
                                NEW.WORKER,
                                NEW.LEASE_UNTIL,
                                NEW.STARTED_BY)
                        .select(select(
                                        claimed.field(P.TENANT_ID),
                                        claimed.field(P.ID),
                                        nextNumber(claimed),
                                        claimed.field(P.PROVIDER_KEY),
                                        claimed.field(P.TOTAL_AMOUNT),
                                        claimed.field(P.CURRENCY),
                                        WORKER,
                                        field("{0} + cast({1} as interval)", SQLDataType.INSTANT, CLOCK, LEASE),
                                        ACTOR)
                                .from(claimed))
                        .returning());
        List<CommonTableExpression<?>> steps = new ArrayList<>(List.of(before));
        steps.addAll(List.of(expired, ended, ready, claimed, attempt));
        return withRecursive(steps)
                .select(PayoutSql.COLUMNS.stream().map(claimed::field).toList())
                .select(PayoutAttemptSql.COLUMNS.stream().map(attempt::field).toList())
                .from(claimed)
                .join(attempt)
                .on(attempt.field(A.TENANT_ID).eq(claimed.field(P.TENANT_ID)))
                .and(attempt.field(A.PAYOUT_ID).eq(claimed.field(P.ID)))
                .orderBy(claimed.field(P.CLOSED_AT), claimed.field(P.ID));
    }

    private static Field<Integer> nextNumber(CommonTableExpression<PartnerPayoutsRecord> claimed) {
        return field(select(count().plus(inline(1)))
                .from(A)
                .where(A.TENANT_ID.eq(claimed.field(P.TENANT_ID)))
                .and(A.PAYOUT_ID.eq(claimed.field(P.ID))));
    }

    List<PayoutAttempt> expireLeases() {
        return oldestFirst(EXPIRE.call()
                .with(TENANT, scope.tenantId())
                .with(ACTOR, scope.actor())
                .fetch(dsl, EXPIRED));
    }

    static List<PayoutAttempt> oldestFirst(List<PayoutAttempt> attempts) {
        return attempts.stream()
                .sorted(Comparator.comparing(PayoutAttempt::startedAt).thenComparing(PayoutAttempt::id))
                .toList();
    }

    /** @param whose a condition on {@link PayoutAttemptSql#A} */
    static Query expiring(Condition whose) {
        CommonTableExpression<Record2<String, UUID>> expired = expired(whose);
        return ending(with(expired).update(A), expired).returning(PayoutAttemptSql.COLUMNS);
    }

    /**
     * The attempts whose leases have ended. Skips an attempt whose outcome another transaction is recording. Index:
     * partner_payout_attempts_in_flight.
     */
    private static CommonTableExpression<Record2<String, UUID>> expired(Condition whose) {
        return name("expired")
                .as(select(A.TENANT_ID, A.ID)
                        .from(A)
                        .where(whose)
                        .and(A.OUTCOME.isNull())
                        .and(A.LEASE_UNTIL.le(CLOCK))
                        .orderBy(A.TENANT_ID, A.ID)
                        .forNoKeyUpdate()
                        .skipLocked());
    }

    /**
     * A lease that has ended says nothing about the payment: the attempt becomes unknown, and the payout keeps its
     * status.
     */
    private static UpdateReturningStep<PartnerPayoutAttemptsRecord> ending(
            UpdateSetFirstStep<PartnerPayoutAttemptsRecord> update,
            CommonTableExpression<Record2<String, UUID>> expired) {
        return update.set(A.OUTCOME, inline(UNKNOWN, A.OUTCOME))
                .set(A.UNKNOWN_AT, currentInstant())
                .set(A.UNKNOWN_BY, ACTOR)
                .set(A.UNKNOWN_REASON, inline("no outcome before the lease ended"))
                .from(expired)
                .where(A.TENANT_ID.eq(expired.field(A.TENANT_ID)))
                .and(A.ID.eq(expired.field(A.ID)));
    }

    /** It waits for who records an outcome, and then finds that outcome. Index: partner_payout_attempts_pkey. */
    Optional<PayoutAttempt> extendLease(UUID attemptId, Duration lease) {
        Condition isAttempt = A.TENANT_ID.eq(scope.tenantId()).and(A.ID.eq(attemptId));
        Optional<PayoutAttempt> extended = dsl.update(A)
                .set(A.LEASE_UNTIL, greatest(A.LEASE_UNTIL, CLOCK.add(DayToSecond.valueOf(lease))))
                .where(isAttempt)
                .and(A.OUTCOME.isNull())
                .and(PaymentServerSql.isConfirmed(val(scope.tenantId())))
                .and(Payable.isOfToday(A.CURRENCY))
                .returning()
                .fetchOptional(PayoutAttemptSql::read);
        if (extended.isEmpty() && !dsl.fetchExists(A, isAttempt)) {
            throw new NotFound(NotFound.Kind.PAYOUT_ATTEMPT, attemptId);
        }
        return extended;
    }

    /**
     * Those first of which the provider has said nothing, the longest unknown first. Indexes:
     * partner_payout_attempts_unknown, partner_payouts_pkey.
     */
    List<ClaimedPayout> listUnresolved(int most) {
        return dsl.select(P.fields())
                .select(A.fields())
                .from(A)
                .join(P)
                .on(P.TENANT_ID.eq(A.TENANT_ID))
                .and(P.ID.eq(A.PAYOUT_ID))
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.OUTCOME.eq(inline(UNKNOWN, A.OUTCOME)))
                .orderBy(field(A.CONFIRMED_AMOUNT.isNotNull()), A.UNKNOWN_AT, A.ID)
                .limit(most)
                .fetch(row -> new ClaimedPayout(PayoutSql.read(row.into(P)), PayoutAttemptSql.read(row.into(A))));
    }
}
