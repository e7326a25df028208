package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says from an instant on. Its partner, currency, customer, product and priority stay: for others define
 * another rule.
 *
 * @param holdDays days after the sale before the commission may be paid, 0 to 3650; null: the partner's
 * @param from first instant at which it applies
 */
public record RuleRevision(
        CommissionTerms terms,
        CommissionCaps caps,
        @Nullable Integer holdDays,
        Instant from) {

    /**
     * A revision.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     */
    public RuleRevision {
        Checks.present(terms, "terms");
        Checks.present(caps, "caps");
        Checks.optionalDays(holdDays, "holdDays");
        from = Checks.instant(from, "from");
    }

    /** This revision with other terms. */
    public RuleRevision withTerms(CommissionTerms terms) {
        return new RuleRevision(terms, caps, holdDays, from);
    }

    /** This revision with other caps. */
    public RuleRevision withCaps(CommissionCaps caps) {
        return new RuleRevision(terms, caps, holdDays, from);
    }

    /**
     * This revision with another hold, in days after the sale.
     *
     * @throws PartnerException.InvalidInput if it is not from 0 to 3650 days
     */
    public RuleRevision withHoldDays(int holdDays) {
        return new RuleRevision(terms, caps, holdDays, from);
    }
}
