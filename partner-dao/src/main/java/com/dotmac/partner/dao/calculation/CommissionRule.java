package com.dotmac.partner.dao.calculation;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.rules.CommissionRuleDao;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jooq.Record;

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

    public static CommissionRule of(Record row) {
        return read(ColumnValues.of(row));
    }

    public static CommissionRule read(ColumnValues row) {
        return new CommissionRule(
                row.get(PARTNER_COMMISSIONS.RULE_ID),
                row.get(PARTNER_COMMISSIONS.VERSION),
                row.get(PARTNER_COMMISSIONS.PARTNER_ID),
                row.get(PARTNER_COMMISSIONS.CURRENCY),
                terms(row),
                Optional.ofNullable(row.get(PARTNER_COMMISSIONS.CUSTOMER_ID)),
                Optional.ofNullable(row.get(PARTNER_COMMISSIONS.PRODUCT_ID)),
                row.get(PARTNER_COMMISSIONS.PRIORITY),
                row.get(PARTNER_COMMISSIONS.EFFECTIVE_FROM),
                Optional.ofNullable(row.get(PARTNER_COMMISSIONS.EFFECTIVE_TO)),
                caps(row),
                Optional.ofNullable(row.get(PARTNER_COMMISSIONS.HOLD_DAYS)));
    }

    /** What it says now, from an instant on: the beginning of a {@linkplain CommissionRuleDao#revise revision}. */
    public RuleRevision revisedFrom(Instant from) {
        return new RuleRevision(terms, caps, holdDays.orElse(null), from);
    }

    private static CommissionCaps caps(ColumnValues row) {
        return new CommissionCaps(
                Optional.ofNullable(row.get(PARTNER_COMMISSIONS.EVENT_CAP))
                        .map(cap -> new Money(cap, row.get(PARTNER_COMMISSIONS.CURRENCY))),
                Optional.ofNullable(row.get(PARTNER_COMMISSIONS.PERIOD_CAP))
                        .map(cap -> new CommissionCaps.PeriodCap(
                                new Money(cap, row.get(PARTNER_COMMISSIONS.CURRENCY)),
                                row.get(PARTNER_COMMISSIONS.CAP_PERIOD))));
    }

    private static CommissionTerms terms(ColumnValues row) {
        return switch (row.get(PARTNER_COMMISSIONS.MODEL)) {
            case REVENUE_SHARE -> new CommissionTerms.RevenueShare(row.get(PARTNER_COMMISSIONS.RATE));
            case FLAT_FEE ->
                new CommissionTerms.FlatFee(
                        new Money(row.get(PARTNER_COMMISSIONS.FLAT_FEE), row.get(PARTNER_COMMISSIONS.CURRENCY)));
            case HYBRID ->
                new CommissionTerms.Hybrid(
                        new Money(row.get(PARTNER_COMMISSIONS.FLAT_FEE), row.get(PARTNER_COMMISSIONS.CURRENCY)),
                        row.get(PARTNER_COMMISSIONS.RATE));
            case TIERED ->
                new CommissionTerms.Tiered(
                        tiers(row), row.get(PARTNER_COMMISSIONS.TIER_MODE), row.get(PARTNER_COMMISSIONS.TIER_PERIOD));
        };
    }

    private static List<Tier> tiers(ColumnValues row) {
        return IntStream.range(0, row.get(PARTNER_COMMISSIONS.TIER_MINIMUMS).length)
                .mapToObj(tier -> new Tier(
                        row.get(PARTNER_COMMISSIONS.TIER_MINIMUMS)[tier],
                        row.get(PARTNER_COMMISSIONS.TIER_RATES)[tier]))
                .toList();
    }
}
