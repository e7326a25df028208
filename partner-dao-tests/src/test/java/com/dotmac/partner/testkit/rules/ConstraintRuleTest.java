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
class ConstraintRuleTest {

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
                "add constraint c foreign key (id) references u (id) on delete set null",
                "add foreign key (id) references u",
                "add constraint c check (not valid)",
                "add constraint c not null id"
            })
    void a_constraint_that_reads_all_rows_at_once_is_reported(String action) {
        folder.migration("constraint", "alter table only t " + action);

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__constraint.sql",
                        "alter table t " + action,
                        "a constraint on a table that may hold rows is added not valid",
                        "write not valid after it, and validate it in the next migration"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"add constraint k primary key (id)", "add unique (id) using index tablespace fast"})
    void a_key_that_builds_its_index_is_reported(String action) {
        folder.migration("key", "alter table t " + action);

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__key.sql",
                        "alter table t " + action,
                        "a key of a table that may hold rows is added using an index",
                        "create the unique index concurrently in an earlier migration, then add the constraint using"
                                + " index"));
    }

    @Test
    void a_key_takes_an_index_that_is_there() {
        folder.migration("key", "alter table t add constraint k unique using index t_by_id");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void an_exclusion_constraint_on_a_table_in_use_is_reported() {
        folder.migration("exclusion", "alter table t add constraint e exclude using gist (period with &&)");

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__exclusion.sql",
                        "alter table t add constraint e exclude using gist (period with &&)",
                        "an exclusion constraint comes with its table",
                        "create a new table with it and copy the rows: PostgreSQL cannot build it while others write"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add column u_id uuid references u",
                "add if not exists n int check (n > 0)",
                "add column key text constraint k unique"
            })
    void a_constraint_that_comes_with_a_column_is_reported(String action) {
        folder.migration("column", "alter table t " + action);

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__column.sql",
                        "alter table t " + action,
                        "a column is added to a table that may hold rows without a constraint",
                        "add the column alone, and the constraint as on any table that may hold rows"));
    }

    @Test
    void constraints_come_with_their_table() {
        folder.migration("table", """
                create table "t" (id int primary key);
                alter table t add constraint positive check (id > 0), add column u_id int references u;
                alter table t add unique (u_id), add exclude using gist (u_id with =);""");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_constraint_that_an_undo_brings_back_is_not_checked_at_once_either() {
        folder.migration("contract_constraint", "alter table t drop constraint c");
        folder.file("U1__contract_constraint.sql", """
                set local lock_timeout = '5s';
                alter table t add constraint c check (id > 0);""");

        assertThat(folder.violations())
                .extracting(Violation::file, Violation::statement)
                .containsExactly(tuple("U1__contract_constraint.sql", "alter table t add constraint c check (id > 0)"));
    }

    @Test
    void an_undo_may_validate_what_it_brings_back() {
        folder.migration("contract_constraint", "alter table t drop constraint c");
        folder.file("U1__contract_constraint.sql", """
                set local lock_timeout = '5s';
                alter table t add constraint c check (id > 0) not valid;
                alter table t validate constraint c;""");

        assertThat(folder.violations()).isEmpty();
    }
}
