package com.dotmac.partner.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A few lines give a test what it begins with. */
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerProgrammeTest {

    private static final Money SALE = Money.of("500.00", "USD");

    @Test
    @Tag("fast")
    void a_partner_earns_and_gets_a_payout(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");

        Partner partner = programme.activePartner("0.10");
        UUID customer = programme.customerOf(partner);
        Payout ready = programme.readyPayout(customer, SALE);

        assertThat(partner.status()).isEqualTo(PartnerStatus.ACTIVE);
        assertThat(ready.status()).isEqualTo(PayoutStatus.READY);
        assertThat(ready.partnerId()).isEqualTo(partner.id());
        assertThat(ready.total()).isEqualTo(Money.of("50.00", "USD"));
    }

    @Test
    void a_second_payout_is_another_one(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");
        UUID customer = programme.customerOf(programme.activePartner("0.10"));

        Payout first = programme.readyPayout(customer, SALE);
        Payout second = programme.readyPayout(customer, Money.of("700.00", "USD"));

        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.total()).isEqualTo(Money.of("70.00", "USD"));
    }

    @Test
    void an_earlier_payout_is_not_taken_for_that_of_a_sale_below_the_minimum(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");
        NewPartner partner = NewPartner.named("p1", "Northwind")
                .withDefaultRate("0.10")
                .withPayoutMinimums(Money.of("50.00", "USD"));
        UUID customer = programme.customerOf(programme.activePartner(partner));
        programme.readyPayout(customer, SALE);

        assertThatThrownBy(() -> programme.readyPayout(customer, Money.of("10.00", "USD")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("a sale of 10.00 USD makes no payout ready");
    }

    @Test
    void a_sale_waits_for_its_approval(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");
        UUID customer = programme.customerOf(programme.activePartner("0.10"));

        assertThat(programme.sale(customer, SALE))
                .extracting(CommissionEvent::status)
                .containsExactly(CommissionStatus.PENDING);
        assertThat(programme.approvedCommissions(customer, SALE))
                .extracting(CommissionEvent::status)
                .containsExactly(CommissionStatus.APPROVED);
    }

    @Test
    void a_sale_that_is_held_makes_no_payout_ready(PartnerDatabase database) {
        PartnerProgramme programme = PartnerProgramme.in(database, "acme");
        NewPartner held =
                NewPartner.named("p1", "Northwind").withDefaultRate("0.10").withHoldDays(30);
        UUID customer = programme.customerOf(programme.activePartner(held));

        assertThatThrownBy(() -> programme.readyPayout(customer, SALE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "a sale of " + SALE + " makes no payout ready: has the partner a rate, no hold, and no minimum"
                                + " above what it earns?");
    }

    @Test
    void tenants_are_apart(PartnerDatabase database) {
        PartnerProgramme.in(database, "acme").activePartner("0.10");

        assertThat(database.sql().fetchValue("select count(*) from partners where tenant_id = 'acme'"))
                .isEqualTo(1L);
        assertThat(database.sql().fetchValue("select count(*) from partners where tenant_id <> 'acme'"))
                .isEqualTo(0L);
    }
}
