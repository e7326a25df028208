package com.example.orders;

import com.dotmac.partner.testkit.PartnerDatabase;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the service on a database of a test. */
final class Start {

    private Start() {}

    /** The service's own Flyway makes its tables, unless a property says otherwise. */
    static ConfigurableApplicationContext on(PartnerDatabase database, String... properties) {
        return new SpringApplicationBuilder(OrdersApplication.class)
                .properties(
                        "spring.datasource.url=" + database.url(),
                        "spring.datasource.username=" + database.user(),
                        "spring.datasource.password=" + database.password(),
                        "spring.datasource.hikari.maximum-pool-size=5",
                        "spring.flyway.locations=classpath:host-flyway",
                        "spring.liquibase.enabled=false",
                        "spring.main.banner-mode=off",
                        "spring.main.web-application-type=none")
                .properties(properties)
                .run();
    }
}
