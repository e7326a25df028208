package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.bulk.BulkMode.KEEP_GOOD;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recording in bulk: the outcome of each row. */
class RecordAllTest extends RecordAllBase {

    RecordAllTest(PartnerDatabase database) {
        super(database);
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

    @ParameterizedTest
    @ValueSource(ints = {0, 150, 299})
    void a_bad_row_is_refused_alone_in_any_place_as_record_refuses_it(int place) {
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
        assertThat(refusal(place)).hasMessage("this tenant has no invoice " + NOBODY + "; check the id and the tenant");
        assertThat(events()).isEqualTo(299);
        assertThat(broken()).isEmpty();
    }

    @Test
    void an_amount_that_only_the_database_refuses_is_refused_alone() {
        // A monthly total has 34 digits before the decimal point.
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
            transaction
                    .dsl()
                    .execute("update partner_commission_totals set base_amount = 9999999999999999999999999999999999");
        });

        keepGood(
                commission("k-2", "10"),
                NewCommission.on("k-3", partner, Money.of("5", "USD"), Money.of("1", "USD"), FEBRUARY));

        assertThat(refusal(0).sqlState()).contains("22003");
        assertThat(outcomes.get(1)).isInstanceOf(Done.class);
    }

    @Test
    void a_role_that_may_create_nothing_can_record_in_bulk() throws Exception {
        String role = "partner_app_" + UUID.randomUUID().toString().replace("-", "");
        programme.sql.execute("create role " + role);
        programme.sql.execute("grant select, insert, update on all tables in schema public to " + role);
        try (Connection connection = database.dataSourceOfOwner().getConnection()) {
            connection.createStatement().execute("set role " + role);

            assertThat(database.store(DSL.using(connection, SQLDialect.POSTGRES))
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
    void another_tenants_partner_and_keys_are_not_seen() {
        programme.other.commissions().recordAll(Stream.of(commission("k-1", "10")), KEEP_GOOD, outcomes::add);
        keepGood(commission("k-1", "10"));

        assertThat(refusal(0).getMessage()).contains("this tenant has no partner");
        assertThat(outcomes.get(1)).isInstanceOf(Done.class);
    }
}
