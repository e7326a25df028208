package com.dotmac.partner.readme;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.MigrationRules;
import com.dotmac.partner.testkit.rules.NoSchemaChanges;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The example of docs/testing.md, with this library in the place of a service. */
class SafeguardsExampleTest {

    // testing.md begins
    @Test
    void migrations_can_run_on_a_database_in_use() {
        MigrationRules.onClassPath("partner-dao").check();
    }

    @Test
    void nothing_but_migrations_changes_the_schema() {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("com.dotmac.partner.dao");
        // The start of an application may migrate the database of a developer.
        NoSchemaChanges.rule().check(classes.that(not(resideInAPackage("..dao.spring.."))));
    }
    // testing.md ends

    @Test
    void the_documentation_shows_these_tests() throws IOException {
        String documentation = Files.readString(Path.of("..", "docs", "testing.md"));
        String source = Files.readString(Path.of("src/test/java/com/dotmac/partner/readme/SafeguardsExampleTest.java"));
        String example = source.substring(
                        source.indexOf("// testing.md begins\n") + "// testing.md begins\n".length(),
                        source.indexOf("    // testing.md ends\n"))
                .indent(-4);

        assertThat(documentation).contains("```java\n" + example + "```\n");
    }
}
