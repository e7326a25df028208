package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.rules.internal.RuleContent;

/** What a request to define a rule consists of, for its hash. */
final class RuleRequests {

    private RuleRequests() {}

    static RequestContent definition(NewRule rule) {
        return RequestContent.of("define a commission rule")
                .id("partner", rule.partnerId())
                .currency("currency", rule.currency())
                .object("terms", rule.terms(), RuleContent::terms)
                .id("customer", rule.customerId())
                .text("product", rule.productId())
                .integer("priority", rule.priority())
                .instant("effective_from", rule.effectiveFrom())
                .instant("effective_to", rule.effectiveTo())
                .object("caps", rule.caps(), RuleContent::caps)
                .integer("hold_days", rule.holdDays());
    }
}
