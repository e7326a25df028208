package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.bulk.BulkMode.ALL_OR_NOTHING;
import static com.dotmac.partner.dao.bulk.BulkMode.KEEP_GOOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.PartnerException.Code;
import com.dotmac.partner.dao.basics.PartnerException.RowRefused;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recording in bulk: batches, streams that fail, and transactions. */
class RecordAllStreamTest extends RecordAllBase {

    RecordAllStreamTest(PartnerDatabase database) {
        super(database);
    }

    @Test
    void batches_join_without_a_seam() {
        int size = RecordingBatch.SIZE;
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
    void nothing_is_recorded_when_a_row_is_refused_and_the_first_is_named() {
        String before = programme.fingerprint();
        List<NewCommission> rows =
                new ArrayList<>(commissions(0, RecordingBatch.SIZE + 500).toList());
        rows.set(RecordingBatch.SIZE + 100, ofNobody("z"));
        rows.set(RecordingBatch.SIZE + 200, ofNobody("a"));

        assertThatThrownBy(() -> commissions.recordAll(rows.stream(), ALL_OR_NOTHING, outcomes::add))
                .isInstanceOfSatisfying(RowRefused.class, refused -> {
                    assertThat(refused.row()).isEqualTo(10_101);
                    assertThat(refused.key()).contains("z");
                    assertThat(refused.code()).isEqualTo(Code.NOT_FOUND);
                    assertThat(refused.sqlState()).contains("23503");
                })
                .hasMessage(
                        "row 10101 of the stream, key \"z\", was refused, and nothing was kept: this tenant has no partner "
                                + rows.get(RecordingBatch.SIZE + 100).partnerId() + "; check the id and the tenant");
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
        int read = RecordingBatch.SIZE + 5;
        Stream<NewCommission> failing = commissions(0, read + 1).peek(row -> {
            if (row.key().equals("k-" + read)) {
                throw new IllegalStateException("line " + read + " cannot be read");
            }
        });
        assertThatThrownBy(() -> commissions.recordAll(failing, KEEP_GOOD, outcomes::add))
                .hasMessage("line 10005 cannot be read");
        assertThat(events()).isEqualTo(RecordingBatch.SIZE).isEqualTo(outcomes.size());

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
    void the_failure_of_a_stream_is_reported_though_outcomes_fail_after_it() {
        Stream<NewCommission> failing = Stream.concat(
                commissions(0, RecordingBatch.SIZE),
                commissions(RecordingBatch.SIZE, RecordingBatch.SIZE + 1).peek(row -> {
                    throw new IllegalStateException("the file ends in the middle of a line");
                }));

        assertThatThrownBy(() -> commissions.recordAll(failing, KEEP_GOOD, outcome -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the file ends in the middle of a line")
                .satisfies(failed -> assertThat(failed.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("the disk is full"));
        assertThat(events()).isEqualTo(RecordingBatch.SIZE);
    }

    @Test
    void outcomes_that_cannot_be_taken_end_the_call_after_their_batch() {
        assertThatThrownBy(() -> commissions.recordAll(commissions(0, 5), ALL_OR_NOTHING, outcome -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(events()).isZero();

        assertThatThrownBy(() -> commissions.recordAll(commissions(0, RecordingBatch.SIZE + 5), KEEP_GOOD, outcome -> {
                    throw new IllegalStateException("the disk is full");
                }))
                .hasMessage("the disk is full");
        assertThat(events()).isEqualTo(RecordingBatch.SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEEP_GOOD", "ALL_OR_NOTHING"})
    void it_rolls_back_and_commits_with_the_callers_transaction(BulkMode mode) throws Exception {
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            CommissionDao joined = database.store(DSL.using(connection, SQLDialect.POSTGRES))
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
    void an_empty_stream_does_nothing() {
        String before = programme.fingerprint();

        assertThat(keepGood()).isEqualTo(new BulkSummary(0, 0, 0, 0, Map.of()));
        assertThat(commissions.recordAll(Stream.of(), ALL_OR_NOTHING, outcomes::add))
                .isEqualTo(new BulkSummary(0, 0, 0, 0, Map.of()));
        assertThat(programme.fingerprint()).isEqualTo(before);
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
