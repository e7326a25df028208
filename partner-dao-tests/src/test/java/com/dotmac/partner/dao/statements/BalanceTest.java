package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.BusyProgramme;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class BalanceTest {

    private final Programme programme;
    private final BusyProgramme busy;

    BalanceTest(PartnerDatabase database) {
        programme = new Programme(database);
        busy = new BusyProgramme(programme);
    }

    @Test
    @Tag("fast")
    void what_is_owed_now_is_what_is_approved_and_not_paid() {
        List<Balance> balances = programme.acme.statements().balance(busy.partner.id());

        assertThat(balances).extracting(Balance::owed).containsExactly(Money.of("900", "JPY"), Money.of("-1", "USD"));
        assertThat(balances).extracting(Balance::partnerId).containsOnly(busy.partner.id());
        assertThat(balances.get(0).at()).isBetween(JANUARY, busy.now());
        assertThat(programme.acme.statements().balance(busy.second.id()))
                .extracting(Balance::owed)
                .containsExactly(Money.of("10", "USD"));
    }

    @Test
    void a_partner_who_was_paid_everything_is_owed_zero() {
        programme.acme.partners().activate(busy.second.id(), "nothing found");
        busy.pay(busy.ready);

        assertThat(programme.acme.statements().balance(busy.second.id()))
                .extracting(Balance::owed)
                .containsExactly(Money.of("0", "USD"));
    }

    @Test
    void the_balance_at_an_instant_is_the_sum_of_the_rows_before_it() {
        Random random = new Random(4711);
        Duration range =
                Duration.between(JANUARY.minus(Duration.ofDays(40)), busy.now().plus(Duration.ofDays(40)));
        for (int event = 0; event < 60; event++) {
            Instant date = JANUARY.plus(Duration.ofMinutes(random.nextInt(60 * 24 * 300)));
            String amount = String.valueOf(random.nextInt(100_000) - 20_000);
            programme.sale(busy.customer, amount, random.nextBoolean() ? "USD" : "JPY", date).stream()
                    .filter(sale -> random.nextInt(5) > 0)
                    .forEach(sale -> programme.acme.commissions().approve(List.of(sale.id())));
        }
        programme.closeAll(busy.now()).closed().forEach(busy::pay);
        List<Instant> instants = new ArrayList<>(programme
                .sql
                .resultQuery("select event_date from partner_commission_events order by id limit 10")
                .fetchInto(Instant.class));
        instants.add(Instant.parse("2026-03-01T00:00:00Z"));
        while (instants.size() < 61) {
            instants.add(
                    JANUARY.minus(Duration.ofDays(40)).plusSeconds((long) (random.nextDouble() * range.toSeconds())));
        }

        for (Instant at : instants) {
            List<Balance> balances = programme.acme.statements().balanceAt(busy.partner.id(), at);

            assertThat(balances)
                    .as("at %s", at)
                    .extracting(balance ->
                            balance.owed().amount() + " " + balance.owed().currency())
                    .isEqualTo(sums(at));
            assertThat(balances).extracting(Balance::at).allMatch(at::equals);
        }
    }

    private List<String> sums(Instant at) {
        return programme
                .sql
                .resultQuery("""
                        select round(sum(amount), partner_currency_minor_unit(currency)) || ' ' || currency
                        from (
                            select currency, commission_amount as amount from partner_commission_events
                            where partner_id = {0} and status in ('approved', 'paid') and event_date < {1}
                            union all
                            select currency, -total_amount from partner_payouts
                            where partner_id = {0} and status = 'completed' and completed_at < {1}
                        ) movement
                        group by currency order by currency
                        """, DSL.val(busy.partner.id()), DSL.val(at))
                .fetchInto(String.class);
    }

    @Test
    @Tag("fast")
    void statements_of_following_periods_add_up_and_their_ends_are_the_balances_there() {
        Random random = new Random(815);
        Instant start = JANUARY.minusSeconds(1);
        List<Instant> cuts = new ArrayList<>();
        for (int cut = 0; cut < 12; cut++) {
            start = start.plusSeconds(1 + random.nextInt(60 * 60 * 24 * 50));
            cuts.add(start);
        }
        cuts.add(busy.now().plusSeconds(1));
        cuts.sort(null);

        for (int period = 1; period < cuts.size(); period++) {
            Instant from = cuts.get(period - 1);
            Instant to = cuts.get(period);
            List<CommissionStatement> statements = programme.acme.statements().statements(busy.partner.id(), from, to);

            assertThat(statements)
                    .extracting(CommissionStatement::closing)
                    .isEqualTo(owed(programme.acme.statements().balanceAt(busy.partner.id(), to)));
            assertThat(statements.stream().map(CommissionStatement::opening).filter(opening -> opening.signum() != 0))
                    .isEqualTo(owed(programme.acme.statements().balanceAt(busy.partner.id(), from)).stream()
                            .filter(owed -> owed.signum() != 0)
                            .toList());
        }
    }

    private static List<Money> owed(List<Balance> balances) {
        return balances.stream().map(Balance::owed).toList();
    }

    @Test
    void an_instant_that_cannot_be_stored_is_refused() {
        assertThatThrownBy(() -> programme.acme.statements().balanceAt(busy.partner.id(), Instant.MAX))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage("at +1000000000-12-31T23:59:59.999999999Z is not between 0001-01-01T00:00:00Z and"
                        + " 9999-12-31T23:59:59.999999Z; leave an open end out");
    }
}
