package com.dotmac.partner.dao.rules.internal;

import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.CommissionTerms.FlatFee;
import com.dotmac.partner.dao.calculation.CommissionTerms.Hybrid;
import com.dotmac.partner.dao.calculation.CommissionTerms.RevenueShare;
import com.dotmac.partner.dao.calculation.CommissionTerms.Tiered;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.util.UUID;

/** Says what a request to define or to revise a rule contains, for the hash beside its key. */
public final class RuleContent {

    private RuleContent() {}

    /** A revision by itself. */
    public static RequestContent revision(UUID ruleId, RuleRevision revision) {
        return revision("revise a commission rule", ruleId, revision);
    }

    /** A revision that is part of another operation. */
    public static RequestContent revision(String operation, UUID ruleId, RuleRevision revision) {
        return RequestContent.of(operation)
                .id("rule", ruleId)
                .object("terms", revision.terms(), RuleContent::terms)
                .object("caps", revision.caps(), RuleContent::caps)
                .integer("hold_days", revision.holdDays())
                .instant("effective_from", revision.from());
    }

    public static void terms(RequestContent content, CommissionTerms terms) {
        if (terms instanceof RevenueShare share) {
            content.literal("model", "revenue_share").number("rate", share.rate());
        } else if (terms instanceof FlatFee flat) {
            content.literal("model", "flat_fee").money("fee", flat.fee());
        } else if (terms instanceof Hybrid hybrid) {
            content.literal("model", "hybrid").money("fee", hybrid.fee()).number("rate", hybrid.rate());
        } else {
            Tiered tiered = (Tiered) terms;
            content.literal("model", "tiered")
                    .list("tiers", tiered.tiers(), RuleContent::tier)
                    .literal("mode", word(tiered.mode()))
                    .literal("period", word(tiered.period()));
        }
    }

    private static void tier(RequestContent content, Tier tier) {
        content.number("minimum", tier.minimum()).number("rate", tier.rate());
    }

    public static void caps(RequestContent content, CommissionCaps caps) {
        content.money("event_cap", caps.perEvent().orElse(null))
                .object("period_cap", caps.perPeriod().orElse(null), RuleContent::periodCap);
    }

    private static void periodCap(RequestContent content, CommissionCaps.PeriodCap cap) {
        content.money("amount", cap.amount()).literal("period", word(cap.period()));
    }

    private static String word(TierMode mode) {
        return switch (mode) {
            case MARGINAL -> "marginal";
            case WHOLE -> "whole";
        };
    }

    private static String word(TierPeriod period) {
        return switch (period) {
            case MONTH -> "month";
            case QUARTER -> "quarter";
            case YEAR -> "year";
            case LIFETIME -> "lifetime";
        };
    }
}
