package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.PageToken;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.types.PayoutStatusConverter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record6;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Payouts, their moves and their attempts, as they are. */
final class PayoutSql {

    private static final String LIST = "payouts";

    private final Scope scope;
    private final DSLContext dsl;

    PayoutSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partner_payouts_pkey. */
    Optional<Payout> find(UUID payoutId) {
        return dsl.selectFrom(PARTNER_PAYOUTS).where(is(payoutId)).fetchOptional(Payout::of);
    }

    Payout require(UUID payoutId) {
        return find(payoutId).orElseThrow(() -> new PartnerException.NotFound("payout", payoutId));
    }

    /** Held until the transaction ends. Index: partner_payouts_pkey. */
    PartnerPayoutsRecord lock(UUID payoutId) {
        return dsl.selectFrom(PARTNER_PAYOUTS)
                .where(is(payoutId))
                .forNoKeyUpdate()
                .fetchOptional()
                .orElseThrow(() -> new PartnerException.NotFound("payout", payoutId));
    }

    private Condition is(UUID payoutId) {
        return PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()).and(PARTNER_PAYOUTS.ID.eq(payoutId));
    }

    /** The closing first: whatever else becomes of a payout comes after it. */
    List<PayoutTransition> history(UUID payoutId) {
        return dsl.selectFrom(closing(payoutId).unionAll(laterMoves(payoutId)).asTable(PARTNER_STATUS_CHANGES))
                .orderBy(
                        PARTNER_STATUS_CHANGES.FROM_STATUS.ne(inline(PayoutStatusConverter.literalOf(PENDING))),
                        PARTNER_STATUS_CHANGES.CHANGED_AT,
                        PARTNER_STATUS_CHANGES.ID)
                .fetch(PayoutTransition::of);
    }

    /** Of one that was adopted closed nobody knows. Index: partner_payouts_pkey. */
    private Select<Record6<UUID, String, String, String, String, Instant>> closing(UUID payoutId) {
        return DSL.select(
                        PARTNER_PAYOUTS.ID,
                        inline(PayoutStatusConverter.literalOf(PENDING)).as(PARTNER_STATUS_CHANGES.FROM_STATUS),
                        inline(PayoutStatusConverter.literalOf(READY)).as(PARTNER_STATUS_CHANGES.TO_STATUS),
                        inline((String) null).as(PARTNER_STATUS_CHANGES.REASON),
                        PARTNER_PAYOUTS.CLOSED_BY.as(PARTNER_STATUS_CHANGES.CHANGED_BY),
                        PARTNER_PAYOUTS.CLOSED_AT.as(PARTNER_STATUS_CHANGES.CHANGED_AT))
                .from(PARTNER_PAYOUTS)
                .where(is(payoutId))
                .and(PARTNER_PAYOUTS.CLOSED_BY.isNotNull());
    }

    /** Index: partner_status_changes_by_subject. */
    private Select<Record6<UUID, String, String, String, String, Instant>> laterMoves(UUID payoutId) {
        return DSL.select(
                        PARTNER_STATUS_CHANGES.ID,
                        PARTNER_STATUS_CHANGES.FROM_STATUS,
                        PARTNER_STATUS_CHANGES.TO_STATUS,
                        PARTNER_STATUS_CHANGES.REASON,
                        PARTNER_STATUS_CHANGES.CHANGED_BY,
                        PARTNER_STATUS_CHANGES.CHANGED_AT)
                .from(PARTNER_STATUS_CHANGES)
                .where(PARTNER_STATUS_CHANGES.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_STATUS_CHANGES.PARTNER_ID.eq(DSL.select(PARTNER_PAYOUTS.PARTNER_ID)
                        .from(PARTNER_PAYOUTS)
                        .where(is(payoutId))))
                .and(PARTNER_STATUS_CHANGES.PAYOUT_ID.eq(payoutId));
    }

    /** Index: payout_attempt_number_is_unique. */
    List<PayoutAttempt> attempts(UUID payoutId) {
        return dsl.selectFrom(PARTNER_PAYOUT_ATTEMPTS)
                .where(PARTNER_PAYOUT_ATTEMPTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUT_ATTEMPTS.PAYOUT_ID.eq(payoutId))
                .orderBy(PARTNER_PAYOUT_ATTEMPTS.ATTEMPT_NUMBER)
                .fetch(PayoutAttempt::of);
    }

    /**
     * The newest first. Indexes: partner_payouts_pkey, read backwards from where the page before ended; for one partner
     * partner_payouts_by_period; for what is in payment partner_payouts_in_payment.
     */
    Page<Payout> page(PayoutQuery query, int size, @Nullable String after) {
        List<Payout> oneMore = dsl.selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(query.partnerId() == null ? noCondition() : PARTNER_PAYOUTS.PARTNER_ID.eq(query.partnerId()))
                .and(query.currency() == null ? noCondition() : PARTNER_PAYOUTS.CURRENCY.eq(query.currency()))
                .and(
                        query.statuses().isEmpty()
                                ? noCondition()
                                : PARTNER_PAYOUTS.STATUS.in(query.statuses().stream()
                                        .sorted()
                                        .map(DSL::inline)
                                        .toList()))
                .and(
                        after == null
                                ? noCondition()
                                : PARTNER_PAYOUTS.ID.lt(
                                        PageToken.decode(LIST, after).id(0)))
                .orderBy(PARTNER_PAYOUTS.ID.desc())
                .limit(inline(size + 1))
                .fetch(Payout::of);
        return PageToken.page(oneMore, size, last -> PageToken.encode(LIST, last.id()));
    }
}
