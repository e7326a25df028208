package com.dotmac.partner.dao.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/**
 * Gauges of all tenants, for an application that sees all tenants. The names of other auto-configurations are those of Spring Boot
 * 3.5 and of 4.
 */
@AutoConfiguration(
        after = PartnerAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean({MeterRegistry.class, PartnerSchemaInitializer.class})
@ConditionalOnProperty(name = "partner.isolated", havingValue = "false", matchIfMissing = true)
class PartnerMetersAutoConfiguration {

    /** The schema comes first: without it the gauges have nothing to count. */
    @Bean
    MeterBinder partnerMeters(DataSource dataSource, PartnerSchemaInitializer schema) {
        return new PartnerMeters(dataSource);
    }
}
