package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.PartnerMigrations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each undo script takes the catalog back to what it was before its migration, down to the empty start. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class UndoTest {

    @Test
    void undoing_a_version_leaves_the_catalog_of_the_version_before(@EmptyDatabase PartnerDatabase database) {
        createHostTables(database);
        Map<Integer, List<String>> snapshots = new HashMap<>();
        snapshots.put(0, snapshot(database));
        for (int version : MigrationFiles.MIGRATIONS.keySet()) {
            configuration(database).target(String.valueOf(version)).load().migrate();
            snapshots.put(version, snapshot(database));
        }

        List<Integer> downwards = new ArrayList<>(MigrationFiles.MIGRATIONS.keySet());
        Collections.reverse(downwards);
        for (int version : downwards) {
            assertThat(snapshots.get(version))
                    .as("V%d changes something", version)
                    .isNotEqualTo(snapshots.get(version - 1));

            undo(version, database);

            assertThat(snapshot(database))
                    .as("after U%d", version)
                    .containsExactlyElementsOf(snapshots.get(version - 1));
        }
    }

    @Test
    void what_was_undone_can_be_migrated_again(@EmptyDatabase PartnerDatabase database) {
        createHostTables(database);
        configuration(database).load().migrate();
        List<String> migrated = snapshot(database);
        int last = MigrationFiles.MIGRATIONS.lastKey();
        for (int version = last; version > 0; version--) {
            undo(version, database);
        }

        assertThat(configuration(database).load().migrate().migrationsExecuted).isEqualTo(last);
        assertThat(snapshot(database)).containsExactlyElementsOf(migrated);
    }

    private static FluentConfiguration configuration(PartnerDatabase database) {
        return PartnerMigrations.configuration(database.dataSourceOfOwner())
                .locations(
                        "classpath:partner-dao/schema",
                        "classpath:partner-dao/host-links",
                        "classpath:partner-dao/row-security");
    }

    /** The host's tables: they exist from the start, and they stay. */
    private static void createHostTables(PartnerDatabase database) {
        database.sql().execute("""
                        create table customers (id uuid primary key);
                        create table invoices (id uuid primary key);
                        create table users (id uuid primary key);
                        """);
    }

    private static void undo(int version, PartnerDatabase database) {
        FluentConfiguration flyway = configuration(database);
        String sql = MigrationFiles.UNDOS.get(version).sql();
        for (Map.Entry<String, String> placeholder : flyway.getPlaceholders().entrySet()) {
            sql = sql.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        String undo = sql + "; delete from partner_schema_history where version = '" + version + "'";
        database.sql().connection(connection -> {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute(undo);
            }
            connection.commit();
        });
    }

    private static List<String> snapshot(PartnerDatabase database) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.rows(CatalogSnapshot.QUERY);
        }
    }
}
