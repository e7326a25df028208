package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fast")
class IndexRuleTest {

    private static final String CONCURRENTLY = "an index on a table that may hold rows is created concurrently";
    private static final String ALONE = "a concurrent index is alone in its file";
    private static final String MOVE =
            "move this statement to another migration: this one runs outside a transaction, and"
                    + " what it did before an error stays done";

    @TempDir
    Path directory;

    private MigrationFolder folder;

    @BeforeEach
    void a_folder() {
        folder = new MigrationFolder(directory);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index t_by_id on t (id)",
                "create unique index if not exists t_by_id on only t (id) where id > 0",
                "create index on t using gin (id)"
            })
    void an_index_that_locks_a_table_in_use_is_reported(String index) {
        folder.migration("index", index);

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__index.sql",
                        index,
                        CONCURRENTLY,
                        "write create index concurrently, in a migration of its own"));
    }

    @Test
    void an_index_in_a_do_block_is_reported() {
        folder.migration("index", "do $$ begin create index t_by_id on t (id); end $$");

        assertThat(folder.violations())
                .extracting(Violation::statement, Violation::rule)
                .containsExactly(tuple("create index t_by_id on t (id)", CONCURRENTLY));
    }

    @Test
    void an_index_comes_with_its_table() {
        folder.migration("tables", """
                create table if not exists t (id int);
                create unlogged table app.u (id int);
                create materialized view v as select 1 as id;
                create index on t(id);
                create unique index on app.u (id);
                create index on v (id);""");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_concurrent_index_is_alone_with_its_lock_timeout() {
        folder.outsideTransaction("index", """
                drop index concurrently if exists t_by_id;
                create unique index concurrently t_by_id on t (id);""");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_statement_beside_a_concurrent_index_is_reported() {
        folder.outsideTransaction("index", """
                create index concurrently t_by_id on t (id);
                create index concurrently t_by_name on t (name);
                comment on index t_by_id is 'Lookup by id.';""");

        assertThat(folder.violations())
                .containsExactly(
                        new Violation("V1__index.sql", "create index concurrently t_by_name on t (name)", ALONE, MOVE),
                        new Violation("V1__index.sql", "comment on index t_by_id is 'Lookup by id.'", ALONE, MOVE));
    }
}
