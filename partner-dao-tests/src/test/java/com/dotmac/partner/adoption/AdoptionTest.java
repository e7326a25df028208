package com.dotmac.partner.adoption;

import static com.dotmac.partner.schema.adoption.AdoptionConsent.CLEAR_ORPHANS;
import static com.dotmac.partner.schema.adoption.AdoptionConsent.UNDO_FORBIDDEN_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Databases whose tables have no migration history get one, and have exactly what migrate creates. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class AdoptionTest {

    private static final String OUR_AND_THE_HOSTS_TABLES = """
            select table_name from information_schema.tables
            where table_schema = 'public' and table_type = 'BASE TABLE'
            order by 1
            """;

    private static final String MONEY = """
            select 'event', id::text, partner_id::text, currency::text, trim_scale(commission_amount) from partner_commission_events
            union all
            select 'payout', id::text, partner_id::text, currency::text, trim_scale(total_amount) from partner_payouts
            order by 1, 2
            """;

    private static final String RECORD =
            "select kind, table_name, row_id, column_name, old_value from partner_before_adoption.changes order by 2, 3, 4";

    @Test
    void a_host_of_38_tables_and_no_partner_table_is_migrated(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.host(database);
        List<String> before = legacy.rows(OUR_AND_THE_HOSTS_TABLES);
        assertThat(before).hasSize(38);

        assertThat(legacy.schema.adopt(Set.of()).way()).isEqualTo(Adoption.Way.MIGRATE);
        legacy.schema.applyAdoption(Set.of());

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(OUR_AND_THE_HOSTS_TABLES)).containsAll(before).hasSize(38 + 18);
    }

    @Test
    void our_tables_without_two_foreign_keys_and_with_orphans_are_repaired_in_place(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute(Legacy.resource("rows_of_ours.sql"));
        List<String> money = legacy.rows(MONEY);
        List<String> everything = legacy.everything();

        Adoption found = legacy.schema.adopt(Set.of());

        assertThat(found.way()).isEqualTo(Adoption.Way.IN_PLACE);
        assertThat(found.nearest()).isEqualTo(19);
        assertThat(found.differences())
                .extracting(Object::toString)
                .containsExactly(
                        "missing constraint partner_commission_events.commission_event_is_of_a_host_invoice",
                        "missing constraint partner_commission_events.commission_event_payout_matches");
        assertThat(found.findings())
                .extracting(AdoptionFinding::toString)
                .containsExactly(
                        "partner_commission_events 90000000-0000-7000-8000-000000000002: payout_id"
                                + " ff000000-0000-7000-8000-000000000001 does not exist in partner_payouts",
                        "partner_commission_events 90000000-0000-7000-8000-000000000003: invoice_id"
                                + " ff000000-0000-7000-8000-000000000002 does not exist in invoices");
        assertThat(found.refusals())
                .containsExactly(
                        "2 links point to rows that do not exist; correct them, or set them to null with --clear-orphans");
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage(
                        "adopt was refused and has changed nothing: 2 links point to rows that do not exist; correct them, or"
                                + " set them to null with --clear-orphans");
        assertThat(legacy.everything()).isEqualTo(everything);

        legacy.schema.applyAdoption(Set.of(CLEAR_ORPHANS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(MONEY)).isEqualTo(money);
        assertThat(legacy.rows(RECORD))
                .containsExactly(
                        "[ORPHAN, partner_commission_events, 90000000-0000-7000-8000-000000000002, payout_id,"
                                + " ff000000-0000-7000-8000-000000000001]",
                        "[ORPHAN, partner_commission_events, 90000000-0000-7000-8000-000000000003, invoice_id,"
                                + " ff000000-0000-7000-8000-000000000002]");
        assertThat(legacy.rows("""
                        select convalidated from pg_constraint
                        where conname in ('commission_event_is_of_a_host_invoice', 'commission_event_payout_matches')
                        """)).containsExactly("[true]", "[true]");
    }

    @Test
    void tables_of_create_all_are_rebuilt_with_every_row(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        List<String> money = legacy.rows(MONEY);
        assertThat(money).hasSize(8);

        Adoption adoption = legacy.schema.applyAdoption(Set.of());

        assertThat(adoption.way()).isEqualTo(Adoption.Way.REBUILD);
        assertThat(adoption.nearest()).isEqualTo(5);
        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(MONEY)).isEqualTo(money);
        assertThat(legacy.rows("select id, tenant_id from partner_commission_events where id::text like '%2'"))
                .containsExactly("[90000000-0000-0000-0000-000000000002, acme]");
        assertThat(legacy.rows("select status, tier, default_commission_rate from partners order by id"))
                .containsExactly(
                        "[active, gold, 0.100000]", "[suspended, bronze, null]", "[pending, direct, 0.000000]");
        assertThat(legacy.rows("select status, count(*) from partner_commission_events group by 1 order by 1"))
                .containsExactly("[pending, 1]", "[approved, 2]", "[paid, 2]", "[cancelled, 1]");
        assertThat(legacy.rows(
                        "select status, status_reason, trim_scale(total_amount) from partner_payouts order by id"))
                .containsExactly("[completed, null, 150]", "[ready, adopted: its period had ended, 20.25]");
        assertThat(legacy.rows("select (starts_at at time zone 'UTC')::text from partner_accounts order by id"))
                .containsExactly("[2025-01-01 00:00:00]", "[2025-01-01 00:00:00]");
        // The rows are as before, in every column, in the schema that stores them.
        assertThat(legacy.value(
                        "select sum(commission_amount)::text from partner_before_adoption.partner_commission_events"))
                .isEqualTo("681.02");
        assertThat(legacy.value("select count(*) from partner_before_adoption.changes"))
                .isEqualTo("0");
    }

    @Test
    void adopted_events_are_paid_like_all_others(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.schema.applyAdoption(Set.of());
        PartnerScope acme = database.store(database.dataSourceOfOwner()).tenant("acme").actingAs("test");
        UUID ready = UUID.fromString("f0000000-0000-0000-0000-000000000002");

        ClaimedPayout claimed =
                acme.payouts().claim(ready, "worker-1", Duration.ofMinutes(5)).orElseThrow();
        acme.payouts()
                .succeed(claimed.attempt().id(), "wire-2", claimed.attempt().amount());
        List<Payout> closed = acme.payouts()
                .closeAll("close", Instant.parse("2026-11-01T00:00:00Z"))
                .closed();

        assertThat(closed).singleElement().satisfies(payout -> assertThat(payout.total())
                .isEqualTo(Money.of("7.77", "EUR")));
        assertThat(
                        legacy.rows(
                                "select status, count(*), sum(commission_amount)::text from partner_commission_events where tenant_id = 'acme' group by 1 order by 1"))
                .containsExactly("[pending, 1, 3.0000]", "[approved, 1, 7.7700]", "[paid, 3, 170.2500]");
    }

    @Test
    void the_outcome_of_a_payment_under_way_is_unknown_until_somebody_records_it(
            @EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("update partner_payouts set status = 'PROCESSING' where right(id::text, 1) = '2'");
        legacy.schema.applyAdoption(Set.of());
        PartnerScope acme = database.store(database.dataSourceOfOwner()).tenant("acme").actingAs("test");

        ClaimedPayout lost = acme.payouts().listUnresolved(10).get(0);

        assertThat(lost.payout().id()).hasToString("f0000000-0000-0000-0000-000000000002");
        assertThat(acme.payouts().claim(10, "worker-1", Duration.ofMinutes(5))).isEmpty();
        assertThat(acme.payouts()
                        .succeed(lost.attempt().id(), "wire-2", lost.attempt().amount())
                        .value()
                        .paymentReference())
                .contains("wire-2");
    }

    @Test
    void links_the_new_keys_forbid_are_listed_and_undone_only_on_request(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        // Of another currency, of another partner, not yet approved: none of them is in the payout's total.
        legacy.execute("""
                update partner_commission_events set payout_id = 'f0000000-0000-0000-0000-000000000002'
                where right(id::text, 1) in ('4', '5', '6');
                update partner_commission_events set currency = 'USD', status = 'APPROVED' where right(id::text, 1) = '6';
                """);
        List<String> money = legacy.rows(MONEY);
        List<String> everything = legacy.everything();

        Adoption found = legacy.schema.adopt(Set.of(CLEAR_ORPHANS));

        assertThat(found.findings())
                .extracting(AdoptionFinding::reason)
                .containsExactly(
                        "is a payout in USD, the event is in EUR",
                        "is a payout of partner b0000000-0000-0000-0000-000000000001, the event's is"
                                + " b0000000-0000-0000-0000-000000000002",
                        "is a payout of partner b0000000-0000-0000-0000-000000000001, the event's is"
                                + " b0000000-0000-0000-0000-000000000003");
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of(CLEAR_ORPHANS)))
                .hasMessage(
                        "adopt was refused and has changed nothing: 3 events are linked to payouts that must not hold them;"
                                + " correct them, or undo the links with --undo-forbidden-links");
        assertThat(legacy.everything()).isEqualTo(everything);

        legacy.schema.applyAdoption(EnumSet.of(UNDO_FORBIDDEN_LINKS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(MONEY)).isEqualTo(money);
        assertThat(legacy.rows(RECORD))
                .hasSize(3)
                .allMatch(row -> row.startsWith("[FORBIDDEN_LINK, partner_commission_events, 90000000-"));
        assertThat(legacy.value("select count(*) from partner_commission_events where payout_id is not null"))
                .isEqualTo("3");
    }

    @Test
    void a_missing_trigger_is_created_again_with_its_function(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute("drop function partner_guard_payouts() cascade");

        legacy.schema.applyAdoption(Set.of());

        legacy.endsWhereMigrateEnds(other);
    }

    @Test
    void a_pending_payout_below_zero_or_in_its_period_stays_open_and_carries_forward(
            @EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("update partner_payouts set period_end = now() + interval '1 day' where id::text like '%2'");
        legacy.execute("""
                insert into partner_payouts (id, partner_id, total_amount, currency, commission_count, status, period_start, period_end)
                values ('f0000000-0000-0000-0000-000000000003', 'b0000000-0000-0000-0000-000000000001', -7.77, 'EUR', 1, 'PENDING',
                    '2026-01-01', '2026-02-01');
                insert into partner_commission_events (id, partner_id, commission_amount, currency, status, event_type, event_date, payout_id)
                values ('90000000-0000-0000-0000-000000000007', 'b0000000-0000-0000-0000-000000000001', -7.77, 'EUR', 'APPROVED', 'taken back',
                    '2026-01-10', 'f0000000-0000-0000-0000-000000000003')
                """);

        legacy.schema.applyAdoption(Set.of());

        assertThat(
                        legacy.rows(
                                "select status, trim_scale(total_amount), period_end::date from partner_payouts where id::text not like '%1' order by id"))
                .containsExactly("[pending, 20.25, null]", "[pending, -7.77, null]");
        PartnerScope acme = database.store(database.dataSourceOfOwner()).tenant("acme").actingAs("test");
        List<Payout> closed = acme.payouts()
                .closeAll("close", Instant.parse("2026-11-01T00:00:00Z"))
                .closed();
        // The euros that were clawed back and those earned later add up to zero; the dollars are paid.
        assertThat(closed).singleElement().satisfies(payout -> assertThat(payout.total())
                .isEqualTo(Money.of("20.25", "USD")));
    }

    @Test
    void times_as_text_have_their_own_zone_and_times_without_one_are_utc(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("""
                alter table partner_commission_events drop column created_at, drop column updated_at;
                alter table partner_commission_events alter event_date type text using case
                    when id::text like '%1' then '2026-01-10T01:00:00+05:00' else '2026-01-20 00:00:00' end
                """);
        legacy.execute("alter database " + legacy.value("select current_database()") + " set timezone to 'Asia/Tokyo'");

        legacy.schema.applyAdoption(Set.of());

        assertThat(legacy.rows("""
                        select distinct (event_date at time zone 'UTC')::text, hold_until is null or hold_until = event_date
                        from partner_commission_events order by 1
                        """)).containsExactly("[2026-01-09 20:00:00, true]", "[2026-01-20 00:00:00, true]");
    }

    @Test
    void the_former_owner_and_who_might_use_single_columns_may_use_the_new_tables(
            @EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        String owner = "adopted_owner_" + Long.toUnsignedString(System.nanoTime());
        String reader = "adopted_reader_" + Long.toUnsignedString(System.nanoTime());
        legacy.execute("create role " + owner);
        legacy.execute("create role " + reader);
        try {
            legacy.ownedBy(owner);
            legacy.execute("grant select (id, company_name) on partners to " + reader);

            legacy.schema.applyAdoption(Set.of());

            assertThat(legacy.value("select has_table_privilege('" + owner + "', 'public.partners', 'update')"))
                    .isEqualTo("true");
            assertThat(legacy.rows("select column_name from information_schema.role_column_grants where grantee = '"
                            + reader + "' and table_schema = 'public' order by 1"))
                    .containsExactly("[company_name]", "[id]");
        } finally {
            legacy.execute("drop owned by " + owner + ", " + reader + " cascade");
            legacy.execute("drop role " + owner + ", " + reader);
        }
    }

    @Test
    void the_role_of_the_application_may_use_the_new_tables_as_the_old(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        String role = "adopted_app_" + Long.toUnsignedString(System.nanoTime());
        legacy.execute("create role " + role);
        legacy.execute("grant select, insert, delete on partner_payouts to " + role);
        legacy.execute("grant select on partners to public");
        try {
            legacy.schema.applyAdoption(Set.of());

            assertThat(legacy.rows("""
                            select privilege_type from information_schema.role_table_grants
                            where grantee = '%s' and table_schema = 'public' order by 1
                            """.formatted(role))).containsExactly("[INSERT]", "[SELECT]");
            assertThat(legacy.value("select has_table_privilege('" + role + "', 'public.partners', 'select')"))
                    .isEqualTo("true");
        } finally {
            legacy.execute("drop owned by " + role);
            legacy.execute("drop role " + role);
        }
    }
}
