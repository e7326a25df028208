package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Four partners of one tenant under rules and assignments A, of all models; and the changes that make B of them, before
 * any sale or after all.
 */
final class TwoTariffs {

    final List<UUID> partners = new ArrayList<>();
    private final PartnerScope scope;
    private final List<UUID> customers;
    private final UUID wrong;
    private final UUID shortened;
    private CommissionRule revised;
    private CommissionRule retired;

    /** Rules and assignments A. */
    TwoTariffs(PartnerScope scope, List<UUID> customers) {
        this.scope = scope;
        this.customers = customers;
        partner("0.10");
        partner("0.05");
        partner(null);
        partner("0.02");
        List<UUID> accounts = new ArrayList<>();
        for (int customer = 0; customer < customers.size() - 1; customer++) {
            accounts.add(assign(customer % 4, customer, JANUARY, null));
            if (customer % 5 == 0) {
                assign((customer + 1) % 4, customer, JANUARY, customer % 2 == 0 ? null : "0.33");
            }
        }
        wrong = accounts.get(2);
        shortened = accounts.get(1);
        for (String currency : List.of("USD", "JPY", "KWD")) {
            define(rule(0, currency, marginal(TierPeriod.MONTH, currency, "0.05", "0.10", "0.20")));
            define(rule(0, currency, new CommissionTerms.FlatFee(money("50", currency)))
                    .forProduct("product-0"));
            CommissionRule hybrid =
                    define(rule(1, currency, new CommissionTerms.Hybrid(money("3", currency), new BigDecimal("0.07")))
                            .withCaps(CommissionCaps.NONE
                                    .perEvent(money("60", currency))
                                    .per(TierPeriod.QUARTER, money("900", currency))));
            define(rule(1, currency, whole(TierPeriod.LIFETIME, currency, "0.01", "0.04", "0.02"))
                    .forProduct("product-1"));
            define(rule(2, currency, new CommissionTerms.RevenueShare(new BigDecimal("0.123456")))
                    .withCaps(CommissionCaps.NONE.per(TierPeriod.YEAR, money("2000", currency))));
            CommissionRule yearly = define(rule(2, currency, marginal(TierPeriod.YEAR, currency, "0.3", "0.2", "0.1"))
                    .forProduct("product-0"));
            define(rule(3, currency, new CommissionTerms.FlatFee(money("7", currency)))
                    .forCustomer(customers.get(3)));
            if (currency.equals("USD")) {
                revised = hybrid;
                retired = yearly;
            }
        }
    }

    private void partner(String rate) {
        NewPartner partner = NewPartner.named(newKey(), "Northwind");
        UUID id = scope.partners()
                .register(rate == null ? partner : partner.withDefaultRate(rate))
                .value()
                .id();
        partners.add(scope.partners().activate(id, "contract signed").value().id());
    }

    private UUID assign(int partner, int customer, Instant from, String rate) {
        CustomerAssignment assignment =
                CustomerAssignment.from(newKey(), partners.get(partner), customers.get(customer), from);
        return scope.partners()
                .assign(rate == null ? assignment : assignment.withCustomRate(rate))
                .value()
                .id();
    }

    private NewRule rule(int partner, String currency, CommissionTerms terms) {
        return NewRule.from(newKey(), partners.get(partner), currency, terms, JANUARY);
    }

    private CommissionRule define(NewRule rule) {
        return scope.rules().define(rule).value();
    }

    private static Money money(String amount, String currency) {
        return Money.of(amount, currency);
    }

    private static CommissionTerms marginal(TierPeriod period, String currency, String... rates) {
        return new CommissionTerms.Tiered(tiers(currency, rates), TierMode.MARGINAL, period);
    }

    private static CommissionTerms whole(TierPeriod period, String currency, String... rates) {
        return new CommissionTerms.Tiered(tiers(currency, rates), TierMode.WHOLE, period);
    }

    private static List<Tier> tiers(String currency, String... rates) {
        List<Tier> tiers = new ArrayList<>();
        for (String rate : rates) {
            tiers.add(new Tier(
                    money(Integer.toString(tiers.size() * tiers.size() * 1_000), currency)
                            .amount(),
                    new BigDecimal(rate)));
        }
        return tiers;
    }

    /** Makes B of A: by calls that restate sales, or before there are any. */
    void change(boolean hasSales) {
        for (String currency : List.of("USD", "JPY", "KWD")) {
            define(rule(0, currency, whole(TierPeriod.QUARTER, currency, "0.08", "0.12", "0.03"))
                    .forCustomer(customers.get(4))
                    .withPriority(50));
            define(rule(2, currency, new CommissionTerms.Hybrid(money("1", currency), new BigDecimal("0.2")))
                    .forProduct("product-1")
                    .withPriority(50)
                    .withCaps(CommissionCaps.NONE.per(TierPeriod.MONTH, money("300", currency))));
            define(rule(3, currency, marginal(TierPeriod.LIFETIME, currency, "0.5", "0.25", "0.125"))
                    .withPriority(50));
        }
        assign(0, 3, JANUARY, null);
        assign(1, 7, FEBRUARY, "0.15");
        assign(2, customers.size() - 1, JANUARY, null);
        assign(3, 2, JANUARY, null);
        RuleRevision revision = revised.revisedFrom(MARCH)
                .withTerms(new CommissionTerms.Hybrid(Money.of("2", "USD"), new BigDecimal("0.09")))
                .withCaps(CommissionCaps.NONE.per(TierPeriod.QUARTER, Money.of("500", "USD")));
        SaleDao sales = scope.sales();
        sales.endAssignment(newKey(), wrong, JANUARY, "the wrong partner");
        if (hasSales) {
            sales.endAssignment(newKey(), shortened, FEBRUARY, "it ended earlier");
            sales.reviseRule(newKey(), revised.ruleId(), revision, "a wrong rate");
            sales.retireRule(newKey(), retired.ruleId(), APRIL, "it ended earlier");
        } else {
            scope.rules().revise(newKey(), revised.ruleId(), revision);
            scope.rules().retire(retired.ruleId(), APRIL);
            scope.partners().endAssignment(shortened, FEBRUARY, "it ended earlier");
        }
    }
}
