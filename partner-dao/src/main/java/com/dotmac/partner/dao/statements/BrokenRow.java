package com.dotmac.partner.dao.statements;

import java.util.UUID;

/**
 * A row that breaks an invariant. Source: view {@code partner_broken_invariants}.
 *
 * @param table the row's table
 * @param rowId its id; of a table without ids its key, parted by slashes
 * @param detail what is wrong with it; may hold amounts
 */
public record BrokenRow(
        Invariant invariant, String tenantId, UUID partnerId, String table, String rowId, String detail) {

    /** One line, like {@code payout totals: partner_payouts 0198... of partner 0197... (acme) says ...}. */
    @Override
    public String toString() {
        return invariant + ": " + table + " " + rowId + " of partner " + partnerId + " (" + tenantId + ") " + detail;
    }
}
