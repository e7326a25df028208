package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.CommissionModel;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;

/** How a rule calculates: one of four models. Every amount is exact until the library rounds once, at the end. */
public sealed interface CommissionTerms {

    /** The model of these terms. */
    CommissionModel model();

    /**
     * Refuses a fee of another currency than the rule's.
     *
     * @throws PartnerException.InvalidInput if the fee is in another currency
     */
    default void requireIn(Currency currency) {
        Money fee = this instanceof FlatFee flat
                ? flat.fee()
                : this instanceof Hybrid hybrid ? hybrid.fee() : Money.zero(currency);
        if (!fee.currency().equals(currency)) {
            throw new PartnerException.InvalidInput(
                    "fee " + fee + " is not in the rule's currency " + currency + "; define a rule for each currency");
        }
    }

    /**
     * A share of the sale.
     *
     * @param rate fraction in [0, 1], at most 6 decimals, for example {@code "0.125"}
     * @throws PartnerException.InvalidInput if it is not such a number
     */
    static CommissionTerms revenueShare(String rate) {
        return new RevenueShare(Checks.decimal(rate, "rate"));
    }

    /**
     * The same fee for each sale.
     *
     * @throws PartnerException.InvalidInput if the fee is negative
     */
    static CommissionTerms flatFee(Money fee) {
        return new FlatFee(fee);
    }

    /**
     * A fee for each sale, and a share of it.
     *
     * @param rate fraction in [0, 1], at most 6 decimals, for example {@code "0.125"}
     * @throws PartnerException.InvalidInput if the fee is negative, or the rate is not such a number
     */
    static CommissionTerms hybrid(Money fee, String rate) {
        return new Hybrid(fee, Checks.decimal(rate, "rate"));
    }

    /**
     * Rates that rise or fall with the volume of a period.
     *
     * @param tiers ascending, the first from 0
     * @throws PartnerException.InvalidInput if the tiers do not begin at 0 or do not ascend
     */
    static CommissionTerms tiered(TierMode mode, TierPeriod period, Tier... tiers) {
        return new Tiered(List.of(tiers), mode, period);
    }

    /** base x rate. */
    record RevenueShare(BigDecimal rate) implements CommissionTerms {
        /**
         * A share.
         *
         * @throws PartnerException.InvalidInput if the rate is not a fraction in [0, 1] of at most 6 decimals
         */
        public RevenueShare {
            rate = Checks.rate(rate, "rate");
        }

        @Override
        public CommissionModel model() {
            return CommissionModel.REVENUE_SHARE;
        }
    }

    /** The same fee for each sale. */
    record FlatFee(Money fee) implements CommissionTerms {
        /**
         * A fee.
         *
         * @throws PartnerException.InvalidInput if the fee is missing or negative
         */
        public FlatFee {
            notNegative(fee);
        }

        @Override
        public CommissionModel model() {
            return CommissionModel.FLAT_FEE;
        }
    }

    /** fee + base x rate. */
    record Hybrid(Money fee, BigDecimal rate) implements CommissionTerms {
        /**
         * A fee and a share.
         *
         * @throws PartnerException.InvalidInput if the fee is missing or negative
         * @throws PartnerException.InvalidInput if the rate is not a fraction in [0, 1] of at most 6 decimals
         */
        public Hybrid {
            notNegative(fee);
            rate = Checks.rate(rate, "rate");
        }

        @Override
        public CommissionModel model() {
            return CommissionModel.HYBRID;
        }
    }

    /**
     * By the volume that the partner has in the period, in the currency, when the sale is added.
     *
     * @param tiers ascending, the first from 0
     * @param mode marginal: each part of the sale at the rate of the tier it falls into; whole: all of it at the rate
     *     of the highest tier reached
     * @param period in UTC, by the date of the sale
     */
    record Tiered(List<Tier> tiers, TierMode mode, TierPeriod period) implements CommissionTerms {
        /**
         * Tiers.
         *
         * @throws PartnerException.InvalidInput if an argument is missing
         * @throws PartnerException.InvalidInput if the tiers do not begin at 0 or do not ascend
         */
        public Tiered {
            Checks.present(mode, "tier mode");
            Checks.present(period, "tier period");
            tiers = List.copyOf(Checks.present(tiers, "tiers"));
            if (tiers.isEmpty() || tiers.get(0).minimum().signum() != 0) {
                throw new PartnerException.InvalidInput(
                        "tiers " + tiers + " do not begin at 0; give a first tier from 0");
            }
            for (int tier = 1; tier < tiers.size(); tier++) {
                if (tiers.get(tier).minimum().compareTo(tiers.get(tier - 1).minimum()) <= 0) {
                    throw new PartnerException.InvalidInput("tier minimum "
                            + tiers.get(tier).minimum().toPlainString() + " is not above the one before it, "
                            + tiers.get(tier - 1).minimum().toPlainString() + "; give tiers in ascending order");
                }
            }
        }

        @Override
        public CommissionModel model() {
            return CommissionModel.TIERED;
        }
    }

    private static void notNegative(Money fee) {
        Checks.notNegative(fee, "fee");
    }
}
