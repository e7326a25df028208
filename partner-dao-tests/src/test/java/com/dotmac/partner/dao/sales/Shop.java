package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.List;
import java.util.UUID;

/** A programme that sells courses of 100.00 and laptops of 1000.00, at a rate of their own. */
final class Shop {

    static final Money ZERO = usd("0.00");
    static final SaleLine COURSE = new SaleLine("course", usd("100.00"));
    static final SaleLine LAPTOP = new SaleLine("laptop", usd("1000.00"));

    /** How far a commission has come when the refund arrives. */
    enum Stage {
        PENDING,
        HELD,
        IN_THE_OPEN_PAYOUT,
        IN_A_READY_PAYOUT,
        PAID;

        /** Whether a full refund is another event, since the first one stays in its payout. */
        boolean isInClosedPayout() {
            return this == IN_A_READY_PAYOUT || this == PAID;
        }
    }

    final Programme programme;
    final SaleDao sales;
    final CommissionDao commissions;

    Shop(PartnerDatabase database) {
        programme = new Programme(database);
        sales = programme.acme.sales();
        commissions = programme.acme.commissions();
    }

    static Money usd(String amount) {
        return Money.of(amount, "USD");
    }

    static RefundLine line(int number, String amount) {
        return RefundLine.of(number, usd(amount));
    }

    /** A partner with a rate for each of the two products, and no other. */
    Partner partner(String course, String laptop) {
        Partner partner = programme.partnerWithoutRate();
        define(partner, "course", CommissionTerms.revenueShare(course));
        define(partner, "laptop", CommissionTerms.revenueShare(laptop));
        return partner;
    }

    void define(Partner partner, String product, CommissionTerms terms) {
        programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", terms, JANUARY)
                        .forProduct(product));
    }

    UUID customerOf(Partner... partners) {
        UUID customer = programme.customer();
        for (Partner partner : partners) {
            programme.acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
        }
        return customer;
    }

    Sale sell(UUID customer, SaleLine... lines) {
        Money sum = ZERO;
        for (SaleLine line : lines) {
            sum = sum.plus(line.amount());
        }
        return accrue(new Sale(newKey(), customer, null, sum, FEBRUARY, List.of(lines)));
    }

    Sale sell(UUID customer, String amount) {
        return accrue(new Sale(newKey(), customer, null, usd(amount), FEBRUARY));
    }

    Sale accrue(Sale sale) {
        commissions.accrue(sale);
        return sale;
    }

    /** Events of sales from now on wait for years. */
    void hold() {
        programme.sql.execute("update partners set commission_hold_days = 3650");
    }

    void bring(Sale sale, Stage stage) {
        if (stage != Stage.PENDING) {
            commissions.approve(CommissionQuery.all().ofSale(sale.key()), "checked");
        }
        if (stage.isInClosedPayout()) {
            programme.closeAll(MARCH).closed().stream()
                    .filter(payout -> stage == Stage.PAID)
                    .forEach(payout -> programme.pay(payout.id(), newKey()));
        }
    }

    Refund refund(Sale sale, RefundLine... lines) {
        return sales.refund(NewRefund.ofLines(newKey(), sale.key(), List.of(lines), "returned"));
    }

    Refund refund(Sale sale, String amount) {
        return sales.refund(NewRefund.ofAmount(newKey(), sale.key(), usd(amount), "returned"));
    }

    Refund refundInFull(Sale sale) {
        return sales.refund(NewRefund.inFull(newKey(), sale.key(), "returned"));
    }

    List<CommissionEvent> events(Sale sale) {
        return commissions
                .list(CommissionQuery.all().ofSale(sale.key()), CommissionOrder.FIRST_RECORDED_FIRST, 100)
                .items();
    }

    CommissionEvent event(Sale sale) {
        return events(sale).get(0);
    }

    /** What all events that count add up to. */
    Money earned(Sale sale) {
        return sum(events(sale));
    }

    Money earned(Partner partner, Sale sale) {
        return sum(events(sale).stream()
                .filter(event -> event.partnerId().equals(partner.id()))
                .toList());
    }

    private static Money sum(List<CommissionEvent> events) {
        Money sum = ZERO;
        for (CommissionEvent event : events) {
            if (event.status() != CommissionStatus.CANCELLED && event.status() != CommissionStatus.CLAWBACK) {
                sum = sum.plus(event.amount());
            }
        }
        return sum;
    }

    RecordedSale found(Sale sale) {
        return sales.find(sale.key()).orElseThrow();
    }

    /** What is left of each line. */
    List<Money> left(Sale sale) {
        return found(sale).lines().stream().map(RecordedSale.RecordedLine::left).toList();
    }
}
