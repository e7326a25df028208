package com.dotmac.partner.dao;

import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionsRecord;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * One version of a rule. Source: a row of table {@code partner_commissions}, which never changes but for its end.
 *
 * @param ruleId the same in all versions
 * @param version from 1
 * @param customerId empty: all customers
 * @param productId empty: all products
 * @param effectiveTo empty while open-ended
 * @param holdDays days after the sale before the commission may be paid; empty: the partner's
 */
public record CommissionRule(
        UUID ruleId,
        int version,
        UUID partnerId,
        Currency currency,
        CommissionTerms terms,
        Optional<UUID> customerId,
        Optional<String> productId,
        int priority,
        Instant effectiveFrom,
        Optional<Instant> effectiveTo,
        CommissionCaps caps,
        Optional<Integer> holdDays) {

    static CommissionRule of(PartnerCommissionsRecord row) {
        return new CommissionRule(
                row.getRuleId(),
                row.getVersion(),
                row.getPartnerId(),
                row.getCurrency(),
                terms(row),
                Optional.ofNullable(row.getCustomerId()),
                Optional.ofNullable(row.getProductId()),
                row.getPriority(),
                row.getEffectiveFrom(),
                Optional.ofNullable(row.getEffectiveTo()),
                caps(row),
                Optional.ofNullable(row.getHoldDays()));
    }

    /** What it says now, from an instant on: the beginning of a {@linkplain CommissionRuleDao#revise revision}. */
    public RuleRevision revisedFrom(Instant from) {
        return new RuleRevision(terms, caps, holdDays.orElse(null), from);
    }

    private static CommissionCaps caps(PartnerCommissionsRecord row) {
        return new CommissionCaps(
                Optional.ofNullable(row.getEventCap()).map(cap -> new Money(cap, row.getCurrency())),
                Optional.ofNullable(row.getPeriodCap())
                        .map(cap ->
                                new CommissionCaps.PeriodCap(new Money(cap, row.getCurrency()), row.getCapPeriod())));
    }

    private static CommissionTerms terms(PartnerCommissionsRecord row) {
        return switch (row.getModel()) {
            case revenue_share -> new CommissionTerms.RevenueShare(row.getRate());
            case flat_fee -> new CommissionTerms.FlatFee(new Money(row.getFlatFee(), row.getCurrency()));
            case hybrid -> new CommissionTerms.Hybrid(new Money(row.getFlatFee(), row.getCurrency()), row.getRate());
            case tiered -> new CommissionTerms.Tiered(tiers(row), row.getTierMode(), row.getTierPeriod());
        };
    }

    private static List<Tier> tiers(PartnerCommissionsRecord row) {
        return IntStream.range(0, row.getTierMinimums().length)
                .mapToObj(tier -> new Tier(row.getTierMinimums()[tier], row.getTierRates()[tier]))
                .toList();
    }
}
