package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The script that the build emits for manual creation ends where migrate ends. */
@ExtendWith(PartnerDatabaseExtension.class)
class ConsolidatedScriptTest {

    private static final Path DIRECTORY = Path.of("..", "partner-schema", "target");

    @Test
    void on_a_host_it_gives_the_schema_and_the_history_that_migrate_gives(
            @EmptyDatabase PartnerDatabase byScript, @EmptyDatabase PartnerDatabase migrated) throws Exception {
        for (PartnerDatabase database : new PartnerDatabase[] {byScript, migrated}) {
            database.sql().execute("create table customers (id uuid primary key)");
            database.sql().execute("create table invoices (id uuid primary key)");
            database.sql().execute("create table users (id uuid primary key)");
        }

        run("partner-tables.sql", byScript);
        PartnerSchema.of(migrated.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT)
                .migrate();

        assertSame(byScript, migrated);
    }

    @Test
    void without_host_links_it_goes_into_an_empty_database(
            @EmptyDatabase PartnerDatabase byScript, @EmptyDatabase PartnerDatabase migrated) throws Exception {
        run("partner-tables-without-host-links.sql", byScript);
        PartnerSchema.of(migrated.dataSourceOfOwner()).migrate();

        assertSame(byScript, migrated);
    }

    private static void assertSame(PartnerDatabase byScript, PartnerDatabase migrated) {
        assertThat(PartnerSchema.of(byScript.dataSourceOfOwner()).drift()).isEmpty();
        assertThat(PartnerSchema.of(byScript.dataSourceOfOwner()).snapshot())
                .isEqualTo(PartnerSchema.of(migrated.dataSourceOfOwner()).snapshot());
        assertThat(history(byScript)).isEqualTo(history(migrated));
    }

    private static String history(PartnerDatabase database) {
        return database.sql()
                .fetch(
                        "select installed_rank, version, description, type, script, checksum, installed_by, success from partner_schema_history order by 1")
                .format();
    }

    private static void run(String script, PartnerDatabase database) throws Exception {
        assertThat(DIRECTORY.resolve(script)).exists();
        Psql.Run run = Psql.run(database, Files.readString(DIRECTORY.resolve(script)));
        assertThat(run.status()).as(run.output()).isZero();
    }
}
