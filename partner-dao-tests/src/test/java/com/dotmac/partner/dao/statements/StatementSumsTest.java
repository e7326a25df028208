package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.BusyProgramme;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A statement reads monthly totals where it can, and says the same as the sums of the ledger's entries. */
@ExtendWith(PartnerDatabaseExtension.class)
class StatementSumsTest {

    private final Random random = new Random(20261128);
    private final Programme programme;
    private final BusyProgramme busy;

    StatementSumsTest(PartnerDatabase database) {
        programme = new Programme(database);
        busy = new BusyProgramme(programme);
    }

    /** Sales of all months, many at the edges of a month; holds, clawbacks and their undos, returned payments. */
    @BeforeEach
    void given_a_history() {
        for (int event = 0; event < 80; event++) {
            String amount = String.valueOf(random.nextInt(100_000) - 20_000);
            List<CommissionEvent> sold =
                    programme.sale(busy.customer, amount, random.nextBoolean() ? "USD" : "EUR", anInstant());
            if (random.nextInt(4) > 0) {
                approve(sold);
            }
        }
        approve(List.of(programme
                .acme
                .commissions()
                .record(NewCommission.on(newKey(), busy.partner.id(), Money.of("7", "USD"), Money.of("7", "USD"), MARCH)
                        .heldUntil(busy.now().plus(Duration.ofDays(400))))
                .value()));
        // Approved, then clawed back before it was paid: the monthly total of approved events of KWD is zero.
        CommissionEvent gone =
                programme.approvedSale(busy.customer, "50", "KWD", FEBRUARY).get(0);
        programme.acme.commissions().clawBack(newKey(), gone.id(), Money.of("50", "KWD"), "never delivered");
        for (Payout payout : programme.closeAll(busy.now()).closed()) {
            busy.pay(payout);
            if (random.nextBoolean()) {
                programme.acme.payouts().recordReturn(newKey(), payout.id(), "account closed");
            }
        }
        CommissionEvent taken = programme
                .acme
                .commissions()
                .clawBack(newKey(), busy.paid.id(), Money.of("10", "USD"), "returned goods")
                .reversal()
                .orElseThrow();
        programme.acme.commissions().undoClawback(newKey(), taken.id(), "kept after all");
    }

    @Test
    void a_statement_is_the_sums_of_the_ledger() {
        List<Instant> ends =
                new ArrayList<>(Stream.generate(this::anInstant).limit(60).toList());
        ends.addAll(programme
                .sql
                .resultQuery("select distinct at from partner_ledger order by at limit 30")
                .fetchInto(Instant.class));
        ends.addAll(List.of(
                busy.now().minusSeconds(1),
                busy.now().plusSeconds(1),
                busy.now().plus(Duration.ofDays(50))));

        for (int period = 0; period < 150; period++) {
            Instant one = ends.get(random.nextInt(ends.size()));
            Instant other = ends.get(random.nextInt(ends.size()));
            Instant from = one.isBefore(other) ? one : other;
            Instant to = one.isBefore(other) ? other : one.plusNanos(1000);

            assertThat(programme.acme.statements().statements(busy.partner.id(), from, to))
                    .as("from %s to %s", from, to)
                    .extracting(StatementSumsTest::line)
                    .isEqualTo(sums(busy.partner.id(), from, to));
        }
    }

    private void approve(List<CommissionEvent> events) {
        programme
                .acme
                .commissions()
                .approve(events.stream().map(CommissionEvent::id).toList());
    }

    private Instant anInstant() {
        return switch (random.nextInt(4)) {
            case 0 -> FEBRUARY;
            case 1 -> MARCH.minusNanos(1000);
            default -> JANUARY.minus(Duration.ofDays(40)).plus(Duration.ofMinutes(random.nextInt(60 * 24 * 330)));
        };
    }

    private static String line(CommissionStatement statement) {
        return Stream.of(
                        statement.opening(),
                        statement.earned(),
                        statement.clawedBack(),
                        statement.paid(),
                        statement.returned())
                .map(money -> money.amount().toPlainString())
                .reduce(statement.currency().getCurrencyCode(), (left, right) -> left + " " + right);
    }

    private List<String> sums(UUID partner, Instant from, Instant to) {
        return programme
                .sql
                .resultQuery("""
                        select concat_ws(' ', currency,
                            round(coalesce(sum(amount) filter (where at < {1}), 0), digits),
                            round(coalesce(sum(amount) filter (where at >= {1} and kind = 'earned'), 0), digits),
                            round(coalesce(-sum(amount) filter (where at >= {1} and kind = 'clawed_back'), 0), digits),
                            round(coalesce(-sum(amount) filter (where at >= {1} and kind = 'paid'), 0), digits),
                            round(coalesce(sum(amount) filter (where at >= {1} and kind = 'payment_returned'), 0), digits))
                        from partner_ledger, lateral (select partner_currency_minor_unit(currency)::int as digits) unit
                        where tenant_id = 'acme' and partner_id = {0} and at < {2}
                        group by currency, digits
                        order by currency
                        """, DSL.val(partner), DSL.val(from), DSL.val(to))
                .fetchInto(String.class);
    }
}
