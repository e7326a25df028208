package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class OrderServiceTest {

    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");

    private final UUID customer = UUID.randomUUID();

    @Inject
    OrderService orders;

    @Inject
    PartnerStore store;

    private PartnerScope acme;
    private Partner partner;
    private int ordersBefore;

    @BeforeEach
    void a_partner_with_a_customer() throws SQLException {
        orders.newCustomer(customer);
        acme = store.tenant("acme").actingAs("user:42");
        partner = acme.partners()
                .register(NewPartner.named(newKey(), "Northwind").withDefaultRate("0.10"))
                .value();
        acme.partners().activate(partner.id(), "contract signed");
        acme.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JULY));
        ordersBefore = orders.orders();
    }

    @Test
    void an_order_and_its_commission_are_recorded_together() throws SQLException {
        orders.order(saleOf(customer), false);

        assertThat(orders.orders()).isEqualTo(ordersBefore + 1);
        assertThat(commissions()).hasSize(1);
    }

    @Test
    void a_commission_is_rolled_back_with_its_order() throws SQLException {
        assertThatThrownBy(() -> orders.order(saleOf(customer), true)).hasMessage("the order fails");

        assertThat(orders.orders()).isEqualTo(ordersBefore);
        assertThat(commissions()).isEmpty();
    }

    @Test
    void an_order_is_rolled_back_with_its_commission() throws SQLException {
        Sale ofNoInvoice = new Sale(newKey(), customer, UUID.randomUUID(), Money.of("1250.00", "USD"), JULY);

        assertThatThrownBy(() -> orders.order(ofNoInvoice, false)).isInstanceOf(PartnerException.NotFound.class);

        assertThat(orders.orders()).isEqualTo(ordersBefore);
    }

    private List<CommissionEvent> commissions() {
        CommissionQuery ofPartner = CommissionQuery.all().ofPartner(partner.id());
        return acme.commissions()
                .list(ofPartner, CommissionOrder.LATEST_EVENT_FIRST, 10, null)
                .items();
    }

    private static Sale saleOf(UUID customer) {
        return new Sale(newKey(), customer, null, Money.of("1250.00", "USD"), JULY);
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }
}
