package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Truncating does not get around the triggers: nobody empties an append-only table, by itself or by a cascade. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class TruncatedTablesTest {

    private static final String EVERY_TABLE = "partners, partner_payout_minimums, partner_users, partner_accounts,"
            + " partner_idempotency_keys, partner_commissions, partner_payouts, partner_payout_parts, partner_payout_attempts, partner_status_changes,"
            + " partner_commission_events, partner_commission_totals, partner_payout_hold_changes,"
            + " partner_sales, partner_refunds, partner_restatements, partner_payment_servers";

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    /** PostgreSQL reports the table that the statement names first. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "partner_idempotency_keys",
                "partner_commissions",
                "partner_payouts",
                "partner_payout_parts",
                "partner_payout_attempts",
                "partner_payment_servers",
                "partner_status_changes",
                "partner_payout_hold_changes",
                "partner_commission_totals",
                "partner_commission_events",
                "partner_sales",
                "partner_refunds",
                "partner_restatements"
            })
    void an_append_only_table_is_not_truncated(String table) {
        assertThat(refusalOf("truncate " + table + " cascade")).isEqualTo(kept(table));
        assertThat(refusalOf("truncate " + table + ", " + EVERY_TABLE)).isEqualTo(kept(table));
        assertThat(refusalOf("truncate " + table + ", " + EVERY_TABLE + " restart identity cascade"))
                .isEqualTo(kept(table));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "partner_commission_events",
                "partner_commission_totals",
                "partner_payout_parts",
                "partner_payment_servers",
                "partner_status_changes",
                "partner_payout_hold_changes",
                "partner_restatements"
            })
    void a_table_that_no_other_refers_to_is_not_truncated_alone(String table) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            // Events refer to themselves; truncate does not object to that.
            assertThat(rehearsal.refusalOf("truncate " + table)).isEqualTo(kept(table));
            assertThat(rehearsal.refusalOf("truncate only " + table)).isEqualTo(kept(table));
        }
    }

    @Test
    void accounts_are_not_truncated_with_the_events_they_earned() {
        assertThat(refusalOf("truncate partner_accounts cascade")).isEqualTo(kept("partner_commission_events"));
    }

    /** PostgreSQL reports the table that the cascade reaches first. */
    @Test
    void partners_are_not_truncated_with_all_they_own() {
        assertThat(refusalOf("truncate partners cascade"))
                .isIn(Stream.of(
                                "partner_commissions",
                                "partner_payouts",
                                "partner_payout_parts",
                                "partner_payout_attempts",
                                "partner_status_changes",
                                "partner_payout_hold_changes",
                                "partner_commission_totals",
                                "partner_commission_events")
                        .map(TruncatedTablesTest::kept)
                        .toList());
    }

    /**
     * Each guard alone protects the partners: no table that a cascade from them reaches depends on the other guards.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "partner_commissions",
                "partner_payouts",
                "partner_payout_parts",
                "partner_payout_attempts",
                "partner_status_changes",
                "partner_payout_hold_changes",
                "partner_commission_totals",
                "partner_commission_events"
            })
    void every_append_only_table_by_itself_protects_the_partners_from_a_cascade(String table) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("""
                    do $$
                    declare other record;
                    begin
                        for other in select tgrelid::regclass as guarded, tgname from pg_trigger
                                     where tgfoid = 'partner_refuse_truncate'::regproc and tgrelid <> '%s'::regclass
                        loop
                            execute format('drop trigger %%I on %%s', other.tgname, other.guarded);
                        end loop;
                    end $$
                    """.formatted(table));

            assertThat(rehearsal.refusalOf("truncate partners cascade")).isEqualTo(kept(table));
        }
    }

    private static Refusal kept(String table) {
        return Refusal.check(
                table + "_are_not_truncated",
                "table " + table + " may not be truncated: record a correction as a new row");
    }

    private static Refusal refusalOf(String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.refusalOf(sql);
        }
    }
}
