package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database makes ids of version 7 (RFC 9562), which sort by time. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class IdentifiersTest {

    @Test
    void an_id_is_of_version_7_and_carries_the_database_time(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            UUID id = UUID.fromString(rehearsal.value("select partner_time_ordered_uuid()"));
            Instant now = Instant.ofEpochMilli(
                    Long.parseLong(rehearsal.value("select (extract(epoch from clock_timestamp()) * 1000)::bigint")));

            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(Duration.between(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16), now))
                    .isBetween(Duration.ZERO, Duration.ofMinutes(1));
        }
    }

    @Test
    void ten_thousand_ids_are_distinct_and_all_of_version_7(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            List<UUID> ids =
                    rehearsal.rows("select partner_time_ordered_uuid() from generate_series(1, 10000)").stream()
                            .map(UUID::fromString)
                            .toList();

            assertThat(ids)
                    .hasSize(10_000)
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.version() == 7 && id.variant() == 2);
        }
    }

    @Test
    void ids_of_different_milliseconds_sort_by_time(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            // The first 48 bits are the milliseconds: 12 hexadecimal digits and a dash as text.
            List<String> risesAndFalls = rehearsal.rows("""
                    with made as materialized (select n, partner_time_ordered_uuid() as id from generate_series(1, 20000) as n),
                         pair as (select id, lag(id) over (order by n) as earlier from made)
                    select count(*) filter (where id > earlier), count(*) filter (where id < earlier)
                    from pair where left(id::text, 13) <> left(earlier::text, 13)
                    """);

            assertThat(risesAndFalls).singleElement().asString().matches("[1-9]\\d* 0");
        }
    }

    @Test
    void every_id_is_time_ordered_unless_the_writer_brings_one(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows("""
                            select r.relname || '.' || attname || ' ' || pg_get_expr(adbin, adrelid)
                            from pg_attrdef d join pg_class r on r.oid = adrelid
                            join pg_attribute a on a.attrelid = adrelid and attnum = adnum
                            where atttypid = 'uuid'::regtype order by 1
                            """))
                    .containsExactly(
                            "partner_accounts.id partner_time_ordered_uuid()",
                            "partner_commission_events.id partner_time_ordered_uuid()",
                            "partner_commissions.id partner_time_ordered_uuid()",
                            "partner_commissions.rule_id partner_time_ordered_uuid()",
                            "partner_payout_attempts.id partner_time_ordered_uuid()",
                            "partner_payout_hold_changes.id partner_time_ordered_uuid()",
                            "partner_payouts.id partner_time_ordered_uuid()",
                            "partner_refunds.id partner_time_ordered_uuid()",
                            "partner_restatements.id partner_time_ordered_uuid()",
                            "partner_sales.id partner_time_ordered_uuid()",
                            "partner_status_changes.id partner_time_ordered_uuid()",
                            "partner_users.id partner_time_ordered_uuid()",
                            "partners.id partner_time_ordered_uuid()");
        }
    }
}
