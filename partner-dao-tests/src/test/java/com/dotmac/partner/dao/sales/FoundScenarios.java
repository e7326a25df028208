package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.CommissionTerms.RevenueShare;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A programme whose sales have sums that are known, for {@link ModelFoundTest} and what was found after it. */
@ExtendWith(PartnerDatabaseExtension.class)
abstract class FoundScenarios {

    PartnerDatabase database;
    Programme programme;
    SaleEvents events;

    @BeforeEach
    void begin(PartnerDatabase clone) {
        database = clone;
        programme = new Programme(database);
        events = new SaleEvents(programme.sql, "acme");
    }

    static Money usd(String amount) {
        return Money.of(amount, "USD");
    }

    Sale accrue(UUID customer, Instant at, SaleLine... lines) {
        Money sum = usd("0.00");
        for (SaleLine line : lines) {
            sum = sum.plus(line.amount());
        }
        Sale sale = new Sale(newKey(), customer, null, sum, at, List.of(lines));
        programme.acme.commissions().accrue(sale);
        return sale;
    }

    Sale accrue(UUID customer, String amount) {
        return accrue(customer, FEBRUARY, new SaleLine(null, usd(amount)));
    }

    Sale accrueCourseAndLaptop(UUID customer) {
        return accrue(customer, FEBRUARY, new SaleLine("course", usd("100.00")), new SaleLine("laptop", usd("100.00")));
    }

    CommissionEvent only(Sale sale) {
        return programme.acme.commissions().stream(
                        CommissionQuery.all().ofSale(sale.key()), CommissionOrder.FIRST_RECORDED_FIRST)
                .findFirst()
                .orElseThrow();
    }

    void requireNet(Partner partner, Sale sale, String amount) {
        assertThat(events.nets().getOrDefault(new SaleModel.Side(sale.key(), partner.id()), BigDecimal.ZERO))
                .isEqualByComparingTo(amount);
    }

    Restatement restate() {
        return programme.acme.sales().restate(newKey(), SaleQuery.all(), "again");
    }

    void tenPercentOf(Partner partner, String product) {
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", tenPercent(), JANUARY)
                        .forProduct(product));
    }

    static CommissionTerms tenPercent() {
        return new RevenueShare(new BigDecimal("0.1"));
    }

    /** 10 percent below 100.00, and 20 above. */
    static CommissionTerms tiers(TierPeriod period) {
        return new CommissionTerms.Tiered(
                List.of(
                        new Tier(BigDecimal.ZERO, new BigDecimal("0.1")),
                        new Tier(new BigDecimal("100"), new BigDecimal("0.2"))),
                TierMode.MARGINAL,
                period);
    }
}
