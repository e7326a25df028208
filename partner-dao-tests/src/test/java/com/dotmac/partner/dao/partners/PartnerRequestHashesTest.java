package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.PinnedHashes;
import com.dotmac.partner.schema.types.PartnerTier;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The requests of {@link PartnerDao} and {@link PartnerUserDao}. */
public class PartnerRequestHashesTest extends PinnedHashes {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static final UUID HOST_USER = UUID.fromString("01890000-0000-7000-8000-000000000007");
    private static final Money HUNDRED = Money.of("100.00", "USD");

    static Stream<Pinned> pinned() {
        NewPartner partner = NewPartner.named("k", "Northwind");
        NewPartnerUser user = NewPartnerUser.of("k", PARTNER, "ann@northwind.example", "Ann", "clerk");
        CustomerAssignment assignment = CustomerAssignment.from("k", PARTNER, CUSTOMER, JANUARY);
        return Stream.of(
                new Pinned(
                        "a partner",
                        PartnerRegistrationSql.content(partner),
                        "1d15345b50d53cdbebd4942e1dce7a81549d32d1ed1e8232c3eb142b8aeaf808"),
                new Pinned(
                        "a partner with all that it can have",
                        PartnerRegistrationSql.content(partner.withNumber("N-1")
                                .withPayoutMinimums(HUNDRED, Money.of("50", "EUR"))
                                .withLegalName("Northwind Ltd")
                                .withPrimaryEmail("hello@northwind.example")
                                .withBillingEmail("billing@northwind.example")
                                .withPhone("+49 30 1234")
                                .withWebsite("https://northwind.example")
                                .withTier(PartnerTier.PLATINUM)
                                .withDefaultRate("0.125")
                                .withHoldDays(30)
                                .withMetadata("{\"region\": \"EU\"}")),
                        "b14e26eb66ba7b191fa12f9836f3131bbb358d1d927fd6c09f987e3b0ca85320"),
                new Pinned(
                        "a partner user",
                        PartnerUserSql.content(user),
                        "d297108d4314bcf2a12ea90a7c73bd398daf71fb9433ef436a0bdf51fdfd515b"),
                new Pinned(
                        "a partner user who can log in",
                        PartnerUserSql.content(user.linkedTo(HOST_USER)),
                        "c982f84a20d8751a46b519916bd73edefb506016a441e323af5fe2e45dd44db2"),
                new Pinned(
                        "an assignment",
                        CustomerAssignmentSql.content(assignment),
                        "99b382b29bc9113e4e3cd0cacefc5d7f9a1a560844aca66127867293938e1674"),
                new Pinned(
                        "an assignment with all that it can have",
                        CustomerAssignmentSql.content(
                                assignment.withCustomRate("0.2").until(FEBRUARY)),
                        "70cacffd1244fcc1b22c9b088279218299a7636b951d1c49d9311ec603d0433c"));
    }

    @Test
    void every_tier_has_a_word_of_its_own() {
        NewPartner partner = NewPartner.named("k", "Northwind");
        assertThat(Stream.of(PartnerTier.values())
                        .map(tier -> hash(PartnerRegistrationSql.content(partner.withTier(tier)))))
                .doesNotHaveDuplicates();
    }
}
