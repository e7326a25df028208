package com.dotmac.partner.schema.adoption;

/**
 * A link of an existing row that the keys of this schema forbid.
 *
 * @param kind whether the target is missing or forbidden
 * @param table the table of the row
 * @param id the id of the row
 * @param column the column with the link
 * @param value the value of the column
 * @param reason what is wrong with the link, in words
 */
public record AdoptionFinding(Kind kind, String table, String id, String column, String value, String reason) {

    /** What is wrong with a link. */
    public enum Kind {
        /** The target does not exist. */
        ORPHAN,
        /** The target belongs to another partner, currency or tenant, or cannot hold the row. */
        FORBIDDEN_LINK
    }

    /**
     * One line, like {@code partner_commission_events 0190...: payout_id 0190... does not exist in partner_payouts}.
     */
    @Override
    public String toString() {
        return table + " " + id + ": " + column + " " + value + " " + reason;
    }
}
