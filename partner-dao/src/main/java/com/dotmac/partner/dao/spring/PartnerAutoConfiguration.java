package com.dotmac.partner.dao.spring;

import com.dotmac.partner.dao.PartnerStore;
import javax.sql.DataSource;
import org.jooq.ConnectionProvider;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DataSourceConnectionProvider;
import org.jooq.impl.DefaultConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * A {@link PartnerStore} that joins the application's transactions, and the check of the schema at the start. The names of other
 * auto-configurations are those of Spring Boot 3.5 and of 4.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jooq.JooqAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration"
        })
@ConditionalOnClass(TransactionAwareDataSourceProxy.class)
@ConditionalOnSingleCandidate(DataSource.class)
@EnableConfigurationProperties(PartnerProperties.class)
class PartnerAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    @DependsOnDatabaseInitialization
    PartnerStore partnerStore(ObjectProvider<DSLContext> dsl, DataSource dataSource, PartnerProperties properties) {
        PartnerStore store = PartnerStore.create(committing(dsl.getIfUnique(() -> over(dataSource)), dataSource));
        return properties.isolated() ? store.isolated() : store;
    }

    @Bean
    PartnerSchemaInitializer partnerSchemaInitializer(DataSource dataSource, PartnerProperties properties) {
        return new PartnerSchemaInitializer(dataSource, properties);
    }

    /** A context of the application with connections of another kind stays as it is. */
    private static DSLContext committing(DSLContext dsl, DataSource dataSource) {
        ConnectionProvider connections = dsl.configuration().connectionProvider();
        boolean isSprings = connections instanceof DataSourceConnectionProvider of
                && of.dataSource() instanceof TransactionAwareDataSourceProxy;
        return isSprings
                ? dsl.configuration()
                        .derive(new CommittingConnections(connections, dataSource))
                        .dsl()
                : dsl;
    }

    private static DSLContext over(DataSource dataSource) {
        DefaultConfiguration joining = new DefaultConfiguration();
        joining.setSQLDialect(SQLDialect.POSTGRES);
        joining.setSettings(new Settings());
        joining.setConnectionProvider(
                new DataSourceConnectionProvider(new TransactionAwareDataSourceProxy(dataSource)));
        return joining.dsl();
    }
}
