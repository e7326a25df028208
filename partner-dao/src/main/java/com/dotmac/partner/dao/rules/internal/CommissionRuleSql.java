package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissions;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionsRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** Reads and writes a version of a rule: a row of table {@code partner_commissions}. */
public final class CommissionRuleSql {

    /** The table in statements that read rules. */
    public static final PartnerCommissions R = PARTNER_COMMISSIONS.as("r");

    /** Reads a version of a rule from all columns of {@link #R}. */
    static final RowReader<CommissionRule> READER = RowReader.of(List.of(R.fields()), CommissionRuleSql::read);

    private CommissionRuleSql() {}

    /** Reads a version of a rule from a row with all columns of the table, by whichever alias. */
    public static CommissionRule of(Record row) {
        return read(ColumnValues.of(row));
    }

    private static CommissionRule read(ColumnValues row) {
        return new CommissionRule(
                row.get(R.RULE_ID),
                row.get(R.VERSION),
                row.get(R.PARTNER_ID),
                row.get(R.CURRENCY),
                terms(row),
                Optional.ofNullable(row.get(R.CUSTOMER_ID)),
                Optional.ofNullable(row.get(R.PRODUCT_ID)),
                row.get(R.PRIORITY),
                row.get(R.EFFECTIVE_FROM),
                Optional.ofNullable(row.get(R.EFFECTIVE_TO)),
                caps(row),
                Optional.ofNullable(row.get(R.HOLD_DAYS)));
    }

    private static CommissionCaps caps(ColumnValues row) {
        Currency currency = row.get(R.CURRENCY);
        return new CommissionCaps(
                Optional.ofNullable(row.get(R.EVENT_CAP)).map(cap -> new Money(cap, currency)),
                Optional.ofNullable(row.get(R.PERIOD_CAP))
                        .map(cap -> new CommissionCaps.PeriodCap(new Money(cap, currency), row.get(R.CAP_PERIOD))));
    }

    private static CommissionTerms terms(ColumnValues row) {
        return switch (row.get(R.MODEL)) {
            case REVENUE_SHARE -> new CommissionTerms.RevenueShare(row.get(R.RATE));
            case FLAT_FEE -> new CommissionTerms.FlatFee(fee(row));
            case HYBRID -> new CommissionTerms.Hybrid(fee(row), row.get(R.RATE));
            case TIERED -> new CommissionTerms.Tiered(tiers(row), row.get(R.TIER_MODE), row.get(R.TIER_PERIOD));
        };
    }

    private static Money fee(ColumnValues row) {
        return new Money(row.get(R.FLAT_FEE), row.get(R.CURRENCY));
    }

    private static List<Tier> tiers(ColumnValues row) {
        BigDecimal[] minimums = row.get(R.TIER_MINIMUMS);
        BigDecimal[] rates = row.get(R.TIER_RATES);
        List<Tier> tiers = new ArrayList<>();
        for (int tier = 0; tier < minimums.length; tier++) {
            tiers.add(new Tier(minimums[tier], rates[tier]));
        }
        return tiers;
    }

    /** Writes what a version says into its row; columns of another model become null. */
    public static void set(
            PartnerCommissionsRecord row, CommissionTerms terms, CommissionCaps caps, @Nullable Integer holdDays) {
        setTerms(row, terms);
        row.setEventCap(caps.perEvent().map(Money::amount).orElse(null));
        row.setPeriodCap(caps.perPeriod().map(cap -> cap.amount().amount()).orElse(null));
        row.setCapPeriod(caps.perPeriod().map(CommissionCaps.PeriodCap::period).orElse(null));
        row.setHoldDays(holdDays);
    }

    private static void setTerms(PartnerCommissionsRecord row, CommissionTerms terms) {
        row.setModel(terms.model());
        row.setRate(null);
        row.setFlatFee(null);
        row.setTierMinimums(null);
        row.setTierRates(null);
        row.setTierMode(null);
        row.setTierPeriod(null);
        if (terms instanceof CommissionTerms.RevenueShare share) {
            row.setRate(share.rate());
        } else if (terms instanceof CommissionTerms.FlatFee flat) {
            row.setFlatFee(flat.fee().amount());
        } else if (terms instanceof CommissionTerms.Hybrid hybrid) {
            row.setRate(hybrid.rate());
            row.setFlatFee(hybrid.fee().amount());
        } else if (terms instanceof CommissionTerms.Tiered tiered) {
            row.setTierMinimums(tiered.tiers().stream().map(Tier::minimum).toArray(BigDecimal[]::new));
            row.setTierRates(tiered.tiers().stream().map(Tier::rate).toArray(BigDecimal[]::new));
            row.setTierMode(tiered.mode());
            row.setTierPeriod(tiered.period());
        }
    }
}
