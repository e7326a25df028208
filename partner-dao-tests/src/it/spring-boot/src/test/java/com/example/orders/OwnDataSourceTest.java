package com.example.orders;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import com.dotmac.partner.testkit.spring.AutoConfigurePartnerDatabase;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestContextManager;

/** A service whose DataSource does not come from Spring Boot's properties: its tests would write into another database. */
@ExtendWith(PartnerDatabaseExtension.class)
class OwnDataSourceTest {

    private static DataSource another;

    @Test
    void it_does_not_start(@WithoutRowSecurity PartnerDatabase database) {
        another = database.dataSource();

        assertThatThrownBy(() ->
                        new TestContextManager(Service.class).getTestContext().getApplicationContext())
                .hasStackTraceContaining(
                        "the data source \"own\" of the application does not connect to the database of the test, but: "
                                + database.url().replaceFirst("\\?.*", ""));
    }

    @SpringBootTest(
            classes = {OrdersApplication.class, OwnDataSource.class},
            properties = {"spring.flyway.enabled=false", "spring.liquibase.enabled=false"})
    @AutoConfigurePartnerDatabase
    static class Service {}

    @TestConfiguration
    static class OwnDataSource {

        @Bean
        DataSource own() {
            return another;
        }
    }
}
