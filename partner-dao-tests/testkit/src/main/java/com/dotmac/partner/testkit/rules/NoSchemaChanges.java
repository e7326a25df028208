package com.dotmac.partner.testkit.rules;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;

/**
 * Rules that classes do not change the schema: only migrations change it, and a deployment runs them. For ArchUnit
 * ({@code com.tngtech.archunit:archunit}), which only users of this class need on the class path.
 *
 * <pre>{@code
 * NoSchemaChanges.rule().check(new ClassFileImporter().importPackages("com.acme.billing"));
 * }</pre>
 *
 * <p>The rules read bytecode, and neither configuration nor SQL resources. They allow temporary tables. Exclude a class
 * that deploys the schema by name: {@code classes.that(not(belongToAnyOf(Deployment.class)))}.
 */
public final class NoSchemaChanges {

    private static final String BECAUSE = "migrations alone change the schema, and a deployment runs them";

    private static final String JOOQ_ENTRY = "org\\.jooq\\.(impl\\.)?\\w*DSL(Context)?";
    private static final String JOOQ_STATEMENT =
            "((create|drop)(?!(Global)?TemporaryTable)|alter|commentOn)\\w*|ddl|meta|migrations";
    private static final String JOOQ_TYPE = "org\\.jooq\\.(Meta|Migrations?|DDLExportConfiguration)";
    private static final String HIBERNATE_TYPE = "org\\.hibernate\\.relational\\.SchemaManager";

    /** Every rule of this class; it also fails if there is no class to check. */
    public static ArchRule rule() {
        return CompositeArchRule.of(noMigrationTool()).and(noSchemaBuilder()).and(noSchemaStatement());
    }

    /** No use of Flyway, Liquibase, or {@code com.dotmac.partner.schema.PartnerSchema}, which runs Flyway. */
    public static ArchRule noMigrationTool() {
        return noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.flywaydb..", "liquibase..")
                        .or(named("com\\.dotmac\\.partner\\.schema\\.PartnerSchema(\\$.*)?"))
                        .as("run migrations"))
                .because(BECAUSE);
    }

    /**
     * No statement on the schema built with jOOQ ({@code createTable}, {@code alterTable}, {@code dropTable}, {@code
     * ddl}, {@code meta} and so on), and none by Hibernate's schema tools.
     */
    public static ArchRule noSchemaBuilder() {
        return noClasses()
                .should()
                .accessTargetWhere(target(owner(named(JOOQ_ENTRY)))
                        .and(target(nameMatching(JOOQ_STATEMENT)))
                        .as("jOOQ builds a statement on the schema"))
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("org.hibernate.tool.hbm2ddl..", "org.hibernate.tool.schema..")
                        .or(named(JOOQ_TYPE))
                        .or(named(HIBERNATE_TYPE))
                        .as("change the schema"))
                .because(BECAUSE);
    }

    /**
     * No {@code create}, {@code alter} or {@code drop} of a table, type, index, schema, function and so on in a literal
     * or an annotation, and no setting that has Hibernate do it.
     */
    public static ArchRule noSchemaStatement() {
        return noClasses().should(new SchemaStatementInText()).because(BECAUSE);
    }

    private static DescribedPredicate<JavaClass> named(String pattern) {
        return DescribedPredicate.describe(
                "named " + pattern, named -> named.getName().matches(pattern));
    }

    private NoSchemaChanges() {}
}
