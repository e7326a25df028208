package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_HOLD_CHANGES;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;

import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutHoldChanges;
import com.dotmac.partner.schema.jooq.tables.PartnerStatusChanges;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutHoldChangesRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerStatusChangesRecord;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PartnerStatusConverter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;

/** Reads the audit trail of a partner: its status transitions and its payout holds. */
final class PartnerHistorySql {

    private static final PartnerStatusChanges S = PARTNER_STATUS_CHANGES.as("s");
    private static final PartnerPayoutHoldChanges H = PARTNER_PAYOUT_HOLD_CHANGES.as("h");

    private final Scope scope;
    private final DSLContext dsl;

    PartnerHistorySql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Index: partner_status_changes_by_subject. */
    List<Partner.StatusChange> statusChanges(UUID partnerId) {
        List<Partner.StatusChange> byId = dsl.selectFrom(S)
                .where(S.TENANT_ID.eq(scope.tenantId()))
                .and(S.PARTNER_ID.eq(partnerId))
                .and(S.PAYOUT_ID.isNull())
                .orderBy(S.ID)
                .fetch(PartnerHistorySql::statusChange);
        return inOrder(byId, PartnerStatus.PENDING, Partner.StatusChange::from, Partner.StatusChange::to);
    }

    private static Partner.StatusChange statusChange(PartnerStatusChangesRecord row) {
        return new Partner.StatusChange(
                PartnerStatusConverter.ofLiteral(row.getFromStatus()),
                PartnerStatusConverter.ofLiteral(row.getToStatus()),
                Optional.ofNullable(row.getReason()),
                row.getChangedBy(),
                row.getChangedAt());
    }

    /** Index: partner_payout_hold_changes_by_partner. */
    List<Partner.HoldChange> holdChanges(UUID partnerId) {
        List<Partner.HoldChange> byId = dsl.selectFrom(H)
                .where(H.TENANT_ID.eq(scope.tenantId()))
                .and(H.PARTNER_ID.eq(partnerId))
                .orderBy(H.ID)
                .fetch(PartnerHistorySql::holdChange);
        return inOrder(byId, Optional.empty(), Partner.HoldChange::from, Partner.HoldChange::to);
    }

    private static Partner.HoldChange holdChange(PartnerPayoutHoldChangesRecord row) {
        return new Partner.HoldChange(
                Optional.ofNullable(row.getFromHold()),
                Optional.ofNullable(row.getToHold()),
                Optional.ofNullable(row.getReason()),
                row.getChangedBy(),
                row.getChangedAt());
    }

    /**
     * Ids are in the order of time to the millisecond: the database writes a change under the lock of its partner. If one millisecond
     * has several changes, the next change is the one that begins with the state in which the last one ended.
     */
    static <T, S> List<T> inOrder(List<T> byId, S start, Function<T, S> from, Function<T, S> to) {
        List<T> left = new ArrayList<>(byId);
        List<T> ordered = new ArrayList<>();
        S state = start;
        while (!left.isEmpty()) {
            S current = state;
            T next = left.stream()
                    .filter(change -> from.apply(change).equals(current))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
            state = to.apply(next);
        }
        return ordered;
    }
}
