package com.dotmac.partner.schema.adoption;

/** What an adoption may do to links of existing rows, or leave behind, when it is told so; each row is on record afterwards. */
public enum AdoptionConsent {
    /** Set to null what points to a row that does not exist. */
    CLEAR_ORPHANS("--clear-orphans"),
    /** Set to null a commission event's link to a payout that must not hold it; the event is payable again if it was approved. */
    UNDO_FORBIDDEN_LINKS("--undo-forbidden-links"),
    /** Leave commission rules that this schema cannot express in the tables set aside. */
    SET_RULES_ASIDE("--set-rules-aside");

    private final String option;

    AdoptionConsent(String option) {
        this.option = option;
    }

    /** How the command line gives it. */
    public String option() {
        return option;
    }
}
