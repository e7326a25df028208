package com.dotmac.partner.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerAccount;
import com.dotmac.partner.dao.partners.PartnerDao;
import com.dotmac.partner.dao.partners.PartnerDetails;
import com.dotmac.partner.dao.partners.PartnerQuery;
import com.dotmac.partner.dao.partners.PartnerUpdate;
import com.dotmac.partner.dao.partners.PartnerUser;
import com.dotmac.partner.dao.partners.PartnerUserDao;
import com.dotmac.partner.dao.partners.PartnerUserUpdate;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PartnerTier;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of docs/partners.md, compiled and run. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnersPageTest {

    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");

    @Test
    void the_examples_do_what_the_page_says(PartnerDatabase database) {
        UUID customerId = UUID.randomUUID();
        UUID hostUserId = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customerId);
        database.sql().execute("insert into users values (?)", hostUserId);
        PartnerScope acme = database.store().tenant("acme").actingAs("user:42");
        PartnerDao partners = acme.partners();
        PartnerUserDao users = acme.users();

        // example begins
        NewPartner northwind = NewPartner.named("partner:7", "Northwind")
                .withBillingEmail("billing@northwind.example")
                .withTier(PartnerTier.SILVER)
                .withDefaultRate("0.10")
                .withHoldDays(30)
                .withPayoutMinimums(Money.of("50", "USD"));
        Partner partner = partners.register(northwind).value(); // P-00000001, pending
        partners.activate(partner.id(), "contract signed");
        // example ends
        assertThat(partner.number() + " " + partner.status()).isEqualTo("P-00000001 pending");

        // example begins
        Partner read = partners.findByNumber("P-00000001").orElseThrow();
        PartnerDetails gold = read.details().withTier(PartnerTier.GOLD).withPhone(null);
        Optional<Partner> updated = partners.update(PartnerUpdate.of(read, gold)); // empty: changed since it was read
        // example ends
        assertThat(updated.orElseThrow().details().tier()).isEqualTo(PartnerTier.GOLD);

        // example begins
        List<Partner> found = new ArrayList<>();
        PartnerQuery query = PartnerQuery.nameBeginsWith("north").withStatus(PartnerStatus.ACTIVE);
        Page<Partner> page = partners.search(query, 50);
        found.addAll(page.items());
        while (page.next().isPresent()) {
            page = partners.search(query, 50, page.next().orElseThrow());
            found.addAll(page.items());
        }
        // example ends
        assertThat(found).containsExactly(updated.orElseThrow());

        // example begins
        partners.hold(partner.id(), "bank details missing"); // earns, is not paid
        partners.releaseHold(partner.id(), "bank details came");
        List<Partner.StatusChange> transitions = partners.history(partner.id());
        List<Partner.HoldChange> holds = partners.holds(partner.id());
        // example ends
        assertThat(transitions).hasSize(1);
        assertThat(holds).hasSize(2);

        // example begins
        PartnerUser ann = users.add(
                        NewPartnerUser.of("person:1", partner.id(), "ann@northwind.example", "Ann", "owner"))
                .value();
        users.makePrimary(ann.id()); // and no longer the contact before
        users.change(PartnerUserUpdate.of(users.find(ann.id()).orElseThrow()).linkedTo(hostUserId));
        users.deactivate(ann.id(), "left the company");
        // example ends
        assertThat(users.find(ann.id()).orElseThrow())
                .extracting(PartnerUser::hostUserId, PartnerUser::status)
                .containsExactly(Optional.of(hostUserId), PartnerUser.Status.INACTIVE);

        // example begins
        PartnerAccount account = partners.assign(CustomerAssignment.from("account:7", partner.id(), customerId, JULY)
                        .withCustomRate("0.20"))
                .value();
        partners.endAssignment(account.id(), AUGUST, "moved to another partner");
        List<PartnerAccount> earning = partners.assignmentsOfCustomer(customerId, AUGUST); // none
        // example ends
        assertThat(earning).isEmpty();
    }

    @Test
    void the_page_shows_these_examples() throws IOException {
        assertThat(PageExamples.ofPage("partners.md")).isEqualTo(PageExamples.ofTest(PartnersPageTest.class));
    }
}
