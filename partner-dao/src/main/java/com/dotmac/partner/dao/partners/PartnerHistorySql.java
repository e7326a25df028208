package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_HOLD_CHANGES;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;

import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;

/** What is on record of a partner. */
final class PartnerHistorySql {

    private final Scope scope;
    private final DSLContext dsl;

    PartnerHistorySql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partner_status_changes_by_subject. */
    List<PartnerStatusChange> moves(UUID partnerId) {
        return inOrder(
                dsl.selectFrom(PARTNER_STATUS_CHANGES)
                        .where(PARTNER_STATUS_CHANGES.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_STATUS_CHANGES.PARTNER_ID.eq(partnerId))
                        .and(PARTNER_STATUS_CHANGES.PAYOUT_ID.isNull())
                        .orderBy(PARTNER_STATUS_CHANGES.ID)
                        .fetch(PartnerStatusChange::of),
                PartnerStatus.PENDING,
                PartnerStatusChange::from,
                PartnerStatusChange::to);
    }

    /** Index: partner_payout_hold_changes_by_partner. */
    List<PayoutHoldChange> holds(UUID partnerId) {
        return inOrder(
                dsl.selectFrom(PARTNER_PAYOUT_HOLD_CHANGES)
                        .where(PARTNER_PAYOUT_HOLD_CHANGES.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_PAYOUT_HOLD_CHANGES.PARTNER_ID.eq(partnerId))
                        .orderBy(PARTNER_PAYOUT_HOLD_CHANGES.ID)
                        .fetch(PayoutHoldChange::of),
                Optional.empty(),
                PayoutHoldChange::from,
                PayoutHoldChange::to);
    }

    /**
     * Ids are in the order of time to the millisecond (a change is written under the lock of its partner); of those within one,
     * the next is the one that begins where the last has ended.
     */
    static <T, S> List<T> inOrder(List<T> byId, S start, Function<T, S> from, Function<T, S> to) {
        List<T> left = new ArrayList<>(byId);
        List<T> ordered = new ArrayList<>();
        S stand = start;
        while (!left.isEmpty()) {
            S here = stand;
            T next = left.stream()
                    .filter(change -> from.apply(change).equals(here))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
            stand = to.apply(next);
        }
        return ordered;
    }
}
