package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.HostSchema;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.WithHostSchema;
import com.dotmac.partner.testkit.spring.AutoConfigurePartnerDatabase;
import java.sql.Connection;
import javax.sql.DataSource;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;

/** The same for a service with row security, whose Liquibase makes its tables, and whose invoices have a tenant. */
@SpringBootTest(
        properties = {
            "partner.isolated=true",
            "partner.host.invoices-tenant=tenant_id",
            "spring.flyway.enabled=false",
            "spring.liquibase.change-log=classpath:host-liquibase/changelog.yaml"
        })
@AutoConfigurePartnerDatabase
@WithHostSchema(IsolatedOrderServiceTest.Changelog.class)
class IsolatedOrderServiceTest {

    @Autowired
    OrderService orders;

    @Autowired
    PartnerDatabase database;

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void an_order_and_its_partner_are_in_the_database_of_the_test() {
        orders.order("p1", false);

        assertThat(jdbc.queryForObject("select count(*) from orders", Long.class))
                .isEqualTo(1);
        assertThat(jdbc.queryForObject("select count(*) from partners", Long.class))
                .isZero();
        assertThat(database.sql().fetchValue("select count(*) from partners")).isEqualTo(1L);
    }

    /** The guard of the application has compared it at the start. */
    @Test
    void the_database_has_the_host_tables_that_the_properties_name() {
        assertThat(database.sql().fetchValue("""
                        select count(*) from pg_constraint
                        where contype = 'f' and confrelid = 'invoices'::regclass and cardinality(conkey) = 2
                        """)).isEqualTo(2L);
    }

    static class Changelog implements HostSchema {

        @Override
        public void create(DataSource owner) throws Exception {
            try (Connection connection = owner.getConnection()) {
                new Liquibase(
                                "host-liquibase/changelog.yaml",
                                new ClassLoaderResourceAccessor(),
                                new JdbcConnection(connection))
                        .update(new Contexts());
            }
            new JdbcTemplate(owner).execute("""
                    alter table invoices add tenant_id varchar(255) not null default 'acme', add unique (tenant_id, id)
                    """);
        }
    }
}
