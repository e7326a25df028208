package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static com.dotmac.partner.schema.types.PayoutStatus.FAILED;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.selectOne;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The statements of {@link PayoutDao#retry} and {@link PayoutDao#cancel}. */
final class ReleaseSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final List<PayoutStatus> CANCELLABLE = List.of(READY, FAILED);

    private final Scope scope;
    private final DSLContext dsl;
    private final PayoutSql payouts;

    ReleaseSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.payouts = new PayoutSql(scope, dsl);
    }

    Outcome<Payout> retry(UUID payoutId, String reason) {
        return change(payoutId, List.of(FAILED), READY, reason, null)
                .map(payout -> new Outcome<>(payout, false))
                .orElseGet(() -> {
                    Payout payout = payouts.require(payoutId);
                    // It may have failed since the statement.
                    return payout.status() == FAILED ? retry(payoutId, reason) : changedBefore(payout, READY);
                });
    }

    /**
     * Locks events before the payout, as approvals and clawbacks do: a clawback of one of the events waits, or this call waits
     * for it.
     */
    Outcome<Payout> cancel(UUID payoutId, String reason, @Nullable String evidence) {
        Payout before = payouts.require(payoutId);
        if (!CANCELLABLE.contains(before.status())) {
            return changedBefore(before, CANCELLED);
        }
        if (evidence == null) {
            requireNeverUnknown(payoutId);
        }
        new AttemptOutcomeSql(scope, dsl).lockEvents(payoutId);
        return change(payoutId, CANCELLABLE, CANCELLED, reason, evidence)
                .map(this::released)
                // Another transaction changed its status after the first statement.
                .orElseGet(() -> cancel(payoutId, reason, evidence));
    }

    /** A ready or failed payout has no attempt whose outcome may still become unknown. */
    private void requireNeverUnknown(UUID payoutId) {
        boolean everUnknown = dsl.fetchExists(selectOne()
                .from(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.PAYOUT_ID.eq(payoutId))
                .and(A.UNKNOWN_AT.isNotNull()));
        if (everUnknown) {
            throw new PartnerException.IllegalTransition(
                    payoutId,
                    "payout " + payoutId + " has an attempt whose outcome was unknown; cancel it only with the evidence"
                            + " that it was not paid and will not be");
        }
    }

    private Outcome<Payout> released(Payout payout) {
        int moved = moveToOpenPayout(payout);
        if (moved != payout.commissionCount()) {
            throw new PartnerException.Database(
                    "payout " + payout.id() + " counts " + payout.commissionCount() + " commission events and " + moved
                            + " left it; nothing was changed. Its rows were altered from outside: compare them",
                    null,
                    null);
        }
        return new Outcome<>(payouts.require(payout.id()), false);
    }

    /** Index: partner_payouts_pkey. */
    private Optional<Payout> change(
            UUID payoutId, List<PayoutStatus> from, PayoutStatus to, String reason, @Nullable String evidence) {
        return dsl.update(P)
                .set(P.STATUS, to)
                .set(P.STATUS_CHANGED_AT, currentInstant())
                .set(P.STATUS_CHANGED_BY, scope.actor())
                .set(P.STATUS_REASON, reason)
                .set(P.CANCEL_EVIDENCE, evidence)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.eq(payoutId))
                .and(P.STATUS.in(from))
                .returning(PayoutSql.COLUMNS)
                .fetchOptional(PayoutSql::read);
    }

    private static Outcome<Payout> changedBefore(Payout payout, PayoutStatus to) {
        if (payout.status() != to) {
            throw new PartnerException.IllegalTransition(
                    payout.id(), "payout " + payout.id() + " is " + payout.status() + " and may not become " + to);
        }
        return new Outcome<>(payout, true);
    }

    /** Triggers change the totals of both payouts. Index: partner_commission_events_by_payout. */
    private int moveToOpenPayout(Payout payout) {
        CommonTableExpression<? extends Record> open = new OpenPayoutSql(scope)
                .of(OpenPayoutSql.one(payout.partnerId(), payout.total().currency()));
        return dsl.with(open)
                .update(E)
                .set(E.PAYOUT_ID, open.field(P.ID))
                .from(open)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.PAYOUT_ID.eq(payout.id()))
                .execute();
    }
}
