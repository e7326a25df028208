package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Partners and their users: the library refuses invalid input before it asks for a connection. */
@Tag("fast")
class BadPartnerInputTest {

    private static final UUID ID = UUID.fromString("01a204b8-a116-7a2d-ab4c-f413632bf361");
    private static final PartnerDetails NORTHWIND = PartnerDetails.named("Northwind");
    private static final NewPartner NEW = NewPartner.named("k", "Northwind");
    private static final NewPartnerUser ANN = NewPartnerUser.of("k", ID, "ann@b", "Ann", "clerk");
    private static final PartnerUserUpdate UPDATE =
            new PartnerUserUpdate(ID, 1, "ann@b", "Ann", "clerk", Optional.empty());

    /** Connects to nowhere: a statement would fail with something else than the message expected. */
    private static final PartnerScope ACME =
            PartnerStore.create(new PGSimpleDataSource()).tenant("acme").actingAs("user:42");

    private static final PartnerDao PARTNERS = ACME.partners();
    private static final PartnerUserDao USERS = ACME.users();

    private static final String NOT_JSON = "metadata is not a JSON object; write it like {\"region\": \"EU\"}";
    private static final String BAD_PAGE =
            "the page token is not of this list; give Page.next() as it is, for the same tenant, query and order, or begin"
                    + " without a token";

    private static Arguments bad(String message, ThrowingCallable call) {
        return arguments(message, call);
    }

    static Stream<Arguments> details() {
        return Stream.of(
                bad("companyName is missing", () -> PartnerDetails.named(null)),
                bad("companyName is blank; give 1 to 255 characters", () -> NORTHWIND.withCompanyName(" ")),
                bad("legalName is blank; give 1 to 255 characters", () -> NEW.withLegalName("")),
                bad("primaryEmail is blank; give 1 to 255 characters", () -> NEW.withPrimaryEmail("")),
                bad("billingEmail is blank; give 1 to 255 characters", () -> NEW.withBillingEmail("")),
                bad("phone is blank; give 1 to 50 characters", () -> NEW.withPhone("")),
                bad("website is blank; give 1 to 500 characters", () -> NEW.withWebsite("")),
                bad(
                        "website \"wwwwwwwwwwwwwwwwwwww...\" has 501 characters; give at most 500",
                        () -> NEW.withWebsite("w".repeat(501))),
                bad("tier is missing", () -> NEW.withTier(null)),
                bad(
                        "defaultCommissionRate \"10%\" is not a plain decimal number; write it like 1250.75 or -3",
                        () -> NEW.withDefaultRate("10%")),
                bad(
                        "defaultCommissionRate 1.5 is not a fraction from 0 to 1; twelve and a half percent is 0.125",
                        () -> NORTHWIND.withDefaultRate("1.5")),
                bad("commissionHoldDays -1 is out of range; give 0 to 3650", () -> NEW.withHoldDays(-1)),
                bad("commissionHoldDays 3651 is out of range; give 0 to 3650", () -> NORTHWIND.withHoldDays(3651)),
                bad("metadata is missing", () -> NEW.withMetadata(null)),
                bad(NOT_JSON, () -> NEW.withMetadata("")),
                bad(NOT_JSON, () -> NEW.withMetadata("[]")),
                bad(NOT_JSON, () -> NEW.withMetadata("null")),
                bad(NOT_JSON, () -> NORTHWIND.withMetadata("{\"a\": 1")),
                bad(
                        "metadata contains the character U+0000, which PostgreSQL cannot store",
                        () -> NEW.withMetadata("{\0}")),
                bad("number is missing", () -> NEW.withNumber(null)),
                bad("details is missing", () -> NEW.withDetails(null)),
                bad("payoutMinimums: an amount is missing", () -> NEW.withPayoutMinimums((Money) null)),
                bad(
                        "legalName is missing",
                        () -> new PartnerDetails(
                                "N",
                                null,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                NORTHWIND.tier(),
                                Optional.<BigDecimal>empty(),
                                0,
                                "{}")));
    }

    static Stream<Arguments> partners() {
        return Stream.of(
                bad("number is missing", () -> PARTNERS.findByNumber(null)),
                bad("number is blank; give 1 to 50 characters", () -> PARTNERS.findByNumber(" ")),
                bad("update is missing", () -> PARTNERS.update(null)),
                bad("partnerId is missing", () -> new PartnerUpdate(null, 1, NORTHWIND)),
                bad("details is missing", () -> new PartnerUpdate(ID, 1, null)),
                bad("partner is missing", () -> PartnerUpdate.of(null, NORTHWIND)),
                bad("partnerId is missing", () -> PARTNERS.suspend(null, "r")),
                bad("partnerId is missing", () -> PARTNERS.terminate(null, "r")),
                bad("reason is missing", () -> PARTNERS.terminate(ID, null)),
                bad("partnerId is missing", () -> PARTNERS.archive(null, "r")),
                bad("reason is blank; give 1 to 500 characters", () -> PARTNERS.archive(ID, "")),
                bad("partnerId is missing", () -> PARTNERS.hold(null, "r")),
                bad("reason is missing", () -> PARTNERS.hold(ID, null)),
                bad(
                        "reason \"rrrrrrrrrrrrrrrrrrrr...\" has 501 characters; give at most 500",
                        () -> PARTNERS.hold(ID, "r".repeat(501))),
                bad("partnerId is missing", () -> PARTNERS.releaseHold(null, "r")),
                bad("reason is blank; give 1 to 500 characters", () -> PARTNERS.releaseHold(ID, " ")),
                bad("partnerId is missing", () -> PARTNERS.history(null)),
                bad("partnerId is missing", () -> PARTNERS.holds(null)),
                bad("partnerId is missing", () -> PARTNERS.setPayoutMinimum(null, Money.of("1", "USD"))),
                bad("minimum is missing", () -> PARTNERS.setPayoutMinimum(ID, null)),
                bad(
                        "payout minimum -1.00 USD is negative; give 0 or more",
                        () -> PARTNERS.setPayoutMinimum(ID, Money.of("-1", "USD"))),
                bad(
                        "partnerId is missing",
                        () -> PARTNERS.removePayoutMinimum(
                                null, Money.of("1", "USD").currency())),
                bad("currency is missing", () -> PARTNERS.removePayoutMinimum(ID, null)),
                bad("partnerId is missing", () -> PARTNERS.payoutMinimums(null)),
                bad("accountId is missing", () -> PARTNERS.endAssignment(null, FEBRUARY, "r")),
                bad("at is missing", () -> PARTNERS.endAssignment(ID, null, "r")),
                bad(
                        "at +1000000000-12-31T23:59:59.999999999Z is not between 0001-01-01T00:00:00Z and"
                                + " 9999-12-31T23:59:59.999999Z; leave an open end out",
                        () -> PARTNERS.endAssignment(ID, Instant.MAX, "r")),
                bad("reason is missing", () -> PARTNERS.endAssignment(ID, FEBRUARY, null)),
                bad("partnerId is missing", () -> PARTNERS.assignments(null, 1)),
                bad("size 0 is out of range; give 1 to 1000", () -> PARTNERS.assignments(ID, 0)),
                bad("partnerId is missing", () -> PARTNERS.assignments(null, 1, "")),
                bad("size 1001 is out of range; give 1 to 1000", () -> PARTNERS.assignments(ID, 1001, "")),
                bad(BAD_PAGE, () -> PARTNERS.assignments(ID, 1, "2")),
                bad("customerId is missing", () -> PARTNERS.assignmentsOfCustomer(null, FEBRUARY)),
                bad("at is missing", () -> PARTNERS.assignmentsOfCustomer(ID, null)));
    }

    static Stream<Arguments> searches() {
        PartnerQuery all = PartnerQuery.all();
        return Stream.of(
                bad("query is missing", () -> PARTNERS.search(null, 1)),
                bad("size 0 is out of range; give 1 to 1000", () -> PARTNERS.search(all, 0)),
                bad("size 1001 is out of range; give 1 to 1000", () -> PARTNERS.search(all, 1001)),
                bad("query is missing", () -> PARTNERS.search(null, 1, "")),
                bad("size -1 is out of range; give 1 to 1000", () -> PARTNERS.search(all, -1, "")),
                bad(BAD_PAGE, () -> PARTNERS.search(all, 1, "")),
                bad(BAD_PAGE, () -> PARTNERS.search(all, 1, "%%%")),
                bad(BAD_PAGE, () -> PARTNERS.search(all, 1, "QUJD")),
                bad("prefix is missing", () -> PartnerQuery.nameBeginsWith(null)),
                bad("prefix is blank; give 1 to 255 characters", () -> PartnerQuery.nameBeginsWith(" ")),
                bad(
                        "prefix \"nnnnnnnnnnnnnnnnnnnn...\" has 256 characters; give at most 255",
                        () -> PartnerQuery.numberBeginsWith("n".repeat(256))),
                bad("order is missing", () -> new PartnerQuery(null, "", Set.of())),
                bad("statuses is missing", () -> new PartnerQuery(PartnerQuery.Order.NAME, "", null)),
                bad("statuses: a status is missing", () -> all.withStatus(null)),
                bad("statuses: a status is missing", () -> all.withStatus(PartnerStatus.ACTIVE, (PartnerStatus) null)));
    }

    static Stream<Arguments> users() {
        return Stream.of(
                bad("user is missing", () -> USERS.add(null)),
                bad(
                        "idempotency key is blank; give 1 to 255 characters",
                        () -> NewPartnerUser.of("", ID, "a", "A", "c")),
                bad("partnerId is missing", () -> NewPartnerUser.of("k", null, "a", "A", "c")),
                bad("email is blank; give 1 to 255 characters", () -> NewPartnerUser.of("k", ID, "", "A", "c")),
                bad("fullName is missing", () -> NewPartnerUser.of("k", ID, "a", null, "c")),
                bad(
                        "role \"cccccccccccccccccccc...\" has 51 characters; give at most 50",
                        () -> NewPartnerUser.of("k", ID, "a", "A", "c".repeat(51))),
                bad("hostUserId is missing", () -> ANN.linkedTo(null)),
                bad("userId is missing", () -> USERS.find(null)),
                bad("partnerId is missing", () -> USERS.list(null)),
                bad("partnerId is missing", () -> USERS.primaryContact(null)),
                bad("hostUserId is missing", () -> USERS.ofHostUser(null)),
                bad("update is missing", () -> USERS.change(null)),
                bad("user is missing", () -> PartnerUserUpdate.of(null)),
                bad(
                        "userId is missing",
                        () -> new PartnerUserUpdate(null, 1, "ann@b", "Ann", "clerk", Optional.empty())),
                bad("hostUserId is missing", () -> new PartnerUserUpdate(ID, 1, "ann@b", "Ann", "clerk", null)),
                bad("email is blank; give 1 to 255 characters", () -> UPDATE.withEmail("")),
                bad("fullName is blank; give 1 to 255 characters", () -> UPDATE.withFullName("")),
                bad("role is blank; give 1 to 50 characters", () -> UPDATE.withRole("")),
                bad("hostUserId is missing", () -> UPDATE.linkedTo(null)),
                bad("userId is missing", () -> USERS.makePrimary(null)),
                bad("userId is missing", () -> USERS.deactivate(null, "r")),
                bad("reason is missing", () -> USERS.deactivate(ID, null)),
                bad("userId is missing", () -> USERS.reactivate(null, "r")),
                bad("reason is blank; give 1 to 500 characters", () -> USERS.reactivate(ID, "")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"details", "partners", "searches", "users"})
    void invalid_input_is_refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PartnerException.InvalidInput.class, refused -> {
            assertThat(refused).hasMessage(message);
            assertThat(refused.code()).isEqualTo(PartnerException.Code.INVALID_INPUT);
        });
    }
}
