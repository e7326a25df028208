package com.dotmac.partner.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.statements.CommissionStatement;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The program of the README, compiled and run. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ReadmeTest {

    private static final Instant JULY = Instant.parse("2026-07-01T00:00:00Z");
    private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");

    @Test
    void the_program_of_the_readme_pays_a_commission(PartnerDatabase database) {
        UUID customerId = UUID.randomUUID();
        UUID invoiceId = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customerId);
        database.sql().execute("insert into invoices values (?)", invoiceId);

        assertThat(program(
                        database.dataSourceOfOwner(), // the program has no row security
                        customerId,
                        invoiceId,
                        payout -> new Payment(
                                "bank-" + payout.attempt().providerKey(),
                                payout.attempt().amount())))
                .singleElement()
                .satisfies(july -> {
                    assertThat(july.earned()).isEqualTo(Money.of("125.00", "USD"));
                    assertThat(july.closing()).isEqualTo(Money.of("125.00", "USD"));
                });
        assertThat(database.sql()
                        .fetchValue("select sum(total_amount)::text from partner_payouts where status = 'completed'"))
                .isEqualTo("125.0000");
    }

    interface Bank {
        Payment pay(ClaimedPayout payout);
    }

    record Payment(String reference, Money amount) {}

    private static List<CommissionStatement> program(
            DataSource dataSource, UUID customerId, UUID invoiceId, Bank bank) {
        // README begins
        // At the start: refuses a schema that this library was not built for.
        SchemaGuard.ofSearchPath().linkedToHost().require(dataSource);

        PartnerScope acme = PartnerStore.create(dataSource).tenant("acme").actingAs("user:42");

        NewPartner northwind = NewPartner.named("partner:7", "Northwind").withDefaultRate("0.10");
        Partner partner = acme.partners().register(northwind).value();
        acme.partners().activate(partner.id(), "contract signed");
        acme.partners().assign(CustomerAssignment.from("account:7", partner.id(), customerId, JULY));

        Sale sale = new Sale("invoice:1001", customerId, invoiceId, Money.of("1250.00", "USD"), JULY);
        Accrual accrual = acme.commissions().accrue(sale); // 125.00 USD, once, however often it is delivered
        acme.commissions().approve(accrual.eventIds());
        acme.payouts().closeAll("close:2026-07", AUGUST);
        for (ClaimedPayout mine : acme.payouts().claim(10, "worker-1", Duration.ofHours(1))) {
            Payment paid = bank.pay(mine);
            acme.payouts().succeed(mine.attempt().id(), paid.reference(), paid.amount());
        }
        return acme.statements().statements(partner.id(), JULY, AUGUST);
        // README ends
    }

    @Test
    void the_readme_shows_this_program() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        String source = Files.readString(Path.of("src/test/java/com/dotmac/partner/readme/ReadmeTest.java"));
        String program = source.substring(
                        source.indexOf("// README begins\n") + "// README begins\n".length(),
                        source.indexOf("        // README ends\n"))
                .indent(-8);

        assertThat(readme).contains("```java\n" + program + "```\n");
    }
}
