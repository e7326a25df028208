package com.dotmac.partner.dao.partners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.ConstraintViolated;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PartnerTier;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerRegistrationTest {

    private final Programme programme;
    private final PartnerDao partners;

    PartnerRegistrationTest(PartnerDatabase database) {
        programme = new Programme(database);
        partners = programme.acme.partners();
    }

    @Test
    @Tag("fast")
    void a_registered_partner_is_pending_and_found_by_its_id() {
        PartnerDetails details = PartnerDetails.named("Northwind")
                .withLegalName("Northwind Traders Ltd")
                .withPrimaryEmail("ann@northwind.example")
                .withBillingEmail("billing@northwind.example")
                .withPhone("+44 20 7946 0001")
                .withWebsite("https://northwind.example")
                .withTier(PartnerTier.GOLD)
                .withDefaultRate("0.125")
                .withHoldDays(30)
                .withMetadata("{\"region\": \"EU\"}");

        Outcome<Partner> registered =
                partners.register(NewPartner.named("r-1", "Northwind").withDetails(details));

        assertThat(registered.replayed()).isFalse();
        Instant now = registered.value().createdAt();
        assertThat(registered.value())
                .isEqualTo(new Partner(
                        registered.value().id(),
                        "P-00000001",
                        details,
                        PartnerStatus.PENDING,
                        Optional.empty(),
                        Optional.empty(),
                        "r-1",
                        1,
                        now,
                        "user:42",
                        now,
                        "user:42"));
        assertThat(partners.findByNumber("P-00000001")).contains(registered.value());
        assertThat(programme.other.partners().findByNumber("P-00000001")).isEmpty();
        assertThat(partners.find(registered.value().id())).contains(registered.value());
        assertThat(programme.other.partners().find(registered.value().id())).isEmpty();
    }

    @Test
    @Tag("fast")
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
    void a_new_partner_says_each_of_its_details() {
        NewPartner one_by_one = NewPartner.named("r-1", "Northwind")
                .withLegalName("Northwind Traders Ltd")
                .withPrimaryEmail("ann@northwind.example")
                .withBillingEmail("billing@northwind.example")
                .withPhone("+44 20 7946 0001")
                .withWebsite("https://northwind.example")
                .withTier(PartnerTier.GOLD)
                .withDefaultRate("0.125")
                .withHoldDays(30)
                .withMetadata("{\"region\": \"EU\"}");

        assertThat(partners.register(one_by_one).value().details())
                .isEqualTo(new PartnerDetails(
                        "Northwind",
                        Optional.of("Northwind Traders Ltd"),
                        Optional.of("ann@northwind.example"),
                        Optional.of("billing@northwind.example"),
                        Optional.of("+44 20 7946 0001"),
                        Optional.of("https://northwind.example"),
                        PartnerTier.GOLD,
                        Optional.of(new BigDecimal("0.125000")),
                        30,
                        "{\"region\": \"EU\"}"));
    }

    static Stream<UnaryOperator<NewPartner>> other_content() {
        return Stream.of(
                partner -> partner.withNumber("P-7"),
                partner -> partner.withPayoutMinimums(Money.of("1", "USD")),
                partner -> partner.withDetails(partner.details().withCompanyName("Southwind")),
                partner -> partner.withLegalName("Southwind"),
                partner -> partner.withPrimaryEmail("a@b"),
                partner -> partner.withBillingEmail("a@b"),
                partner -> partner.withPhone("1"),
                partner -> partner.withWebsite("w"),
                partner -> partner.withTier(PartnerTier.SILVER),
                partner -> partner.withDefaultRate("0"),
                partner -> partner.withHoldDays(1),
                partner -> partner.withMetadata("{\"a\": 1}"));
    }

    @ParameterizedTest
    @MethodSource
    void other_content(UnaryOperator<NewPartner> change) {
        NewPartner northwind = NewPartner.named("r-1", "Northwind");
        partners.register(northwind);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> partners.register(change.apply(northwind))).isInstanceOf(IdempotencyConflict.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{region: 1}", "{\"a\": \"\\u0000\"}", "{}, {}", "{\"a\": 1e999999}"})
    void metadata_that_is_not_json_is_refused_and_leaves_nothing(String metadata) {
        String before = programme.fingerprint();

        assertThatThrownBy(() ->
                        partners.register(NewPartner.named("r-1", "Northwind").withMetadata(metadata)))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        "metadata is not JSON that PostgreSQL can store; check its quotes, commas and braces, and that it"
                                + " has no \\u0000");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void eight_threads_register_200_partners_without_a_gap_or_a_double_number() throws Exception {
        int threads = 8;
        int partnersEach = 25;
        List<Partner> registered = Together.run(threads, thread -> IntStream.range(0, partnersEach)
                        .mapToObj(i -> partners.register(
                                        NewPartner.named("r-" + thread + "-" + i, "Partner " + thread + "/" + i))
                                .value())
                        .toList())
                .stream()
                .flatMap(List::stream)
                .toList();

        assertThat(registered.stream().map(Partner::number).sorted())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, threads * partnersEach)
                        .mapToObj(i -> String.format("P-%08d", i))
                        .toList());
        assertThat(registered.stream().map(Partner::id).distinct()).hasSize(threads * partnersEach);
    }

    @Test
    void one_registration_sent_by_eight_threads_at_once_registers_one_partner() throws Exception {
        List<Outcome<Partner>> outcomes =
                Together.run(8, thread -> partners.register(NewPartner.named("r-1", "Northwind")));

        assertThat(outcomes.stream().map(outcome -> outcome.value().id()).distinct())
                .hasSize(1);
        assertThat(outcomes.stream().filter(Outcome::replayed)).hasSize(7);
    }

    @Test
    void what_plain_sql_has_left_blank_is_read_as_not_there() {
        Partner partner =
                partners.register(NewPartner.named("r-1", "Northwind")).value();
        programme.sql.execute(
                "update partners set legal_name = '', primary_email = ' ', billing_email = '', phone = '',"
                        + " website = ''");

        assertThat(partners.find(partner.id()).orElseThrow().details()).isEqualTo(PartnerDetails.named("Northwind"));
    }
}
