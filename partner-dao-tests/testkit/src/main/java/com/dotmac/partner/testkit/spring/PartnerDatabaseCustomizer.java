package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.testkit.HostSchema;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseServer;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ConfigurableApplicationContext;
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
        PartnerDatabase database = isolated ? server.create(host) : server.createWithoutRowSecurity(host);
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
        if (context.getBeanFactory() instanceof DefaultSingletonBeanRegistry beans) {
            // Spring destroys the beans in reverse order: the connection pool has closed before.
            beans.registerDisposableBean(BEAN, () -> server.drop(database));
        }
    }
}
