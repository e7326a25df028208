package com.dotmac.partner.operations;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.SchemaGuard;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What docs/operations.md says of managed services, done by roles that have exactly these rights and are no superusers. */
@Tag("slow")
class ManagedServiceTest {

    /** As a service gives it: it owns the database and may create roles, and is no superuser. */
    private static final String GIVEN = "given";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("com.dotmac.partner.operations.ReleasedServer#releases")
    void the_role_that_a_service_gives_does_all_that_the_library_needs(int release) throws Exception {
        try (ReleasedServer server = serverWithGivenRole(release, Map.of())) {
            PGSimpleDataSource owner = server.source("managed", GIVEN);
            Page page = page(server);
            page.needs("psql");
            ProgrammeOnServer.hostTables(owner);
            page.run("roles");
            ProgrammeOnServer.schema(owner).migrate();
            ProgrammeOnServer.schema(owner).isolated().migrate();
            page.run("roles");

            PGSimpleDataSource application = server.source("managed", "partner_app");
            SchemaGuard.ofSearchPath().linkedToHost().isolated().require(application);
            Programme programme = new Programme(
                    ProgrammeOnServer.sql(owner),
                    PartnerStore.create(application).isolated());
            ProgrammeOnServer.live(programme, 50);
            programme.other.partners().register(NewPartner.named(newKey(), "Southwind"));
            assertThat(PartnerStore.create(server.source("managed", "partner_operator"))
                            .verify()
                            .isClean())
                    .isTrue();

            programme.sql.execute("select partner_fence_tenant('acme', 'tried')");
            assertThatThrownBy(() -> programme.acme.partners().register(NewPartner.named(newKey(), "Late")))
                    .hasMessageContaining("nobody may write rows of tenant acme here: tried");
            programme.sql.execute("select partner_lift_fence('acme')");
            programme.acme.partners().register(NewPartner.named(newKey(), "Late"));

            page.run("after a restore");
            page.run("sizes");
            page.run("vacuum");
            page.run("held back");
            assertThat(ProgrammeOnServer.sql(server.admin("managed"))
                            .fetchSingle(
                                    "select rolsuper or rolreplication or rolbypassrls from pg_roles where rolname = ?",
                                    GIVEN)
                            .get(0, Boolean.class))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void migrate_needs_create_on_the_database_and_the_schema_and_no_other_right(int release) throws Exception {
        try (ReleasedServer server = serverWithGivenRole(release, Map.of())) {
            PGSimpleDataSource migrator = server.source("managed", "migrator");
            DSLContext admin = ProgrammeOnServer.sql(server.admin("managed"));
            ProgrammeOnServer.hostTables(server.admin("managed"));
            admin.execute("create role migrator login");
            admin.execute("grant references, select on customers, invoices, users to migrator");

            admin.execute("grant create on schema public to migrator");
            assertThatThrownBy(() -> ProgrammeOnServer.schema(migrator).migrate())
                    .hasMessageContaining("btree_gist")
                    .hasMessageContaining("create");
            admin.execute("grant create on database managed to migrator");
            admin.execute("revoke create on schema public from migrator");
            assertThatThrownBy(() -> ProgrammeOnServer.schema(migrator).migrate())
                    .hasMessageContaining("public");
            admin.execute("grant create on schema public to migrator");
            ProgrammeOnServer.schema(migrator).migrate();

            assertThat(ProgrammeOnServer.schema(migrator).drift()).isEmpty();
            SchemaGuard.ofSearchPath().linkedToHost().require(migrator);
        }
    }

    @Test
    void where_the_functions_of_promotions_are_forbidden_the_setting_is_declared_by_who_may_or_by_each_connection()
            throws Exception {
        try (ReleasedServer server = serverWithGivenRole(15, Map.of())) {
            PGSimpleDataSource owner = server.source("managed", GIVEN);
            ProgrammeOnServer.sql(server.admin("managed"))
                    .execute("revoke execute on function pg_control_system() from public");
            ProgrammeOnServer.migrate(owner);
            Programme programme = ProgrammeOnServer.of(owner);
            assertThatThrownBy(() -> ProgrammeOnServer.live(programme, 1))
                    .hasMessageContaining("alter database ... set partner.synchronous_replication = on");

            PGSimpleDataSource declaring = server.source("managed", GIVEN);
            declaring.setOptions("-c partner.synchronous_replication=on");
            ProgrammeOnServer.live(ProgrammeOnServer.of(declaring), 1);

            String forAll = "alter database managed set partner.synchronous_replication = on";
            assertThatThrownBy(() -> programme.sql.execute(forAll))
                    .hasMessageContaining("permission denied to set parameter");
            ProgrammeOnServer.sql(server.admin("managed"))
                    .execute("grant set on parameter partner.synchronous_replication to " + GIVEN);
            programme.sql.execute(forAll);
            ProgrammeOnServer.live(ProgrammeOnServer.of(owner), 1);
        }
    }

    @Test
    void rows_alone_are_restored_by_who_may_set_session_replication_role() throws Exception {
        try (ReleasedServer server = serverWithGivenRole(15, Map.of())) {
            PGSimpleDataSource owner = server.source("managed", GIVEN);
            ProgrammeOnServer.migrate(owner);
            ProgrammeOnServer.live(ProgrammeOnServer.of(owner), 10);
            DSLContext admin = ProgrammeOnServer.sql(server.admin("postgres"));
            admin.execute("create database rows_only owner " + GIVEN);
            ProgrammeOnServer.hostTables(server.source("rows_only", GIVEN));
            Map<String, String> environment = environment(server);
            environment.put("NEW", server.uri("rows_only", GIVEN));
            environment.put("NEW_ADMIN", server.uri("rows_only", GIVEN));
            environment.put("NEW_URL", server.url("rows_only"));
            Page page = new Page(environment, directory);
            page.needs("pg_dump");

            assertThatThrownBy(() -> page.run("rows only"))
                    .hasMessageContaining("permission denied to set parameter \"session_replication_role\"");
            admin.execute("grant set on parameter session_replication_role to " + GIVEN);
            page.run("rows only");

            assertThat(page.run("after a restore")).contains("No drift.").endsWith("\n0\n");
        }
    }

    /** The new server is 16 or later; before, only a superuser may subscribe. */
    @ParameterizedTest
    @ValueSource(ints = {16, 18})
    void a_tenant_moves_between_owners_who_are_no_superusers(int release) throws Exception {
        Path hba = Files.writeString(directory.resolve("hba.conf"), """
                host all mover all scram-sha-256
                host all all all trust
                local all all trust
                """);
        try (ReleasedServer old = serverWithGivenRole(15, Map.of("wal_level", "logical", "hba_file", hba.toString()));
                ReleasedServer next = serverWithGivenRole(release, Map.of())) {
            PGSimpleDataSource oldOwner = old.source("managed", GIVEN);
            PGSimpleDataSource newOwner = next.source("managed", GIVEN);
            ProgrammeOnServer.migrate(oldOwner);
            ProgrammeOnServer.migrate(newOwner);
            Programme before = ProgrammeOnServer.of(oldOwner);
            Programme after = ProgrammeOnServer.of(newOwner);
            ProgrammeOnServer.live(before, 100);
            ProgrammeOnServer.sql(old.admin("managed"))
                    .execute("create role mover login replication password 'secret'");
            before.sql.execute("grant select on all tables in schema public to mover");
            ProgrammeOnServer.sql(next.admin("managed")).execute("grant pg_create_subscription to " + GIVEN);
            Map<String, String> environment = new HashMap<>(Map.of(
                    "OLD", old.uri("managed", GIVEN),
                    "OLD_ADMIN", old.uri("managed", GIVEN),
                    "OLD_FROM_NEW", old.uri("managed", "mover:secret"),
                    "NEW", next.uri("managed", GIVEN),
                    "NEW_ADMIN", next.uri("managed", GIVEN),
                    "NEW_URL", next.url("managed"),
                    "DB_OWNER", GIVEN,
                    "TENANT", "acme"));
            Page page = new Page(environment, directory);
            page.needs("psql");

            for (String step : List.of(
                    "move prepare",
                    "move host",
                    "move copy",
                    "move wait",
                    "move fence",
                    "move compare",
                    "move confirm")) {
                page.run(step);
            }

            assertThat(after.acme.statements().verify().isClean()).isTrue();
            after.acme.partners().register(NewPartner.named(newKey(), "Goes on"));
        }
    }

    private static ReleasedServer serverWithGivenRole(int release, Map<String, String> settings) throws Exception {
        ReleasedServer server = ReleasedServer.of(release, settings);
        DSLContext admin = ProgrammeOnServer.sql(server.admin("postgres"));
        admin.execute("create role " + GIVEN + " login createrole createdb");
        admin.execute("create database managed owner " + GIVEN);
        return server;
    }

    private Page page(ReleasedServer server) {
        return new Page(environment(server), directory);
    }

    private static Map<String, String> environment(ReleasedServer server) {
        return new HashMap<>(Map.of(
                "DB", server.uri("managed", GIVEN),
                "ADMIN", server.uri("managed", GIVEN),
                "NEW", server.uri("managed", GIVEN),
                "NEW_URL", server.url("managed"),
                "DB_OWNER", GIVEN));
    }
}
