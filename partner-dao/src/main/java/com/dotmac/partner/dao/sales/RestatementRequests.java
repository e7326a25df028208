package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.rules.internal.RuleContent;
import com.dotmac.partner.dao.sales.SaleQuery.Earnings;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What the requests of restatements consist of, for their hashes. */
final class RestatementRequests {

    private RestatementRequests() {}

    static RequestContent byQuery(SaleQuery query, String reason) {
        return RequestContent.of("restate sales")
                .id("customer", query.customerId())
                .id("invoice", query.invoiceId())
                .id("partner", query.partnerId())
                .text(
                        "currency",
                        query.currency() == null ? null : query.currency().getCurrencyCode())
                .instant("from", query.from())
                .instant("to", query.to())
                .literal("earnings", query.earnings() == Earnings.ANY ? "any" : "nothing")
                .text("reason", reason);
    }

    static RequestContent byKeys(List<String> saleKeys, String reason) {
        return RequestContent.of("restate sales by their keys")
                .list("sales", saleKeys, (content, key) -> content.text("key", key))
                .text("reason", reason);
    }

    static RequestContent end(UUID accountId, Instant at, String reason) {
        return RequestContent.of("end an assignment and restate its sales")
                .id("account", accountId)
                .instant("at", at)
                .text("reason", reason);
    }

    static RequestContent revision(UUID ruleId, RuleRevision revision, String reason) {
        return RuleContent.revision("revise a commission rule and restate its sales", ruleId, revision)
                .text("reason", reason);
    }

    static RequestContent retirement(UUID ruleId, Instant at, String reason) {
        return RequestContent.of("retire a commission rule and restate its sales")
                .id("rule", ruleId)
                .instant("at", at)
                .text("reason", reason);
    }
}
