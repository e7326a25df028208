package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.NEWEST;
import static com.dotmac.partner.lifecycle.Wording.WITHOUT_LINKS;
import static com.dotmac.partner.lifecycle.Wording.command;
import static com.dotmac.partner.lifecycle.Wording.place;
import static com.dotmac.partner.lifecycle.Wording.unlinkedCommand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every verdict, from a database in that state. */
@Tag("catalog")
@Tag("server")
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class GuardVerdictTest {

    private static final SchemaGuard GUARD = SchemaGuard.ofSearchPath();

    private static final String LINKS =
            "V10 host link of users, V11 host link of accounts, V12 host link of sales to customers, V13 host link of sales to"
                    + " invoices, V14 host link of events to customers, V15 host link of events to invoices, V16 validate host links";
    private static final String NEWER = """
            insert into partner_schema_history
                (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
            values (%1$d, '%1$d', '%2$s', 'SQL', 'V%1$d__%2$s.sql', 1, 'newer', 1, true)
            """;

    @Test
    void a_migrated_database_is_up_to_date(PartnerDatabase database) {
        SchemaReport report = allowed(
                SchemaVerdict.UP_TO_DATE,
                place(database) + "is at version " + NEWEST + ", as this library needs it.",
                GUARD.linkedToHost(),
                database);

        assertThat(report.schema()).isEqualTo("public");
        assertThat(report.current()).contains(NEWEST);
        assertThat(report.expected()).isEqualTo(NEWEST);
        assertThat(report.pending()).isEmpty();
    }

    @Test
    void a_host_without_tables_is_up_to_date_without_the_links(@EmptyDatabase PartnerDatabase database) {
        Schemas.unlinked(database).migrate();

        SchemaReport report = allowed(
                SchemaVerdict.UP_TO_DATE,
                place(database) + "is at version " + WITHOUT_LINKS + ", as this library needs it.",
                GUARD,
                database);

        assertThat(report.expected()).isEqualTo(WITHOUT_LINKS);
    }

    @Test
    void a_newer_library_that_took_nothing_away_is_ahead(PartnerDatabase database) {
        Sql.run(database, NEWER.formatted(9998, "more indexes"), NEWER.formatted(9999, "notes of partners"));

        allowed(
                SchemaVerdict.AHEAD,
                place(database) + "is at version 9999, newer than the " + NEWEST
                        + " of this library. Allowed: nothing this library uses was taken away"
                        + " (V9998 more indexes, V9999 notes of partners).",
                GUARD,
                database);
    }

    @Test
    void a_newer_library_that_took_something_away_is_ahead_and_contracted(PartnerDatabase database) {
        Sql.run(database, NEWER.formatted(9998, "contract the tiers"), NEWER.formatted(9999, "notes of partners"));

        refused(
                SchemaVerdict.AHEAD_AND_CONTRACTED,
                place(database) + "is at version 9999, newer than the " + NEWEST
                        + " of this library. Refused: a contracting migration took away what this library may use"
                        + " (V9998 contract the tiers, V9999 notes of partners). Deploy the library that made it, or go back: "
                        + command("undo --to " + NEWEST, database) + " with the jar of that library",
                GUARD,
                database);
    }

    @Test
    void a_version_that_was_never_applied_is_not_made_good_by_a_newer_one(@EmptyDatabase PartnerDatabase database) {
        Schemas.unlinked(database).migrate();
        Sql.run(database, NEWER.formatted(9998, "more indexes"));

        allowed(
                SchemaVerdict.AHEAD,
                place(database) + "is at version 9998, newer than the " + WITHOUT_LINKS
                        + " of this library. Allowed: nothing this library uses was taken away (V9998 more indexes).",
                GUARD,
                database);
        refused(
                SchemaVerdict.BEHIND,
                place(database)
                        + "is at version 9998 without the foreign keys to the host's tables, which this application"
                        + " requires: " + LINKS + ". Migrate it before the application starts: "
                        + command("migrate", database),
                GUARD.linkedToHost(),
                database);
    }

    @Test
    void a_database_with_pending_migrations_is_behind(PartnerDatabase database) {
        Schemas.linked(database).undo(7, Set.of());

        SchemaReport report = refused(
                SchemaVerdict.BEHIND,
                place(database) + "is at version 7, this library needs " + WITHOUT_LINKS
                        + ". Pending: V8 guards of sales and commission events, V9 totals of commission events, V17 ledger, V18 invariants of money, V19 invariants of records. Migrate it before the application starts: "
                        + unlinkedCommand("migrate", database),
                GUARD,
                database);

        assertThat(report.current()).contains(7);
        assertThat(report.pending()).extracting(Migration::version).containsExactly(8, 9, 17, 18, 19);
    }

    @Test
    void links_that_were_begun_are_needed_to_their_end(@EmptyDatabase PartnerDatabase database) {
        Schemas.migrateTo(15, database);

        refused(
                SchemaVerdict.BEHIND,
                place(database) + "is at version 15, this library needs " + NEWEST
                        + ". Pending: V16 validate host links, V17 ledger, V18 invariants of money, V19 invariants of records. Migrate it before the application starts: "
                        + command("migrate", database),
                GUARD,
                database);
    }

    @Test
    void links_that_are_demanded_and_missing_are_pending(@EmptyDatabase PartnerDatabase database) {
        Schemas.unlinked(database).migrate();

        refused(
                SchemaVerdict.BEHIND,
                place(database) + "is at version " + WITHOUT_LINKS
                        + " without the foreign keys to the host's tables, which this application requires: "
                        + LINKS + ". Migrate it before the application starts: "
                        + command("migrate", database),
                GUARD.linkedToHost(),
                database);
    }

    @Test
    void tables_without_a_history_are_untracked(PartnerDatabase database) {
        Sql.run(database, "drop table partner_schema_history", "drop table partner_users cascade");

        SchemaReport report = refused(
                SchemaVerdict.UNTRACKED,
                place(database)
                        + "holds partner tables (partner_accounts, partner_commission_events, partner_commission_totals, partner_commissions,"
                        + " partner_idempotency_keys, partner_payment_servers, partner_payout_attempts, partner_payout_hold_changes, partner_payout_minimums, partner_payout_parts, partner_payouts,"
                        + " partner_refunds, partner_restatements, partner_sales, partner_status_changes, partners)"
                        + " but no history of the migrations that created them; this library needs version " + NEWEST
                        + ". See which version they are nearest to, and adopt them: " + command("adopt", database),
                GUARD,
                database);

        assertThat(report.current()).isEmpty();
    }

    @Test
    void tables_with_an_empty_history_are_untracked(@EmptyDatabase PartnerDatabase database) {
        Schemas.unlinked(database).migrate();
        Sql.run(database, "delete from partner_schema_history");

        assertThat(GUARD.report(database.dataSourceOfOwner()).verdict()).isEqualTo(SchemaVerdict.UNTRACKED);
    }

    @Test
    void an_empty_database_is_absent(@EmptyDatabase PartnerDatabase database) {
        SchemaReport report = refused(
                SchemaVerdict.ABSENT,
                place(database) + "holds no partner table; this library needs version " + NEWEST
                        + ". Migrate it before the application starts: " + unlinkedCommand("migrate", database),
                GUARD,
                database);

        assertThat(report.current()).isEmpty();
        assertThat(report.pending())
                .extracting(Migration::version)
                .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 17, 18, WITHOUT_LINKS);
    }

    @Test
    void a_history_in_other_schemas_is_named(@EmptyDatabase PartnerDatabase database) {
        Sql.run(database, "create schema revenue_share", "create schema \"Archive\"");
        Schemas.unlinked(database).inSchema("revenue_share").migrate();
        Schemas.unlinked(database).inSchema("Archive").migrate();

        refused(
                SchemaVerdict.ABSENT,
                place(database) + "holds no partner table; this library needs version " + NEWEST
                        + ". There is a history in the schema \"Archive\", \"revenue_share\": if you mean that schema, name it"
                        + " (SchemaGuard.inSchema, --schema). Migrate it before the application starts: "
                        + unlinkedCommand("migrate", database),
                GUARD,
                database);
    }

    @Test
    void a_failed_migration_is_failed(PartnerDatabase database) {
        Schemas.linked(database).undo(15, Set.of());
        Sql.run(
                database,
                NEWER.formatted(16, "validate host links"),
                "update partner_schema_history set success = false where version = '16'");

        SchemaReport report = refused(
                SchemaVerdict.FAILED,
                place(database)
                        + "has a failed migration in its history, V16 validate host links; this library needs version "
                        + NEWEST + ". See what it left, and how to mend the history: " + command("drift", database),
                GUARD,
                database);

        assertThat(report.current()).isEqualTo(Optional.of(15));
    }

    @Test
    void a_file_with_another_checksum_is_changed(PartnerDatabase database) {
        String ours = Sql.value(database, "select checksum from partner_schema_history where version = '7'");
        Sql.run(database, "update partner_schema_history set checksum = 4711 where version = '7'");

        refused(
                SchemaVerdict.CHANGED,
                place(database) + "was migrated by V7 guards of payouts from a file with the checksum 4711;"
                        + " the file in this library has " + ours
                        + ". A released migration never changes: deploy the library that was used, or compare the files: "
                        + command("info", database),
                GUARD,
                database);
    }

    @Test
    void a_lower_version_that_nobody_knows_is_changed(PartnerDatabase database) {
        Sql.run(
                database,
                NEWER.formatted(9998, "our own index"),
                "update partner_schema_history set version = '5.1' where version = '9998'");

        refused(
                SchemaVerdict.CHANGED,
                place(database)
                        + "was migrated by V5.1 our own index (V9998__our own index.sql), which this library does"
                        + " not hold though it holds later ones up to " + NEWEST
                        + ". Deploy the library that was used, or compare the files: " + command("info", database),
                GUARD,
                database);
    }

    @Test
    void a_catalog_that_somebody_changed_has_drifted(PartnerDatabase database) {
        Sql.run(database, "drop index partner_payouts_ready", "alter table partners add column note text");

        refused(
                SchemaVerdict.DRIFTED,
                place(database) + "is at version " + NEWEST + " but is not what the migrations left:"
                        + " extra column partners.note (text); missing index partner_payouts_ready."
                        + " See how to repair it: " + command("drift", database),
                GUARD,
                database);
    }

    @Test
    void the_short_form_looks_where_the_search_path_leads(@EmptyDatabase PartnerDatabase database) {
        assertThatThrownBy(() -> SchemaGuard.verify(database.dataSourceOfOwner()))
                .isInstanceOf(PartnerSchemaException.NotUsable.class);
        Schemas.unlinked(database).migrate();

        SchemaGuard.verify(database.dataSourceOfOwner());
    }

    private static SchemaReport allowed(
            SchemaVerdict verdict, String message, SchemaGuard guard, PartnerDatabase database) {
        guard.require(database.dataSourceOfOwner());
        SchemaReport report = guard.report(database.dataSourceOfOwner());
        assertThat(report.message()).isEqualTo(message);
        assertThat(report.verdict()).isEqualTo(verdict);
        assertThat(verdict.isAllowed()).isTrue();
        return report;
    }

    private static SchemaReport refused(
            SchemaVerdict verdict, String message, SchemaGuard guard, PartnerDatabase database) {
        SchemaReport report = guard.report(database.dataSourceOfOwner());
        assertThat(report.message()).isEqualTo(message);
        assertThat(report.verdict()).isEqualTo(verdict);
        assertThat(verdict.isAllowed()).isFalse();
        assertThatThrownBy(() -> guard.require(database.dataSourceOfOwner()))
                .isInstanceOfSatisfying(PartnerSchemaException.NotUsable.class, refusal -> assertThat(refusal.report())
                        .isEqualTo(report))
                .hasMessage(message);
        return report;
    }
}
