package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.Programme.FEBRUARY;
import static com.dotmac.partner.dao.Programme.JANUARY;
import static com.dotmac.partner.dao.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.types.PartnerTier;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.security.MessageDigest;
import java.util.Currency;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The hash of each operation's request, as it is in databases. Keys never expire: a hash that changes turns every second delivery after an
 * upgrade into a conflict. A hash here is never edited; new content takes a field of its own, and needs a decision about the old ones.
 */
class RequestHashesTest {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static final UUID INVOICE = UUID.fromString("01890000-0000-7000-8000-000000000003");
    private static final UUID EVENT = UUID.fromString("01890000-0000-7000-8000-000000000004");
    private static final UUID RULE = UUID.fromString("01890000-0000-7000-8000-000000000005");
    private static final UUID PAYOUT = UUID.fromString("01890000-0000-7000-8000-000000000006");
    private static final UUID HOST_USER = UUID.fromString("01890000-0000-7000-8000-000000000007");

    private static final Money TEN = Money.of("10", "USD");
    private static final Money HUNDRED = Money.of("100.00", "USD");

    record Golden(String what, RequestContent content, String sha256) {
        @Override
        public String toString() {
            return what;
        }
    }

    static final Sale SALE = new Sale("k", CUSTOMER, null, HUNDRED, JANUARY);
    static final NewCommission COMMISSION = NewCommission.on("k", PARTNER, HUNDRED, TEN, JANUARY);

    static Stream<Golden> accruals() {
        return Stream.of(
                golden(
                        "a sale",
                        CommissionAccrual.content(SALE),
                        "fe58bcc5e4879ac005876fc083949f065aea96ae33aaf5ad51dfba4dc18ef1dc"),
                golden(
                        "a sale of an invoice in lines",
                        CommissionAccrual.content(new Sale("k", CUSTOMER, INVOICE, HUNDRED, JANUARY)
                                .ofLines(
                                        new SaleLine("seat", Money.of("110.5", "USD")),
                                        new SaleLine(null, Money.of("-10.5", "USD")))),
                        "9b7cf31b30f6c6b0f10c95c8aaaed5cc2c6988ab4a94383ebb12568f608cfcc8"));
    }

    static Stream<Golden> recordings() {
        return Stream.of(
                golden(
                        "a manual commission",
                        CommissionRecording.content(COMMISSION),
                        "f11b162117769ba7e6abc29be8fffc4ab921bb0079b3840583e5ce53818b7ee1"),
                golden(
                        "a manual commission with all that it can have",
                        CommissionRecording.content(COMMISSION
                                .ofInvoice(CUSTOMER, INVOICE)
                                .heldUntil(FEBRUARY)
                                .because("a bonus for Zo\u00eb")),
                        "8c02e8ad39d1abbb18ccec2a9e7dfafb2894c613b40e01420d73ac845f482a1b"),
                golden(
                        "a clawback",
                        CommissionClawback.content(EVENT, TEN, "returned goods"),
                        "dcbabf6c70ffaa9e7df21a3a36b2f456d477c4e23e7a77308366a4b2138c782a"));
    }

    static Stream<Golden> rules() {
        NewRule rule = NewRule.from("k", PARTNER, "USD", CommissionTerms.revenueShare("0.1"), JANUARY);
        CommissionTerms marginal = tiered(TierMode.MARGINAL, TierPeriod.MONTH);
        CommissionTerms whole = tiered(TierMode.WHOLE, TierPeriod.LIFETIME);
        CommissionCaps caps = CommissionCaps.NONE.perEvent(TEN).per(TierPeriod.QUARTER, HUNDRED);
        RuleRevision revision = new RuleRevision(CommissionTerms.flatFee(TEN), CommissionCaps.NONE, null, MARCH);
        return Stream.of(
                golden(
                        "a rule",
                        RuleRequests.definition(rule),
                        "113534b1cb8646a3d8dd3043ec22bc447634e42185eedb36c01c8a06a48b1755"),
                golden(
                        "a rule with all that it can have",
                        RuleRequests.definition(new NewRule(
                                "k",
                                PARTNER,
                                Currency.getInstance("USD"),
                                marginal,
                                CUSTOMER,
                                "seat",
                                7,
                                JANUARY,
                                FEBRUARY,
                                caps,
                                30)),
                        "a7f420213bc8d3bcaa21a565795ea421c3bd7d5f3b3e184ce6e2aefeb42bc597"),
                golden(
                        "a revision",
                        RuleRequests.revision(RULE, revision),
                        "0d1b4b18179d3f0d6518f93152a6d8cc1fb724ca80ffd011dcad222096634acd"),
                golden(
                        "a revision with all that it can have",
                        RuleRequests.revision(
                                RULE,
                                revision.withTerms(CommissionTerms.hybrid(TEN, "0.125"))
                                        .withCaps(CommissionCaps.NONE.per(TierPeriod.YEAR, HUNDRED))
                                        .withHoldDays(0)),
                        "0b214eb76f863e947eea1e45927e5c127d6cc13cb742c63ae077557e958ddf0f"),
                golden(
                        "a revision to tiers",
                        RuleRequests.revision(RULE, revision.withTerms(whole)),
                        "39b6158234d469458af54b93a2509d23873e12ead4e071a19c47e942139d10fc"));
    }

    static Stream<Golden> partners() {
        NewPartner partner = NewPartner.named("k", "Northwind");
        NewPartnerUser user = NewPartnerUser.of("k", PARTNER, "ann@northwind.example", "Ann", "clerk");
        CustomerAssignment assignment = CustomerAssignment.from("k", PARTNER, CUSTOMER, JANUARY);
        return Stream.of(
                golden(
                        "a partner",
                        PartnerRegistration.content(partner),
                        "1d15345b50d53cdbebd4942e1dce7a81549d32d1ed1e8232c3eb142b8aeaf808"),
                golden(
                        "a partner with all that it can have",
                        PartnerRegistration.content(partner.withNumber("N-1")
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
                golden(
                        "a partner user",
                        PartnerUsers.content(user),
                        "d297108d4314bcf2a12ea90a7c73bd398daf71fb9433ef436a0bdf51fdfd515b"),
                golden(
                        "a partner user who can log in",
                        PartnerUsers.content(user.linkedTo(HOST_USER)),
                        "c982f84a20d8751a46b519916bd73edefb506016a441e323af5fe2e45dd44db2"),
                golden(
                        "an assignment",
                        CustomerAssignments.content(assignment),
                        "99b382b29bc9113e4e3cd0cacefc5d7f9a1a560844aca66127867293938e1674"),
                golden(
                        "an assignment with all that it can have",
                        CustomerAssignments.content(
                                assignment.withCustomRate("0.2").until(FEBRUARY)),
                        "70cacffd1244fcc1b22c9b088279218299a7636b951d1c49d9311ec603d0433c"));
    }

    static Stream<Golden> payouts() {
        return Stream.of(
                golden(
                        "a closing of all payouts",
                        PayoutClosing.content(FEBRUARY),
                        "c56ec2aa64c613bcf98b113fbecbb1bb96ee3fa1c3f7679f49edf0d7746ff4f5"),
                golden(
                        "a closing of one payout",
                        PayoutClosing.content(FEBRUARY, PARTNER, Currency.getInstance("USD")),
                        "6141e92f282dd76dafb3d6b6772326641119e30fbe947faa2e3dd553ebbda838"),
                golden(
                        "a returned payment",
                        PayoutReturn.content(PAYOUT, "account closed"),
                        "0c3eb9b23eb6b9b2114dda1d845c98c5b73e35e9df0a1bbcade9205cb31ef647"));
    }

    static Stream<Golden> all() {
        return Stream.of(accruals(), recordings(), rules(), partners(), payouts())
                .flatMap(each -> each);
    }

    @ParameterizedTest
    @MethodSource("all")
    void an_operations_hash_stays_as_it_is(Golden golden) {
        assertThat(HexFormat.of().formatHex(golden.content.sha256())).isEqualTo(golden.sha256);
    }

    @ParameterizedTest
    @MethodSource("all")
    void another_format_version_would_change_the_hash(Golden golden) throws Exception {
        byte[] bytes = golden.content.bytes();
        assertThat(bytes[0]).isEqualTo((byte) 1);

        bytes[0] = 2;
        assertThat(MessageDigest.getInstance("SHA-256").digest(bytes)).isNotEqualTo(golden.content.sha256());
    }

    @Test
    void no_two_requests_have_one_hash() {
        assertThat(all().map(Golden::sha256)).doesNotHaveDuplicates();
    }

    @Test
    void every_word_of_a_tier_a_mode_and_a_period_is_its_own() {
        NewPartner partner = NewPartner.named("k", "Northwind");
        assertThat(Stream.of(PartnerTier.values())
                        .map(tier -> hash(PartnerRegistration.content(partner.withTier(tier)))))
                .doesNotHaveDuplicates();
        RuleRevision revision = new RuleRevision(CommissionTerms.flatFee(TEN), CommissionCaps.NONE, null, MARCH);
        assertThat(Stream.of(TierMode.values())
                        .flatMap(mode -> Stream.of(TierPeriod.values()).map(period -> tiered(mode, period)))
                        .map(terms -> hash(RuleRequests.revision(RULE, revision.withTerms(terms)))))
                .doesNotHaveDuplicates();
    }

    private static CommissionTerms tiered(TierMode mode, TierPeriod period) {
        return CommissionTerms.tiered(mode, period, Tier.from("0", "0.1"), Tier.from("10000.5", "0.125"));
    }

    private static Golden golden(String what, RequestContent content, String sha256) {
        return new Golden(what, content, sha256);
    }

    private static String hash(RequestContent content) {
        return HexFormat.of().formatHex(content.sha256());
    }
}
