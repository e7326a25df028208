package com.dotmac.partner.dao;

import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.PartnerDao;
import com.dotmac.partner.dao.partners.PartnerUserDao;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.rules.CommissionRuleDao;
import com.dotmac.partner.dao.sales.SaleDao;
import com.dotmac.partner.dao.statements.StatementDao;

/** Everything that one actor can do in one tenant. Immutable and cheap: make one for each request. */
public final class PartnerScope {

    private final Scope scope;

    PartnerScope(Scope scope) {
        this.scope = scope;
    }

    /** The tenant of every call of this scope. */
    public String tenantId() {
        return scope.tenantId();
    }

    /** Partners and the customers assigned to them. */
    public PartnerDao partners() {
        return new PartnerDao(scope);
    }

    /** Partner users: the people who act for partners. */
    public PartnerUserDao users() {
        return new PartnerUserDao(scope);
    }

    /** The rules by which partners earn. */
    public CommissionRuleDao rules() {
        return new CommissionRuleDao(scope);
    }

    /** What partners earn. */
    public CommissionDao commissions() {
        return new CommissionDao(scope);
    }

    /** What was sold: refunds and restatements. */
    public SaleDao sales() {
        return new SaleDao(scope);
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
