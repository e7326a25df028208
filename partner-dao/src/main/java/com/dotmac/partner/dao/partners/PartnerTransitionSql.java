package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Where a partner stands, and whether its payouts are held back. The guard of the table puts every change on record. */
final class PartnerTransitionSql {

    private final PartnerSql rows;

    PartnerTransitionSql(Scope scope, DSLContext dsl) {
        this.rows = new PartnerSql(scope, dsl);
    }

    /** Index: partners_pkey. */
    Outcome<Partner> move(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        return rows.change()
                .set(PARTNERS.STATUS, to)
                .set(PARTNERS.STATUS_REASON, reason)
                .where(rows.is(partnerId))
                .and(PARTNERS.STATUS.in(from))
                .returning()
                .fetchOptional(row -> new Outcome<>(Partner.of(row), false))
                .orElseGet(() -> notMoved(partnerId, from, to, reason));
    }

    private Outcome<Partner> notMoved(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        Partner partner = rows.require(partnerId);
        if (from.contains(partner.status())) {
            // Another moved it since the statement: now it may.
            return move(partnerId, from, to, reason);
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
                .set(PARTNERS.PAYOUT_HOLD_REASON, holdReason)
                .set(PARTNERS.PAYOUT_RELEASE_REASON, releaseReason)
                .where(rows.is(partnerId))
                .and(PARTNERS.PAYOUT_HOLD_REASON.isDistinctFrom(holdReason))
                .returning()
                .fetchOptional(row -> new Outcome<>(Partner.of(row), false))
                .orElseGet(() -> notChanged(partnerId, holdReason, releaseReason));
    }

    private Outcome<Partner> notChanged(UUID partnerId, @Nullable String holdReason, @Nullable String releaseReason) {
        Partner partner = rows.require(partnerId);
        return partner.payoutHoldReason().equals(Optional.ofNullable(holdReason))
                ? new Outcome<>(partner, true)
                // Another changed it since the statement.
                : hold(partnerId, holdReason, releaseReason);
    }
}
