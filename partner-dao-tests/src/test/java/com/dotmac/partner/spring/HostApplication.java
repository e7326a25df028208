package com.dotmac.partner.spring;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** An application with tables of its own and not a line of configuration for this library. */
@SpringBootConfiguration
@EnableAutoConfiguration
class HostApplication {

    /** Starts it on this database; its own Flyway makes its tables, unless a property says otherwise. */
    static ConfigurableApplicationContext start(PartnerDatabase database, String... properties) {
        return start(database, List.of(), properties);
    }

    /** The same, with beans of these classes. */
    static ConfigurableApplicationContext start(PartnerDatabase database, List<Class<?>> beans, String... properties) {
        List<Class<?>> sources = new ArrayList<>(beans);
        sources.add(HostApplication.class);
        return new SpringApplicationBuilder(sources.toArray(Class[]::new))
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
