package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The roles that the command line prints: each can do what it is for, and nothing else. */
@ExtendWith(PartnerDatabaseExtension.class)
class RolesTest {

    private final PartnerDatabase database;
    private final List<String> created = new ArrayList<>();

    RolesTest(@EmptyDatabase PartnerDatabase database) {
        this.database = database;
    }

    @AfterEach
    void the_roles_are_gone() {
        Sql.run(database, "set search_path = public");
        for (String role : created) {
            Sql.run(database, "drop owned by " + quoted(role) + " cascade", "drop role " + quoted(role));
        }
    }

    @Test
    void the_owner_migrates_and_the_application_does_all_that_the_library_does() throws Exception {
        runScript();
        migrate();
        runScript();

        assertThat(schema().drift()).isEmpty();
        PGSimpleDataSource application = as("application");
        SchemaGuard.ofSearchPath().linkedToHost().require(application);
        Programme programme = new Programme(hostOf(), PartnerStore.create(application));
        wholeCycle(programme);
        paysWhatEnteredByParts(programme);
        assertThat(programme.acme.statements().verify().isClean()).isTrue();
    }

    @Test
    void the_operator_pays_and_confirms_and_the_reader_reads_and_reconciles() throws Exception {
        runScript();
        migrate();
        runScript();
        Programme programme = new Programme(hostOf(), PartnerStore.create(as("operator")));
        wholeCycle(programme);
        programme.acme.payouts().confirmReconciled("the bank's file agrees");

        PartnerScope reader = PartnerStore.create(as("reader")).tenant("acme").actingAs("user:42");
        assertVerifiesAndReconciles(reader);
        for (String table : tables()) {
            assertRefused("reader", "insert into " + table + " default values", "permission denied for table " + table);
            assertRefused("reader", "update " + table + " set tenant_id = 'x'", "permission denied for table " + table);
            assertRefused("reader", "delete from " + table, "permission denied for table " + table);
        }
    }

    @Test
    void with_row_security_the_operator_sees_all_tenants_and_the_application_and_the_reader_see_one() throws Exception {
        runScript();
        migrate();
        schema().isolated().migrate();
        runScript();
        runScript();

        assertThat(schema().drift()).isEmpty();
        SchemaGuard guard = SchemaGuard.ofSearchPath().linkedToHost().isolated();
        guard.require(as("application"));
        guard.require(as("reader"));
        assertThat(guard.report(as("operator")).message()).contains("has a policy of its own");
        assertThat(guard.report(as("owner")).message()).contains("owns the tables");

        Programme programme =
                new Programme(hostOf(), PartnerStore.create(as("application")).isolated());
        wholeCycle(programme);
        programme.other.partners().register(NewPartner.named(newKey(), "Southwind"));

        assertThat(PartnerStore.create(as("operator")).verify().isClean()).isTrue();
        assertThat(tenantsSeenBy("operator")).isEqualTo(2);
        assertThat(tenantsSeenBy("owner")).isEqualTo(2);
        assertThat(tenantsSeenBy("application")).isZero();
        assertThat(tenantsSeenBy("reader")).isZero();
        PartnerScope reader =
                PartnerStore.create(as("reader")).isolated().tenant("acme").actingAs("user:42");
        assertVerifiesAndReconciles(reader);
    }

    private static void assertVerifiesAndReconciles(PartnerScope reader) throws Exception {
        assertThat(reader.statements().verify().isClean()).isTrue();
        assertThat(reader.payouts()
                        .reconcile(
                                new StringReader("key,amount,currency,status,reference\n"),
                                JANUARY,
                                Instant.parse("2100-01-01T00:00:00Z"))
                        .totals())
                .isNotEmpty();
    }

    private int tenantsSeenBy(String role) {
        return DSL.using(as(role), SQLDialect.POSTGRES)
                .fetchSingle("select count(distinct tenant_id)::int from partners")
                .get(0, Integer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application", "operator", "reader"})
    void nobody_but_the_owner_deletes_alters_drops_or_creates(String role) throws Exception {
        runScript();
        migrate();
        runScript();

        for (String table : tables()) {
            if (!table.equals("partner_payout_parts") || role.equals("reader")) {
                assertRefused(role, "delete from " + table, "permission denied for table " + table);
            }
            assertRefused(role, "truncate " + table + " cascade", "permission denied for table " + table);
            assertRefused(role, "alter table " + table + " disable trigger user", "must be owner of table " + table);
            assertRefused(role, "drop table " + table, "must be owner of table " + table);
        }
        assertRefused(role, "create table mine (id int)", "permission denied for schema public");
        assertRefused(role, "create schema mine", "permission denied for database " + name());
        assertRefused(role, "drop view partner_ledger", "must be owner of view partner_ledger");
        assertRefused(role, "delete from partner_schema_history", "permission denied for table partner_schema_history");
        assertRefused(
                role,
                "select partner_rebuild_commission_totals()",
                "permission denied for function partner_rebuild_commission_totals");
        if (!role.equals("reader")) {
            assertRefused(
                    role,
                    "create temporary table mine (id int)",
                    "permission denied to create temporary tables in database \"" + name() + "\"");
            assertRefused(
                    role,
                    "update partner_status_changes set reason = 'another'",
                    "permission denied for table partner_status_changes");
        }
    }

    @Test
    void what_a_later_migration_creates_can_be_read_and_added_to_at_once() throws Exception {
        runScript();
        migrate();
        runScript();

        execute("owner", "create table partner_later (id int)");

        execute("application", "insert into partner_later values (1)");
        assertRefused("application", "update partner_later set id = 2", "permission denied for table partner_later");
        execute("reader", "select * from partner_later");
        assertRefused("application", "delete from partner_later", "permission denied for table partner_later");
        assertRefused("reader", "insert into partner_later values (1)", "permission denied for table partner_later");
    }

    @Test
    void the_history_is_written_by_the_owner_alone_and_a_second_run_takes_back_what_is_too_much() throws Exception {
        runScript();
        migrate();
        assertHistoryIsNotUpdated();
        Sql.run(database, "grant update on partner_schema_history to " + quoted(role("application")));

        runScript();

        assertHistoryIsNotUpdated();
        assertThat(schema().drift()).isEmpty();
    }

    private void assertHistoryIsNotUpdated() {
        assertRefused(
                "application",
                "update partner_schema_history set success = success",
                "permission denied for table partner_schema_history");
    }

    /** As in a database that comes from PostgreSQL 14. */
    @Test
    void nobody_creates_where_everybody_could() throws Exception {
        Sql.run(database, "grant create on schema public to public");

        runScript();

        assertRefused("application", "create table mine (id int)", "permission denied for schema public");
    }

    @Test
    void a_role_that_has_too_much_is_refused_and_one_that_owns_a_table_is_named() throws Exception {
        runScript();
        Sql.run(database, "create table orders (id int)", "alter table orders owner to " + quoted(role("application")));
        assertThat(script().output())
                .contains("WARNING:  role " + role("application") + " owns relations (orders): a trigger on one");

        for (String much : List.of("superuser", "createrole", "bypassrls", "replication")) {
            Sql.run(database, "alter role " + quoted(role("operator")) + " " + much);
            assertThat(script().output()).contains("ERROR:  role " + role("operator") + " may do more");
            Sql.run(database, "alter role " + quoted(role("operator")) + " no" + much);
        }
        Sql.run(database, "grant " + quoted(role("owner")) + " to " + quoted(role("reader")));

        assertThat(script().output()).contains("ERROR:  role " + role("reader") + " may do more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a \"quoted\" role",
                "o'brien; drop table customers; --",
                "x$roles$; select 1",
                "back\\slash",
                "%I %s",
                ":name",
                "Großmutter"
            })
    void a_hostile_name_is_only_a_name(String hostile) throws Exception {
        hostTables();
        String role = hostile + " " + name().replaceFirst(".*(.{12})$", "$1");
        created.add(role);
        created.add(role("owner"));
        String script = Tool.run(List.of("roles", "--owner", role("owner"), "--application", role))
                .out();

        Psql.Run run = Psql.run(database, script);

        assertThat(run.output()).doesNotContain("ERROR");
        assertThat(run.status()).isZero();
        assertThat(Sql.rows(
                        database,
                        "select rolname from pg_roles where rolname like '%" + name().replaceFirst(".*(.{12})$", "$1")
                                + "'"))
                .contains(role);
        assertThat(Sql.value(database, "select count(*) from customers")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "public",
                "none",
                "pg_read_all_data",
                "two\nlines",
                "a role with a name of more than sixty-three bytes, which is cut off"
            })
    void a_name_that_is_no_role_is_refused(String name) {
        Tool.Run run = Tool.run(List.of("roles", "--owner", "the_owner", "--application", name));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("the name of the application ");
    }

    @Test
    void two_roles_of_one_name_are_refused() {
        Tool.Run run = Tool.run(List.of("roles", "--owner", "app", "--application", "app"));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("two of the roles have the same name: give each a name of its own");
    }

    /** Assign, accrue, import, approve, refund, close, claim, pay, return, fail, cancel, restate. */
    private static void wholeCycle(Programme programme) {
        var partner = programme.activePartner("0.1", Money.of("10", "USD"));
        UUID customer = programme.customerOf(partner);
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.approvedSale(customer, "300", "USD", JANUARY);
        Stream<Sale> file = Stream.of("40", "50")
                .map(amount -> new Sale(newKey(), customer, null, Money.of(amount, "USD"), JANUARY));
        assertThat(programme
                        .acme
                        .commissions()
                        .accrueAll(file, BulkMode.KEEP_GOOD, row -> {})
                        .recorded())
                .isEqualTo(2);
        Payout payout = programme.closeAll(FEBRUARY).closed().get(0);
        programme.pay(payout.id(), "bank-1");
        programme.acme.payouts().recordReturn(newKey(), payout.id(), "the account is closed");
        programme.approvedSale(customer, "500", "USD", MARCH);
        ClaimedPayout second = programme.closeAll(Programme.APRIL).closed().stream()
                .findFirst()
                .flatMap(closed -> programme.acme.payouts().claim(closed.id(), "worker", Duration.ofMinutes(5)))
                .orElseThrow();
        programme.acme.payouts().extendLease(second.attempt().id(), Duration.ofMinutes(9));
        programme.acme.payouts().fail(second.attempt().id(), "refused");
        programme.acme.payouts().cancel(second.payout().id(), "another account");
        programme.acme.partners().suspend(partner.id(), "a question");
    }

    /** Approvals in several transactions at once divide the open payout; the run puts its parts together. */
    private void paysWhatEnteredByParts(Programme programme) throws SQLException {
        var partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        programme.approvedSale(customer, "100", "USD", JANUARY);
        String payout = Sql.value(
                database,
                "select id from partner_payouts where status = 'pending' and partner_id = '" + partner.id() + "'");
        execute(
                "application",
                "insert into partner_payout_parts (tenant_id, payout_id, part) values ('acme', '" + payout + "', 1)");
        programme.approvedSale(customer, "100", "USD", JANUARY);
        assertThat(Sql.value(
                        database,
                        "select sum(commission_count) from partner_payout_parts where payout_id = '" + payout + "'"))
                .isEqualTo("1");

        Payout closed = programme.closeAll(Programme.APRIL).closed().stream()
                .filter(one -> one.partnerId().equals(partner.id()))
                .findFirst()
                .orElseThrow();

        assertThat(programme.pay(closed.id(), "bank-2").total()).isEqualTo(Money.of("20.00", "USD"));
    }

    private void runScript() throws Exception {
        for (String role : List.of("owner", "application", "reader", "operator")) {
            if (!created.contains(role(role))) {
                created.add(0, role(role));
            }
        }
        Psql.Run run = script();
        assertThat(run.output()).doesNotContain("ERROR").doesNotContain("WARNING");
        assertThat(run.status()).isZero();
    }

    private Psql.Run script() throws Exception {
        String script = Tool.run(List.of(
                        "roles",
                        "--owner",
                        role("owner"),
                        "--application",
                        role("application"),
                        "--reader",
                        role("reader"),
                        "--operator",
                        role("operator")))
                .out();
        return Psql.run(database, script);
    }

    private void migrate() throws SQLException {
        hostTables();
        Sql.run(database, "grant references, select on customers, invoices, users to " + quoted(role("owner")));
        schema().migrate();
    }

    private void hostTables() {
        Sql.run(database, """
                create table customers (id uuid primary key);
                create table invoices (id uuid primary key);
                create table users (id uuid primary key);
                """);
    }

    private PartnerSchema schema() {
        return PartnerSchema.of(as("owner")).linkedTo(HostTables.DEFAULT);
    }

    private org.jooq.DSLContext hostOf() {
        return DSL.using(database.dataSourceOfOwner(), SQLDialect.POSTGRES);
    }

    private List<String> tables() {
        return Sql.rows(
                database,
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
                        + " and relname like 'partner%' and relname <> 'partner_schema_history' order by 1");
    }

    /** The server lets its superuser in, who becomes the role for the whole session. */
    private PGSimpleDataSource as(String role) {
        PGSimpleDataSource source = Sql.dataSource(database);
        source.setOptions("-c role=" + role(role));
        return source;
    }

    private void execute(String role, String sql) throws SQLException {
        try (Connection connection = as(role).getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void assertRefused(String role, String sql, String message) {
        assertThatThrownBy(() -> execute(role, sql))
                .as(sql)
                .hasMessageMatching("ERROR: " + Pattern.quote(message) + "(\\s+Position: \\d+)?");
    }

    private String role(String role) {
        return name() + "_" + role;
    }

    private String name() {
        return Sql.dataSource(database).getDatabaseName();
    }

    private static String quoted(String role) {
        return '"' + role.replace("\"", "\"\"") + '"';
    }
}
