package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.WithHostSchema;
import com.dotmac.partner.testkit.spring.AutoConfigurePartnerDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

/** A test of a service whose Flyway makes its tables. The database was made before its newest migration. */
@SpringBootTest(
        properties = {
            "spring.flyway.locations=classpath:host-flyway,classpath:host-newer",
            "spring.liquibase.enabled=false"
        })
@AutoConfigurePartnerDatabase
@WithHostSchema(flyway = "classpath:host-flyway")
class OrderServiceTest {

    @Autowired
    OrderService orders;

    @Autowired
    PartnerDatabase database;

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void an_order_and_its_partner_are_in_the_database_of_the_test() {
        orders.order("p1", false);
        assertThatThrownBy(() -> orders.order("p2", true)).hasMessage("the order fails");

        assertThat(database.sql().fetchValue("select count(*) from orders")).isEqualTo(1L);
        assertThat(database.sql().fetchValue("select count(*) from partners")).isEqualTo(1L);
    }

    @Test
    void the_application_does_not_own_the_tables_and_its_flyway_does() {
        assertThat(jdbc.queryForObject("select current_user", String.class))
                .isEqualTo(database.dataSource().getUser())
                .isNotEqualTo(database.user());
        assertThat(database.sql().fetchValue("select tableowner::text from pg_tables where tablename = 'notes'"))
                .isEqualTo(database.user());
        assertThat(jdbc.queryForObject("select count(*) from notes", Long.class))
                .isZero();
    }

    @Test
    void its_connections_see_the_time_that_a_test_sets() {
        Instant before =
                jdbc.queryForObject("select now()", OffsetDateTime.class).toInstant();

        database.advance(Duration.ofDays(31));

        assertThat(jdbc.queryForObject("select now()", OffsetDateTime.class).toInstant())
                .isAfter(before.plus(Duration.ofDays(30)));
    }
}
