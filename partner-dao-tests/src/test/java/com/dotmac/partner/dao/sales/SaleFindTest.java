package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.COURSE;
import static com.dotmac.partner.dao.sales.Shop.LAPTOP;
import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.line;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.sales.RecordedSale.RecordedLine;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.SentStatements;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every sale is stored once, and found again with what was refunded of it. */
@ExtendWith(PartnerDatabaseExtension.class)
class SaleFindTest {

    private PartnerDatabase database;
    private Shop shop;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_who_sells(PartnerDatabase database) {
        this.database = database;
        shop = new Shop(database);
        partner = shop.partner("0.5", "0.02");
        customer = shop.customerOf(partner);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(shop.programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_sale_is_found_by_its_key_as_it_was_accrued() {
        UUID invoice = shop.programme.invoice();
        Sale sale = shop.accrue(new Sale(
                "invoice:1002",
                customer,
                invoice,
                usd("1099.00"),
                FEBRUARY,
                List.of(COURSE, LAPTOP, new SaleLine(null, usd("10.00"))),
                usd("11.00")));

        RecordedSale found = shop.sales.find("invoice:1002").orElseThrow();

        assertThat(found)
                .isEqualTo(new RecordedSale(
                        found.id(),
                        "invoice:1002",
                        Optional.of(customer),
                        Optional.of(invoice),
                        usd("1099.00"),
                        usd("11.00"),
                        FEBRUARY,
                        List.of(
                                new RecordedLine(1, Optional.of("course"), usd("100.00"), usd("99.01"), ZERO),
                                new RecordedLine(2, Optional.of("laptop"), usd("1000.00"), usd("990.09"), ZERO),
                                new RecordedLine(3, Optional.empty(), usd("10.00"), usd("9.90"), ZERO)),
                        found.recordedAt(),
                        "user:42"));
        assertThat(found.left()).isEqualTo(usd("1099.00"));
        assertThat(found.lines())
                .extracting(RecordedLine::base)
                .containsExactlyElementsOf(
                        sale.netLines().stream().map(SaleLine::amount).toList());
        assertThat(shop.event(sale).origin().saleId()).contains(found.id());
    }

    @Test
    void what_is_left_can_be_asked_by_line() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        shop.refund(sale, line(2, "250.00"));
        shop.sales.refund(NewRefund.ofLines("refund:2", sale.key(), List.of(line(1, "30.00")), "returned"));
        shop.sales.undoRefund("undo:2", "refund:2", "the bank refused");
        shop.refund(sale, line(1, "1.00"));

        RecordedSale found = shop.found(sale);

        assertThat(found.lines()).extracting(RecordedLine::refunded).containsExactly(usd("1.00"), usd("250.00"));
        assertThat(found.lines()).extracting(RecordedLine::left).containsExactly(usd("99.00"), usd("750.00"));
        assertThat(found.left()).isEqualTo(usd("849.00"));
    }

    @Test
    void a_sale_by_which_nobody_earned_is_stored_and_found_among_those() {
        Sale nobodys = shop.sell(shop.programme.customer(), "100.00");
        Sale earned = shop.sell(customer, COURSE);
        Sale refunded = shop.sell(customer, COURSE);
        shop.refundInFull(refunded);
        Sale cancelled = shop.sell(customer, COURSE);
        shop.commissions.cancel(List.of(shop.event(cancelled).id()), "a test order");

        assertThat(shop.found(nobodys).amount()).isEqualTo(usd("100.00"));
        assertThat(keys(SaleQuery.all().earnedNothing())).containsExactlyInAnyOrder(nobodys.key(), cancelled.key());
        assertThat(keys(SaleQuery.all()))
                .containsExactlyInAnyOrder(nobodys.key(), earned.key(), refunded.key(), cancelled.key());
    }

    @Test
    void a_sale_is_stored_once_however_often_it_is_delivered() {
        Sale sale = shop.sell(customer, COURSE);
        RecordedSale before = shop.found(sale);

        assertThat(shop.commissions.accrue(sale).replayed()).isTrue();

        assertThat(shop.sales.list(SaleQuery.all(), 10).items()).containsExactly(before);
    }

    @Test
    void sales_are_listed_by_customer_invoice_partner_currency_and_period() {
        UUID invoice = shop.programme.invoice();
        UUID other = shop.programme.customer();
        sold("january", customer, null, "USD", JANUARY);
        sold("february", customer, invoice, "USD", FEBRUARY);
        sold("march", other, null, "USD", MARCH);
        sold("euro", other, invoice, "EUR", MARCH.plusSeconds(1));

        assertThat(keys(SaleQuery.all())).containsExactly("january", "february", "march", "euro");
        assertThat(keys(SaleQuery.all().ofCustomer(customer))).containsExactly("january", "february");
        assertThat(keys(SaleQuery.all().ofInvoice(invoice))).containsExactly("february", "euro");
        assertThat(keys(SaleQuery.all().ofPartner(partner.id()))).containsExactly("january", "february");
        assertThat(keys(SaleQuery.all().inCurrency(Currency.getInstance("EUR"))))
                .containsExactly("euro");
        assertThat(keys(SaleQuery.all().between(FEBRUARY, MARCH))).containsExactly("february");
        assertThat(keys(SaleQuery.all().since(MARCH))).containsExactly("march", "euro");
        assertThat(keys(SaleQuery.all().before(FEBRUARY))).containsExactly("january");
        assertThat(keys(SaleQuery.all().earnedNothing())).containsExactly("march", "euro");
        assertThat(keys(SaleQuery.all().ofCustomer(other).ofInvoice(invoice).between(MARCH, APRIL)))
                .containsExactly("euro");
        assertThat(keys(SaleQuery.all().ofPartner(partner.id()).earnedNothing()))
                .isEmpty();
    }

    private void sold(String key, UUID of, UUID invoice, String currency, Instant at) {
        shop.accrue(new Sale(key, of, invoice, Money.of("100.00", currency), at).ofProduct("course"));
    }

    private List<String> keys(SaleQuery query) {
        return shop.sales.list(query, 100).items().stream()
                .map(RecordedSale::key)
                .toList();
    }

    @Test
    void pages_follow_the_dates_and_lose_no_sale_among_those_of_one_instant() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            sold("sale:" + i, customer, null, "USD", i < 5 ? FEBRUARY : JANUARY);
            made.add("sale:" + i);
        }
        List<RecordedSale> listed = new ArrayList<>();
        String after = null;
        int pages = 0;
        do {
            Page<RecordedSale> page = shop.sales.list(SaleQuery.all(), 3, after);
            listed.addAll(page.items());
            after = page.next().orElse(null);
            pages++;
        } while (after != null);

        assertThat(pages).isEqualTo(3);
        assertThat(listed).extracting(RecordedSale::key).containsExactlyInAnyOrderElementsOf(made);
        assertThat(listed).extracting(RecordedSale::occurredAt).isSorted();
    }

    @Test
    void the_refunds_of_a_sale_are_listed_with_their_undos_in_the_order_of_recording() {
        Partner second = shop.partner("0.1", "0.1");
        Sale sale = shop.sell(shop.customerOf(partner, second), COURSE, LAPTOP);
        shop.refund(shop.sell(customer, COURSE), "1.00");
        Refund laptop = shop.refund(sale, line(2, "1000.00"));
        Refund undo = shop.sales.undoRefund("undo:1", laptop.key(), "the bank refused");
        Refund more = shop.sales.refund(NewRefund.ofAmount("refund:2", sale.key(), usd("2000.00"), "returned")
                .atMostWhatIsLeft());

        assertThat(shop.sales.refunds(sale.key())).containsExactly(laptop, undo, more);
        assertThat(undo.undoes()).contains(laptop.key());
        assertThat(laptop.undoes()).isEmpty();
        assertThat(more.exceeded()).isEqualTo(usd("900.00"));
        assertThat(more.reason() + " by " + more.recordedBy()).isEqualTo("returned by user:42");
        assertThat(List.of(laptop.recordedAt(), undo.recordedAt(), more.recordedAt()))
                .isSorted();
        assertThat(laptop.clawedBack()).isEqualTo(usd("-120.00"));
        assertThat(undo.clawedBack()).isEqualTo(usd("120.00"));
    }

    @Test
    void a_list_of_refunds_says_which_event_became_a_clawback_and_which_took_its_place() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        Refund full = shop.refundInFull(sale);
        Refund undo = shop.sales.undoRefund("undo:1", full.key(), "the dispute was won");
        Refund again = shop.refundInFull(sale);

        List<Refund> refunds = shop.sales.refunds(sale.key());

        assertThat(refunds).extracting(Refund::key).containsExactly(full.key(), "undo:1", again.key());
        assertThat(refunds).extracting(Refund::clawedBack).containsExactly(usd("-70.00"), usd("70.00"), usd("-70.00"));
        UUID replaced = undo.clawbacks().get(0).reversal().orElseThrow().id();
        assertThat(refunds.get(0).clawbacks().get(0).reversal()).isEmpty();
        assertThat(refunds.get(1).clawbacks().get(0).reversal().orElseThrow().id())
                .isEqualTo(replaced);
        assertThat(refunds.get(2).clawbacks().get(0).original().id()).isEqualTo(replaced);
    }

    @Test
    void a_list_of_refunds_takes_three_statements_however_many_there_are() {
        Sale sale = shop.sell(customer, COURSE, LAPTOP);
        for (int i = 0; i < 5; i++) {
            shop.refund(sale, "10.00");
        }
        SentStatements sent = new SentStatements();
        SaleDao counted = database.store(sent.through(database.dataSource()))
                .tenant("acme")
                .actingAs("user:42")
                .sales();

        assertThat(counted.refunds(sale.key())).hasSize(5);
        assertThat(sent.texts()).hasSize(3);
    }

    @Test
    void a_sale_without_refunds_has_an_empty_list_and_no_sale_has_none() {
        Sale sale = shop.sell(customer, COURSE);
        shop.commissions.clawBack("clawback:1", shop.event(sale).id(), usd("10.00"), "this event alone");

        assertThat(shop.sales.refunds(sale.key())).isEmpty();
        assertThatThrownBy(() -> shop.programme.other.sales().refunds(sale.key()))
                .isInstanceOf(NotFound.class)
                .hasMessageContaining("this tenant has no sale");
        assertThatThrownBy(() -> shop.sales.refunds("no such sale")).isInstanceOf(NotFound.class);
        assertThatThrownBy(() -> shop.sales.refunds(" ")).isInstanceOf(InvalidInput.class);
    }

    @Test
    void bad_pages_and_keys_are_refused() {
        assertThatThrownBy(() -> shop.sales.list(SaleQuery.all(), 0)).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> shop.sales.list(SaleQuery.all(), 1001)).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> shop.sales.list(SaleQuery.all(), 10, "made up"))
                .isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> shop.sales.find(" ")).isInstanceOf(InvalidInput.class);
        assertThatThrownBy(() -> SaleQuery.all().between(MARCH, FEBRUARY)).isInstanceOf(InvalidInput.class);
    }

    @Test
    void another_tenant_finds_none_of_it() {
        Sale sale = shop.sell(customer, COURSE);

        assertThat(shop.programme.other.sales().find(sale.key())).isEmpty();
        assertThat(shop.programme.other.sales().list(SaleQuery.all(), 10).items())
                .isEmpty();
        assertThat(shop.sales.find("no such sale")).isEmpty();
    }

    @Test
    void both_tenants_may_use_one_key() {
        Sale sale = shop.sell(customer, COURSE);
        shop.programme.other.commissions().accrue(new Sale(sale.key(), customer, null, usd("7.00"), FEBRUARY));

        assertThat(shop.found(sale).amount()).isEqualTo(usd("100.00"));
        assertThat(shop.programme.other.sales().find(sale.key()).orElseThrow().amount())
                .isEqualTo(usd("7.00"));
    }

    @Test
    void the_events_of_a_sale_are_found_by_its_key_with_their_clawbacks() {
        Partner second = shop.partner("0.1", "0.1");
        Sale sale = shop.sell(shop.customerOf(partner, second), COURSE, LAPTOP);
        shop.sell(customer, COURSE);
        Refund refund = shop.refund(sale, line(1, "10.00"));

        List<CommissionEvent> events = shop.events(sale);

        assertThat(events).hasSize(4).allMatch(event -> event.origin()
                .saleId()
                .equals(Optional.of(shop.found(sale).id())));
        assertThat(events.subList(2, 4))
                .containsExactlyInAnyOrderElementsOf(refund.clawbacks().stream()
                        .map(clawback -> clawback.reversal().orElseThrow())
                        .toList());
        assertThat(shop.commissions
                        .list(CommissionQuery.all().ofSale("no such sale"), CommissionOrder.FIRST_RECORDED_FIRST, 10)
                        .items())
                .isEmpty();
    }
}
