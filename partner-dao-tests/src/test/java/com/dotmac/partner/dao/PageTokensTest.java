package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerQuery;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.sales.SaleQuery;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every list that has pages: its tokens have no content, and fit no other tenant, query or order. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PageTokensTest {

    private static final String REFUSED =
            "the page token is not of this list; give Page.next() as it is, for the same tenant,"
                    + " query and order, or begin without a token";
    private static final Currency USD = Currency.getInstance("USD");

    /** A list with one row on each page. */
    private interface Listing extends Function<String, Page<?>> {}

    private final Programme programme;
    private final Partner partner;
    private final UUID customer;

    PageTokensTest(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(programme.activePartner("0.2"));
        programme.acme.partners().assign(CustomerAssignment.from("second", partner.id(), customer, JANUARY));
        programme.acme.partners().assign(CustomerAssignment.from("third", partner.id(), programme.customer(), JANUARY));
        programme.approvedSale(customer, "100", "USD", JANUARY);
        programme.approvedSale(customer, "100", "EUR", FEBRUARY);
        programme.approvedSale(customer, "100", "USD", FEBRUARY);
    }

    private Map<String, Listing> lists(PartnerScope scope) {
        CommissionQuery events = CommissionQuery.all();
        PayoutQuery payouts = PayoutQuery.all();
        SaleQuery sales = SaleQuery.all();
        UUID some = UUID.fromString("00000000-0000-4000-8000-000000000001");
        Map<String, Listing> lists = new LinkedHashMap<>();
        for (CommissionOrder order : CommissionOrder.values()) {
            lists.put("events by " + order, after -> scope.commissions().list(events, order, 1, after));
        }
        Map<String, CommissionQuery> eventQueries = new LinkedHashMap<>();
        eventQueries.put("a partner", events.ofPartner(partner.id()));
        eventQueries.put("a customer", events.ofCustomer(customer));
        eventQueries.put("an invoice", events.ofInvoice(some));
        eventQueries.put("a status", events.inStatus(CommissionStatus.APPROVED));
        eventQueries.put("statuses", events.inStatus(CommissionStatus.APPROVED, CommissionStatus.PAID));
        eventQueries.put("a currency", events.inCurrency(USD));
        eventQueries.put("a start", events.since(JANUARY));
        eventQueries.put("an end", events.before(MARCH));
        eventQueries.put("a payout", events.inPayout(some));
        eventQueries.put("a sale", events.ofSale("s"));
        eventQueries.forEach((name, query) -> lists.put("events of " + name, after -> scope.commissions()
                .list(query, CommissionOrder.EARLIEST_EVENT_FIRST, 1, after)));
        Map<String, SaleQuery> saleQueries = new LinkedHashMap<>();
        saleQueries.put("all", sales);
        saleQueries.put("a customer", sales.ofCustomer(customer));
        saleQueries.put("an invoice", sales.ofInvoice(some));
        saleQueries.put("a partner", sales.ofPartner(partner.id()));
        saleQueries.put("a currency", sales.inCurrency(USD));
        saleQueries.put("a start", sales.since(JANUARY));
        saleQueries.put("an end", sales.before(MARCH));
        saleQueries.put("nothing", sales.earnedNothing());
        saleQueries.forEach((name, query) ->
                lists.put("sales of " + name, after -> scope.sales().list(query, 1, after)));
        Map<String, PayoutQuery> payoutQueries = new LinkedHashMap<>();
        payoutQueries.put("all", payouts);
        payoutQueries.put("a partner", payouts.ofPartner(partner.id()));
        payoutQueries.put("a currency", payouts.inCurrency(USD));
        payoutQueries.put("a status", payouts.withStatus(PayoutStatus.PENDING));
        payoutQueries.put("statuses", payouts.withStatus(PayoutStatus.PENDING, PayoutStatus.READY));
        payoutQueries.forEach((name, query) ->
                lists.put("payouts of " + name, after -> scope.payouts().list(query, 1, after)));
        Map<String, PartnerQuery> partnerQueries = new LinkedHashMap<>();
        partnerQueries.put("number", PartnerQuery.all());
        partnerQueries.put("name", PartnerQuery.nameBeginsWith(""));
        partnerQueries.put("number from P", PartnerQuery.numberBeginsWith("P"));
        partnerQueries.put("name from N", PartnerQuery.nameBeginsWith("N"));
        partnerQueries.put("number with a status", PartnerQuery.all().withStatus(PartnerStatus.ACTIVE));
        partnerQueries.forEach((name, query) -> lists.put(
                "partners by " + name,
                after -> after == null
                        ? scope.partners().search(query, 1)
                        : scope.partners().search(query, 1, after)));
        for (UUID of : List.of(partner.id(), some)) {
            lists.put(
                    "accounts of " + of,
                    after -> after == null && of.equals(some)
                            ? new Page<>(List.of(), Optional.empty())
                            : after == null
                                    ? scope.partners().assignments(of, 1)
                                    : scope.partners().assignments(of, 1, after));
        }
        return lists;
    }

    private static @Nullable String token(Listing list) {
        return list.apply(null).next().orElse(null);
    }

    private static void assertRefused(String name, ThrowingCallable call) {
        assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessage(REFUSED);
    }

    @Test
    void a_token_fits_its_own_list_only() {
        Map<String, Listing> lists = lists(programme.acme);
        Map<String, Listing> others = lists(programme.other);
        int tokens = 0;
        for (Map.Entry<String, Listing> of : lists.entrySet()) {
            String token = token(of.getValue());
            if (token == null) {
                continue;
            }
            tokens++;
            Object first = of.getValue().apply(null).items().get(0);
            assertThat(of.getValue().apply(token).items())
                    .as(of.getKey())
                    .hasSize(1)
                    .isNotEqualTo(List.of(first));
            lists.forEach((name, list) -> {
                if (!name.equals(of.getKey())) {
                    assertRefused(of.getKey() + " to " + name, () -> list.apply(token));
                }
            });
            others.forEach((name, list) ->
                    assertRefused(of.getKey() + " to another tenant's " + name, () -> list.apply(token)));
        }
        assertThat(tokens).isGreaterThan(20);
    }

    /** Also one whose last character has other bits than the encoder writes: Base64 alone would accept it. */
    @Test
    void a_token_that_was_changed_is_refused() {
        lists(programme.acme).forEach((name, list) -> {
            String token = token(list);
            if (token == null) {
                return;
            }
            for (int at = 0; at < token.length(); at++) {
                for (char other : List.of('A', 'B', '-')) {
                    String changed = token.substring(0, at) + other + token.substring(at + 1);
                    if (!changed.equals(token)) {
                        assertRefused(name, () -> list.apply(changed));
                    }
                }
                String cut = token.substring(0, at);
                assertRefused(name, () -> list.apply(cut));
            }
            for (String broken : List.of(token + "A", token + "=", token + token, " " + token, "none", "é", "a b")) {
                assertRefused(name, () -> list.apply(broken));
            }
        });
    }

    @Test
    void a_token_has_no_values_of_rows() {
        programme
                .acme
                .partners()
                .register(NewPartner.named("n-1", "Aardvark Holdings").withNumber("A-1"));
        lists(programme.acme).forEach((name, list) -> {
            String token = token(list);
            if (token == null) {
                return;
            }
            assertThat(token).as(name).matches("[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{86}");
            String read = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1);
            assertThat(read).as(name).doesNotContain("Aardvark", "A-1", "acme", "USD", "2026", "partners", "NAME");
        });
    }

    /** The library makes no such token: this is a row that somebody deleted with the guards disabled. */
    @Test
    void a_token_whose_row_is_gone_is_refused_and_not_taken_for_the_end() {
        Listing events = lists(programme.acme).get("events by EARLIEST_EVENT_FIRST");
        Listing sales = lists(programme.acme).get("sales of all");
        String ofEvents = token(events);
        String ofSales = token(sales);
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction
                    .dsl()
                    .execute(
                            "delete from partner_commission_events where event_date = ?::timestamptz",
                            JANUARY.toString());
            transaction
                    .dsl()
                    .execute("delete from partner_sales where occurred_at = ?::timestamptz", JANUARY.toString());
        });

        assertRefused("events", () -> events.apply(ofEvents));
        assertRefused("sales", () -> sales.apply(ofSales));
    }

    @Test
    void a_page_is_empty_if_no_row_after_its_place_matches_any_more() {
        programme.sale(customer, "100", "USD", JANUARY);
        Listing pending = after -> programme
                .acme
                .commissions()
                .list(
                        CommissionQuery.all().inStatus(CommissionStatus.PENDING),
                        CommissionOrder.EARLIEST_EVENT_FIRST,
                        1,
                        after);
        String token = token(pending);
        assertThat(token).isNotNull();
        programme.acme.commissions().approve(CommissionQuery.all().inStatus(CommissionStatus.PENDING), "all are right");

        assertThat(pending.apply(token)).isEqualTo(new Page<>(List.of(), Optional.empty()));
    }
}
