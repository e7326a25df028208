package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What an alert is for: payments that somebody has to look after. */
@ExtendWith({PartnerDatabaseExtension.class, OutputCaptureExtension.class})
class MetersTest {

    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");

    @Test
    void an_operators_service_has_gauges_of_all_tenants(PartnerDatabase database) {
        unresolvedPayment(database, "acme");
        unresolvedPayment(database, "beta");

        try (ConfigurableApplicationContext application = start(database, database.dataSourceOfOperator())) {
            assertThat(gauge(application, "partner.attempts.unresolved").value())
                    .isEqualTo(2);
            assertThat(gauge(application, "partner.attempts.unresolved.age").value())
                    .isBetween(0.0, 300.0);
            assertThat(gauge(application, "partner.leases.expired").value()).isZero();
        }
    }

    /** It sees one tenant, or none: zero would say that all is well. */
    @Test
    void a_service_that_row_security_binds_has_no_gauge(PartnerDatabase database, CapturedOutput output) {
        try (ConfigurableApplicationContext application =
                start(database, database.dataSource(), "partner.isolated=true")) {
            assertThat(gauge(application, "partner.attempts.unresolved")).isNull();
        }
        assertThat(output).doesNotContain("no gauges");

        try (ConfigurableApplicationContext application =
                start(database, database.dataSource(), "partner.guard=warn")) {
            assertThat(gauge(application, "partner.attempts.unresolved")).isNull();
        }
        assertThat(output).containsOnlyOnce("there are no gauges partner.*");
    }

    @Test
    void a_gauge_without_a_value_is_not_a_zero(@EmptyDatabase PartnerDatabase database, CapturedOutput output) {
        try (ConfigurableApplicationContext application = Start.on(database, "partner.guard=off")) {
            assertThat(gauge(application, "partner.attempts.unresolved").value())
                    .isNaN();
            assertThat(gauge(application, "partner.leases.expired").value()).isNaN();
        }
        assertThat(output).containsOnlyOnce("The gauges partner.* have no value");
    }

    @Test
    void a_property_of_spring_boot_turns_them_off(PartnerDatabase database) {
        try (ConfigurableApplicationContext application =
                start(database, database.dataSourceOfOperator(), "management.metrics.enable.partner=false")) {
            assertThat(gauge(application, "partner.attempts.unresolved")).isNull();
        }
    }

    private static ConfigurableApplicationContext start(
            PartnerDatabase database, PGSimpleDataSource role, String... properties) {
        String[] all = Arrays.copyOf(properties, properties.length + 3);
        all[properties.length] = "spring.flyway.enabled=false";
        all[properties.length + 1] = "spring.datasource.username=" + role.getUser();
        all[properties.length + 2] = "spring.datasource.password=" + role.getPassword();
        return Start.on(database, all);
    }

    private static Gauge gauge(ConfigurableApplicationContext application, String name) {
        return application.getBean(MeterRegistry.class).find(name).gauge();
    }

    private static void unresolvedPayment(PartnerDatabase database, String name) {
        UUID customer = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customer);
        PartnerScope tenant = database.store().tenant(name).actingAs("user:1");
        NewPartner northwind = NewPartner.named("partner:7", "Northwind").withDefaultRate("0.10");
        Partner partner = tenant.partners().register(northwind).value();
        tenant.partners().activate(partner.id(), "contract signed");
        tenant.partners().assign(CustomerAssignment.from("account:7", partner.id(), customer, JULY));
        Sale sale = new Sale("invoice:1001", customer, null, Money.of("1250.00", "USD"), JULY);
        tenant.commissions().approve(tenant.commissions().accrue(sale).eventIds());
        tenant.payouts().closeAll("close:2026-07", AUGUST);
        for (ClaimedPayout claimed : tenant.payouts().claim(10, "worker-1", Duration.ofHours(1))) {
            tenant.payouts().markUnknown(claimed.attempt().id(), "the bank did not answer");
        }
    }
}
