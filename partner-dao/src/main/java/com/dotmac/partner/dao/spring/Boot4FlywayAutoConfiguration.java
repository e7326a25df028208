package com.dotmac.partner.dao.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.annotation.Bean;

/** The host's own Flyway, as Spring Boot 4 configures it: see {@link HostFlyway}. */
@AutoConfiguration(beforeName = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration")
@ConditionalOnClass(FlywayConfigurationCustomizer.class)
class Boot4FlywayAutoConfiguration {

    @Bean
    FlywayConfigurationCustomizer partnerTablesBesideTheHosts() {
        return HostFlyway::beginBeforeItsFirstMigration;
    }
}
