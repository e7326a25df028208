package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.partners.PartnerSql.P;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Changes the status and the payout hold of a partner. A trigger of the table records every change in the audit trail. */
final class PartnerTransitionSql {

    private final PartnerSql rows;

    PartnerTransitionSql(Scope scope, DSLContext dsl) {
        this.rows = new PartnerSql(scope, dsl);
    }

    /** Index: partners_pkey. */
    Outcome<Partner> transition(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        return rows.change()
                .set(P.STATUS, to)
                .set(P.STATUS_REASON, reason)
                .where(rows.is(partnerId))
                .and(P.STATUS.in(from))
                .returning()
                .fetchOptional(row -> new Outcome<>(PartnerSql.partner(row), false))
                .orElseGet(() -> notChanged(partnerId, from, to, reason));
    }

    private Outcome<Partner> notChanged(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        Partner partner = rows.require(partnerId);
        if (from.contains(partner.status())) {
            // Another transaction changed the status after the statement: this transition is allowed now.
            return transition(partnerId, from, to, reason);
        }
        if (partner.status() != to) {
            throw new PartnerException.IllegalTransition(
                    partnerId, "partner " + partnerId + " is " + partner.status() + " and may not become " + to);
        }
        return new Outcome<>(partner, true);
    }

    Outcome<Partner> hold(UUID partnerId, String reason) {
        return hold(partnerId, reason, null);
    }

    Outcome<Partner> release(UUID partnerId, String reason) {
        return hold(partnerId, null, reason);
    }

    /** Index: partners_pkey. */
    private Outcome<Partner> hold(UUID partnerId, @Nullable String holdReason, @Nullable String releaseReason) {
        return rows.change()
                .set(P.PAYOUT_HOLD_REASON, holdReason)
                .set(P.PAYOUT_RELEASE_REASON, releaseReason)
                .where(rows.is(partnerId))
                .and(P.PAYOUT_HOLD_REASON.isDistinctFrom(holdReason))
                .returning()
                .fetchOptional(row -> new Outcome<>(PartnerSql.partner(row), false))
                .orElseGet(() -> holdNotChanged(partnerId, holdReason, releaseReason));
    }

    private Outcome<Partner> holdNotChanged(
            UUID partnerId, @Nullable String holdReason, @Nullable String releaseReason) {
        Partner partner = rows.require(partnerId);
        return partner.payoutHoldReason().equals(Optional.ofNullable(holdReason))
                ? new Outcome<>(partner, true)
                // Another transaction changed the hold after the statement.
                : hold(partnerId, holdReason, releaseReason);
    }
}
