package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Pool;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tier volumes stay right when sales of one partner are accrued at once. */
@ExtendWith(PartnerDatabaseExtension.class)
class TierContentionTest {

    private static final int THREADS = 8;
    private static final int SALES = 4_000;

    @Test
    @Tag("slow")
    void eight_threads_accrue_as_one_would_and_each_key_has_one_effect(PartnerDatabase database) throws Exception {
        try (HikariDataSource pool = Pool.of(database)) {
            accrueAtOnce(new Programme(database, database.store(pool)));
        }
    }

    private static void accrueAtOnce(Programme programme) throws Exception {
        UUID customer = customerOfATieredPartner(programme);
        List<Sale> sales = new ArrayList<>();
        // Whole units of one amount, so that any order adds up to the same: only a volume read too early could differ.
        for (int sale = 0; sale < SALES; sale++) {
            sales.add(new Sale("sale-" + sale, customer, null, Money.of("10.00", "USD"), FEBRUARY));
        }

        List<Integer> replayed = Together.run(THREADS, thread -> {
            Random shuffled = new Random(thread);
            int replays = 0;
            for (int sale = thread; sale < SALES; sale += THREADS) {
                programme.acme.commissions().accrue(sales.get(sale));
                if (shuffled.nextInt(10) == 0) {
                    replays += programme
                                    .acme
                                    .commissions()
                                    .accrue(sales.get(shuffled.nextInt(sale + 1)))
                                    .replayed()
                            ? 1
                            : 0;
                }
            }
            return replays;
        });

        assertThat(replayed).allMatch(replays -> replays > 0);
        assertThat(programme.sql.fetchValue("select count(*)::int from partner_commission_events"))
                .isEqualTo(SALES);
        // 10,000 at 10 %, 10,000 at 12.5 %, 20,000 at 15 %.
        assertThat(programme.sql.fetchValue("select sum(commission_amount) from partner_commission_events"))
                .isEqualTo(new BigDecimal("5250.0000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void a_snapshot_that_cannot_see_other_sales_is_refused(String isolation, PartnerDatabase database)
            throws Exception {
        Programme programme = new Programme(database);
        UUID customer = customerOfATieredPartner(programme);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(
                    isolation.equals("serializable")
                            ? Connection.TRANSACTION_SERIALIZABLE
                            : Connection.TRANSACTION_REPEATABLE_READ);
            PartnerScope acme = database.store(
                            DSL.using(new DefaultConnectionProvider(connection), SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("test");

            assertThatThrownBy(() -> acme.commissions()
                            .accrue(new Sale("late", customer, null, Money.of("10", "USD"), FEBRUARY)))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage(
                            "a rule with tiers or a cap per period decides on the sales accrued meanwhile by others, and the"
                                    + " transaction is at " + isolation + "; do it at read committed");
            connection.rollback();
        }
    }

    private static UUID customerOfATieredPartner(Programme programme) {
        Partner partner = programme.partnerWithoutRate();
        CommissionTerms terms = CommissionTerms.tiered(
                TierMode.MARGINAL,
                TierPeriod.QUARTER,
                Tier.from("0", "0.1"),
                Tier.from("10000", "0.125"),
                Tier.from("20000", "0.15"));
        programme.acme.rules().define(NewRule.from(newKey(), partner.id(), "USD", terms, JANUARY));
        return programme.customerOf(partner);
    }
}
