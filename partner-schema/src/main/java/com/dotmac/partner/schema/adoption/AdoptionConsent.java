package com.dotmac.partner.schema.adoption;

/**
 * What the caller allows an adoption to change of existing rows, or to leave behind. The adoption records each row in
 * {@code partner_before_adoption.changes}.
 */
public enum AdoptionConsent {
    /** Set to null each link to a row that does not exist. */
    CLEAR_ORPHANS("--clear-orphans"),
    /**
     * Set to null each link of a commission event to a payout that must not hold it. An approved event is then payable
     * again.
     */
    UNDO_FORBIDDEN_LINKS("--undo-forbidden-links"),
    /**
     * Put paid events that are in no payout into one completed payout for each partner and currency. The payout says
     * that there is no evidence of the payment.
     */
    ACCEPT_PAID_WITHOUT_PAYOUT("--accept-paid-without-payout"),
    /** Replace totals of payouts by the sum of their events, but no total that was paid by a lower one. */
    RECALCULATE_TOTALS("--recalculate-totals"),
    /**
     * Cancel closed payouts that were not paid and whose events add up to nothing to pay. Their approved events are
     * then payable again; their paid events are in no payout.
     */
    CANCEL_EMPTY_PAYOUTS("--cancel-empty-payouts"),
    /** Cancel all but one of several open payouts of a partner and currency; their events are paid with that one. */
    KEEP_ONE_OPEN_PAYOUT("--keep-one-open-payout"),
    /**
     * Approve again what is paid but in no payout, if it adds up to zero or less for a partner and currency: nobody
     * pays that, so it carries forward.
     */
    REOPEN_PAID_BELOW_ZERO("--reopen-paid-below-zero"),
    /**
     * Keep the totals of payouts that were paid, though their events add up to less: one event accounts for the rest,
     * and says that nothing else is known of it.
     */
    ACCOUNT_FOR_PAYMENTS("--account-for-payments"),
    /** Leave commission rules that this schema cannot express in the old tables. */
    SET_RULES_ASIDE("--set-rules-aside");

    private final String option;

    AdoptionConsent(String option) {
        this.option = option;
    }

    /** The option of the command line that gives it. */
    public String option() {
        return option;
    }
}
