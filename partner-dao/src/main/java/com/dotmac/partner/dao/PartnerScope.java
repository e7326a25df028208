package com.dotmac.partner.dao;

/**
 * Everything one actor can do in one tenant. Immutable and cheap: make one for each request.
 */
public final class PartnerScope {

    private final Scope scope;

    PartnerScope(Scope scope) {
        this.scope = scope;
    }

    /** Partners and the customers assigned to them. */
    public PartnerDao partners() {
        return new PartnerDao(scope);
    }

    /** The people who act for partners. */
    public PartnerUserDao users() {
        return new PartnerUserDao(scope);
    }

    /** By which rules. */
    public CommissionRuleDao rules() {
        return new CommissionRuleDao(scope);
    }

    /** What partners earn. */
    public CommissionDao commissions() {
        return new CommissionDao(scope);
    }

    /** What partners are paid. */
    public PayoutDao payouts() {
        return new PayoutDao(scope);
    }

    /** Opening balance, activity, closing balance. */
    public StatementDao statements() {
        return new StatementDao(scope);
    }
}
