package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of each change by hand, on databases with rows: whether drift reports it, whether the guard of an
 * application refuses it, and whether the printed statements undo it.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class HandMadeChangesTest {

    private PartnerDatabase mended;
    private PartnerDatabase ignored;
    private TestRole role;
    private TestRole otherRole;

    /** Changes that a statement undoes share one database, since each leaves it as it was; so do ignored ones. */
    @BeforeAll
    void create(PartnerDatabase first, PartnerDatabase second) {
        mended = withRows(first);
        ignored = withRows(second);
        role = new TestRole(mended);
        otherRole = new TestRole(ignored);
    }

    @AfterAll
    void drop() {
        role.close();
        otherRole.close();
    }

    static Stream<HandMade> mendedByStatements() {
        return HandMadeChanges.all()
                .filter(change -> change.fate() == HandMade.Fate.REFUSED || change.fate() == HandMade.Fate.ACCEPTED);
    }

    static Stream<HandMade> others() {
        return HandMadeChanges.all()
                .filter(change -> change.fate().isByHand() || change.fate().isOfTheHistory());
    }

    static Stream<HandMade> ignoredByDesign() {
        return HandMadeChanges.all().filter(change -> change.fate() == HandMade.Fate.IGNORED);
    }

    @ParameterizedTest
    @MethodSource("mendedByStatements")
    void the_printed_statements_undo_it(HandMade change) {
        run(change, mended, role);

        List<Difference> differences = differences(change, mended);
        repair(differences, mended);

        assertThat(Tool.run(mended, "drift").out()).isEqualTo("No drift.\n");
        assertThat(isAllowed(mended)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("others")
    void a_damaged_history_comes_first_and_what_no_statement_undoes_says_so(HandMade change, PartnerDatabase database) {
        withRows(database);
        try {
            run(change, database, role);

            List<Difference> differences = differences(change, database);

            if (change.fate().isOfTheHistory()) {
                assertThat(differences)
                        .allSatisfy(difference ->
                                assertThat(difference.fact().kind()).isEqualTo("history row"))
                        .extracting(Difference::repair)
                        .noneMatch(repair -> repair.matches("(?is).*\\b(drop|alter|truncate)\\b.*"))
                        .noneMatch(repair -> repair.matches("(?is).*delete from (?!partner_schema_history).*"));
            }
            if (change.fate().isByHand()) {
                assertThat(differences)
                        .extracting(Difference::repair)
                        .anyMatch(repair -> repair.matches("(?s)-- by hand: .{40,}"));
            } else {
                repair(differences, database);
                assertThat(Tool.run(database, "drift").out()).isEqualTo("No drift.\n");
                Schemas.linked(database).migrate();
                assertThat(isAllowed(database)).isTrue();
            }
        } finally {
            Sql.run(database, "drop subscription if exists " + name(database));
        }
    }

    @ParameterizedTest
    @MethodSource("ignoredByDesign")
    void it_is_ignored_by_design(HandMade change) {
        run(change, ignored, otherRole);

        assertThat(Tool.run(ignored, "drift").out()).isEqualTo("No drift.\n");
        assertThat(isAllowed(ignored)).isTrue();
    }

    @Test
    void there_are_many_and_the_documentation_has_each() throws IOException {
        List<String> rows = HandMadeChanges.all().map(HandMade::row).toList();

        List<String> documented = Files.readString(Path.of("..", "docs", "drift.md"))
                .lines()
                .filter(line -> line.startsWith("| ") && line.split("\\|").length >= 4)
                .filter(line -> line.contains("| reported |") || line.contains("| ignored by design |"))
                .toList();

        assertThat(rows).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
        assertThat(documented).containsExactlyElementsOf(rows);
    }

    private static void run(HandMade change, PartnerDatabase database, TestRole role) {
        Sql.run(database, change.sql().replace("${role}", role.name()).replace("${database}", name(database)));
    }

    /** Reported, and refused by the guard if it has to be. */
    private static List<Difference> differences(HandMade change, PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        List<Difference> differences = schema.drift();
        assertThat(differences).isNotEmpty();
        assertThat(isAllowed(database))
                .as(differences.toString())
                .isEqualTo(!change.fate().isRefused());
        return differences;
    }

    private static void repair(List<Difference> differences, PartnerDatabase database) {
        for (Difference difference : differences) {
            assertThat(difference.repair()).as(difference.toString()).doesNotContain("by hand");
            Sql.runOneByOne(database, difference.repair());
        }
    }

    private static boolean isAllowed(PartnerDatabase database) {
        return SchemaGuard.ofSearchPath()
                .linkedToHost()
                .report(database.dataSourceOfOwner())
                .verdict()
                .isAllowed();
    }

    private static String name(PartnerDatabase database) {
        return Sql.dataSource(database).getDatabaseName();
    }

    /** A partner with a paid and an open payout. */
    private static PartnerDatabase withRows(PartnerDatabase database) {
        Programme programme = new Programme(database);
        var customer = programme.customerOf(programme.activePartner("0.1"));
        programme.approvedSale(customer, "100.00", "USD", Programme.JANUARY);
        var run = programme.closeAll(Programme.FEBRUARY);
        assertThat(run.toString()).isNotEmpty();
        programme.approvedSale(customer, "200.00", "USD", Programme.FEBRUARY);
        return database;
    }
}
