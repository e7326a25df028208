package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.NEWEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Undo goes down version by version, and migrate goes up again. */
@Tag("catalog")
@Tag("server")
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class UndoThroughVersionsTest {

    private static final String A_PARTNER = """
            insert into partner_idempotency_keys values ('acme', 'key', 'test', sha256('key'), 'user:1');
            insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)
            values ('acme', 'P-1', 'Northwind', 'key', 'user:1', 'user:1');
            """;

    @Test
    void every_version_is_left_as_it_was_found(@EmptyDatabase PartnerDatabase database) {
        Sql.createHostTables(database);
        PartnerSchema schema = Schemas.linked(database);
        Map<Integer, Set<CatalogFact>> snapshots = new HashMap<>();
        Sql.run(database, "create extension btree_gist");
        snapshots.put(0, schema.snapshot());
        for (int version = 1; version <= NEWEST; version++) {
            Schemas.migrateTo(version, database);
            snapshots.put(version, schema.snapshot());
            assertThat(schema.drift()).as("V%d", version).isEmpty();
        }

        for (int version = NEWEST; version > 0; version--) {
            assertThat(schema.undo(version - 1, Set.of()))
                    .extracting(Migration::version)
                    .containsExactly(version);
            assertThat(schema.snapshot()).as("after U%d", version).isEqualTo(snapshots.get(version - 1));
        }

        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.ABSENT);
        assertThat(schema.migrate()).hasSize(NEWEST);
        assertThat(schema.snapshot()).isEqualTo(snapshots.get(NEWEST));
    }

    @Test
    void many_versions_are_undone_at_once(PartnerDatabase database, PartnerDatabase untouched) {
        PartnerSchema schema = Schemas.linked(database);

        assertThat(schema.undo(0, Set.of()))
                .extracting(Migration::version)
                .containsExactly(19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(schema.undo(0, Set.of())).isEmpty();
        schema.migrate();

        assertThat(schema.snapshot()).isEqualTo(Schemas.linked(untouched).snapshot());
    }

    @Test
    void rows_are_not_lost_unless_an_option_names_them(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Sql.run(database, A_PARTNER);
        Set<CatalogFact> before = schema.snapshot();

        assertThatThrownBy(() -> schema.undo(1, Set.of()))
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage(
                        "undo would lose rows of partner_payment_servers (1 rows), partners (1 rows), partner_idempotency_keys"
                                + " (1 rows); nothing was changed. Take a dump; if these rows may be lost, name the tables:"
                                + " --lose partner_payment_servers,partners,partner_idempotency_keys");
        assertThatThrownBy(() -> schema.undo(1, Set.of("partners", "partner_users", "partner_payment_servers")))
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage(
                        "undo would lose rows of partner_idempotency_keys (1 rows); nothing was changed. Take a dump;"
                                + " if these rows may be lost, name the tables: --lose partner_idempotency_keys");

        assertThat(schema.snapshot()).isEqualTo(before);
        assertThat(Sql.value(database, "select count(*) from partners")).isEqualTo("1");
        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);

        assertThat(schema.undo(1, Set.of("partners", "partner_idempotency_keys", "partner_payment_servers")))
                .hasSize(NEWEST - 1);
        assertThat(Sql.value(database, "select to_regclass('partners') is null"))
                .isEqualTo("t");
    }

    @Test
    void rows_of_tables_that_stay_are_not_lost(PartnerDatabase database) {
        Sql.run(database, A_PARTNER);

        assertThat(Schemas.linked(database).undo(2, Set.of("partner_payment_servers")))
                .hasSize(NEWEST - 2);

        assertThat(Sql.value(database, "select company_name from partners")).isEqualTo("Northwind");
    }

    @Test
    void a_version_of_a_newer_library_is_not_undone(PartnerDatabase database) {
        Sql.run(database, """
                insert into partner_schema_history
                    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (9998, '9998', 'notes', 'SQL', 'V9998__notes.sql', 1, 'newer', 1, true)
                """);

        assertThatThrownBy(() -> Schemas.linked(database).undo(9, Set.of()))
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage(
                        "undo --to 9: this jar does not hold V9998 notes and cannot undo it. Use the jar of the library"
                                + " that applied it");

        assertThat(Schemas.linked(database).verify().verdict()).isEqualTo(SchemaVerdict.AHEAD);
    }

    @Test
    void a_reference_that_is_no_longer_validated_still_refers_to_its_table(PartnerDatabase database) {
        Sql.run(database, "create table elsewhere (id uuid primary key)");
        HostTables wrong = HostTables.DEFAULT
                .customers("elsewhere", "id")
                .invoices("elsewhere", "id")
                .users("elsewhere", "id");

        PartnerSchema.of(database.dataSourceOfOwner()).linkedTo(wrong).undo(15, Set.of());

        assertThat(Sql.rows(database, """
                        select distinct confrelid::regclass::text || ' ' || convalidated from pg_constraint
                        where conname like '%\\_host\\_%' order by 1
                        """)).containsExactly("customers false", "invoices false", "users false");
        Schemas.linked(database).migrate();
        assertThat(Schemas.linked(database).verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void a_failed_migration_that_left_nothing_is_not_undone(@EmptyDatabase PartnerDatabase database) {
        Schemas.migrateTo(9, database);
        Sql.run(database, """
                insert into partner_schema_history
                    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                values (99, '10', 'host link of users', 'SQL', 'V10__host_link_of_users.sql', 1, 'postgres', 1, false)
                """);

        assertThat(Schemas.linked(database).undo(8, Set.of()))
                .extracting(Migration::version)
                .containsExactly(9);
        assertThat(Schemas.linked(database).verify().verdict()).isEqualTo(SchemaVerdict.FAILED);
    }

    @Test
    void the_last_applied_version_is_undone_first(@EmptyDatabase PartnerDatabase database) {
        Schemas.unlinked(database).migrate();
        Sql.createHostTables(database);
        Schemas.linked(database).migrate();
        Sql.run(
                database,
                "update partner_schema_history set installed_rank = installed_rank + 100 where version = '9'");

        assertThat(Schemas.linked(database).undo(8, Set.of()))
                .extracting(Migration::version)
                .isEqualTo(List.of(9, 16, 15, 14, 13, 12, 11, 10, 19, 18, 17));
    }
}
