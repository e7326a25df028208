package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The library in a service, wired by properties alone. */
@ExtendWith({PartnerDatabaseExtension.class, OutputCaptureExtension.class})
class OrdersApplicationTest {

    /** Without row security, which is the newest. */
    private static final int VERSION = PartnerSchema.newestVersion() - 1;

    private static final String WITH_JOOQ = "spring.autoconfigure.exclude=";
    private static final String WITHOUT_JOOQ =
            "spring.autoconfigure.exclude=org.springframework.boot.autoconfigure.jooq.JooqAutoConfiguration,"
                    + "org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration";

    private static final String[] LIQUIBASE = {
        "partner.migrate=development",
        "spring.flyway.enabled=false",
        "spring.liquibase.enabled=true",
        "spring.liquibase.change-log=classpath:host-liquibase/changelog.yaml"
    };

    @Test
    void a_developer_starts_on_an_empty_database(@EmptyDatabase PartnerDatabase database) {
        try (ConfigurableApplicationContext application = Start.on(database, "partner.migrate=development")) {
            assertThat(application.getBean(PartnerStore.class).verify().isClean())
                    .isTrue();
            assertThat(application.getBeansOfType(Flyway.class)).hasSize(1);
        }
        assertThat(tables(database)).contains("orders", "flyway_schema_history", "partners", "partner_schema_history");
        assertThat(PartnerSchema.of(database.dataSourceOfOwner())
                        .linkedTo(HostTables.DEFAULT)
                        .drift())
                .isEmpty();
    }

    @Test
    void it_runs_after_the_hosts_liquibase(@EmptyDatabase PartnerDatabase database) {
        try (ConfigurableApplicationContext application = Start.on(database, LIQUIBASE)) {
            assertThat(application.getBean(PartnerStore.class).verify().isClean())
                    .isTrue();
        }
        assertThat(tables(database)).contains("orders", "databasechangelog", "partners");
    }

    @ParameterizedTest
    @ValueSource(strings = {WITH_JOOQ, WITHOUT_JOOQ})
    void a_commission_is_rolled_back_with_its_order(String property, @EmptyDatabase PartnerDatabase database) {
        try (ConfigurableApplicationContext application = Start.on(database, property, "partner.migrate=development")) {
            OrderService orders = application.getBean(OrderService.class);

            orders.order("p1", false);
            assertThatThrownBy(() -> orders.order("p2", true)).hasMessage("the order fails");

            DSLContext sql = sql(database);
            assertThat(sql.fetchCount(DSL.table("partners"))).isEqualTo(1);
            assertThat(sql.fetchCount(DSL.table("orders"))).isEqualTo(1);
        }
    }

    /** A pool that hands out connections without auto-commit, as some do beside Hibernate. */
    @ParameterizedTest
    @ValueSource(strings = {WITH_JOOQ, WITHOUT_JOOQ})
    void a_call_outside_a_transaction_commits(String property, @EmptyDatabase PartnerDatabase database) {
        try (ConfigurableApplicationContext application = Start.on(
                database, property, "partner.migrate=development", "spring.datasource.hikari.auto-commit=false")) {
            PartnerScope acme =
                    application.getBean(PartnerStore.class).tenant("acme").actingAs("user:42");
            acme.partners().register(NewPartner.named("p0", "Northwind"));
            OrderService orders = application.getBean(OrderService.class);
            assertThatThrownBy(() -> orders.order("p1", true)).hasMessage("the order fails");
            orders.order("p2", false);
            TransactionTemplate ofNobody =
                    new TransactionTemplate(application.getBean(PlatformTransactionManager.class));
            ofNobody.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
            assertThatThrownBy(() ->
                            ofNobody.execute(status -> acme.partners().register(NewPartner.named("p3", "Northwind"))))
                    .hasStackTraceContaining("nobody would commit the call");

            DSLContext sql = sql(database);
            assertThat(sql.fetchValues("select idempotency_key from partners order by 1"))
                    .hasToString("[p0, p2]");
            assertThat(sql.fetchCount(DSL.table("orders"))).isEqualTo(1);
        }
    }

    /** The first trap: the host's tables come from its Flyway at the start, ours need them before. */
    @Test
    void a_fresh_database_in_production(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        PartnerSchema schema = PartnerSchema.of(database.dataSourceOfOwner()).linkedTo(HostTables.DEFAULT);

        assertThatThrownBy(schema::migrate).isInstanceOf(PartnerSchemaException.Refused.class);
        assertThat(tables(database)).isEmpty();
        assertThatThrownBy(() -> Start.on(database)).hasStackTraceContaining("PartnerStartException");
        assertThat(tables(database)).contains("orders").doesNotContain("partners");
        assertThat(output).contains("java -jar partner-schema-" + PartnerSchema.libraryVersion() + "-cli.jar migrate");
        schema.migrate();
        try (ConfigurableApplicationContext application = Start.on(database)) {
            assertThat(application.getBean(PartnerStore.class).verify().isClean())
                    .isTrue();
        }
    }

    /** The same, if the partner tables are first: the host's V1 is neither refused nor skipped. */
    @ParameterizedTest
    @ValueSource(strings = {"spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-on-migrate=false"})
    void a_fresh_database_with_the_partner_tables_first(String property, @EmptyDatabase PartnerDatabase database) {
        PartnerSchema.of(database.dataSourceOfOwner()).migrate();

        Start.on(database, property, "partner.host.linked=false").close();

        assertThat(tables(database)).contains("orders");
        assertThat(sql(database)
                        .fetchCount(DSL.table("flyway_schema_history"), DSL.condition("version = '1' and success")))
                .isEqualTo(1);
    }

    /** A host's tables that its Flyway did not make stay a case for the host to decide. */
    @Test
    void a_database_with_other_tables_is_refused_by_the_hosts_flyway(@EmptyDatabase PartnerDatabase database) {
        sql(database).execute("create table legacy_orders ()");
        PartnerSchema.of(database.dataSourceOfOwner()).migrate();

        assertThatThrownBy(() -> Start.on(database, "partner.host.linked=false"))
                .hasStackTraceContaining("Found non-empty schema(s)");
    }

    /** The third trap: a host whose Flyway reads every folder of its own. */
    @Test
    void a_wide_location_of_the_host_finds_no_migration_of_ours(@EmptyDatabase PartnerDatabase database) {
        sql(database).execute("create table customers (id uuid primary key)");
        Start.on(
                        database,
                        "spring.flyway.locations=classpath:db",
                        "spring.flyway.baseline-on-migrate=true",
                        "partner.guard=off")
                .close();

        assertThat(tables(database)).doesNotContain("partners");
    }

    /** The fourth trap: the message five times in 120 lines. */
    @Test
    void a_refusal_is_one_description_and_one_action(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        assertThatThrownBy(() -> Start.on(database, "logging.level.org.flywaydb=warn"));

        assertThat(output.getAll().split("holds no partner table")).hasSize(2);
        assertThat(output.getAll().split("Migrate it before the application starts: "))
                .hasSize(2);
        assertThat(output.getAll()).containsSubsequence("APPLICATION FAILED TO START", "Description:", "Action:");
        assertThat(output.getAll().lines()).hasSizeLessThan(30);
    }

    @Test
    void a_warning_instead(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        Start.on(database, "partner.guard=warn").close();

        assertThat(output).contains("holds no partner table");
    }

    @Test
    void nobody_looks(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        Start.on(database, "partner.guard=off").close();

        assertThat(output).doesNotContain("holds no partner table");
    }

    @Test
    void health_and_info(@EmptyDatabase PartnerDatabase database) {
        try (ConfigurableApplicationContext application = Start.on(database, "partner.migrate=development")) {
            Object indicator = application.getBean("partnerHealthIndicator");
            assertThat(ReflectionTestUtils.<Object>invokeMethod(indicator, "health"))
                    .hasToString("UP {schema=public, verdict=UP_TO_DATE, version=" + VERSION + ", expected=" + VERSION
                            + "}");
            sql(database).execute("alter table partners add column note text");
            assertThat(ReflectionTestUtils.<Object>invokeMethod(indicator, "health"))
                    .asString()
                    .startsWith("DOWN ")
                    .contains("verdict=DRIFTED", "partners.note");
            Info.Builder info = new Info.Builder();
            application.getBean("partnerInfoContributor", InfoContributor.class).contribute(info);
            assertThat(info.build().getDetails())
                    .containsEntry(
                            "partner",
                            Map.of(
                                    "library",
                                    PartnerSchema.libraryVersion(),
                                    "schemaVersion",
                                    PartnerSchema.newestVersion()));
        }
    }

    @Test
    void a_schema_that_the_connections_do_not_find(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        sql(database).execute("create schema billing");
        PartnerSchema.of(database.dataSourceOfOwner()).inSchema("billing").migrate();
        String[] properties = {"partner.schema=billing", "partner.host.linked=false"};

        assertThatThrownBy(() -> Start.on(database, properties));
        assertThat(output)
                .contains("do not find the partner tables in the schema billing", "currentSchema=public,billing");
    }

    @Test
    void row_security_by_a_property(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        assertThatThrownBy(() -> Start.on(
                database, "partner.isolated=true", "partner.migrate=development", "partner.host.linked=false"));

        assertThat(output).contains("row security");
    }

    /** Without the check it would start, and find no row. */
    @Test
    void row_security_without_the_property(PartnerDatabase database, CapturedOutput output) {
        String[] asTheApplication = {
            "spring.datasource.username=" + database.dataSource().getUser(),
            "spring.datasource.password=" + database.dataSource().getPassword(),
            "spring.flyway.enabled=false"
        };

        assertThatThrownBy(() -> Start.on(database, asTheApplication));

        assertThat(output).contains("it would find no row", "Set partner.isolated=true");
        Start.on(database, "spring.flyway.enabled=false").close(); // as the owner, whom no policy binds
    }

    private static DSLContext sql(PartnerDatabase database) {
        return DSL.using(database.dataSourceOfOwner(), SQLDialect.POSTGRES);
    }

    private static List<String> tables(PartnerDatabase database) {
        return sql(database)
                .fetchValues(
                        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
                .stream()
                .map(String::valueOf)
                .toList();
    }
}
