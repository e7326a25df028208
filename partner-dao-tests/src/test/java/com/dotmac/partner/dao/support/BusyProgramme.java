package com.dotmac.partner.dao.support;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A programme with rows in every state, to read and to damage. */
public final class BusyProgramme {

    public final Programme programme;
    public final Partner partner;
    public final Partner second;
    public final UUID customer;
    public final CommissionEvent paid;
    public final CommissionEvent open;
    public final CommissionEvent pending;
    public final CommissionEvent ofSecond;
    public final CommissionEvent reversal;
    public final Payout completed;
    public final UUID attempt;
    public final Payout ready;
    public final Payout openPayout;

    public BusyProgramme(Programme programme) {
        this.programme = programme;
        partner = programme.activePartner("0.1", Money.of("5", "USD"));
        second = programme.activePartner("0.2");
        customer = programme.customerOf(partner);
        UUID customerOfSecond = programme.customerOf(second);

        paid = programme.approvedSale(customer, "100", "USD", JANUARY).get(0);
        programme.approvedSale(customer, "70", "USD", JANUARY);
        programme.approvedSale(customer, "9000", "JPY", JANUARY);
        ofSecond =
                programme.approvedSale(customerOfSecond, "50", "USD", FEBRUARY).get(0);
        List<Payout> january = programme.closeAll(FEBRUARY).closed();
        completed = pay(of(january, partner, "USD"));
        attempt = programme.acme.payouts().attempts(completed.id()).get(0).id();
        ready = of(programme.closeAll(MARCH).closed(), second, "USD");

        reversal = programme
                .acme
                .commissions()
                .clawBack(Programme.newKey(), paid.id(), Money.of("40", "USD"), "returned goods")
                .reversal()
                .orElseThrow();
        open = programme.approvedSale(customer, "30", "USD", MARCH).get(0);
        CommissionEvent whole =
                programme.approvedSale(customer, "20", "USD", MARCH).get(0);
        programme.acme.commissions().clawBack(Programme.newKey(), whole.id(), Money.of("20", "USD"), "never delivered");
        pending = programme.sale(customer, "11", "USD", MARCH).get(0);
        openPayout = programme
                .acme
                .payouts()
                .findOpen(partner.id(), Money.of("0", "USD").currency())
                .orElseThrow();
        programme.acme.partners().suspend(second.id(), "looked into");
    }

    /** Another tenant, to which nothing ever happens. */
    public static Partner ofAnotherTenant(Programme programme) {
        return programme
                .other
                .partners()
                .register(NewPartner.named(Programme.newKey(), "Southwind"))
                .value();
    }

    public Payout pay(Payout payout) {
        return programme.pay(payout.id(), "bank-" + payout.id());
    }

    private static Payout of(List<Payout> payouts, Partner partner, String currency) {
        return payouts.stream()
                .filter(payout -> payout.partnerId().equals(partner.id())
                        && payout.total().currency().getCurrencyCode().equals(currency))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a statement as a superuser, with triggers and foreign keys disabled. */
    public void damage(String sql, Object... ids) {
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            for (String statement : sql.split(";")) {
                long parameters = statement.chars().filter(c -> c == '?').count();
                transaction.dsl().execute(statement, parameters == 0 ? new Object[0] : ids);
            }
        });
    }

    public Instant now() {
        return programme.sql.fetchSingle("select now()").get(0, Instant.class);
    }
}
