package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Outcome.Unknown;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.SentStatements;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A file of the bank, row by row: what each row does, alone and beside others. */
@ExtendWith(PartnerDatabaseExtension.class)
class ReportAllTest {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Money TEN = Money.of("10", "USD");
    private static final Money NINE = Money.of("9", "USD");

    private final PartnerDatabase database;
    private final Programme programme;
    private final PayoutDao payouts;
    private final List<RowOutcome<Outcome<Payout>>> outcomes = new ArrayList<>();

    ReportAllTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        payouts = programme.acme.payouts();
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
        assertThat(programme.acme.statements().verify().isClean()).isTrue();
    }

    /** An attempt over ten dollars, of a partner of its own. */
    private UUID claimed() {
        UUID customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "60", "USD", JANUARY);
        programme.approvedSale(customer, "40", "USD", JANUARY);
        programme.closeAll(FEBRUARY);
        return payouts.claim(1, "worker-1", LEASE).get(0).attempt().id();
    }

    private static Success paid(UUID attempt) {
        return new Success(attempt, "bank-" + attempt, TEN);
    }

    private BulkSummary succeedAll(@Nullable Success... reports) {
        outcomes.clear();
        return payouts.succeedAll(Stream.of(reports), outcomes::add);
    }

    private BulkSummary failAll(@Nullable Failure... reports) {
        outcomes.clear();
        return payouts.failAll(Stream.of(reports), outcomes::add);
    }

    private Outcome<Payout> done(int row) {
        return ((Done<Outcome<Payout>>) outcomes.get(row - 1)).result();
    }

    private PartnerException refusal(int row) {
        return ((Refused<Outcome<Payout>>) outcomes.get(row - 1)).reason();
    }

    private Payout payoutOf(UUID attempt) {
        return payouts.find(attempt(attempt).payoutId()).orElseThrow();
    }

    private PayoutAttempt attempt(UUID id) {
        return programme
                .sql
                .resultQuery("select payout_id from partner_payout_attempts where id = ?", id)
                .fetchSingle(row -> payouts.attempts(row.get(0, UUID.class)))
                .stream()
                .filter(attempt -> attempt.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static BulkSummary summary(long recorded, long replayed, long kept, long refused, String dollars) {
        return new BulkSummary(
                recorded,
                replayed,
                kept,
                refused,
                dollars.isEmpty() ? Map.of() : Map.of(TEN.currency(), new BigDecimal(dollars)));
    }

    /** What the same report says if a call sends it alone. */
    private void refusesAs(int row, Runnable alone) {
        Throwable thrown = catchThrowable(alone::run);
        assertThat(refusal(row)).hasSameClassAs(thrown).hasMessage(thrown.getMessage());
    }

    @Test
    void every_row_says_what_became_of_it_in_the_order_given() {
        UUID good = claimed();
        UUID replayed = claimed();
        payouts.succeed(replayed, "bank-" + replayed, TEN);
        UUID otherReference = claimed();
        payouts.succeed(otherReference, "bank-0", TEN);
        UUID failed = claimed();
        payouts.fail(failed, "account closed");
        UUID otherAmount = claimed();
        UUID unknown = claimed();
        payouts.markUnknown(unknown, "timeout");
        UUID nowhere = UUID.randomUUID();
        UUID last = claimed();

        BulkSummary summary = succeedAll(
                paid(good),
                paid(replayed),
                paid(otherReference),
                paid(failed),
                new Success(otherAmount, "bank-9", NINE),
                paid(unknown),
                paid(nowhere),
                null,
                new Success(last, " ", TEN),
                paid(last));

        assertThat(summary).isEqualTo(summary(3, 1, 1, 5, "30.00"));
        assertThat(outcomes).extracting(RowOutcome::row).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(outcomes.get(0)).isEqualTo(new Done<>(1, good.toString(), new Outcome<>(payoutOf(good), false)));
        assertThat(payoutOf(good).status()).isEqualTo(PayoutStatus.COMPLETED);
        assertThat(payoutOf(good).paymentReference()).contains("bank-" + good);
        assertThat(done(2)).isEqualTo(new Outcome<>(payoutOf(replayed), true));
        refusesAs(3, () -> payouts.succeed(otherReference, "bank-" + otherReference, TEN));
        refusesAs(4, () -> payouts.succeed(failed, "bank-" + failed, TEN));
        assertThat(done(5)).isEqualTo(new Outcome<>(payoutOf(otherAmount), false));
        assertThat(payoutOf(otherAmount).status()).isEqualTo(PayoutStatus.PROCESSING);
        assertThat(((Unknown) attempt(otherAmount).outcome()).reason())
                .isEqualTo("the provider confirms 9.00 USD under reference bank-9, the attempt is over 10.00 USD");
        assertThat(done(6)).isEqualTo(new Outcome<>(payoutOf(unknown), false));
        refusesAs(7, () -> payouts.succeed(nowhere, "bank-" + nowhere, TEN));
        assertThat(refusal(8)).hasMessage("row 8 of the stream is missing");
        assertThat(((Refused<?>) outcomes.get(7)).key()).isEmpty();
        refusesAs(9, () -> payouts.succeed(last, " ", TEN));
        assertThat(((Refused<?>) outcomes.get(8)).key()).contains(last.toString());
        assertThat(done(10)).isEqualTo(new Outcome<>(payoutOf(last), false));
    }

    @Test
    void the_file_sent_again_replays_every_row() {
        Success[] file = {paid(claimed()), paid(claimed()), new Success(claimed(), "bank-9", NINE)};
        succeedAll(file);
        String before = programme.fingerprint();

        assertThat(succeedAll(file)).isEqualTo(summary(0, 2, 1, 0, ""));

        assertThat(outcomes)
                .allMatch(outcome -> ((Done<Outcome<Payout>>) outcome).result().replayed());
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void an_attempt_that_comes_again_is_reported_as_by_a_second_call() {
        UUID attempt = claimed();
        UUID corrected = claimed();

        BulkSummary summary = succeedAll(
                paid(attempt),
                new Success(corrected, "bank-1", NINE),
                paid(attempt),
                new Success(attempt, "bank-2", TEN),
                new Success(corrected, "bank-2", NINE),
                new Success(corrected, "bank-1", TEN));

        assertThat(summary).isEqualTo(summary(2, 1, 1, 2, "20.00"));
        assertThat(done(1).replayed()).isFalse();
        assertThat(done(2).value().status()).isEqualTo(PayoutStatus.PROCESSING);
        assertThat(done(3)).isEqualTo(new Outcome<>(payoutOf(attempt), true));
        refusesAs(4, () -> payouts.succeed(attempt, "bank-2", TEN));
        assertThat(refusal(5))
                .hasMessage("attempt " + corrected + " of payout "
                        + payoutOf(corrected).id() + " is unresolved: the"
                        + " provider confirmed 9.00 USD under reference bank-1, and now 9.00 USD under reference bank-2."
                        + " Record each payment that the bank made");
        assertThat(done(6)).isEqualTo(new Outcome<>(payoutOf(corrected), false));
        assertThat(payoutOf(corrected).status()).isEqualTo(PayoutStatus.COMPLETED);
    }

    @Test
    void what_the_bank_really_paid_is_replayed_and_nothing_else() {
        UUID attempt = claimed();
        payouts.recordPayment("p-1", attempt, "bank-1", NINE, "fees");
        UUID other = claimed();
        payouts.succeed(other, "bank-2", TEN);

        assertThat(succeedAll(
                        new Success(attempt, "bank-1", NINE),
                        new Success(attempt, "bank-1", TEN),
                        new Success(other, "bank-2", TEN)))
                .isEqualTo(summary(0, 2, 0, 1, ""));

        refusesAs(2, () -> payouts.succeed(attempt, "bank-1", TEN));
    }

    @Test
    void every_failure_says_what_became_of_it() {
        UUID good = claimed();
        UUID replayed = claimed();
        payouts.fail(replayed, "account closed");
        UUID succeeded = claimed();
        payouts.succeed(succeeded, "bank-1", TEN);
        UUID confirmed = claimed();
        payouts.succeed(confirmed, "bank-2", NINE);
        UUID inYen = claimed();
        payouts.succeed(inYen, "bank-3", Money.of("10", "JPY"));
        UUID nowhere = UUID.randomUUID();

        BulkSummary summary = failAll(
                new Failure(good, "refused"),
                new Failure(replayed, "refused"),
                new Failure(succeeded, "refused"),
                new Failure(confirmed, "refused"),
                new Failure(inYen, "refused"),
                new Failure(nowhere, "refused"),
                new Failure(good, "refused again"),
                new Failure(good, ""),
                null);

        assertThat(summary).isEqualTo(summary(2, 2, 0, 5, ""));
        assertThat(done(1)).isEqualTo(new Outcome<>(payoutOf(good), false));
        assertThat(payoutOf(good).status()).isEqualTo(PayoutStatus.FAILED);
        assertThat(attempt(good).outcome())
                .isInstanceOfSatisfying(PayoutAttempt.Outcome.Failed.class, outcome -> assertThat(outcome.reason())
                        .isEqualTo("refused"));
        assertThat(done(2)).isEqualTo(new Outcome<>(payoutOf(replayed), true));
        refusesAs(3, () -> payouts.fail(succeeded, "refused"));
        refusesAs(4, () -> payouts.fail(confirmed, "refused"));
        assertThat(done(5)).isEqualTo(new Outcome<>(payoutOf(inYen), false));
        refusesAs(6, () -> payouts.fail(nowhere, "refused"));
        assertThat(done(7)).isEqualTo(new Outcome<>(payoutOf(good), true));
        refusesAs(8, () -> payouts.fail(good, ""));
        assertThat(refusal(9)).hasMessage("row 9 of the stream is missing");
    }

    @Test
    void an_earlier_attempt_of_a_payout_fails_again_beside_the_one_in_flight() {
        UUID first = claimed();
        payouts.fail(first, "refused");
        payouts.retry(payoutOf(first).id(), "again");
        UUID second = payouts.claim(1, "worker-1", LEASE).get(0).attempt().id();

        assertThat(failAll(new Failure(second, "refused"), new Failure(first, "refused")))
                .isEqualTo(summary(1, 1, 0, 0, ""));
        assertThat(done(2)).isEqualTo(new Outcome<>(payoutOf(first), true));
        assertThat(succeedAll(paid(first), paid(second))).isEqualTo(summary(0, 0, 0, 2, ""));
    }

    @Test
    void another_tenant_has_no_such_attempt() {
        UUID attempt = claimed();
        String before = programme.fingerprint();

        programme.other.payouts().succeedAll(Stream.of(paid(attempt)), outcomes::add);
        programme.other.payouts().failAll(Stream.of(new Failure(attempt, "refused")), outcomes::add);

        assertThat(refusal(1)).isInstanceOf(PartnerException.NotFound.class);
        assertThat(refusal(2)).isInstanceOf(PartnerException.NotFound.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_callers_transaction_that_is_rolled_back_leaves_nothing() {
        UUID paid = claimed();
        UUID failed = claimed();
        String before = programme.fingerprint();

        assertThatThrownBy(() -> database.sqlOfApplication().transaction(transaction -> {
                    PartnerScope within =
                            database.store(transaction.dsl()).tenant("acme").actingAs("user:42");
                    assertThat(within.payouts().succeedAll(Stream.of(paid(paid)), outcomes::add))
                            .isEqualTo(summary(1, 0, 0, 0, "10.00"));
                    within.payouts().failAll(Stream.of(new Failure(failed, "refused"), null), outcomes::add);
                    assertThat(within.payouts().find(done(2).value().id()))
                            .map(Payout::status)
                            .contains(PayoutStatus.FAILED);
                    throw new IllegalStateException("the caller changes its mind");
                }))
                .hasMessage("the caller changes its mind");

        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    /** A trigger of the host, or a row altered from outside: the database refuses the whole statement. */
    @Test
    void a_row_that_the_database_refuses_does_not_stop_the_others() {
        List<UUID> attempts = Stream.generate(this::claimed).limit(7).toList();
        UUID bad = attempts.get(3);
        programme.sql.execute(
                "alter table partner_payouts add constraint hosts_own check (payment_reference <> 'bad')");

        Success[] file = attempts.stream()
                .map(attempt -> attempt.equals(bad) ? new Success(attempt, "bad", TEN) : paid(attempt))
                .toArray(Success[]::new);

        assertThat(succeedAll(file)).isEqualTo(summary(6, 0, 0, 1, "60.00"));
        assertThat(refusal(4)).isInstanceOfSatisfying(PartnerException.ConstraintViolated.class, refused -> assertThat(
                        refused.constraint())
                .isEqualTo("hosts_own"));
        assertThat(payoutOf(bad).status()).isEqualTo(PayoutStatus.PROCESSING);
        programme.sql.execute("alter table partner_payouts drop constraint hosts_own");
    }

    @Test
    void a_batch_is_one_statement() {
        SentStatements sent = new SentStatements();
        PayoutDao counted = database.store(sent.through(database.dataSource()))
                .tenant("acme")
                .actingAs("user:42")
                .payouts();
        Success[] file = {paid(claimed()), paid(claimed()), paid(claimed())};
        UUID failed = claimed();

        counted.succeedAll(Stream.of(file), outcomes::add);
        assertThat(sent.texts()).hasSize(1);

        sent.clear();
        counted.succeedAll(Stream.of(file), outcomes::add);
        assertThat(sent.texts())
                .as("and what the bank paid for those that were completed before")
                .hasSize(2);

        sent.clear();
        counted.failAll(Stream.of(new Failure(failed, "refused")), outcomes::add);
        assertThat(sent.texts()).hasSize(1);
    }

    @Test
    void rows_altered_from_outside_are_refused_and_nothing_changes() {
        UUID altered = claimed();
        UUID good = claimed();
        UUID payout = payoutOf(altered).id();
        setCommissionCount(payout, 3);

        assertThat(succeedAll(paid(altered), paid(good))).isEqualTo(summary(1, 0, 0, 1, "10.00"));

        assertThat(refusal(1))
                .hasMessageStartingWith(
                        "payout " + payout + " counts 3 commission events and 2 became paid; nothing was"
                                + " changed. Its rows were altered from outside: compare them");
        refusesAs(1, () -> payouts.succeed(altered, "bank-" + altered, TEN));
        assertThat(payoutOf(altered).status()).isEqualTo(PayoutStatus.PROCESSING);
        assertThat(((Refused<?>) outcomes.get(0)).key()).isEqualTo(Optional.of(altered.toString()));
        setCommissionCount(payout, 2);
    }

    private void setCommissionCount(UUID payout, int count) {
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_payouts set commission_count = ? where id = ?", count, payout);
        });
    }
}
