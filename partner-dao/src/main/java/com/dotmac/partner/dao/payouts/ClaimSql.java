package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static com.dotmac.partner.schema.types.PayoutStatus.PROCESSING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/** The statements that give payouts to workers, and that end the leases of workers that never reported an outcome. */
final class ClaimSql {

    private static final Partners PARTNER = PARTNERS.as("partner");

    /**
     * Not the start of the transaction: a lease is as long as the worker asks for, also when the transaction began
     * earlier.
     */
    private static final Field<Instant> CLOCK = field("clock_timestamp()", SQLDataType.INSTANT);

    private final Scope scope;
    private final DSLContext dsl;

    ClaimSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * One statement changes the payouts and inserts the attempts. It skips rows that another worker is claiming and
     * does not wait for them. Indexes: partner_payouts_ready, partners_pkey; payout_attempt_number_is_unique for the
     * number.
     *
     * @param wanted a condition on {@link PayoutSql#P}
     */
    List<ClaimedPayout> claim(Condition wanted, int most, String worker, Duration lease) {
        CommonTableExpression<Record1<UUID>> ready = name("ready")
                .as(select(P.ID)
                        .from(P)
                        .join(PARTNER)
                        .on(PARTNER.TENANT_ID.eq(P.TENANT_ID))
                        .and(PARTNER.ID.eq(P.PARTNER_ID))
                        .and(Payable.mayBePaid(PARTNER))
                        .where(P.TENANT_ID.eq(scope.tenantId()))
                        .and(P.STATUS.eq(inline(READY, P.STATUS)))
                        .and(PaymentServerSql.isConfirmed(scope))
                        .and(wanted)
                        .orderBy(P.CLOSED_AT, P.ID)
                        .limit(most)
                        .forNoKeyUpdate()
                        .of(P)
                        .skipLocked());
        CommonTableExpression<PartnerPayoutsRecord> claimed = name("claimed")
                .as(DSL.update(P)
                        .set(P.STATUS, PROCESSING)
                        .set(P.STATUS_CHANGED_AT, currentInstant())
                        .set(P.STATUS_CHANGED_BY, val(scope.actor()))
                        .setNull(P.STATUS_REASON)
                        .from(ready)
                        .where(P.TENANT_ID.eq(scope.tenantId()))
                        .and(P.ID.eq(ready.field(P.ID)))
                        .returning());
        CommonTableExpression<PartnerPayoutAttemptsRecord> attempt = name("attempt")
                .as(DSL.insertInto(
                                PARTNER_PAYOUT_ATTEMPTS,
                                PARTNER_PAYOUT_ATTEMPTS.TENANT_ID,
                                PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID,
                                PARTNER_PAYOUT_ATTEMPTS.ATTEMPT_NUMBER,
                                PARTNER_PAYOUT_ATTEMPTS.PROVIDER_KEY,
                                PARTNER_PAYOUT_ATTEMPTS.AMOUNT,
                                PARTNER_PAYOUT_ATTEMPTS.CURRENCY,
                                PARTNER_PAYOUT_ATTEMPTS.WORKER,
                                PARTNER_PAYOUT_ATTEMPTS.LEASE_UNTIL,
                                PARTNER_PAYOUT_ATTEMPTS.STARTED_BY)
                        .select(select(
                                        claimed.field(P.TENANT_ID),
                                        claimed.field(P.ID),
                                        nextNumber(claimed),
                                        claimed.field(P.PROVIDER_KEY),
                                        claimed.field(P.TOTAL_AMOUNT),
                                        claimed.field(P.CURRENCY),
                                        val(worker),
                                        CLOCK.add(DayToSecond.valueOf(lease)),
                                        val(scope.actor()))
                                .from(claimed))
                        .returning());
        return dsl.with(ready, claimed, attempt)
                .select(claimed.fields())
                .select(attempt.fields())
                .from(claimed)
                .join(attempt)
                .on(attempt.field(A.PAYOUT_ID).eq(claimed.field(P.ID)))
                .orderBy(claimed.field(P.CLOSED_AT), claimed.field(P.ID))
                .fetch(row -> new ClaimedPayout(
                        PayoutSql.read(row.into(claimed.fields()).into(P)),
                        PayoutAttemptSql.read(row.into(attempt.fields()).into(A))));
    }

    private static Field<Integer> nextNumber(CommonTableExpression<PartnerPayoutsRecord> claimed) {
        return field(select(count().plus(1))
                .from(A)
                .where(A.TENANT_ID.eq(claimed.field(P.TENANT_ID)))
                .and(A.PAYOUT_ID.eq(claimed.field(P.ID))));
    }

    /**
     * A lease that has ended says nothing about the payment: the attempt becomes unknown, and the payout keeps its
     * status. The statement skips an attempt whose outcome another transaction is recording. Index:
     * partner_payout_attempts_in_flight.
     */
    List<PayoutAttempt> expireLeases() {
        CommonTableExpression<Record1<UUID>> expired = name("expired")
                .as(select(A.ID)
                        .from(A)
                        .where(A.TENANT_ID.eq(scope.tenantId()))
                        .and(A.OUTCOME.isNull())
                        .and(A.LEASE_UNTIL.le(CLOCK))
                        .orderBy(A.ID)
                        .forNoKeyUpdate()
                        .skipLocked());
        return dsl
                .with(expired)
                .update(A)
                .set(A.OUTCOME, UNKNOWN)
                .set(A.UNKNOWN_AT, currentInstant())
                .set(A.UNKNOWN_BY, val(scope.actor()))
                .set(A.UNKNOWN_REASON, inline("no outcome before the lease ended"))
                .from(expired)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.ID.eq(expired.field(A.ID)))
                .returning(A.fields())
                .fetch(row -> PayoutAttemptSql.read(row.into(A)))
                .stream()
                .sorted(Comparator.comparing(PayoutAttempt::startedAt).thenComparing(PayoutAttempt::id))
                .toList();
    }

    /** It waits for who records an outcome, and then finds that outcome. Index: partner_payout_attempts_pkey. */
    Optional<PayoutAttempt> extendLease(UUID attemptId, Duration lease) {
        Condition isAttempt = A.TENANT_ID.eq(scope.tenantId()).and(A.ID.eq(attemptId));
        Optional<PayoutAttempt> extended = dsl.update(A)
                .set(A.LEASE_UNTIL, greatest(A.LEASE_UNTIL, CLOCK.add(DayToSecond.valueOf(lease))))
                .where(isAttempt)
                .and(A.OUTCOME.isNull())
                .and(PaymentServerSql.isConfirmed(scope))
                .returning()
                .fetchOptional(PayoutAttemptSql::read);
        if (extended.isEmpty() && !dsl.fetchExists(A, isAttempt)) {
            throw new PartnerException.NotFound("payout attempt", attemptId);
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
