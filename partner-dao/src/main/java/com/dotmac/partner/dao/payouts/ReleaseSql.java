package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static com.dotmac.partner.schema.types.PayoutStatus.FAILED;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Record;

/** The statements that decide over a payout that is not with the provider: pay it again, or give up its payment. */
final class ReleaseSql {

    private static final List<PayoutStatus> CANCELLABLE = List.of(READY, FAILED);

    private final Scope scope;
    private final DSLContext dsl;
    private final PayoutSql rows;

    ReleaseSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.rows = new PayoutSql(scope, dsl);
    }

    Outcome<Payout> retry(UUID payoutId, String reason) {
        return move(payoutId, List.of(FAILED), READY, reason)
                .map(payout -> new Outcome<>(payout, false))
                .orElseGet(() -> {
                    Payout payout = rows.require(payoutId);
                    // It may have failed since the statement.
                    return payout.status() == FAILED ? retry(payoutId, reason) : movedAlready(payout, READY);
                });
    }

    /** Events before payouts, as everywhere: a clawback of one of them waits, or is waited for. */
    Outcome<Payout> cancel(UUID payoutId, String reason) {
        Payout before = rows.require(payoutId);
        if (!CANCELLABLE.contains(before.status())) {
            return movedAlready(before, CANCELLED);
        }
        lockEvents(payoutId);
        return move(payoutId, CANCELLABLE, CANCELLED, reason)
                .map(this::released)
                // Another moved it since it was read.
                .orElseGet(() -> cancel(payoutId, reason));
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
        return new Outcome<>(rows.require(payout.id()), false);
    }

    /** Index: partner_payouts_pkey. */
    private Optional<Payout> move(UUID payoutId, List<PayoutStatus> from, PayoutStatus to, String reason) {
        return dsl.update(PARTNER_PAYOUTS)
                .set(PARTNER_PAYOUTS.STATUS, to)
                .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, scope.actor())
                .set(PARTNER_PAYOUTS.STATUS_REASON, reason)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_PAYOUTS.ID.eq(payoutId))
                .and(PARTNER_PAYOUTS.STATUS.in(from))
                .returning()
                .fetchOptional(Payout::of);
    }

    private static Outcome<Payout> movedAlready(Payout payout, PayoutStatus to) {
        if (payout.status() != to) {
            throw new PartnerException.IllegalTransition(
                    payout.id(), "payout " + payout.id() + " is " + payout.status() + " and may not become " + to);
        }
        return new Outcome<>(payout, true);
    }

    /** Index: partner_commission_events_by_payout. */
    private void lockEvents(UUID payoutId) {
        dsl.selectCount()
                .from(select(PARTNER_COMMISSION_EVENTS.ID)
                        .from(PARTNER_COMMISSION_EVENTS)
                        .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(payoutId))
                        .orderBy(PARTNER_COMMISSION_EVENTS.ID)
                        .forNoKeyUpdate())
                .execute();
    }

    /** Totals follow. Index: partner_commission_events_by_payout. */
    private int moveToOpenPayout(Payout payout) {
        CommonTableExpression<? extends Record> open = new OpenPayoutSql(scope)
                .of(OpenPayoutSql.one(payout.partnerId(), payout.total().currency()));
        return dsl.with(open)
                .update(PARTNER_COMMISSION_EVENTS)
                .set(PARTNER_COMMISSION_EVENTS.PAYOUT_ID, open.field(PARTNER_PAYOUTS.ID))
                .from(open)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(payout.id()))
                .execute();
    }
}
