package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.bulk.BulkMode.ALL_OR_NOTHING;
import static com.dotmac.partner.dao.bulk.BulkMode.KEEP_GOOD;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.Code;
import com.dotmac.partner.dao.basics.PartnerException.RowRefused;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.RowOutcome.Done;
import com.dotmac.partner.dao.bulk.RowOutcome.Refused;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class AccrueAllTest {

    private static final UUID NOBODY = UUID.fromString("01a204b8-a116-7a2d-ab4c-f413632bf361");

    private final PartnerDatabase database;
    private final Programme programme;
    private final CommissionDao commissions;
    private final UUID customer;
    private final List<RowOutcome<Accrual>> outcomes = new ArrayList<>();

    AccrueAllTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        commissions = programme.acme.commissions();
        customer = programme.customerOf(programme.activePartner("0.1"));
    }

    private Sale sale(String key, String amount) {
        return new Sale(key, customer, null, Money.of(amount, "USD"), JANUARY);
    }

    private Sale ofNoInvoice(String key) {
        return new Sale(key, customer, NOBODY, Money.of("100", "USD"), JANUARY);
    }

    private static BulkSummary summary(long recorded, long replayed, long nothingApplied, long refused, String amount) {
        return new BulkSummary(
                recorded,
                replayed,
                nothingApplied,
                refused,
                Map.of(Currency.getInstance("USD"), new BigDecimal(amount)));
    }

    @Test
    @Tag("fast")
    void each_sale_accrues_is_replayed_earns_nothing_or_is_refused() {
        Accrual first = commissions.accrue(sale("s-1", "100"));

        BulkSummary summary = commissions.accrueAll(
                Stream.of(
                        sale("s-1", "100"),
                        sale("s-2", "50"),
                        new Sale("s-3", programme.customer(), null, Money.of("5", "USD"), JANUARY),
                        ofNoInvoice("s-4"),
                        null,
                        sale("s-2", "51"),
                        sale("s-5", "70")),
                KEEP_GOOD,
                outcomes::add);

        assertThat(summary).isEqualTo(summary(2, 1, 1, 3, "12.00"));
        assertThat(outcomes).extracting(RowOutcome::row).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(outcomes.get(0)).isEqualTo(new Done<>(1, "s-1", new Accrual(first.events(), true)));
        assertThat(outcomes.get(1)).isEqualTo(new Done<>(2, "s-2", new Accrual(accruedBy("s-2", "50"), false)));
        assertThat(outcomes.get(2)).isEqualTo(new Done<>(3, "s-3", new Accrual(List.of(), false)));
        assertThat(List.of(outcomes.get(3), outcomes.get(4), outcomes.get(5)))
                .extracting(outcome -> ((Refused<Accrual>) outcome).reason().getMessage())
                .containsExactly(
                        "this tenant has no invoice " + NOBODY + "; check the id and the tenant",
                        "row 5 of the stream is missing",
                        "the idempotency key \"s-2\" was used before, to accrue a sale with other content; nothing was"
                                + " changed. Send the first content again, or use a new key for a new request");
        assertThat(keys()).containsExactly("s-1", "s-2", "s-3", "s-5");
    }

    private List<CommissionEvent> accruedBy(String key, String amount) {
        return commissions.accrue(sale(key, amount)).events();
    }

    private List<String> keys() {
        return programme
                .sql
                .resultQuery(
                        "select idempotency_key from partner_idempotency_keys where operation = 'accrue a sale' order by 1")
                .fetchInto(String.class);
    }

    @Test
    void nothing_is_accrued_when_a_sale_is_refused() {
        String before = programme.fingerprint();
        Stream<Sale> sales = IntStream.rangeClosed(1, 250)
                .mapToObj(i -> i == 222 || i == 240 ? ofNoInvoice("s-" + i) : sale("s-" + i, "10"));

        assertThatThrownBy(() -> commissions.accrueAll(sales, ALL_OR_NOTHING, outcomes::add))
                .isInstanceOfSatisfying(RowRefused.class, refused -> {
                    assertThat(refused.row()).isEqualTo(222);
                    assertThat(refused.code()).isEqualTo(Code.NOT_FOUND);
                })
                .hasMessage(
                        "row 222 of the stream, key \"s-222\", was refused, and nothing was kept: this tenant has no"
                                + " invoice " + NOBODY + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(commissions.accrueAll(Stream.of(sale("s-1", "10")), ALL_OR_NOTHING, outcomes::add))
                .isEqualTo(summary(1, 0, 0, 0, "1.00"));
    }

    @Test
    void it_rolls_back_with_the_callers_transaction() throws Exception {
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            CommissionDao joined = database.store(DSL.using(connection, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("user:42")
                    .commissions();
            for (BulkMode mode : BulkMode.values()) {
                assertThat(joined.accrueAll(Stream.of(sale("s-" + mode, "10")), mode, outcomes::add)
                                .recorded())
                        .isEqualTo(1);
            }
            connection.rollback();
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void four_threads_with_the_same_sales_of_many_partners_accrue_each_once() throws Exception {
        List<UUID> customers = IntStream.range(0, 12)
                .mapToObj(i -> programme.customerOf(programme.activePartner("0.1")))
                .toList();

        List<BulkSummary> summaries = Together.run(4, thread -> {
            int step = List.of(1, 7, 11, 13).get(thread);
            Stream<Sale> sales = IntStream.range(0, 600)
                    .map(i -> i * step % 600)
                    .mapToObj(i -> new Sale("s-" + i, customers.get(i % 12), null, Money.of("100", "USD"), JANUARY));
            return programme.acme.commissions().accrueAll(sales, KEEP_GOOD, outcome -> {});
        });

        assertThat(summaries.stream().mapToLong(BulkSummary::recorded).sum()).isEqualTo(600);
        assertThat(summaries.stream().mapToLong(BulkSummary::replayed).sum()).isEqualTo(1800);
        assertThat(programme.sql.fetchValue("select sum(commission_amount) from partner_commission_totals"))
                .isEqualTo(programme.sql.fetchValue("select sum(commission_amount) from partner_commission_events"))
                .isEqualTo(new BigDecimal("6000.0000"));
    }

    @Test
    void what_is_missing_is_named() {
        assertThatThrownBy(() -> commissions.accrueAll(null, KEEP_GOOD, outcomes::add))
                .hasMessage("sales is missing");
        assertThatThrownBy(() -> commissions.accrueAll(Stream.of(), null, outcomes::add))
                .hasMessage("mode is missing");
        assertThatThrownBy(() -> commissions.accrueAll(Stream.of(), KEEP_GOOD, null))
                .hasMessage("outcomes is missing");
    }
}
