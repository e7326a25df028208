package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.Programme.FEBRUARY;
import static com.dotmac.partner.dao.Programme.JANUARY;
import static com.dotmac.partner.dao.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerException.ConstraintViolated;
import com.dotmac.partner.dao.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.PartnerException.IllegalMove;
import com.dotmac.partner.dao.PartnerException.NotFound;
import com.dotmac.partner.schema.jooq.enums.PartnerStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class PartnerDaoTest {

    private final Programme programme;
    private final PartnerDao partners;

    PartnerDaoTest(PartnerDatabase database) {
        programme = new Programme(database);
        partners = programme.acme.partners();
    }

    @Test
    void a_registered_partner_is_pending_and_found_by_its_id() {
        Outcome<Partner> registered =
                partners.register(NewPartner.named("r-1", "Northwind").withDefaultRate("0.125"));

        assertThat(registered.replayed()).isFalse();
        assertThat(registered.value())
                .isEqualTo(new Partner(
                        registered.value().id(),
                        "P-00000001",
                        "Northwind",
                        PartnerStatus.pending,
                        Optional.of(new BigDecimal("0.125000")),
                        Optional.empty()));
        assertThat(partners.find(registered.value().id())).contains(registered.value());
        assertThat(programme.other.partners().find(registered.value().id())).isEmpty();
    }

    @Test
    void a_registration_delivered_twice_registers_once() {
        NewPartner northwind = NewPartner.named("r-1", "Northwind").withPayoutMinimums(Money.of("50", "USD"));
        Outcome<Partner> first = partners.register(northwind);
        String before = programme.fingerprint();

        assertThat(partners.register(northwind)).isEqualTo(new Outcome<>(first.value(), true));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_key_used_with_other_content_is_refused_and_changes_nothing() {
        partners.register(NewPartner.named("r-1", "Northwind"));
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.register(NewPartner.named("r-1", "Southwind")))
                .isInstanceOf(IdempotencyConflict.class)
                .hasMessage(
                        "the idempotency key \"r-1\" was used before, to register a partner with other content; nothing"
                                + " was changed. Send the first content again, or use a new key for a new request");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void numbers_are_unique_in_a_tenant_and_go_on_after_a_number_of_the_callers() {
        partners.register(NewPartner.named("r-1", "Northwind").withNumber("P-00000041"));
        partners.register(NewPartner.named("r-2", "Legacy").withNumber("PARTNER-7"));

        assertThat(partners.register(NewPartner.named("r-3", "Next")).value().number())
                .isEqualTo("P-00000042");
        assertThat(programme
                        .other
                        .partners()
                        .register(NewPartner.named("r-1", "First"))
                        .value()
                        .number())
                .isEqualTo("P-00000001");
        String before = programme.fingerprint();
        assertThatThrownBy(
                        () -> partners.register(NewPartner.named("r-4", "Twin").withNumber("P-00000041")))
                .isInstanceOf(ConstraintViolated.class)
                .hasMessage("the database refused the change, constraint partner_number_is_unique: duplicate key value"
                        + " violates unique constraint \"partner_number_is_unique\"");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void sixteen_registrations_at_once_take_sixteen_numbers_without_a_gap() throws Exception {
        TreeSet<String> numbers =
                new TreeSet<>(Together.run(16, i -> partners.register(NewPartner.named("r-" + i, "Partner " + i))
                        .value()
                        .number()));

        assertThat(numbers)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 16)
                        .mapToObj(i -> String.format("P-%08d", i))
                        .toList());
    }

    @Test
    void a_partner_becomes_active_once_and_the_move_is_recorded() {
        UUID id =
                partners.register(NewPartner.named("r-1", "Northwind")).value().id();

        assertThat(partners.activate(id, "contract signed").replayed()).isFalse();
        assertThat(partners.activate(id, "contract signed").replayed()).isTrue();
        assertThat(partners.suspend(id, "under review").value().status()).isEqualTo(PartnerStatus.suspended);

        assertThat(programme
                        .sql
                        .resultQuery("select from_status || ' ' || to_status || ' ' || reason || ' ' || changed_by"
                                + " from partner_status_changes order by id")
                        .fetchInto(String.class))
                .containsExactly("pending active contract signed user:42", "active suspended under review user:42");
    }

    @Test
    void a_terminated_partner_cannot_become_active() {
        UUID id =
                partners.register(NewPartner.named("r-1", "Northwind")).value().id();
        programme.sql.execute("update partners set status = 'terminated'");

        assertThatThrownBy(() -> partners.activate(id, "again"))
                .isInstanceOf(IllegalMove.class)
                .hasMessage("partner " + id + " is terminated and may not become active");
    }

    @Test
    void a_partner_of_another_tenant_cannot_be_moved_or_given_customers() {
        UUID id =
                partners.register(NewPartner.named("r-1", "Northwind")).value().id();
        String message = "this tenant has no partner " + id + "; check the id and the tenant";
        String before = programme.fingerprint();

        assertThatThrownBy(() -> programme.other.partners().activate(id, "mine"))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThatThrownBy(() -> programme
                        .other
                        .partners()
                        .assign(CustomerAssignment.from("a-1", id, programme.customer(), JANUARY)))
                .isInstanceOf(NotFound.class)
                .hasMessage(message);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_customer_is_assigned_once_and_not_twice_at_the_same_time() {
        UUID id = programme.activePartner("0.1").id();
        UUID customer = programme.customer();
        CustomerAssignment january = CustomerAssignment.from("a-1", id, customer, JANUARY)
                .withCustomRate("0")
                .until(FEBRUARY);

        Outcome<PartnerAccount> first = partners.assign(january);
        assertThat(first.value())
                .isEqualTo(new PartnerAccount(
                        first.value().id(),
                        id,
                        Optional.of(customer),
                        Optional.of(new BigDecimal("0.000000")),
                        JANUARY,
                        Optional.of(FEBRUARY)));
        assertThat(partners.assign(january)).isEqualTo(new Outcome<>(first.value(), true));

        partners.assign(CustomerAssignment.from("a-2", id, customer, FEBRUARY).until(MARCH));
        assertThatThrownBy(
                        () -> partners.assign(CustomerAssignment.from("a-3", id, customer, FEBRUARY.minusSeconds(1))))
                .isInstanceOf(ConstraintViolated.class)
                .hasMessage(
                        "the database refused the change, constraint partner_account_periods_do_not_overlap: conflicting"
                                + " key value violates exclusion constraint \"partner_account_periods_do_not_overlap\"");
    }

    @Test
    void a_customer_the_host_does_not_have_is_refused() {
        UUID id = programme.activePartner("0.1").id();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.assign(CustomerAssignment.from("a-1", id, UUID.randomUUID(), JANUARY)))
                .isInstanceOfSatisfying(ConstraintViolated.class, refused -> {
                    assertThat(refused.constraint()).isEqualTo("partner_account_is_of_a_host_customer");
                    assertThat(refused.sqlState()).contains("23503");
                    assertThat(refused.retryHelps()).isFalse();
                });
        assertThat(programme.fingerprint()).isEqualTo(before);
    }
}
