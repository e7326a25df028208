package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.statements.Balance;
import com.dotmac.partner.dao.statements.CommissionStatement;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commissions of the largest amount there is, whose sums have more digits. */
@ExtendWith(PartnerDatabaseExtension.class)
class WideTotalsTest {

    private static final Money LARGEST = Money.of("999999999999999.99", "USD");
    private static final Money SUM = Money.of("1999999999999999.98", "USD");
    private static final Money NOTHING = Money.of("0", "USD");

    private final Programme programme;
    private final Partner first;
    private final Partner wide;
    private final Partner last;

    WideTotalsTest(PartnerDatabase database) {
        programme = new Programme(database);
        first = programme.activePartner("0.1");
        wide = programme.activePartner("0.1");
        last = programme.activePartner("0.1");
    }

    @Test
    void sums_wider_than_one_commission_are_approved_closed_paid_returned_and_proven() throws Exception {
        List<UUID> events = List.of(
                record(first, Money.of("1", "USD")),
                record(wide, LARGEST),
                record(wide, LARGEST),
                record(last, Money.of("2", "USD")));
        programme.acme.commissions().approve(events);

        assertThat(programme
                        .acme
                        .payouts()
                        .preview(wide.id(), SUM.currency(), FEBRUARY)
                        .due())
                .isEqualTo(SUM);
        PayoutRun run = programme.closeAll(FEBRUARY);
        assertThat(run.closed())
                .extracting(Payout::total)
                .containsExactlyInAnyOrder(Money.of("1", "USD"), SUM, Money.of("2", "USD"));
        Payout closed = run.closed().stream()
                .filter(payout -> payout.total().equals(SUM))
                .findFirst()
                .orElseThrow();
        assertThat(balance()).isEqualTo(SUM);

        Payout paid = programme.pay(closed.id(), "bank-1");
        assertThat(paid.total()).isEqualTo(SUM);
        assertThat(balance()).isEqualTo(NOTHING);
        CommissionEvent returned = programme
                .acme
                .payouts()
                .recordReturn("return:1", paid.id(), "account closed")
                .value();
        assertThat(returned.amount()).isEqualTo(SUM);
        assertThat(balance()).isEqualTo(SUM);

        CommissionStatement statement = programme
                .acme
                .statements()
                .statements(wide.id(), JANUARY, Instant.now().plusSeconds(60))
                .get(0);
        assertThat(List.of(statement.earned(), statement.paid(), statement.closing()))
                .containsExactly(SUM, SUM, SUM);
        assertThat(programme.acme.commissions().totals(CommissionQuery.all().ofPartner(wide.id())))
                .anyMatch(total -> total.commission().equals(SUM));
        assertThat(programme
                        .acme
                        .statements()
                        .dashboard(wide.id())
                        .currencies()
                        .get(0)
                        .owed())
                .isEqualTo(SUM);
        StringWriter csv = new StringWriter();
        programme.acme.statements().exportCsv(wide.id(), JANUARY, MARCH, csv);
        assertThat(csv.toString()).contains("999999999999999.99");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void sums_wider_than_one_commission_are_approved_by_a_query() {
        record(first, Money.of("1", "USD"));
        record(wide, LARGEST);
        record(wide, LARGEST);

        programme.acme.commissions().approve(CommissionQuery.all(), "checked");

        assertThat(programme.closeAll(FEBRUARY).closed())
                .extracting(Payout::total)
                .containsExactlyInAnyOrder(Money.of("1", "USD"), SUM);
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private UUID record(Partner partner, Money amount) {
        return programme
                .acme
                .commissions()
                .record(NewCommission.on(Programme.newKey(), partner.id(), amount, amount, JANUARY))
                .value()
                .id();
    }

    private Money balance() {
        List<Balance> balances = programme.acme.statements().balance(wide.id());
        return balances.isEmpty() ? NOTHING : balances.get(0).owed();
    }
}
