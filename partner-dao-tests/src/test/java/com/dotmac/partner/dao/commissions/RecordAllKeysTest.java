package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.bulk.BulkMode.ALL_OR_NOTHING;
import static com.dotmac.partner.dao.bulk.BulkMode.KEEP_GOOD;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.Code;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recording in bulk: keys that were used before, in the stream or elsewhere. */
@Tag("fast")
class RecordAllKeysTest extends RecordAllBase {

    RecordAllKeysTest(PartnerDatabase database) {
        super(database);
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
}
