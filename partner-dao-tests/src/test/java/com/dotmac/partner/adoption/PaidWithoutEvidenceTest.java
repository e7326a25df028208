package com.dotmac.partner.adoption;

import static com.dotmac.partner.schema.adoption.AdoptionConsent.ACCEPT_PAID_WITHOUT_PAYOUT;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.statements.Balance;
import com.dotmac.partner.dao.statements.CommissionStatement;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the old system called paid, but put into no payout, counts as paid, and whoever looks sees that nothing proves it. */
@ExtendWith(PartnerDatabaseExtension.class)
class PaidWithoutEvidenceTest {

    private static final UUID PARTNER = UUID.fromString("b0000000-0000-0000-0000-000000000001");
    private static final Currency EURO = Currency.getInstance("EUR");
    private static final Money PAID = Money.of("7.77", "EUR");
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");

    private Legacy legacy;
    private PartnerScope acme;

    @BeforeEach
    void an_event_was_paid_in_no_payout(@EmptyDatabase PartnerDatabase database) {
        legacy = Legacy.createAll(database);
        legacy.execute(
                "update partner_commission_events set status = 'PAID', paid_at = '2026-04-02T00:00:00Z' where right(id::text, 1) = '4'");
        legacy.schema.applyAdoption(Set.of(ACCEPT_PAID_WITHOUT_PAYOUT));
        acme = database.storeOfOwner().tenant("acme").actingAs("accountant:1");
    }

    @Test
    void statements_count_it_and_the_export_says_that_there_is_no_evidence() throws IOException {
        assertThat(acme.statements().statements(PARTNER, APRIL, MAY))
                .contains(new CommissionStatement(PARTNER, EURO, APRIL, MAY, PAID, zero(), zero(), PAID, zero()));

        StringBuilder lines = new StringBuilder();
        acme.statements().exportCsv(PARTNER, APRIL, MAY, lines);
        Payout payout = payout();
        assertThat(lines.toString().lines().filter(line -> line.contains(",EUR,")))
                .containsExactly(PARTNER + ",P-1,2026-04-02T00:00:00Z,paid,EUR,-7.77,," + payout.id()
                        + ",,,adopted without evidence of payment");
        assertThat(acme.statements().dashboard(PARTNER).recentPayouts())
                .filteredOn(each -> each.id().equals(payout.id()))
                .extracting(each -> each.paymentReference().orElseThrow())
                .containsExactly("adopted without evidence of payment");
        assertThat(legacy.value("select status_reason from partner_payouts where id = '" + payout.id() + "'"))
                .isEqualTo(
                        "adopted: 1 events were marked as paid but in no payout; there is no evidence of the payment");
        assertThat(acme.statements().verify().isClean()).isTrue();
    }

    @Test
    void if_it_turns_out_that_nobody_paid_a_returned_payment_owes_it_again() {
        acme.payouts().recordReturn("never-paid", payout().id(), "the bank knows no such payment");

        assertThat(acme.statements().balance(PARTNER)).extracting(Balance::owed).contains(PAID);
        assertThat(acme.payouts()
                        .closeAll("close", Instant.parse("2026-11-01T00:00:00Z"))
                        .leftOpen())
                .extracting(open -> open.afterCutoff())
                .contains(PAID);
        assertThat(acme.statements().verify().isClean()).isTrue();
    }

    private Payout payout() {
        List<Payout> inEuro = acme.payouts()
                .list(PayoutQuery.all().ofPartner(PARTNER).inCurrency(EURO), 10)
                .items();
        assertThat(inEuro).hasSize(1);
        return inEuro.get(0);
    }

    private static Money zero() {
        return Money.zero(EURO);
    }
}
