package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
class ValidationRuleTest {

    private static final String ADD = "alter table t add constraint positive check (id > 0) not valid";

    @TempDir
    Path directory;

    private MigrationFolder folder;

    @BeforeEach
    void a_folder() {
        folder = new MigrationFolder(directory);
    }

    @Test
    void a_later_migration_validates() {
        folder.migration("add", ADD);
        folder.migration("another", "select 1");
        folder.migration("validate", "alter table t validate constraint \"positive\"");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_later_migration_drops_what_proved_wrong() {
        folder.migration("add", ADD);
        folder.migration("contract_drop", "alter table t drop constraint if exists positive cascade");

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_constraint_that_is_never_validated_is_reported() {
        folder.migration("add", ADD);
        folder.migration("another", "alter table u validate constraint positive");

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__add.sql",
                        ADD,
                        "a constraint that is added not valid is validated by a later migration",
                        "write one with: alter table t validate constraint positive"));
    }

    @Test
    void a_constraint_that_is_validated_where_it_is_added_is_reported() {
        folder.migration("add", ADD + "; alter table t validate constraint positive");

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__add.sql",
                        ADD,
                        "a constraint is validated in a later file than the one that adds it",
                        "move validate constraint positive to the next migration: here it reads the table under the lock"
                                + " of the adding"));
    }

    @Test
    void a_constraint_without_a_name_is_reported() {
        folder.migration("add", "alter table t add check (id > 0) not valid");

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V1__add.sql",
                        "alter table t add check (id > 0) not valid",
                        "a constraint that is added not valid has a name",
                        "write add constraint NAME, so that a later migration can validate it"));
    }
}
