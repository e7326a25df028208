package com.dotmac.partner.quickstart;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.rules.NoSchemaChanges;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The quickstart uses the library as a service does: only its deployment class changes the schema. */
class NoSchemaChangesInQuickstartTest {

    private static final JavaClasses QUICKSTART = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackagesOf(Quickstart.class);

    /**
     * {@link QuickstartDatabase} deploys: it migrates a schema that is thrown away, which nobody else would do for it.
     */
    @Test
    void only_its_deployment_class_changes_the_schema() {
        assertThat(QUICKSTART.contain(QuickstartDatabase.class)).isTrue();
        NoSchemaChanges.rule().check(QUICKSTART.that(not(belongToAnyOf(QuickstartDatabase.class))));
    }

    @Test
    void its_deployment_class_does_change_the_schema() {
        assertThat(NoSchemaChanges.noMigrationTool()
                        .evaluate(QUICKSTART.that(belongToAnyOf(QuickstartDatabase.class)))
                        .hasViolation())
                .isTrue();
    }
}
