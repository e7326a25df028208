package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.commissions.CommissionOrder.FIRST_RECORDED_FIRST;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.PartnerDetails;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.sales.RefundLine;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.io.Reader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Every public method refuses invalid input before it asks for a connection. */
@Tag("fast")
class BadInputTest {

    private static final UUID ID = UUID.fromString("01a204b8-a116-7a2d-ab4c-f413632bf361");
    private static final Money TEN = Money.of("10", "USD");
    private static final Currency USD = TEN.currency();
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final String BAD_PAGE =
            "the page token is not of this list; give Page.next() as it is, for the same tenant, query and order, or begin"
                    + " without a token";

    /** Connects to nowhere: a statement would fail with something else than the message expected. */
    private static final PartnerScope ACME =
            PartnerStore.create(new PGSimpleDataSource()).tenant("acme").actingAs("user:42");

    private static Arguments bad(String message, ThrowingCallable call) {
        return arguments(message, call);
    }

    static Stream<Arguments> invalid_input_is_refused() {
        return Stream.of(
                bad("amount is missing", () -> Money.of(null, "USD")),
                bad("currency is missing", () -> Money.of("1", null)),
                bad(
                        "amount \"1e3\" is not a plain decimal number; write it like 1250.75 or -3",
                        () -> Money.of("1e3", "USD")),
                bad(
                        "amount \"1,000\" is not a plain decimal number; write it like 1250.75 or -3",
                        () -> Money.of("1,000", "USD")),
                bad(
                        "currency \"usd\" is not a code of ISO 4217; give three capital letters like USD",
                        () -> Money.of("1", "usd")),
                bad(
                        "currency XXX has no minor unit and cannot be paid in; give a currency in circulation",
                        () -> Money.of("1", "XXX")),
                bad(
                        "amount 1.5 JPY has more than 0 decimal digits; give a whole number of the currency's minor unit",
                        () -> Money.of("1.5", "JPY")),
                bad(
                        "amount 0.001 USD has more than 2 decimal digits; give a whole number of the currency's minor unit",
                        () -> Money.of("0.001", "USD")),
                bad(
                        "amount 1E+34 USD has more than 34 digits before the decimal point",
                        () -> new Money(new BigDecimal("1E+34"), USD)),
                bad(
                        "line amount 1000000000000000.00 USD has more than 15 digits before the decimal point; check the amount, or give it in parts",
                        () -> new SaleLine("seat", Money.of("1000000000000000", "USD"))),
                bad(
                        "fee 1000000000000000.00 USD has more than 15 digits before the decimal point; check the amount, or give it in parts",
                        () -> new CommissionTerms.FlatFee(Money.of("1000000000000000", "USD"))),
                bad(
                        "amount of line 1 1000000000000000.00 USD has more than 15 digits before the decimal point; check the amount, or give it in parts",
                        () -> RefundLine.of(1, Money.of("1000000000000000", "USD"))),
                bad(
                        "amounts in USD and EUR cannot be combined; keep a sum for each currency",
                        () -> TEN.plus(Money.of("1", "EUR"))),
                bad(
                        "amounts in USD and EUR cannot be combined; keep a sum for each currency",
                        () -> TEN.compareTo(Money.of("1", "EUR"))),
                bad(
                        "rate 1.5 is not a fraction from 0 to 1; twelve and a half percent is 0.125",
                        () -> TEN.share(new BigDecimal("1.5"))),
                bad("rate 0.1234567 has more than 6 decimal digits", () -> TEN.share(new BigDecimal("0.1234567"))),
                bad("dataSource is missing", () -> PartnerStore.create((DataSource) null)),
                bad("dsl is missing", () -> PartnerStore.create((DSLContext) null)),
                bad(
                        "the DSLContext has dialect DEFAULT; give one with SQLDialect.POSTGRES",
                        () -> PartnerStore.create(DSL.using(SQLDialect.DEFAULT))),
                bad("tenant is missing", () -> PartnerStore.create(new PGSimpleDataSource())
                        .tenant(null)),
                bad("tenant is blank; give 1 to 255 characters", () -> PartnerStore.create(new PGSimpleDataSource())
                        .tenant(" ")),
                bad("actor is missing", () -> PartnerStore.create(new PGSimpleDataSource())
                        .tenant("acme")
                        .actingAs(null)),
                bad("partner is missing", () -> ACME.partners().register(null)),
                bad("idempotency key is missing", () -> NewPartner.named(null, "Northwind")),
                bad("idempotency key is blank; give 1 to 255 characters", () -> NewPartner.named("", "Northwind")),
                bad(
                        "idempotency key \"kkkkkkkkkkkkkkkkkkkk...\" has 256 characters; give at most 255",
                        () -> NewPartner.named("k".repeat(256), "Northwind")),
                bad(
                        "idempotency key contains the character U+0000, which PostgreSQL cannot store",
                        () -> NewPartner.named("k\0", "Northwind")),
                bad("companyName is missing", () -> NewPartner.named("k", null)),
                bad("number is blank; give 1 to 50 characters", () -> NewPartner.named("k", "Northwind")
                        .withNumber("")),
                bad(
                        "defaultCommissionRate -0.1 is not a fraction from 0 to 1; twelve and a half percent is 0.125",
                        () -> NewPartner.named("k", "Northwind").withDefaultRate("-0.1")),
                bad(
                        "defaultCommissionRate 12.5 is not a fraction from 0 to 1; twelve and a half percent is 0.125",
                        () -> NewPartner.named("k", "Northwind").withDefaultRate("12.5")),
                bad(
                        "defaultCommissionRate 0.1234567 has more than 6 decimal digits",
                        () -> NewPartner.named("k", "Northwind").withDefaultRate("0.1234567")),
                bad("payout minimum -1.00 USD is negative; give 0 or more", () -> NewPartner.named("k", "Northwind")
                        .withPayoutMinimums(Money.of("-1", "USD"))),
                bad(
                        "payout minimums [10.00 USD, 10.00 USD] name a currency twice; give one for each currency",
                        () -> NewPartner.named("k", "Northwind").withPayoutMinimums(TEN, TEN)),
                bad(
                        "payoutMinimums is missing",
                        () -> new NewPartner("k", null, PartnerDetails.named("Northwind"), null)),
                bad("partnerId is missing", () -> ACME.partners().find(null)),
                bad("partnerId is missing", () -> ACME.partners().activate(null, "signed")),
                bad("reason is missing", () -> ACME.partners().activate(ID, null)),
                bad("reason is blank; give 1 to 500 characters", () -> ACME.partners()
                        .suspend(ID, "")),
                bad("assignment is missing", () -> ACME.partners().assign(null)),
                bad("partnerId is missing", () -> CustomerAssignment.from("k", null, ID, JANUARY)),
                bad("customerId is missing", () -> CustomerAssignment.from("k", ID, null, JANUARY)),
                bad("startsAt is missing", () -> CustomerAssignment.from("k", ID, ID, null)),
                bad(
                        "startsAt 2026-02-01T00:00:00Z is not before endsAt 2026-02-01T00:00:00Z; periods are half-open",
                        () -> CustomerAssignment.from("k", ID, ID, FEBRUARY).until(FEBRUARY)),
                bad(
                        "customCommissionRate 2 is not a fraction from 0 to 1; twelve and a half percent is 0.125",
                        () -> CustomerAssignment.from("k", ID, ID, FEBRUARY).withCustomRate("2")),
                bad("sale is missing", () -> ACME.commissions().accrue(null)),
                bad("idempotency key is missing", () -> new Sale(null, ID, null, TEN, JANUARY)),
                bad("customerId is missing", () -> new Sale("k", null, null, TEN, JANUARY)),
                bad("amount is missing", () -> new Sale("k", ID, null, null, JANUARY)),
                bad("occurredAt is missing", () -> new Sale("k", ID, null, TEN, null)),
                bad("eventIds is missing", () -> ACME.commissions().approve(null)),
                bad("eventId is missing", () -> ACME.commissions().find(null)),
                bad("eventIds is missing", () -> ACME.commissions().approve((List<UUID>) null, "r")),
                bad("reason is missing", () -> ACME.commissions().approve(List.of(ID), null)),
                bad("query is missing", () -> ACME.commissions().approve((CommissionQuery) null, "r")),
                bad("reason is blank; give 1 to 500 characters", () -> ACME.commissions()
                        .approve(CommissionQuery.all(), " ")),
                bad("query is missing", () -> ACME.commissions().cancel((CommissionQuery) null, "r")),
                bad("reason is missing", () -> ACME.commissions().cancel(CommissionQuery.all(), null)),
                bad("query is missing", () -> ACME.commissions().list(null, FIRST_RECORDED_FIRST, 1)),
                bad("order is missing", () -> ACME.commissions().list(CommissionQuery.all(), null, 1)),
                bad("size 0 is out of range; give 1 to 1000", () -> ACME.commissions()
                        .list(CommissionQuery.all(), FIRST_RECORDED_FIRST, 0)),
                bad("size 1001 is out of range; give 1 to 1000", () -> ACME.commissions()
                        .list(CommissionQuery.all(), FIRST_RECORDED_FIRST, 1001)),
                bad("query is missing", () -> ACME.commissions().stream(null, FIRST_RECORDED_FIRST)),
                bad("order is missing", () -> ACME.commissions().stream(CommissionQuery.all(), null)),
                bad("query is missing", () -> ACME.commissions().totals(null)),
                bad("from is missing", () -> ACME.commissions().series(null, YearMonth.of(2026, 1))),
                bad("to is missing", () -> ACME.commissions().series(YearMonth.of(2026, 1), null)),
                bad(
                        "from 2026-01 is not before to 2026-01; give the month after the last as to",
                        () -> ACME.commissions().series(YearMonth.of(2026, 1), YearMonth.of(2026, 1))),
                bad(
                        "to +10000-01-01T00:00:00Z is not between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z; leave an open end out",
                        () -> ACME.commissions().series(YearMonth.of(2026, 1), YearMonth.of(10000, 1))),
                bad("partnerId is missing", () -> ACME.commissions()
                        .series(null, YearMonth.of(2026, 1), YearMonth.of(2026, 2))),
                bad("partnerId is missing", () -> CommissionQuery.all().ofPartner(null)),
                bad("customerId is missing", () -> CommissionQuery.all().ofCustomer(null)),
                bad("invoiceId is missing", () -> CommissionQuery.all().ofInvoice(null)),
                bad("payoutId is missing", () -> CommissionQuery.all().inPayout(null)),
                bad("currency is missing", () -> CommissionQuery.all().inCurrency(null)),
                bad("statuses is missing", () -> CommissionQuery.all().inStatus((CommissionStatus[]) null)),
                bad("statuses: a status is missing", () -> CommissionQuery.all().inStatus((CommissionStatus) null)),
                bad(
                        "statuses is empty: no event would match; name one or more, or leave the status out for all",
                        () -> CommissionQuery.all().inStatus()),
                bad("from is missing", () -> CommissionQuery.all().since(null)),
                bad("to is missing", () -> CommissionQuery.all().before(null)),
                bad("from is missing", () -> CommissionQuery.all().between(null, FEBRUARY)),
                bad(
                        "from 2026-02-01T00:00:00Z is not before to 2026-02-01T00:00:00Z; periods are half-open",
                        () -> CommissionQuery.all().between(FEBRUARY, FEBRUARY)),
                bad("payoutId is missing", () -> ACME.payouts().find(null)),
                bad("partnerId is missing", () -> ACME.payouts().findOpen(null, USD)),
                bad("currency is missing", () -> ACME.payouts().findOpen(ID, null)),
                bad("idempotency key is missing", () -> ACME.payouts().closeAll(null, JANUARY)),
                bad("cutoff is missing", () -> ACME.payouts().closeAll("k", null)),
                bad("partnerId is missing", () -> ACME.payouts().close("k", null, USD, JANUARY)),
                bad("currency is missing", () -> ACME.payouts().close("k", ID, null, JANUARY)),
                bad("partnerId is missing", () -> ACME.payouts().preview(null, USD, JANUARY)),
                bad("currency is missing", () -> ACME.payouts().preview(ID, null, JANUARY)),
                bad("cutoff is missing", () -> ACME.payouts().preview(ID, USD, null)),
                bad("payoutId is missing", () -> ACME.payouts().claim(null, "worker-1", LEASE)),
                bad("worker is blank; give 1 to 255 characters", () -> ACME.payouts()
                        .claim(ID, " ", LEASE)),
                bad("lease is missing", () -> ACME.payouts().claim(ID, "worker-1", null)),
                bad("lease PT0S is out of range; give PT1S to PT168H", () -> ACME.payouts()
                        .claim(ID, "worker-1", Duration.ZERO)),
                bad("lease PT192H is out of range; give PT1S to PT168H", () -> ACME.payouts()
                        .claim(1, "w", Duration.ofDays(8))),
                bad("most 0 is out of range; give 1 to 1000", () -> ACME.payouts()
                        .claim(0, "worker-1", LEASE)),
                bad("most 1001 is out of range; give 1 to 1000", () -> ACME.payouts()
                        .claim(1001, "worker-1", LEASE)),
                bad("worker is missing", () -> ACME.payouts().claim(1, null, LEASE)),
                bad("most 0 is out of range; give 1 to 1000", () -> ACME.payouts()
                        .listUnresolved(0)),
                bad("attemptId is missing", () -> ACME.payouts().succeed(null, "bank-1", TEN)),
                bad("paymentReference is blank; give 1 to 255 characters", () -> ACME.payouts()
                        .succeed(ID, "", TEN)),
                bad("confirmed is missing", () -> ACME.payouts().succeed(ID, "bank-1", null)),
                bad("reason is blank; give 1 to 500 characters", () -> ACME.payouts()
                        .confirmReconciled(" ")),
                bad("attemptId is missing", () -> ACME.payouts().fail(null, "refused")),
                bad("reason is missing", () -> ACME.payouts().fail(ID, null)),
                bad("attemptId is missing", () -> ACME.payouts().markUnknown(null, "timeout")),
                bad("reason is blank; give 1 to 500 characters", () -> ACME.payouts()
                        .markUnknown(ID, "")),
                bad("payoutId is missing", () -> ACME.payouts().retry(null, "again")),
                bad("reason is missing", () -> ACME.payouts().retry(ID, null)),
                bad("payoutId is missing", () -> ACME.payouts().cancel(null, "stop")),
                bad("reason is missing", () -> ACME.payouts().cancel(ID, null)),
                bad("evidence is missing", () -> ACME.payouts().cancel(ID, "stop", null)),
                bad("idempotency key is missing", () -> ACME.payouts().recordReturn(null, ID, "sent back")),
                bad("payoutId is missing", () -> ACME.payouts().recordReturn("k", null, "sent back")),
                bad("reason is missing", () -> ACME.payouts().recordReturn("k", ID, null)),
                bad("payoutId is missing", () -> ACME.payouts().history(null)),
                bad("payoutId is missing", () -> ACME.payouts().attempts(null)),
                bad("query is missing", () -> ACME.payouts().list(null, 10)),
                bad("size 0 is out of range; give 1 to 1000", () -> ACME.payouts()
                        .list(PayoutQuery.all(), 0)),
                bad(BAD_PAGE, () -> ACME.payouts().list(PayoutQuery.all(), 10, "")),
                bad(BAD_PAGE, () -> ACME.payouts().list(PayoutQuery.all(), 10, "!")),
                bad(BAD_PAGE, () -> ACME.payouts().list(PayoutQuery.all(), 10, "cGF5b3V0cyBiZWZvcmUg")),
                bad("statuses is missing", () -> new PayoutQuery(null, null, null)),
                bad("partnerId is missing", () -> PayoutQuery.all().ofPartner(null)),
                bad("currency is missing", () -> PayoutQuery.all().inCurrency(null)),
                bad("status is missing", () -> PayoutQuery.all().withStatus(null)),
                bad("csv is missing", () -> ACME.payouts().reconcile(null, JANUARY, FEBRUARY)),
                bad("from is missing", () -> ACME.payouts().reconcile(Reader.nullReader(), null, FEBRUARY)),
                bad("to is missing", () -> ACME.payouts().reconcile(Reader.nullReader(), JANUARY, null)),
                bad(
                        "from 2026-02-01T00:00:00Z is not before to 2026-01-01T00:00:00Z; periods are half-open",
                        () -> ACME.payouts().reconcile(Reader.nullReader(), FEBRUARY, JANUARY)),
                bad("partnerId is missing", () -> ACME.statements().statements(null, JANUARY, FEBRUARY)),
                bad("from is missing", () -> ACME.statements().statements(ID, null, FEBRUARY)),
                bad("to is missing", () -> ACME.statements().statements(ID, JANUARY, null)),
                bad("partnerId is missing", () -> ACME.statements().balance(null)),
                bad("partnerId is missing", () -> ACME.statements().balanceAt(null, JANUARY)),
                bad("at is missing", () -> ACME.statements().balanceAt(ID, null)),
                bad("partnerId is missing", () -> ACME.statements().dashboard(null)),
                bad("partnerId is missing", () -> ACME.statements()
                        .exportCsv(null, JANUARY, FEBRUARY, new StringBuilder())),
                bad("from is missing", () -> ACME.statements().exportCsv(ID, null, FEBRUARY, new StringBuilder())),
                bad("to is missing", () -> ACME.statements().exportCsv(JANUARY, null, new StringBuilder())),
                bad("out is missing", () -> ACME.statements().exportCsv(JANUARY, FEBRUARY, null)),
                bad(
                        "from 2026-02-01T00:00:00Z is not before to 2026-01-01T00:00:00Z; periods are half-open",
                        () -> ACME.statements().exportCsv(FEBRUARY, JANUARY, new StringBuilder())),
                bad("checkpoint is missing", () -> ACME.statements().verifySince(null)),
                bad("checkpoint is missing", () -> PartnerStore.create(new PGSimpleDataSource())
                        .verifySince(null)),
                bad("checkpoint is missing", () -> Checkpoint.of(null)),
                bad("checkpoint \"-1\" is not one that a verification returned", () -> Checkpoint.of("-1")),
                bad("checkpoint -1 is not one that a verification returned", () -> new Checkpoint(-1)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void invalid_input_is_refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(PartnerException.InvalidInput.class, refused -> {
            assertThat(refused).hasMessage(message);
            assertThat(refused.code()).isEqualTo(PartnerException.Code.INVALID_INPUT);
            assertThat(refused.sqlState()).isEmpty();
        });
    }
}
