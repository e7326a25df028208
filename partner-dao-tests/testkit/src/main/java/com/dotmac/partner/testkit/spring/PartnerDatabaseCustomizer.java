package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.HostSchema;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseServer;
import javax.sql.DataSource;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.support.TestPropertySourceUtils;

/** Gives a context its database. Contexts with equal hosts, and all else equal, are one context. */
record PartnerDatabaseCustomizer(HostSchema host) implements ContextCustomizer {

    private static final String BEAN = "partnerDatabase";

    @Override
    public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
        PartnerDatabaseServer server = PartnerDatabaseServer.ofThisJvm();
        boolean isolated = context.getEnvironment().getProperty("partner.isolated", Boolean.class, false);
        HostSchema named = new NamedHost(host, tables(context.getEnvironment()));
        PartnerDatabase database = isolated ? server.create(named) : server.createWithoutRowSecurity(named);
        TestPropertySourceUtils.addInlinedPropertiesToEnvironment(
                context,
                "spring.datasource.url=" + database.url(),
                "spring.datasource.username=" + database.dataSource().getUser(),
                "spring.datasource.password=" + database.dataSource().getPassword(),
                "spring.flyway.url=" + database.url(),
                "spring.flyway.user=" + database.user(),
                "spring.flyway.password=" + database.password(),
                "spring.liquibase.url=" + database.url(),
                "spring.liquibase.user=" + database.user(),
                "spring.liquibase.password=" + database.password());
        context.getBeanFactory().registerSingleton(BEAN, database);
        context.getBeanFactory().addBeanPostProcessor(new OnlyThisDatabase(context.getBeanFactory(), database));
        if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry beans) {
            // Spring destroys the beans in reverse order: the connection pool has closed before.
            beans.registerDisposableBean(BEAN, () -> server.drop(database));
        }
    }

    /** Those that the class names; if it names none, those of the application's properties {@code partner.host.*}. */
    private HostTables tables(Environment properties) {
        HostTables named = host.tables();
        return named.equals(HostTables.DEFAULT)
                ? HostTables.DEFAULT
                        .customers(
                                properties.getProperty("partner.host.customers-table", "customers"),
                                properties.getProperty("partner.host.customers-key", "id"))
                        .customersTenant(properties.getProperty("partner.host.customers-tenant"))
                        .invoices(
                                properties.getProperty("partner.host.invoices-table", "invoices"),
                                properties.getProperty("partner.host.invoices-key", "id"))
                        .invoicesTenant(properties.getProperty("partner.host.invoices-tenant"))
                        .users(
                                properties.getProperty("partner.host.users-table", "users"),
                                properties.getProperty("partner.host.users-key", "id"))
                        .usersTenant(properties.getProperty("partner.host.users-tenant"))
                : named;
    }

    /** The same tables under the names that the application has for them. */
    private record NamedHost(HostSchema made, HostTables tables) implements HostSchema {

        @Override
        public void create(DataSource owner) throws Exception {
            made.create(owner);
        }
    }
}
