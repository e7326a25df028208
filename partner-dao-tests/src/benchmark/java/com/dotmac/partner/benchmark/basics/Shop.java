package com.dotmac.partner.benchmark.basics;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** The rows that a single call finds: a partner with a rule, and a customer with an invoice. */
public record Shop(UUID partnerId, UUID customerId, UUID invoiceId) {

    public static final String TENANT = "acme";
    public static final String ACTOR = "user:42";

    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Money AMOUNT = Money.of("1234.56", "USD");
    private static final Money COMMISSION = Money.of("123.46", "USD");

    public static Shop in(DataSource dataSource) {
        return named("shop", dataSource);
    }

    /** One of several in the same database. */
    public static Shop named(String name, DataSource dataSource) {
        DSLContext sql = DSL.using(dataSource, SQLDialect.POSTGRES);
        UUID customer = UUID.randomUUID();
        UUID invoice = UUID.randomUUID();
        sql.execute("insert into customers values (?)", customer);
        sql.execute("insert into invoices values (?)", invoice);
        PartnerScope acme = BenchmarkDatabase.store(dataSource).tenant(TENANT).actingAs(ACTOR);
        Partner partner = acme.partners()
                .register(NewPartner.named(name + "-partner", "Northwind").withDefaultRate("0.05"))
                .value();
        acme.partners().activate(partner.id(), "contract signed");
        acme.partners().assign(CustomerAssignment.from(name + "-customer", partner.id(), customer, JANUARY));
        acme.rules()
                .define(NewRule.from(
                        name + "-rule", partner.id(), "USD", CommissionTerms.revenueShare("0.1"), JANUARY));
        return new Shop(partner.id(), customer, invoice);
    }

    public NewCommission commission(String key) {
        return NewCommission.on(key, partnerId, AMOUNT, COMMISSION, MARCH).ofInvoice(customerId, invoiceId);
    }

    public Sale sale(String key) {
        return saleAt(key, MARCH);
    }

    public Sale saleAt(String key, Instant occurredAt) {
        return new Sale(key, customerId, invoiceId, AMOUNT, occurredAt);
    }

    /** Fails if a contender wrote fewer rows than its calls should have written. */
    public void check(DSLContext sql, long calls) {
        String found = sql.fetchSingle("""
                        select (select count(*) from partner_commission_events) || ' events of '
                            || (select count(*) from partner_idempotency_keys where operation in ('accrue a sale', 'record a commission'))
                            || ' requests, ' || (select coalesce(sum(commission_amount), 0) from partner_commission_events) || ' in all, by months '
                            || (select coalesce(sum(commission_amount), 0) from partner_commission_totals)
                        """).get(0, String.class);
        String sum = COMMISSION
                .amount()
                .multiply(java.math.BigDecimal.valueOf(calls))
                .setScale(4)
                .toPlainString();
        String expected = calls + " events of " + calls + " requests, " + sum + " in all, by months " + sum;
        if (!found.equals(expected)) {
            throw new IllegalStateException("found " + found + "; expected " + expected);
        }
    }
}
