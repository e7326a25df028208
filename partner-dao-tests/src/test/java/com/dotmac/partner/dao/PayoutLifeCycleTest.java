package com.dotmac.partner.dao;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class PayoutLifeCycleTest {

    @Test
    void smoke(PartnerDatabase database) {
        PartnerScope acme = database.store().tenant("acme").actingAs("user:42");
        UUID customer = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customer);
        Partner p = acme.partners()
                .register(NewPartner.named("k1", "Northwind").withDefaultRate("0.1"))
                .value();
        acme.partners().activate(p.id(), "signed");
        acme.partners().assign(CustomerAssignment.from("k2", p.id(), customer, Instant.parse("2026-01-01T00:00:00Z")));
        Accrual a = acme.commissions()
                .accrue(new Sale(
                        "inv-1", customer, null, Money.of("100", "USD"), Instant.parse("2026-02-01T00:00:00Z")));
        System.out.println(a);
        Accrual b = acme.commissions()
                .accrue(new Sale(
                        "inv-2", customer, null, Money.of("50", "USD"), Instant.parse("2026-03-01T00:00:00Z")));
        System.out.println(acme.commissions()
                .approve(List.of(a.events().get(0).id(), b.events().get(0).id())));
        System.out.println(acme.commissions().approve(List.of(a.events().get(0).id(), UUID.randomUUID())));
        PayoutRun run = acme.payouts().closeAll("close", Instant.parse("2026-03-01T00:00:00Z"));
        System.out.println(run);
        System.out.println(acme.payouts().findOpen(p.id(), java.util.Currency.getInstance("USD")));
        System.out.println(acme.payouts().claim(run.closed().get(0).id()));
        System.out.println(acme.payouts().succeed(run.closed().get(0).id(), "ref"));
        System.out.println(acme.payouts().succeed(run.closed().get(0).id(), "ref"));
        System.out.println(acme.payouts().closeAll("close", Instant.parse("2026-03-01T00:00:00Z")));
        acme.statements()
                .statements(p.id(), Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-03-01T00:00:00Z"))
                .forEach(s -> System.out.println(s + " " + s.closing()));
        acme.statements()
                .statements(p.id(), Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2027-03-01T00:00:00Z"))
                .forEach(s -> System.out.println(s + " " + s.closing()));
        assertThat(run.closed().get(0).status()).isEqualTo(PartnerPayoutStatus.ready);
    }
}
