package com.dotmac.partner.schema.adoption;

import java.util.Optional;

/**
 * An existing row that an adoption would change, or refuses.
 *
 * @param kind what is the matter with it
 * @param table the table of the row
 * @param id the id of the row
 * @param column the column that would change, or that is wrong; {@code *} for the whole row
 * @param value the value of the column; {@code null} as text if it has none
 * @param becomes what the adoption replaces it with, as far as this can be said before; {@code null} as text for none
 * @param reason why, in words
 */
public record AdoptionFinding(
        Kind kind, String table, String id, String column, String value, String becomes, String reason) {

    /** What is the matter with a row. */
    public enum Kind {
        /** A link whose target does not exist. */
        ORPHAN(AdoptionConsent.CLEAR_ORPHANS),
        /** A link whose target belongs to another partner, currency or tenant, or cannot hold the row. */
        FORBIDDEN_LINK(AdoptionConsent.UNDO_FORBIDDEN_LINKS),
        /** A paid event that is in no payout, or will be in none once its link is cleared. */
        PAID_WITHOUT_PAYOUT(AdoptionConsent.ACCEPT_PAID_WITHOUT_PAYOUT),
        /** A payout whose total or number does not equal its events; a total that was paid is never lowered. */
        TOTAL(AdoptionConsent.RECALCULATE_TOTALS),
        /** A closed payout whose events add up to nothing to pay, or the link of an event to such a payout. */
        EMPTY_PAYOUT(AdoptionConsent.CANCEL_EMPTY_PAYOUTS),
        /** An open payout beside another one of its partner and currency, or the link of an event to it. */
        OPEN_PAYOUT(AdoptionConsent.KEEP_ONE_OPEN_PAYOUT),
        /** A paid event in no payout, whose partner's paid events in no payout add up to zero or less. */
        PAID_BELOW_ZERO(AdoptionConsent.REOPEN_PAID_BELOW_ZERO),
        /** A payout that was paid, and whose events add up to less. */
        UNEXPLAINED_PAYMENT(AdoptionConsent.ACCOUNT_FOR_PAYMENTS),
        /** A rule that this schema cannot express. */
        RULE(AdoptionConsent.SET_RULES_ASIDE),
        /** A row that no consent lets through: somebody corrects it first. */
        REFUSED(null),
        /** A value that a fixed rule of the copy replaces, without a consent. */
        MAPPED(null);

        private final AdoptionConsent consent;

        Kind(AdoptionConsent consent) {
            this.consent = consent;
        }

        /** The consent that the change needs; empty if none helps. */
        public Optional<AdoptionConsent> consent() {
            return Optional.ofNullable(consent);
        }
    }

    /**
     * One line, like {@code partner_commission_events 0190...: payout_id 0190... does not exist in partner_payouts}.
     */
    @Override
    public String toString() {
        String separator = kind == Kind.REFUSED || kind == Kind.MAPPED ? ": " : " ";
        return table + " " + id + ": " + column + " " + value + separator + reason;
    }
}
