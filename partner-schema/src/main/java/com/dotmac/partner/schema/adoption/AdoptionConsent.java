package com.dotmac.partner.schema.adoption;

/**
 * What the caller allows an adoption to do to links of existing rows, or to leave behind. The adoption records each
 * row.
 */
public enum AdoptionConsent {
    /** Set to null each link to a row that does not exist. */
    CLEAR_ORPHANS("--clear-orphans"),
    /**
     * Set to null each link of a commission event to a payout that must not hold it. An approved event is then payable
     * again.
     */
    UNDO_FORBIDDEN_LINKS("--undo-forbidden-links"),
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
