package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.jar.JarFile;
import org.flywaydb.core.Flyway;
import org.jooq.CloseableDSLContext;
import org.jooq.CreateTableElementListStep;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoSchemaChangesTest {

    private static final String BECAUSE = ", because migrations alone change the schema, and a deployment runs them";

    @TempDir
    Path directory;

    static class RunsFlyway {
        void run(Flyway flyway) {
            flyway.migrate();
        }
    }

    static class BuildsWithJooq {
        Query alter(DSLContext sql) {
            return sql.alterTable("t").add("c", SQLDataType.INTEGER);
        }

        Query drop() {
            return DSL.dropTableIfExists("t");
        }

        Query view(CloseableDSLContext sql) {
            return sql.dropView("v");
        }

        Function<String, CreateTableElementListStep> reference(DSLContext sql) {
            return sql::createTable;
        }
    }

    static class ReadsTheCatalogOfJooq {
        int tables(DSLContext sql) {
            return sql.meta().getTables().size();
        }
    }

    @interface Sql {
        String value();
    }

    static class HoldsStatements {
        static final String CONSTANT = "create unlogged table scratch (id int)";

        @Sql("  Alter\ttable t add c int")
        void annotated(DSLContext sql, String name) {
            sql.execute("drop table " + name + " cascade");
            sql.execute("""
                    -- moved
                    create or replace function f() returns int language sql return 1""");
            sql.execute("select 1; create unique index i on t (id)");
            sql.execute("do $$ begin alter type s add value 'x'; end $$");
            sql.execute("comment on table t is 'T.'");
        }

        long[] wideConstants() {
            return new long[] {Long.MAX_VALUE, (long) Double.MAX_VALUE};
        }
    }

    static class SetsHibernate {
        Map<String, String> settings() {
            return Map.of(
                    "hibernate.hbm2ddl.auto", "update",
                    "jakarta.persistence.schema-generation.database.action", "create",
                    "spring.jpa.hibernate.ddl-auto", "create");
        }
    }

    static class LeavesTheSchemaAlone {
        void work(DSLContext sql, String name) {
            sql.execute("insert into t values ('drop it', ?)", name);
            sql.execute("create temporary table staged (like t) on commit drop");
            sql.createTemporaryTable("staged").column("id", SQLDataType.INTEGER).execute();
            sql.truncate("staged").execute();
            throw new IllegalStateException("cannot create table " + name + ", alter role, or drop anything");
        }
    }

    @Test
    void a_class_that_runs_flyway_is_reported() {
        assertThat(violations(NoSchemaChanges.noMigrationTool(), RunsFlyway.class))
                .containsExactly(
                        "Method <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$RunsFlyway.run(org.flywaydb.core.Flyway)>"
                                + " calls method <org.flywaydb.core.Flyway.migrate()>",
                        "Method <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$RunsFlyway.run(org.flywaydb.core.Flyway)>"
                                + " has parameter of type <org.flywaydb.core.Flyway>");
        assertThat(NoSchemaChanges.noMigrationTool().getDescription())
                .isEqualTo("no classes should depend on classes that run migrations" + BECAUSE);
    }

    @Test
    void a_class_that_runs_liquibase_or_our_migrations_is_reported() {
        new CompiledSources(directory)
                .with("liquibase.command", "CommandScope", "public static void execute() {}")
                .with("com.dotmac.partner.schema", "PartnerSchema", "public static void migrate() {}")
                .with("com.dotmac.partner.schema", "PartnerSchemaVersion", "public static void read() {}")
                .with(
                        "com.acme",
                        "Service",
                        "void start() { liquibase.command.CommandScope.execute();"
                                + " com.dotmac.partner.schema.PartnerSchema.migrate();"
                                + " com.dotmac.partner.schema.PartnerSchemaVersion.read(); }")
                .compile();

        assertThat(violations(NoSchemaChanges.noMigrationTool(), service()))
                .containsExactly(
                        "Method <com.acme.Service.start()> calls method"
                                + " <com.dotmac.partner.schema.PartnerSchema.migrate()>",
                        "Method <com.acme.Service.start()> calls method <liquibase.command.CommandScope.execute()>");
    }

    @Test
    void a_class_that_builds_a_schema_with_jooq_is_reported() {
        assertThat(violations(NoSchemaChanges.noSchemaBuilder(), BuildsWithJooq.class))
                .containsExactly(
                        "Method <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$BuildsWithJooq.alter(org.jooq.DSLContext)>"
                                + " calls method <org.jooq.DSLContext.alterTable(java.lang.String)>",
                        "Method <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$BuildsWithJooq.drop()> calls method"
                                + " <org.jooq.impl.DSL.dropTableIfExists(java.lang.String)>",
                        "Method"
                                + " <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$BuildsWithJooq.reference(org.jooq.DSLContext)>"
                                + " references method <org.jooq.DSLContext.createTable(java.lang.String)>",
                        "Method"
                                + " <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$BuildsWithJooq.view(org.jooq.CloseableDSLContext)>"
                                + " calls method <org.jooq.CloseableDSLContext.dropView(java.lang.String)>");
        assertThat(violations(NoSchemaChanges.noSchemaBuilder(), ReadsTheCatalogOfJooq.class))
                .containsExactly(
                        "Method"
                                + " <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$ReadsTheCatalogOfJooq.tables(org.jooq.DSLContext)>"
                                + " calls method <org.jooq.DSLContext.meta()>",
                        "Method"
                                + " <com.dotmac.partner.testkit.rules.NoSchemaChangesTest$ReadsTheCatalogOfJooq.tables(org.jooq.DSLContext)>"
                                + " calls method <org.jooq.Meta.getTables()>");
        assertThat(NoSchemaChanges.noSchemaBuilder().getDescription())
                .isEqualTo(
                        "no classes should access target where jOOQ builds a statement on the schema or should depend on"
                                + " classes that change the schema" + BECAUSE);
    }

    @Test
    void a_class_that_lets_hibernate_make_the_schema_is_reported() {
        new CompiledSources(directory)
                .with("org.hibernate.tool.hbm2ddl", "SchemaExport", "public static void execute() {}")
                .with("org.hibernate.tool.schema.spi", "SchemaManagementTool", "public static void drop() {}")
                .with("org.hibernate.relational", "SchemaManager", "public static void exportMappedObjects() {}")
                .with(
                        "com.acme",
                        "Service",
                        "void start() { org.hibernate.tool.hbm2ddl.SchemaExport.execute();"
                                + " org.hibernate.tool.schema.spi.SchemaManagementTool.drop();"
                                + " org.hibernate.relational.SchemaManager.exportMappedObjects(); }")
                .compile();

        assertThat(violations(NoSchemaChanges.noSchemaBuilder(), service()))
                .containsExactly(
                        "Method <com.acme.Service.start()> calls method"
                                + " <org.hibernate.relational.SchemaManager.exportMappedObjects()>",
                        "Method <com.acme.Service.start()> calls method"
                                + " <org.hibernate.tool.hbm2ddl.SchemaExport.execute()>",
                        "Method <com.acme.Service.start()> calls method"
                                + " <org.hibernate.tool.schema.spi.SchemaManagementTool.drop()>");
        assertThat(violations(NoSchemaChanges.noSchemaStatement(), SetsHibernate.class))
                .containsExactly(
                        text(SetsHibernate.class, "hibernate.hbm2ddl.auto"),
                        text(SetsHibernate.class, "jakarta.persistence.schema-generation.database.action"),
                        text(SetsHibernate.class, "spring.jpa.hibernate.ddl-auto"));
    }

    @Test
    void a_class_that_holds_a_statement_on_the_schema_is_reported() {
        assertThat(violations(NoSchemaChanges.noSchemaStatement(), HoldsStatements.class))
                .containsExactlyInAnyOrder(
                        text(HoldsStatements.class, "create unlogged table scratch (id int)"),
                        text(HoldsStatements.class, "Alter table t add c int"),
                        text(HoldsStatements.class, "drop table \u0001 cascade"),
                        text(
                                HoldsStatements.class,
                                "-- moved create or replace function f() returns int language sql return 1"),
                        text(HoldsStatements.class, "select 1; create unique index i on t (id)"),
                        text(HoldsStatements.class, "do $$ begin alter type s add value 'x'; end $$"),
                        text(HoldsStatements.class, "comment on table t is 'T.'"));
        assertThat(NoSchemaChanges.noSchemaStatement().getDescription())
                .isEqualTo("no classes should hold a statement that changes the schema" + BECAUSE);
    }

    @Test
    void a_class_in_a_jar_is_read_too() throws IOException {
        Path classes = new CompiledSources(directory)
                .with("com.acme", "Service", "String sql() { return \"drop table t\"; }")
                .compile();
        Path jar = directory.resolve("service.jar");
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Files.createDirectories(inside.getPath("/com/acme"));
            Files.copy(classes.resolve("com/acme/Service.class"), inside.getPath("/com/acme/Service.class"));
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            assertThat(violations(NoSchemaChanges.rule(), new ClassFileImporter().importJar(file)))
                    .containsExactly("Class <com.acme.Service> holds the text \"drop table t\"");
        }
    }

    @Test
    void a_class_that_reads_and_writes_rows_passes_every_rule() {
        assertThat(violations(NoSchemaChanges.rule(), LeavesTheSchemaAlone.class))
                .isEmpty();
    }

    @Test
    void every_rule_is_in_the_one_rule() {
        assertThat(violations(NoSchemaChanges.rule(), RunsFlyway.class)).hasSize(2);
        assertThat(violations(NoSchemaChanges.rule(), BuildsWithJooq.class)).hasSize(4);
        assertThat(violations(NoSchemaChanges.rule(), HoldsStatements.class)).hasSize(7);
    }

    @Test
    @Tag("fast")
    void no_class_at_all_is_an_error() {
        assertThatThrownBy(() -> NoSchemaChanges.rule().check(new ClassFileImporter().importPackages("com.acme.gone")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("failed to check any classes");
    }

    private JavaClasses service() {
        return new ClassFileImporter().importPath(directory.resolve("classes/com/acme"));
    }

    private static String text(Class<?> holder, String text) {
        return "Class <" + holder.getName() + "> holds the text \"" + text + "\"";
    }

    private static List<String> violations(ArchRule rule, Class<?> imported) {
        return violations(rule, new ClassFileImporter().importClasses(imported));
    }

    /** Without the line. */
    private static List<String> violations(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails().stream()
                .map(detail -> detail.replaceFirst(" in \\(\\w+\\.java:\\d+\\)$", ""))
                .sorted()
                .toList();
    }
}
