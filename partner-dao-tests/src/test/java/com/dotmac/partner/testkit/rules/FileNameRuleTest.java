package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fast")
class FileNameRuleTest {

    private static final String SQL = "set local lock_timeout = '5s';";

    @TempDir
    Path directory;

    private MigrationFolder folder;

    @BeforeEach
    void one_good_migration() {
        folder = new MigrationFolder(directory).migration("first", "");
    }

    @Test
    void a_good_migration_violates_nothing() {
        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_version_that_is_left_out_is_reported() {
        folder.file("V3__third.sql", SQL).file("U3__third.sql", SQL);

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V3__third.sql", "", "versions have no gap", "the version after V1__first.sql is V2"));
    }

    @Test
    void versions_that_are_dates_leave_gaps() {
        folder.file("V20260701__july.sql", SQL).file("U20260701__july.sql", SQL);
        folder.file("V20260801120000__august.sql", SQL).file("U20260801120000__august.sql", SQL);

        assertThat(folder.violations()).isEmpty();
    }

    @Test
    void a_version_that_is_there_twice_is_reported() {
        folder.file("V1__second.sql", SQL).file("U1__second.sql", SQL);

        assertThat(folder.violations())
                .containsExactly(
                        new Violation(
                                "U1__second.sql",
                                "",
                                "a version is used once",
                                "give it a number of its own: U1__first.sql has this one"),
                        new Violation(
                                "V1__second.sql",
                                "",
                                "a version is used once",
                                "give it a number of its own: V1__first.sql has this one"));
    }

    @Test
    void a_migration_without_its_undo_and_an_undo_without_its_migration_are_reported() {
        folder.file("V2__second.sql", SQL).file("U2__another_second.sql", SQL);

        assertThat(folder.violations())
                .containsExactly(
                        new Violation(
                                "U2__another_second.sql",
                                "",
                                "an undo has a migration of its number and description",
                                "write V2__another_second.sql"),
                        new Violation(
                                "V2__second.sql",
                                "",
                                "a migration has an undo of its number and description",
                                "write U2__second.sql"));
    }

    @Test
    void a_service_that_goes_back_by_other_means_needs_no_undo() {
        folder.file("V2__second.sql", SQL).file("V4__fourth.sql", SQL).file("U5__fifth.sql", SQL);

        assertThat(MigrationRules.inDirectories(directory).withoutUndos().violations())
                .containsExactly(new Violation(
                        "V4__fourth.sql", "", "versions have no gap", "the version after V2__second.sql is V3"));
    }

    @Test
    void a_name_without_a_whole_number_or_a_description_is_reported() {
        folder.file("V2_one_underscore.sql", SQL);

        assertThat(folder.violations())
                .containsExactly(new Violation(
                        "V2_one_underscore.sql",
                        "",
                        "a file is named V<number>__<what_it_does>.sql or U<number>__<what_it_does>.sql",
                        "rename it: the rules go by whole numbers, and Flyway may pass over another name"));
    }

    @Test
    void other_files_are_not_read() {
        folder.file("R__view.sql", "")
                .file("beforeMigrate__host_standins.sql", "")
                .file("V2__second.sql.conf", "");

        assertThat(folder.violations()).isEmpty();
    }
}
