package com.dotmac.partner.dao.spring;

import javax.sql.DataSource;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** The health of the partner schema, as Spring Boot 3 reads it. {@code management.health.partner.enabled=false} turns it off. */
@AutoConfiguration(after = PartnerAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(PartnerSchemaInitializer.class)
@ConditionalOnEnabledHealthIndicator("partner")
class Boot3HealthAutoConfiguration {

    @Bean
    HealthIndicator partnerHealthIndicator(DataSource dataSource, PartnerProperties properties) {
        return new Indicator(new PartnerHealth(dataSource, properties));
    }

    private static final class Indicator extends AbstractHealthIndicator {

        private final PartnerHealth health;

        private Indicator(PartnerHealth health) {
            super("the partner schema cannot be checked");
            this.health = health;
        }

        @Override
        protected void doHealthCheck(Health.Builder builder) {
            PartnerHealth.Finding finding = health.finding();
            (finding.isUp() ? builder.up() : builder.down()).withDetails(finding.details());
        }
    }
}
