package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.types.PaymentOutcome.UNKNOWN;
import static com.dotmac.partner.schema.types.PayoutStatus.PROCESSING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.types.DayToSecond;

/** The statements that hand payouts to workers, and take over from workers that never answered. */
final class ClaimSql {

    private final Scope scope;
    private final DSLContext dsl;

    ClaimSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * One statement: taken, moved and on record together. Rows that another worker is taking are passed over, not waited
     * for. Indexes: partner_payouts_ready, partners_pkey; payout_attempt_number_is_unique for the number.
     */
    List<ClaimedPayout> claim(Condition wanted, int most, String worker, Duration lease) {
        CommonTableExpression<Record1<UUID>> due = name("due")
                .as(select(PARTNER_PAYOUTS.ID)
                        .from(PARTNER_PAYOUTS)
                        .join(PARTNERS)
                        .on(PARTNERS.TENANT_ID.eq(PARTNER_PAYOUTS.TENANT_ID))
                        .and(PARTNERS.ID.eq(PARTNER_PAYOUTS.PARTNER_ID))
                        .and(PARTNERS.STATUS.eq(inline(PartnerStatus.ACTIVE, PARTNERS.STATUS)))
                        .and(PARTNERS.PAYOUT_HOLD_REASON.isNull())
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.STATUS.eq(inline(READY, PARTNER_PAYOUTS.STATUS)))
                        .and(wanted)
                        .orderBy(PARTNER_PAYOUTS.CLOSED_AT, PARTNER_PAYOUTS.ID)
                        .limit(most)
                        .forNoKeyUpdate()
                        .of(PARTNER_PAYOUTS)
                        .skipLocked());
        CommonTableExpression<PartnerPayoutsRecord> taken = name("taken")
                .as(DSL.update(PARTNER_PAYOUTS)
                        .set(PARTNER_PAYOUTS.STATUS, PROCESSING)
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, val(scope.actor()))
                        .setNull(PARTNER_PAYOUTS.STATUS_REASON)
                        .from(due)
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUTS.ID.eq(due.field(PARTNER_PAYOUTS.ID)))
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
                                        taken.field(PARTNER_PAYOUTS.TENANT_ID),
                                        taken.field(PARTNER_PAYOUTS.ID),
                                        nextNumber(taken),
                                        taken.field(PARTNER_PAYOUTS.ID).cast(String.class),
                                        taken.field(PARTNER_PAYOUTS.TOTAL_AMOUNT),
                                        taken.field(PARTNER_PAYOUTS.CURRENCY),
                                        val(worker),
                                        field("clock_timestamp()", SQLDataType.INSTANT)
                                                .add(DayToSecond.valueOf(lease)),
                                        val(scope.actor()))
                                .from(taken))
                        .returning());
        return dsl.with(due, taken, attempt)
                .select(taken.fields())
                .select(attempt.fields())
                .from(taken)
                .join(attempt)
                .on(attempt.field(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID).eq(taken.field(PARTNER_PAYOUTS.ID)))
                .orderBy(taken.field(PARTNER_PAYOUTS.CLOSED_AT), taken.field(PARTNER_PAYOUTS.ID))
                .fetch(row -> new ClaimedPayout(
                        Payout.of(row.into(taken.fields()).into(PARTNER_PAYOUTS)),
                        PayoutAttempt.of(row.into(attempt.fields()).into(PARTNER_PAYOUT_ATTEMPTS))));
    }

    private static Field<Integer> nextNumber(CommonTableExpression<PartnerPayoutsRecord> taken) {
        return field(select(count().plus(1))
                .from(PARTNER_PAYOUT_ATTEMPTS)
                .where(PARTNER_PAYOUT_ATTEMPTS.TENANT_ID.eq(taken.field(PARTNER_PAYOUTS.TENANT_ID)))
                .and(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID.eq(taken.field(PARTNER_PAYOUTS.ID))));
    }

    /**
     * A lease that is over tells nothing about the payment: the attempt becomes unknown and the payout stays where it is. An
     * attempt whose outcome is being recorded just now is passed over. Index: partner_payout_attempts_in_flight.
     */
    List<PayoutAttempt> expireLeases() {
        CommonTableExpression<Record1<UUID>> over = name("over")
                .as(select(PARTNER_PAYOUT_ATTEMPTS.ID)
                        .from(PARTNER_PAYOUT_ATTEMPTS)
                        .where(PARTNER_PAYOUT_ATTEMPTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUT_ATTEMPTS.OUTCOME.isNull())
                        .and(PARTNER_PAYOUT_ATTEMPTS.LEASE_UNTIL.le(field("clock_timestamp()", SQLDataType.INSTANT)))
                        .orderBy(PARTNER_PAYOUT_ATTEMPTS.ID)
                        .forNoKeyUpdate()
                        .skipLocked());
        return dsl
                .with(over)
                .update(PARTNER_PAYOUT_ATTEMPTS)
                .set(PARTNER_PAYOUT_ATTEMPTS.OUTCOME, UNKNOWN)
                .set(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_AT, currentInstant())
                .set(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_BY, val(scope.actor()))
                .set(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_REASON, inline("no outcome before the lease was over"))
                .from(over)
                .where(PARTNER_PAYOUT_ATTEMPTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUT_ATTEMPTS.ID.eq(over.field(PARTNER_PAYOUT_ATTEMPTS.ID)))
                .returning(PARTNER_PAYOUT_ATTEMPTS.fields())
                .fetch(row -> PayoutAttempt.of(row.into(PARTNER_PAYOUT_ATTEMPTS)))
                .stream()
                .sorted(Comparator.comparing(PayoutAttempt::startedAt).thenComparing(PayoutAttempt::id))
                .toList();
    }

    /** The longest unknown first. Indexes: partner_payout_attempts_unknown, partner_payouts_pkey. */
    List<ClaimedPayout> listUnresolved(int most) {
        return dsl.select(PARTNER_PAYOUTS.fields())
                .select(PARTNER_PAYOUT_ATTEMPTS.fields())
                .from(PARTNER_PAYOUT_ATTEMPTS)
                .join(PARTNER_PAYOUTS)
                .on(PARTNER_PAYOUTS.TENANT_ID.eq(PARTNER_PAYOUT_ATTEMPTS.TENANT_ID))
                .and(PARTNER_PAYOUTS.ID.eq(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID))
                .where(PARTNER_PAYOUT_ATTEMPTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUT_ATTEMPTS.OUTCOME.eq(inline(UNKNOWN, PARTNER_PAYOUT_ATTEMPTS.OUTCOME)))
                .orderBy(PARTNER_PAYOUT_ATTEMPTS.UNKNOWN_AT, PARTNER_PAYOUT_ATTEMPTS.ID)
                .limit(most)
                .fetch(row -> new ClaimedPayout(
                        Payout.of(row.into(PARTNER_PAYOUTS)), PayoutAttempt.of(row.into(PARTNER_PAYOUT_ATTEMPTS))));
    }
}
