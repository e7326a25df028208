package com.example;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.statements.Balance;
import com.dotmac.partner.schema.SchemaGuard;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** What a service without a framework does with the library. */
public final class Commissions {

    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");

    private final PartnerScope acme;

    /** Refuses a schema that the library was not built for. */
    public Commissions(HikariDataSource pool) {
        SchemaGuard.ofSearchPath().linkedToHost().require(pool);
        acme = PartnerStore.create(pool).tenant("acme").actingAs("user:42");
    }

    /** Registers a partner who earns a tenth of what the customer pays. */
    public Partner partnerOf(UUID customer) {
        NewPartner northwind = NewPartner.named("partner:7", "Northwind").withDefaultRate("0.10");
        Partner partner = acme.partners().register(northwind).value();
        acme.partners().activate(partner.id(), "contract signed");
        acme.partners().assign(CustomerAssignment.from("account:7", partner.id(), customer, JULY));
        return partner;
    }

    /** Calculates, approves and pays the commission of a sale; the bank returns its reference. */
    public void pay(UUID customer, UUID invoice, String amount, Function<ClaimedPayout, String> bank) {
        Sale sale = new Sale("invoice:1001", customer, invoice, Money.of(amount, "USD"), JULY);
        acme.commissions().approve(acme.commissions().accrue(sale).eventIds());
        acme.payouts().closeAll("close:2026-07", AUGUST);
        for (ClaimedPayout mine : acme.payouts().claim(10, "worker-1", Duration.ofHours(1))) {
            acme.payouts()
                    .succeed(
                            mine.attempt().id(),
                            bank.apply(mine),
                            mine.attempt().amount());
        }
    }

    /** What the partner is still owed, by currency. */
    public List<Money> owed(Partner partner) {
        return acme.statements().balance(partner.id()).stream()
                .map(Balance::owed)
                .toList();
    }
}
