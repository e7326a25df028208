package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.PartnerTier;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerUpdateTest {

    private static final Currency USD = Currency.getInstance("USD");

    private final Programme programme;
    private final PartnerDao partners;
    private final Partner partner;

    PartnerUpdateTest(PartnerDatabase database) {
        programme = new Programme(database);
        partners = programme.acme.partners();
        partner = programme.activePartner("0.1");
    }

    @Test
    void an_update_writes_every_detail_and_counts() {
        PartnerDetails details = PartnerDetails.named("Northwind Group")
                .withLegalName("Northwind Group plc")
                .withPrimaryEmail("ann@northwind.example")
                .withBillingEmail("billing@northwind.example")
                .withPhone("1")
                .withWebsite("https://northwind.example")
                .withTier(PartnerTier.PLATINUM)
                .withDefaultRate("0")
                .withHoldDays(14)
                .withMetadata("{\"a\": 1}");

        Partner updated = partners.update(PartnerUpdate.of(partner, details)).orElseThrow();

        assertThat(updated.details()).isEqualTo(details);
        assertThat(updated.rowVersion()).isEqualTo(partner.rowVersion() + 1);
        assertThat(updated.updatedAt()).isAfter(partner.updatedAt());
        assertThat(updated.status()).isEqualTo(partner.status());
        assertThat(partners.find(partner.id())).contains(updated);

        PartnerDetails nothing = details.withLegalName(null)
                .withPrimaryEmail(null)
                .withBillingEmail(null)
                .withPhone(null)
                .withWebsite(null)
                .withDefaultRate(null);
        Partner cleared = partners.update(PartnerUpdate.of(updated, nothing)).orElseThrow();
        assertThat(cleared.details()).isEqualTo(nothing);
        assertThat(cleared.defaultCommissionRate()).isEmpty();
    }

    @Test
    void an_update_of_a_stale_version_is_empty_and_changes_nothing() {
        PartnerUpdate stale = PartnerUpdate.of(partner, partner.details().withPhone("1"));
        partners.update(PartnerUpdate.of(partner, partner.details().withPhone("2")));
        String before = programme.fingerprint();

        assertThat(partners.update(stale)).isEmpty();
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_transition_a_hold_or_another_minimum_makes_a_version_stale() {
        Partner suspended = partners.suspend(partner.id(), "under review").value();
        assertThat(partners.update(PartnerUpdate.of(partner, partner.details())))
                .isEmpty();
        Partner held = partners.hold(partner.id(), "fraud").value();
        assertThat(partners.update(PartnerUpdate.of(suspended, partner.details())))
                .isEmpty();
        partners.setPayoutMinimum(partner.id(), Money.of("50", "USD"));
        assertThat(partners.update(PartnerUpdate.of(held, partner.details()))).isEmpty();
    }

    @Test
    void of_eight_updates_of_one_version_one_is_made() throws Exception {
        List<Optional<Partner>> updates = Together.run(
                8,
                thread -> partners.update(
                        PartnerUpdate.of(partner, partner.details().withPhone("" + thread))));

        List<Partner> made = updates.stream().flatMap(Optional::stream).toList();
        assertThat(made).hasSize(1);
        assertThat(partners.find(partner.id())).contains(made.get(0));
    }

    @Test
    void another_default_rate_holds_for_later_sales_and_changes_no_earlier_one() {
        UUID customer = programme.customerOf(partner);
        CommissionEvent before = programme.sale(customer, "100", "USD", JANUARY).get(0);

        partners.update(PartnerUpdate.of(partner, partner.details().withDefaultRate("0.2")));

        assertThat(programme.sale(customer, "100", "USD", FEBRUARY).get(0).amount())
                .isEqualTo(Money.of("20", "USD"));
        assertThat(programme.acme.commissions().find(before.id())).contains(before);
        assertThat(partners.find(partner.id()).orElseThrow().defaultCommissionRate())
                .contains(new BigDecimal("0.200000"));
    }

    @Test
    void an_update_that_cannot_be_is_refused_and_changes_nothing() {
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.update(
                        PartnerUpdate.of(partner, partner.details().withMetadata("{a}"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        "metadata is not JSON that PostgreSQL can store; check its quotes, commas and braces, and that it"
                                + " has no \\u0000");
        assertThatThrownBy(() -> programme.other.partners().update(PartnerUpdate.of(partner, partner.details())))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partner.id() + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void payout_minimums_are_set_changed_and_removed_for_each_currency() {
        UUID id = partner.id();
        assertThat(partners.setPayoutMinimum(id, Money.of("50", "USD"))).containsExactly(Money.of("50", "USD"));
        assertThat(partners.setPayoutMinimum(id, Money.of("5", "KWD")))
                .containsExactly(Money.of("5", "KWD"), Money.of("50", "USD"));
        assertThat(partners.setPayoutMinimum(id, Money.of("20", "USD")))
                .containsExactly(Money.of("5", "KWD"), Money.of("20", "USD"));
        assertThat(partners.payoutMinimums(id)).containsExactly(Money.of("5", "KWD"), Money.of("20", "USD"));
        assertThat(partners.removePayoutMinimum(id, USD)).containsExactly(Money.of("5", "KWD"));
        assertThat(partners.find(id).orElseThrow().rowVersion()).isEqualTo(partner.rowVersion() + 4);
    }

    @Test
    void a_minimum_that_is_so_already_changes_nothing() {
        partners.setPayoutMinimum(partner.id(), Money.of("50", "USD"));
        String before = programme.fingerprint();

        partners.setPayoutMinimum(partner.id(), Money.of("50.00", "USD"));
        partners.removePayoutMinimum(partner.id(), Currency.getInstance("EUR"));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_run_keeps_to_the_minimum_of_the_moment() {
        programme.approvedSale(programme.customerOf(partner), "200", "USD", JANUARY);
        partners.setPayoutMinimum(partner.id(), Money.of("20.01", "USD"));
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();

        partners.removePayoutMinimum(partner.id(), USD);
        assertThat(programme.closeAll(FEBRUARY).closed()).hasSize(1);
    }

    @Test
    void minimums_of_eight_threads_are_each_set_and_counted() throws Exception {
        List<String> currencies = List.of("USD", "EUR", "GBP", "JPY", "KWD", "CHF", "SEK", "NOK");
        Together.run(8, thread -> partners.setPayoutMinimum(partner.id(), Money.of("50", currencies.get(thread))));

        assertThat(partners.payoutMinimums(partner.id())).hasSize(8);
        assertThat(partners.find(partner.id()).orElseThrow().rowVersion()).isEqualTo(partner.rowVersion() + 8);
    }

    @Test
    void minimums_of_another_tenants_partner_are_not_set() {
        String before = programme.fingerprint();
        String message = "this tenant has no partner " + partner.id() + "; check the id and the tenant";

        assertThatThrownBy(() -> programme.other.partners().setPayoutMinimum(partner.id(), Money.of("1", "USD")))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThatThrownBy(() -> programme.other.partners().removePayoutMinimum(partner.id(), USD))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }
}
