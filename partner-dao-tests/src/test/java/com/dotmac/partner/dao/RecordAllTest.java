package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.BulkMode.ALL_OR_NOTHING;
import static com.dotmac.partner.dao.BulkMode.KEEP_GOOD;
import static com.dotmac.partner.dao.Programme.FEBRUARY;
import static com.dotmac.partner.dao.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerException.Code;
import com.dotmac.partner.dao.PartnerException.RowRefused;
import com.dotmac.partner.dao.RowOutcome.Done;
import com.dotmac.partner.dao.RowOutcome.Refused;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PartnerDatabaseExtension.class)
class RecordAllTest {

    private static final UUID NOBODY = UUID.fromString("01a204b8-a116-7a2d-ab4c-f413632bf361");

    private final PartnerDatabase database;
    private final Programme programme;
    private final CommissionDao commissions;
    private final UUID partner;
    private final List<RowOutcome<Outcome<UUID>>> outcomes = new ArrayList<>();

    RecordAllTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        commissions = programme.acme.commissions();
        partner = programme.activePartner("0.1").id();
    }

    private NewCommission commission(String key, String amount) {
        return NewCommission.on(key, partner, Money.of("100", "USD"), Money.of(amount, "USD"), JANUARY);
    }

    private NewCommission ofNobody(String key) {
        return NewCommission.on(key, NOBODY, Money.of("100", "USD"), Money.of("10", "USD"), JANUARY);
    }

    private Stream<NewCommission> commissions(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> commission("k-" + i, "10"));
    }

    private BulkSummary keepGood(NewCommission... rows) {
        return commissions.recordAll(Arrays.stream(rows), KEEP_GOOD, outcomes::add);
    }

    private int events() {
        return programme.sql.fetchCount(DSL.table("partner_commission_events"));
    }

    private int keys() {
        return programme.sql.fetchCount(DSL.table("partner_idempotency_keys"));
    }

    /** Empty when the sums of months are those of the events, and every key to record has its one event. */
    private List<String> broken() {
        return programme.sql.resultQuery("""
                        select t.month || ' ' || t.currency || ' says ' || t.commission_amount || ' ' || t.commission_count
                        from partner_commission_totals t
                        full join (select tenant_id, partner_id, currency, status, date_trunc('month', event_date at time zone 'UTC')::date as month,
                                          sum(base_amount) as base, sum(commission_amount) as amount, count(*) as events
                                   from partner_commission_events group by 1, 2, 3, 4, 5) e
                            using (tenant_id, partner_id, currency, status, month)
                        where (t.base_amount, t.commission_amount, t.commission_count) is distinct from (e.base, e.amount, e.events)
                        union all
                        select k.idempotency_key || ' has ' || count(e.id) || ' events'
                        from partner_idempotency_keys k left join partner_commission_events e using (tenant_id, idempotency_key)
                        where k.operation = 'record a commission'
                        group by k.idempotency_key having count(e.id) <> 1
                        """).fetchInto(String.class);
    }

    @Test
    void outcomes_come_in_the_order_of_the_rows_and_are_summed_up_by_currency() {
        NewCommission yen = NewCommission.on("a", partner, Money.of("7", "JPY"), Money.of("3", "JPY"), JANUARY);

        BulkSummary summary = keepGood(commission("c", "10.50"), commission("b", "-2"), yen, ofNobody("d"));

        assertThat(outcomes).extracting(RowOutcome::row).containsExactly(1L, 2L, 3L, 4L);
        assertThat(outcomes.subList(0, 3))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOfSatisfying(Done.class, done -> {
                    CommissionEvent event = commissions
                            .find((UUID) ((Outcome<?>) done.result()).value())
                            .orElseThrow();
                    assertThat(done.key()).isEqualTo(List.of("c", "b", "a").get((int) done.row() - 1));
                    assertThat(event.amount())
                            .isEqualTo(List.of(Money.of("10.50", "USD"), Money.of("-2", "USD"), Money.of("3", "JPY"))
                                    .get((int) done.row() - 1));
                }));
        assertThat(summary)
                .isEqualTo(new BulkSummary(
                        3,
                        0,
                        0,
                        1,
                        Map.of(
                                Currency.getInstance("JPY"), new BigDecimal("3"),
                                Currency.getInstance("USD"), new BigDecimal("8.50"))));
        assertThat(broken()).isEmpty();
    }

    @Test
    void a_row_is_stored_as_record_stores_it() {
        List<NewCommission> rows = List.of(
                commission("x-1", "10"),
                commission("x-2", "-0.01")
                        .ofInvoice(programme.customer(), programme.invoice())
                        .heldUntil(Instant.parse("2026-05-06T07:08:09.123456789Z"))
                        .because("\"NULL\", {a\\b}\n\tü \ud83d\ude00 'q'"),
                new NewCommission(
                        "x-3",
                        partner,
                        Money.of("999999999999999.999", "KWD"),
                        Money.of("0", "KWD"),
                        Instant.parse("9999-12-31T23:59:59.999999Z"),
                        null,
                        programme.invoice(),
                        Instant.parse("0001-01-01T00:00:00Z"),
                        "NULL"));
        rows.forEach(commissions::record);
        String columns = """
                select (to_jsonb(e) - '{id, idempotency_key, recorded_at, status_changed_at}'::text[])::text
                from partner_commission_events e where idempotency_key like ? order by idempotency_key
                """;
        List<String> singly = programme.sql.resultQuery(columns, "x-%").fetchInto(String.class);

        keepGood(rows.stream()
                .map(row -> new NewCommission(
                        row.key().replace('x', 'y'),
                        row.partnerId(),
                        row.base(),
                        row.amount(),
                        row.earnedAt(),
                        row.customerId(),
                        row.invoiceId(),
                        row.holdUntil(),
                        row.reason()))
                .toArray(NewCommission[]::new));

        assertThat(programme.sql.resultQuery(columns, "y-%").fetchInto(String.class))
                .hasSize(3)
                .isEqualTo(singly);
        assertThat(keepGood(rows.toArray(NewCommission[]::new)).replayed()).isEqualTo(3);
    }

    @Test
    void what_one_has_recorded_the_other_replays() {
        UUID singly = commissions.record(commission("k-1", "10")).value().id();
        keepGood(commission("k-1", "10"), commission("k-2", "10"), commission("k-3", "10"));

        assertThat(outcomes.get(0)).isEqualTo(new Done<>(1, "k-1", new Outcome<>(singly, true)));
        assertThat(commissions.record(commission("k-2", "10")))
                .satisfies(outcome -> assertThat(outcome.replayed()).isTrue())
                .satisfies(outcome -> assertThat(outcomes.get(1))
                        .isEqualTo(new Done<>(
                                2, "k-2", new Outcome<>(outcome.value().id(), false))));
        assertThat(commissions.recordAll(commissions(1, 4), ALL_OR_NOTHING, outcome -> {}))
                .isEqualTo(new BulkSummary(0, 3, 0, 0, Map.of()));
        assertThat(events()).isEqualTo(3);
    }

    @Test
    void a_key_used_with_other_content_is_refused_alone() {
        commissions.record(commission("k-1", "10"));
        commissions.accrue(new Sale("k-2", programme.customer(), null, Money.of("5", "USD"), JANUARY));

        keepGood(commission("k-1", "11"), commission("k-2", "10"), commission("k-3", "10"), commission("k-3", "11"));

        assertThat(outcomes.get(2)).isInstanceOf(Done.class);
        assertThat(List.of(refusal(0), refusal(1), refusal(3)))
                .allSatisfy(reason -> assertThat(reason.code()).isEqualTo(Code.IDEMPOTENCY_CONFLICT))
                .extracting(PartnerException::getMessage)
                .containsExactly(
                        conflict("k-1", "record a commission"),
                        conflict("k-2", "accrue a sale"),
                        conflict("k-3", "record a commission"));
        assertThat(events()).isEqualTo(2);
        assertThat(broken()).isEmpty();
    }

    private PartnerException refusal(int index) {
        return ((Refused<?>) outcomes.get(index)).reason();
    }

    private static String conflict(String key, String operation) {
        return "the idempotency key \"" + key + "\" was used before, to " + operation
                + " with other content; nothing was changed. Send the first content again, or use a new key for a new request";
    }

    @Test
    void the_same_row_twice_in_a_stream_is_recorded_once() {
        BulkSummary summary = keepGood(
                commission("k-1", "10"), commission("k-2", "10"), commission("k-1", "10"), commission("k-1", "10"));

        assertThat(summary.recorded()).isEqualTo(2);
        assertThat(summary.replayed()).isEqualTo(2);
        UUID first = ((Done<Outcome<UUID>>) outcomes.get(0)).result().value();
        assertThat(outcomes.subList(2, 4))
                .containsExactly(
                        new Done<>(3, "k-1", new Outcome<>(first, true)),
                        new Done<>(4, "k-1", new Outcome<>(first, true)));
    }

    @Test
    void a_key_whose_first_row_is_refused_is_free_for_the_next_as_it_is_one_by_one() {
        BulkSummary summary = keepGood(
                ofNobody("k-1"), ofNobody("k-1"), commission("k-1", "10"), ofNobody("k-1"), commission("k-1", "10"));

        assertThat(outcomes)
                .extracting(Object::getClass)
                .extracting(Class::getSimpleName)
                .containsExactly("Refused", "Refused", "Done", "Refused", "Done");
        assertThat(summary).isEqualTo(new BulkSummary(1, 1, 0, 3, usd("10.00")));
    }

    private static Map<Currency, BigDecimal> usd(String amount) {
        return Map.of(Currency.getInstance("USD"), new BigDecimal(amount));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 150, 299})
    void a_bad_row_is_refused_alone_wherever_it_stands_as_record_refuses_it(int place) {
        List<NewCommission> rows = new ArrayList<>(commissions(100, 400).toList());
        String key = rows.get(place).key();
        for (NewCommission bad : List.of(
                ofNobody(key),
                commission(key, "10").ofInvoice(NOBODY, null),
                commission(key, "10").ofInvoice(null, NOBODY))) {
            rows.set(place, bad);
            outcomes.clear();

            keepGood(rows.toArray(NewCommission[]::new));

            assertThat(outcomes).filteredOn(Refused.class::isInstance).hasSize(1);
            assertThat(outcomes.get(place).row()).isEqualTo(place + 1);
            assertThatThrownBy(() -> commissions.record(bad))
                    .hasMessage(refusal(place).getMessage())
                    .hasSameClassAs(refusal(place));
        }
        assertThat(refusal(place))
                .hasMessage(
                        "the database refused the change, constraint commission_event_is_of_a_host_invoice: insert or"
                                + " update on table \"partner_commission_events\" violates foreign key constraint"
                                + " \"commission_event_is_of_a_host_invoice\"");
        assertThat(events()).isEqualTo(299);
        assertThat(broken()).isEmpty();
    }

    @Test
    void an_amount_that_only_the_database_refuses_is_refused_alone() {
        // The sum of a month has 19 digits before the decimal point: ten thousand of the largest amounts are too many.
        NewCommission largest = new NewCommission(
                "k-1",
                partner,
                Money.of("999999999999999", "USD"),
                Money.of("1", "USD"),
                JANUARY,
                null,
                null,
                null,
                null);
        commissions.record(largest);
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_commission_totals set base_amount = 9999999999999999999");
        });

        keepGood(
                commission("k-2", "10"),
                NewCommission.on("k-3", partner, Money.of("5", "USD"), Money.of("1", "USD"), FEBRUARY));

        assertThat(refusal(0).sqlState()).contains("22003");
        assertThat(outcomes.get(1)).isInstanceOf(Done.class);
    }

    @Test
    void batches_join_without_a_seam() {
        int size = CommissionBatch.SIZE;
        Stream<NewCommission> rows = IntStream.rangeClosed(1, 2 * size + 1)
                .mapToObj(i -> i == size || i == size + 1 || i == 2 * size + 1
                        ? ofNobody("k-" + i)
                        : commission("k-" + i, "1"));

        BulkSummary summary = commissions.recordAll(rows, KEEP_GOOD, outcomes::add);

        assertThat(summary).isEqualTo(new BulkSummary(2L * size - 2, 0, 0, 3, usd(2 * size - 2 + ".00")));
        assertThat(outcomes)
                .extracting(RowOutcome::row)
                .isSorted()
                .hasSize(2 * size + 1)
                .doesNotHaveDuplicates();
        assertThat(outcomes)
                .filteredOn(Refused.class::isInstance)
                .extracting(RowOutcome::row)
                .containsExactly((long) size, size + 1L, 2L * size + 1);
        assertThat(events()).isEqualTo(2 * size - 2);
        assertThat(broken()).isEmpty();
    }

    @Test
    void nothing_is_kept_when_a_row_is_refused_and_the_first_is_named() {
        String before = programme.fingerprint();
        List<NewCommission> rows =
                new ArrayList<>(commissions(0, CommissionBatch.SIZE + 500).toList());
        rows.set(CommissionBatch.SIZE + 100, ofNobody("z"));
        rows.set(CommissionBatch.SIZE + 200, ofNobody("a"));

        assertThatThrownBy(() -> commissions.recordAll(rows.stream(), ALL_OR_NOTHING, outcomes::add))
                .isInstanceOfSatisfying(RowRefused.class, refused -> {
                    assertThat(refused.row()).isEqualTo(10_101);
                    assertThat(refused.key()).contains("z");
                    assertThat(refused.code()).isEqualTo(Code.CONSTRAINT_VIOLATED);
                    assertThat(refused.sqlState()).contains("23503");
                })
                .hasMessage(
                        "row 10101 of the stream, key \"z\", was refused, and nothing was kept: the database refused the"
                                + " change, constraint commission_event_belongs_to_partner: insert or update on table"
                                + " \"partner_commission_events\" violates foreign key constraint"
                                + " \"commission_event_belongs_to_partner\"");
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(commissions.recordAll(commissions(0, 3), ALL_OR_NOTHING, outcome -> {}))
                .isEqualTo(new BulkSummary(3, 0, 0, 0, usd("30.00")));
    }

    @Test
    void a_missing_row_is_refused_in_its_place() {
        assertThat(keepGood(commission("k-1", "10"), null, commission("k-2", "10"))
                        .recorded())
                .isEqualTo(2);
        assertThat(((Refused<?>) outcomes.get(1)).key()).isEmpty();
        assertThat(refusal(1)).hasMessage("row 2 of the stream is missing");

        assertThatThrownBy(() ->
                        commissions.recordAll(Stream.of(commission("k-3", "10"), null), ALL_OR_NOTHING, outcomes::add))
                .hasMessage("row 2 of the stream was refused, and nothing was kept: row 2 of the stream is missing");
        assertThat(events()).isEqualTo(2);
    }

    @Test
    void a_stream_that_fails_leaves_whole_batches_or_nothing() {
        int read = CommissionBatch.SIZE + 5;
        Stream<NewCommission> failing = commissions(0, read + 1).peek(row -> {
            if (row.key().equals("k-" + read)) {
                throw new IllegalStateException("line " + read + " cannot be read");
            }
        });
        assertThatThrownBy(() -> commissions.recordAll(failing, KEEP_GOOD, outcomes::add))
                .hasMessage("line 10005 cannot be read");
        assertThat(events()).isEqualTo(CommissionBatch.SIZE).isEqualTo(outcomes.size());

        String before = programme.fingerprint();
        Stream<NewCommission> failingAgain =
                Stream.concat(commissions(0, read), commissions(read, read + 1).peek(row -> {
                    throw new IllegalStateException("line " + read + " cannot be read");
                }));
        assertThatThrownBy(() -> commissions.recordAll(failingAgain, ALL_OR_NOTHING, outcomes::add))
                .hasMessage("line 10005 cannot be read");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void the_failure_of_a_stream_is_told_though_outcomes_fail_after_it() {
        Stream<NewCommission> failing = Stream.concat(
                commissions(0, CommissionBatch.SIZE),
                commissions(CommissionBatch.SIZE, CommissionBatch.SIZE + 1).peek(row -> {
                    throw new IllegalStateException("the file ends in the middle of a line");
                }));

        assertThatThrownBy(() -> commissions.recordAll(failing, KEEP_GOOD, outcome -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the file ends in the middle of a line")
                .satisfies(failed -> assertThat(failed.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("the disk is full"));
        assertThat(events()).isEqualTo(CommissionBatch.SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void one_used_key_among_new_ones_is_replayed_and_the_others_are_recorded(int used) {
        List<NewCommission> rows = commissions(0, 3).toList();
        UUID first = commissions.record(rows.get(used)).value().id();

        BulkSummary summary = commissions.recordAll(rows.stream(), KEEP_GOOD, outcomes::add);

        assertThat(summary.recorded()).isEqualTo(2);
        assertThat(summary.replayed()).isEqualTo(1);
        assertThat(events()).isEqualTo(3);
        assertThat(outcomes.get(used)).isInstanceOfSatisfying(RowOutcome.Done.class, done -> assertThat(done.result())
                .isEqualTo(new Outcome<>(first, true)));
    }

    @Test
    void outcomes_that_cannot_be_taken_end_the_call_after_their_batch() {
        assertThatThrownBy(() -> commissions.recordAll(commissions(0, 5), ALL_OR_NOTHING, outcome -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(events()).isZero();

        assertThatThrownBy(() -> commissions.recordAll(commissions(0, CommissionBatch.SIZE + 5), KEEP_GOOD, outcome -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(events()).isEqualTo(CommissionBatch.SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEEP_GOOD", "ALL_OR_NOTHING"})
    void it_rolls_back_and_commits_with_the_callers_transaction(BulkMode mode) throws Exception {
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            CommissionDao joined = PartnerStore.create(DSL.using(connection, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("user:42")
                    .commissions();

            assertThat(joined.recordAll(commissions(0, 30), mode, outcomes::add).recorded())
                    .isEqualTo(30);
            assertThat(programme.fingerprint()).as("seen from outside").isEqualTo(before);
            connection.rollback();
            assertThat(programme.fingerprint()).isEqualTo(before);

            joined.record(commission("before", "10"));
            if (mode == ALL_OR_NOTHING) {
                assertThatThrownBy(() -> joined.recordAll(
                                Stream.of(commission("k-1", "10"), ofNobody("k-2")), mode, outcomes::add))
                        .isInstanceOf(RowRefused.class);
            } else {
                assertThat(joined.recordAll(Stream.of(ofNobody("k-2"), ofNobody("k-3")), mode, outcomes::add)
                                .refused())
                        .isEqualTo(2);
            }
            joined.record(commission("after", "10"));
            connection.commit();
        }
        assertThat(programme
                        .sql
                        .resultQuery("select idempotency_key from partner_commission_events order by 1")
                        .fetchInto(String.class))
                .containsExactly("after", "before");
        assertThat(broken()).isEmpty();
    }

    @Test
    void four_threads_with_the_same_keys_record_each_once() throws Exception {
        List<UUID> partners = IntStream.range(0, 20)
                .mapToObj(i -> programme.activePartner("0.1").id())
                .toList();
        int keysBefore = keys();

        List<Set<UUID>> recorded = Together.run(4, thread -> {
            Set<UUID> mine = new HashSet<>();
            // Each thread in an order of its own, with bad rows that break its batches up.
            int step = List.of(1, 7, 11, 13).get(thread);
            Stream<NewCommission> rows = IntStream.range(0, 3000)
                    .map(i -> i * step % 3000)
                    .mapToObj(i -> i % 500 == thread
                            ? ofNobody("bad-" + i)
                            : NewCommission.on(
                                    "k-" + i / 2,
                                    partners.get(i / 2 % 20),
                                    Money.of("100", "USD"),
                                    Money.of("10", "USD"),
                                    JANUARY));
            programme.acme.commissions().recordAll(rows, KEEP_GOOD, outcome -> {
                if (outcome instanceof Done<Outcome<UUID>> done
                        && !done.result().replayed()) {
                    mine.add(done.result().value());
                }
            });
            return mine;
        });

        assertThat(recorded.stream().mapToInt(Set::size).sum()).isEqualTo(1500).isEqualTo(events());
        assertThat(keys() - keysBefore).isEqualTo(1500);
        assertThat(broken()).isEmpty();
    }

    @Test
    void a_role_that_may_create_nothing_can_record_in_bulk() throws Exception {
        String role = "partner_app_" + UUID.randomUUID().toString().replace("-", "");
        programme.sql.execute("create role " + role);
        programme.sql.execute("grant select, insert, update on all tables in schema public to " + role);
        programme.sql.execute("revoke temporary on database " + programme.sql.fetchValue("select current_database()")
                + " from public");
        try (Connection connection = database.dataSource().getConnection()) {
            connection.createStatement().execute("set role " + role);

            assertThat(PartnerStore.create(DSL.using(connection, SQLDialect.POSTGRES))
                            .tenant("acme")
                            .actingAs("job:import")
                            .commissions()
                            .recordAll(Stream.of(commission("k-1", "10"), ofNobody("k-2")), KEEP_GOOD, outcomes::add))
                    .isEqualTo(new BulkSummary(1, 0, 0, 1, usd("10.00")));
        } finally {
            programme.sql.execute("drop owned by " + role);
            programme.sql.execute("drop role " + role);
        }
    }

    @Test
    void one_by_one_beside_a_stream_of_the_same_keys_none_waits_in_vain() throws Exception {
        for (int round = 0; round < 5; round++) {
            int from = round * 100;
            List<Set<UUID>> recorded = Together.run(3, thread -> {
                if (thread == 0) {
                    Set<UUID> ids = new HashSet<>();
                    commissions.recordAll(commissions(from, from + 100), KEEP_GOOD, outcome -> ids.add(idOf(outcome)));
                    return ids;
                }
                return commissions(from, from + 100)
                        .sorted(thread == 1 ? Comparator.comparing(NewCommission::key) : reverseOrder())
                        .map(row -> commissions.record(row).value().id())
                        .collect(Collectors.toSet());
            });
            assertThat(recorded.get(1)).isEqualTo(recorded.get(0));
            assertThat(recorded.get(2)).isEqualTo(recorded.get(0)).hasSize(100);
        }
        assertThat(events()).isEqualTo(500);
    }

    private static Comparator<NewCommission> reverseOrder() {
        return Comparator.comparing(NewCommission::key).reversed();
    }

    private static UUID idOf(RowOutcome<Outcome<UUID>> outcome) {
        return ((RowOutcome.Done<Outcome<UUID>>) outcome).result().value();
    }

    @Test
    void an_empty_stream_does_nothing() {
        String before = programme.fingerprint();

        assertThat(keepGood()).isEqualTo(new BulkSummary(0, 0, 0, 0, Map.of()));
        assertThat(commissions.recordAll(Stream.of(), ALL_OR_NOTHING, outcomes::add))
                .isEqualTo(new BulkSummary(0, 0, 0, 0, Map.of()));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void another_tenants_partner_and_keys_are_not_seen() {
        programme.other.commissions().recordAll(Stream.of(commission("k-1", "10")), KEEP_GOOD, outcomes::add);
        keepGood(commission("k-1", "10"));

        assertThat(refusal(0).getMessage()).contains("constraint commission_event_belongs_to_partner");
        assertThat(outcomes.get(1)).isInstanceOf(Done.class);
    }

    @Test
    void what_is_missing_is_named() {
        assertThatThrownBy(() -> commissions.recordAll(null, KEEP_GOOD, outcomes::add))
                .hasMessage("commissions is missing");
        assertThatThrownBy(() -> commissions.recordAll(Stream.of(), null, outcomes::add))
                .hasMessage("mode is missing");
        assertThatThrownBy(() -> commissions.recordAll(Stream.of(), KEEP_GOOD, null))
                .hasMessage("outcomes is missing");
    }
}
