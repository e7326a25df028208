package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.MigrationRules;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every migration promises to a database in use, read from the files. */
@Tag("fast")
class MigrationFilesTest {

    @Test
    void our_migrations_can_run_on_a_database_in_use() {
        MigrationRules.onClassPath("partner-dao").check();
    }

    @Test
    void versions_begin_with_one() {
        assertThat(MigrationFiles.MIGRATIONS.firstKey()).isEqualTo(1);
        assertThat(MigrationFiles.MIGRATIONS).hasSizeGreaterThanOrEqualTo(8);
    }
}
