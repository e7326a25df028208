package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static com.dotmac.partner.schema.types.CommissionStatus.PAID;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionTotalsOfQueryTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Currency JPY = Currency.getInstance("JPY");
    private static final CommissionQuery ALL = CommissionQuery.all();

    private final Programme programme;
    private final CommissionDao commissions;
    private final Partner partner;
    private final UUID customer;

    /** Events in every status, two currencies and two months of two partners. */
    CommissionTotalsOfQueryTest(PartnerDatabase database) {
        programme = new Programme(database);
        commissions = programme.acme.commissions();
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
        CommissionEvent first =
                programme.approvedSale(customer, "100", "USD", JANUARY).get(0);
        programme.closeAll(FEBRUARY);
        programme.pay(first.payoutId().orElseThrow(), "bank-1");
        programme.approvedSale(customer, "200", "USD", FEBRUARY);
        programme.approvedSale(customer, "5000", "JPY", MARCH.minusNanos(1000));
        commissions.clawBack(
                "r-1",
                programme.sale(customer, "300", "USD", FEBRUARY).get(0).id(),
                Money.of("300", "USD"),
                "returned");
        commissions.cancel(
                List.of(programme.sale(customer, "400", "USD", MARCH).get(0).id()), "fraud");
        programme.sale(customer, "500", "USD", MARCH);
        programme.sale(customer, "-50", "USD", MARCH);
        programme.sale(programme.customerOf(programme.activePartner("0.2")), "1000", "USD", MARCH);
    }

    @Test
    void sums_are_of_each_currency_and_status() {
        assertThat(commissions.totals(ALL))
                .containsExactly(
                        total(JPY, APPROVED, 1, "5000", "500"),
                        total(USD, PENDING, 3, "1450", "245"),
                        total(USD, APPROVED, 1, "200", "20"),
                        total(USD, PAID, 1, "100", "10"),
                        total(USD, CLAWBACK, 1, "300", "30"),
                        total(USD, CANCELLED, 1, "400", "40"));
        assertThat(commissions.totals(ALL.ofPartner(partner.id()).inStatus(PENDING, PAID)))
                .containsExactly(total(USD, PENDING, 2, "450", "45"), total(USD, PAID, 1, "100", "10"));
        assertThat(programme.other.commissions().totals(ALL)).isEmpty();
    }

    @Test
    void monthly_totals_of_the_database_are_the_sums_of_the_events() {
        Instant first = Instant.parse("0001-01-01T00:00:00Z");
        for (CommissionQuery query : List.of(
                ALL,
                ALL.ofPartner(partner.id()),
                ALL.inCurrency(USD),
                ALL.inCurrency(Currency.getInstance("EUR")),
                ALL.inStatus(APPROVED, CANCELLED),
                ALL.ofPartner(partner.id()).inCurrency(JPY).inStatus(APPROVED),
                ALL.ofPartner(UUID.randomUUID()))) {
            assertThat(commissions.totals(query.since(first))).as("%s", query).isEqualTo(commissions.totals(query));
        }
    }

    @Test
    void totals_of_other_queries_are_the_sums_of_the_events() {
        UUID payout = programme
                .acme
                .payouts()
                .findOpen(partner.id(), USD)
                .orElseThrow()
                .id();
        assertThat(commissions.totals(ALL.inPayout(payout))).containsExactly(total(USD, APPROVED, 1, "200", "20"));
        assertThat(commissions.totals(
                        ALL.between(MARCH, APRIL).inStatus(PENDING).ofCustomer(customer)))
                .containsExactly(total(USD, PENDING, 2, "450", "45"));
        assertThat(commissions.totals(ALL.ofInvoice(UUID.randomUUID()))).isEmpty();
    }

    @Test
    void a_series_goes_month_by_month_from_the_first_to_the_one_before_the_last() {
        assertThat(commissions.series(partner.id(), YearMonth.of(2026, 2), YearMonth.of(2026, 4)))
                .containsExactly(
                        month(2, total(JPY, APPROVED, 1, "5000", "500")),
                        month(2, total(USD, APPROVED, 1, "200", "20")),
                        month(2, total(USD, CLAWBACK, 1, "300", "30")),
                        month(3, total(USD, PENDING, 2, "450", "45")),
                        month(3, total(USD, CANCELLED, 1, "400", "40")));
        assertThat(commissions.series(YearMonth.of(2026, 1), YearMonth.of(2026, 2)))
                .containsExactly(month(1, total(USD, PAID, 1, "100", "10")));
        assertThat(commissions.series(YearMonth.of(2026, 3), YearMonth.of(2026, 4)))
                .contains(month(3, total(USD, PENDING, 3, "1450", "245")));
        assertThat(commissions.series(YearMonth.of(2026, 4), YearMonth.of(2027, 4)))
                .isEmpty();
        assertThat(programme.other.commissions().series(YearMonth.of(2026, 1), YearMonth.of(2027, 1)))
                .isEmpty();
    }

    private static CommissionTotal total(
            Currency currency, CommissionStatus status, long count, String base, String commission) {
        return new CommissionTotal(
                currency,
                status,
                count,
                Money.of(base, currency.getCurrencyCode()),
                Money.of(commission, currency.getCurrencyCode()));
    }

    private static MonthlyTotal month(int month, CommissionTotal total) {
        return new MonthlyTotal(YearMonth.of(2026, month), total);
    }
}
