package com.dotmac.partner.operations;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.migration.HostTables;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/** A migrated database on a server of its own, with a tenant's partners, payments and open commissions. */
final class ProgrammeOnServer {

    private ProgrammeOnServer() {}

    static void hostTables(PGSimpleDataSource database) {
        sql(database).execute("""
                create table customers (id uuid primary key);
                create table invoices (id uuid primary key);
                create table users (id uuid primary key);
                """);
    }

    static void migrate(PGSimpleDataSource database) {
        hostTables(database);
        schema(database).migrate();
    }

    static PartnerSchema schema(PGSimpleDataSource database) {
        return PartnerSchema.of(database).linkedTo(HostTables.DEFAULT);
    }

    static DSLContext sql(PGSimpleDataSource database) {
        return DSL.using(database, SQLDialect.POSTGRES);
    }

    static Programme of(PGSimpleDataSource database) {
        return new Programme(sql(database), PartnerStore.create(database));
    }

    /** One payout is paid, one was cancelled after a failure, one is processing, and commissions are open. */
    static UUID live(Programme programme, int sales) {
        Partner partner = programme.activePartner("0.1", Money.of("1", "USD"));
        UUID customer = programme.customerOf(partner);
        programme.approvedSale(customer, "200", "USD", JANUARY);
        Payout paid = programme.closeAll(FEBRUARY).closed().get(0);
        programme.pay(paid.id(), "bank-1");
        programme.acme.payouts().recordReturn(Programme.newKey(), paid.id(), "the account is closed");
        programme.approvedSale(customer, "300", "USD", FEBRUARY);
        programme.approvedSale(customer, "20000", "JPY", FEBRUARY);
        for (Payout closed : programme.closeAll(Programme.MARCH).closed()) {
            programme
                    .acme
                    .payouts()
                    .claim(closed.id(), "worker", Duration.ofMinutes(30))
                    .ifPresent(claimed -> {
                        if (claimed.attempt().amount().equals(Money.of("30.00", "USD"))) {
                            programme.acme.payouts().fail(claimed.attempt().id(), "refused by the bank");
                            programme.acme.payouts().cancel(closed.id(), "another account");
                        }
                    });
        }
        Stream<Sale> file = Stream.generate(
                        () -> new Sale(Programme.newKey(), customer, null, Money.of("50", "USD"), Programme.MARCH))
                .limit(sales);
        assertThat(programme
                        .acme
                        .commissions()
                        .accrueAll(file, BulkMode.KEEP_GOOD, row -> {})
                        .recorded())
                .isEqualTo(sales);
        return customer;
    }
}
