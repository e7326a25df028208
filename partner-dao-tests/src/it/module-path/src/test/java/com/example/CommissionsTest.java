package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariDataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class CommissionsTest {

    @Test
    void a_sale_is_paid_once(PartnerDatabase database) {
        UUID customer = UUID.randomUUID();
        UUID invoice = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customer);
        database.sql().execute("insert into invoices values (?)", invoice);
        List<Money> payments = new ArrayList<>();
        try (HikariDataSource pool = pool(database)) {
            Commissions commissions = new Commissions(pool);
            Partner partner = commissions.partnerOf(customer);

            for (int delivery = 0; delivery < 2; delivery++) {
                commissions.pay(customer, invoice, "1250.00", payout -> {
                    payments.add(payout.attempt().amount());
                    return payout.attempt().providerKey();
                });
            }

            assertThat(payments).containsExactly(Money.of("125.00", "USD"));
            assertThat(commissions.owed(partner))
                    .allSatisfy(owed -> assertThat(owed.amount()).isZero());
        }
    }

    @Test
    void the_service_and_the_library_are_modules() {
        assertThat(Commissions.class.getModule().getName()).isEqualTo("com.example");
        assertThat(Partner.class.getModule().getName()).isEqualTo("com.dotmac.partner.dao");
        assertThat(PartnerSchema.class.getModule().getName()).isEqualTo("com.dotmac.partner.schema");
    }

    private static HikariDataSource pool(PartnerDatabase database) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(database.url());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(2);
        return pool;
    }
}
