package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.AMOUNT_DIFFERS;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.CURRENCY_DIFFERS;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.MATCHED;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.MISSING_HERE;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.MISSING_IN_FILE;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.REFERENCE_DIFFERS;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.STATUS_DIFFERS;
import static com.dotmac.partner.dao.payouts.Reconciliation.Finding.UNREADABLE;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.payouts.Reconciliation.Difference;
import com.dotmac.partner.dao.payouts.Reconciliation.Line;
import com.dotmac.partner.dao.payouts.Reconciliation.Total;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A provider's file against what we know: four payouts of 10.00 USD that succeeded, failed, are unknown, were returned.
 */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutReconciliationTest {

    private static final String HEADER = "key,amount,currency,status,reference\n";
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final Optional<Currency> USD = Optional.of(Currency.getInstance("USD"));
    private static final Money TEN = Money.of("10", "USD");

    private final PartnerDatabase database;
    private final Programme programme;
    private final PayoutDao payouts;
    private final UUID succeeded;
    private final UUID failed;
    private final UUID unknown;
    private final UUID returned;
    private String before = "";

    PayoutReconciliationTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        database.allowTemporaryTables();
        payouts = programme.acme.payouts();
        succeeded = claimed();
        payouts.succeed(attempt(succeeded), "bank-1", TEN);
        failed = claimed();
        payouts.fail(attempt(failed), "refused");
        unknown = claimed();
        payouts.markUnknown(attempt(unknown), "timeout");
        returned = claimed();
        payouts.succeed(attempt(returned), "bank-4", TEN);
        payouts.recordReturn("r-1", returned, "no such account");
    }

    @BeforeEach
    void remember() {
        before = programme.fingerprint();
    }

    @AfterEach
    void nothing_was_changed() {
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    private String agreeing() {
        return HEADER + key(succeeded) + ",10.00,USD,succeeded,bank-1\n"
                + key(failed) + ",10,USD,FAILED,\n"
                + key(unknown) + ",10.0,USD,Pending,\n"
                + key(returned) + ",10.00,USD,returned,bank-4\n";
    }

    @Test
    void a_file_that_agrees_is_only_counted() {
        Reconciliation found = reconcile(agreeing());

        assertThat(found)
                .isEqualTo(new Reconciliation(
                        4,
                        List.of(new Total(MATCHED, USD, 4, new BigDecimal("40.0000"), new BigDecimal("30.00"))),
                        List.of()));
        assertThat(found.isClean()).isTrue();
    }

    @Test
    void what_has_no_line_and_what_has_no_attempt_is_missing() {
        UUID foreign = UUID.randomUUID();

        Reconciliation found = reconcile(agreeing().replace(key(succeeded), foreign.toString()));

        assertThat(found.differences())
                .containsExactly(
                        new Difference(
                                List.of(MISSING_HERE),
                                Optional.of(line(2, foreign.toString(), "10.00", "USD", "succeeded", "bank-1")),
                                Optional.empty()),
                        new Difference(List.of(MISSING_IN_FILE), Optional.empty(), Optional.of(last(succeeded))));
        assertThat(found.totals())
                .containsExactly(
                        new Total(MATCHED, USD, 3, new BigDecimal("30.0000"), new BigDecimal("20.00")),
                        new Total(MISSING_IN_FILE, USD, 1, new BigDecimal("10.0000"), BigDecimal.ZERO),
                        new Total(MISSING_HERE, USD, 1, BigDecimal.ZERO, new BigDecimal("10.00")));
    }

    @Test
    void what_the_bank_paid_is_added_up_by_its_own_amounts_and_currencies() {
        Reconciliation found = reconcile(agreeing().replace("10.00,USD,succeeded,bank-1", "9.50,EUR,succeeded,bank-1")
                + UUID.randomUUID() + ",7.25,EUR,succeeded,bank-8\n"
                + UUID.randomUUID() + ",2.50,EUR,succeeded,bank-9\n"
                + UUID.randomUUID() + ",100,JPY,succeeded,bank-10\n"
                + UUID.randomUUID() + ",50,USD,failed,\n"
                + UUID.randomUUID() + ",50,QQQ,succeeded,bank-11\n");

        Optional<Currency> euros = Optional.of(Currency.getInstance("EUR"));
        assertThat(found.totals())
                .filteredOn(total -> total.finding() == MISSING_HERE || total.finding() == CURRENCY_DIFFERS)
                .containsExactly(
                        new Total(MISSING_HERE, Optional.empty(), 1, BigDecimal.ZERO, BigDecimal.ZERO),
                        new Total(MISSING_HERE, euros, 2, BigDecimal.ZERO, new BigDecimal("9.75")),
                        new Total(
                                MISSING_HERE,
                                Optional.of(Currency.getInstance("JPY")),
                                1,
                                BigDecimal.ZERO,
                                new BigDecimal("100")),
                        new Total(MISSING_HERE, USD, 1, BigDecimal.ZERO, BigDecimal.ZERO),
                        new Total(CURRENCY_DIFFERS, euros, 1, BigDecimal.ZERO, new BigDecimal("9.50")),
                        new Total(CURRENCY_DIFFERS, USD, 1, new BigDecimal("10.0000"), BigDecimal.ZERO));
    }

    @Test
    void another_amount_currency_status_or_reference_is_reported() {
        Reconciliation found = reconcile(HEADER + key(succeeded) + ",10.01,EUR,failed,bank-9\n"
                + key(failed) + ",10.00,USD,succeeded,bank-2\n"
                + key(unknown) + ",10.00,USD,succeeded,bank-3\n"
                + key(returned) + ",10.00,USD,succeeded,bank-5\n");

        assertThat(found.differences())
                .extracting(Difference::findings)
                .containsExactly(
                        List.of(CURRENCY_DIFFERS, AMOUNT_DIFFERS, STATUS_DIFFERS),
                        List.of(STATUS_DIFFERS),
                        List.of(STATUS_DIFFERS),
                        List.of(STATUS_DIFFERS, REFERENCE_DIFFERS));
        assertThat(found.differences().get(2).ours()).contains(last(unknown));
    }

    @Test
    void a_key_twice_in_the_file_is_reported_for_each_line() {
        Reconciliation found = reconcile(agreeing() + key(succeeded) + ",10.00,USD,succeeded,bank-1\n");

        assertThat(found.differences())
                .extracting(difference -> difference.theirs().orElseThrow().line() + " " + difference.findings())
                .containsExactly("2 [DUPLICATE_KEY]", "6 [DUPLICATE_KEY]");
    }

    @Test
    void a_line_with_a_bad_value_is_reported_and_the_rest_goes_on() {
        Reconciliation found = reconcile(agreeing()
                + ",1,USD,failed,\n"
                + "k-1,1e3,USD,failed,\n"
                + "k-2,NaN,USD,failed,\n"
                + "k-3,\"1,000\",USD,failed,\n"
                + "k-4,1,usd,failed,\n"
                + "k-5,1,USD,bounced,\n"
                + "k-6,1,USD,,\n"
                + "k-7,,USD,failed,\n"
                + "----------------------------------,1,USD,failed,\n"
                + "-0000000-0000-0000-0000-000000000000,1,USD,failed,\n");

        assertThat(found.lines()).isEqualTo(14);
        assertThat(found.differences())
                .extracting(difference -> difference.theirs().orElseThrow().line() + " " + difference.findings())
                .containsExactly(
                        "6 [UNREADABLE, MISSING_HERE]",
                        "7 [UNREADABLE, MISSING_HERE]",
                        "8 [UNREADABLE, MISSING_HERE]",
                        "9 [UNREADABLE, MISSING_HERE]",
                        "10 [UNREADABLE, MISSING_HERE]",
                        "11 [UNREADABLE, MISSING_HERE]",
                        "12 [UNREADABLE, MISSING_HERE]",
                        "13 [UNREADABLE, MISSING_HERE]",
                        "14 [MISSING_HERE]",
                        "15 [MISSING_HERE]");
        assertThat(found.totals()).extracting(Total::finding).contains(MATCHED, UNREADABLE);
    }

    @Test
    void a_file_that_is_no_such_csv_is_refused_by_its_line() {
        refused("", "the payment file is empty; give one with the header key,amount,currency,status,reference");
        refused(
                "id,amount,currency,status,reference\n",
                "line 1 of the payment file is refused: column name mismatch in header line field 1: got \"id\", expected"
                        + " \"key\"; nothing was compared. Give a CSV file with the header"
                        + " key,amount,currency,status,reference");
        refused(
                agreeing() + "k,1,USD\n",
                "line 6 of the payment file is refused: missing data for column \"status\"; nothing was compared. Give a CSV"
                        + " file with the header key,amount,currency,status,reference");
        refused(
                agreeing() + "k,1,USD,failed,,more\n",
                "line 6 of the payment file is refused: extra data after last expected column; nothing was compared. Give a"
                        + " CSV file with the header key,amount,currency,status,reference");
        refused(
                HEADER + "k,1,USD,failed,\0\n",
                "line 2 of the payment file is refused: invalid byte sequence for encoding \"UTF8\": 0x00; nothing was"
                        + " compared. Give a CSV file with the header key,amount,currency,status,reference");
    }

    @Test
    void a_file_that_cannot_be_read_says_so() {
        Reader broken = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public void close() {}
        };

        assertThatThrownBy(() -> payouts.reconcile(broken, JANUARY, LATER))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the payment file cannot be read; nothing was compared")
                .hasRootCauseMessage("the disk is gone");
    }

    @Test
    void a_byte_order_mark_and_quoted_line_breaks_are_read() {
        assertThat(reconcile("\uFEFF" + agreeing().replace("bank-1", "\"bank-1\"") + "k,1,USD,failed,\"a\nb\"\n")
                        .differences())
                .extracting(difference -> difference.theirs().orElseThrow().line())
                .containsExactly(6L);
    }

    @Test
    void only_what_was_attempted_in_the_period_is_missing() {
        assertThat(payouts.reconcile(new StringReader(HEADER), JANUARY, FEBRUARY)
                        .differences())
                .isEmpty();
        assertThat(reconcile(HEADER).differences()).hasSize(4);
    }

    @Test
    void another_tenants_attempts_are_not_seen() {
        assertThat(programme
                        .other
                        .payouts()
                        .reconcile(new StringReader(agreeing()), JANUARY, LATER)
                        .differences())
                .hasSize(4)
                .allMatch(difference -> difference.findings().equals(List.of(MISSING_HERE))
                        && difference.ours().isEmpty());
    }

    @Test
    void inside_a_callers_transaction_it_is_done_twice_and_leaves_nothing() {
        database.sqlOfApplication().transaction(transaction -> {
            PayoutDao joined = database.store(transaction.dsl())
                    .tenant("acme")
                    .actingAs("job:reconcile")
                    .payouts();
            assertThatThrownBy(() -> joined.reconcile(new StringReader("id\n"), JANUARY, LATER))
                    .isInstanceOf(InvalidInput.class);
            assertThat(joined.reconcile(new StringReader(agreeing()), JANUARY, LATER)
                            .isClean())
                    .isTrue();
            assertThat(joined.reconcile(new StringReader(agreeing()), JANUARY, LATER)
                            .isClean())
                    .isTrue();
            assertThat(transaction.dsl().fetchValue("select to_regclass('pg_temp.partner_payment_file')"))
                    .isNull();
        });
    }

    private void refused(String csv, String message) {
        assertThatThrownBy(() -> reconcile(csv))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(message);
    }

    private Reconciliation reconcile(String csv) {
        return payouts.reconcile(new StringReader(csv), JANUARY, LATER);
    }

    private static Line line(long line, String key, String amount, String currency, String status, String reference) {
        return new Line(
                line,
                Optional.of(key),
                Optional.of(amount),
                Optional.of(currency),
                Optional.of(status),
                Optional.of(reference));
    }

    private UUID claimed() {
        UUID payout = programme
                .approvedSale(programme.customerOf(programme.activePartner("0.1")), "100", "USD", JANUARY)
                .get(0)
                .payoutId()
                .orElseThrow();
        programme.closeAll(FEBRUARY);
        payouts.claim(payout, "worker-1", Duration.ofMinutes(5)).orElseThrow();
        return payout;
    }

    private PayoutAttempt last(UUID payout) {
        List<PayoutAttempt> attempts = payouts.attempts(payout);
        return attempts.get(attempts.size() - 1);
    }

    private String key(UUID payout) {
        return last(payout).providerKey();
    }

    private UUID attempt(UUID payout) {
        return last(payout).id();
    }
}
