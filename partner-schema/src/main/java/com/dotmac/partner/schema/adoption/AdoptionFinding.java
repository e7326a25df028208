package com.dotmac.partner.schema.adoption;

/**
 * A link of an existing row that the keys of this schema forbid.
 *
 * @param kind whether what it points to is missing, or must not be pointed to
 * @param table of the row
 * @param id of the row
 * @param column that holds the link
 * @param value it holds
 * @param reason what is wrong with it, in words
 */
public record AdoptionFinding(Kind kind, String table, String id, String column, String value, String reason) {

    /** What is wrong with a link. */
    public enum Kind {
        /** What it points to does not exist. */
        ORPHAN,
        /** What it points to belongs to another partner, currency or tenant, or cannot hold the row. */
        FORBIDDEN_LINK
    }

    /** One line, like {@code partner_commission_events 0190...: payout_id 0190... does not exist in partner_payouts}. */
    @Override
    public String toString() {
        return table + " " + id + ": " + column + " " + value + " " + reason;
    }
}
