package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.ManyEvents;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A payment changes no column that an index of the events names. So PostgreSQL writes no index (a HOT update), as long
 * as the page of the row has room. Each new index, with its condition, has to leave that so.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RewrittenEventsTest {

    private static final String UPDATES =
            "select pg_stat_get_xact_tuples_updated('partner_commission_events'::regclass)::int";
    private static final String HOT_UPDATES =
            "select pg_stat_get_xact_tuples_hot_updated('partner_commission_events'::regclass)::int";
    private static final String SCANS =
            "select pg_stat_get_xact_numscans('partner_commission_events_held'::regclass)::int";

    private PartnerDatabase database;
    private Programme programme;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner(PartnerDatabase clone) {
        database = clone;
        programme = new Programme(database);
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
    }

    @Test
    void a_payment_writes_no_index_of_its_events() {
        for (int sale = 0; sale < 3; sale++) {
            programme.approvedSale(customer, "100", "USD", JANUARY);
        }
        UUID payout = programme.closeAll(FEBRUARY).closed().get(0).id();
        ClaimedPayout claimed = programme
                .acme
                .payouts()
                .claim(payout, "worker-1", Duration.ofMinutes(5))
                .orElseThrow();

        inTransaction((sql, acme) -> {
            int updates = count(sql, UPDATES);
            int hotUpdates = count(sql, HOT_UPDATES);

            acme.payouts()
                    .succeed(claimed.attempt().id(), "bank-1", claimed.attempt().amount());

            assertThat(count(sql, UPDATES) - updates).isEqualTo(3);
            assertThat(count(sql, HOT_UPDATES) - hotUpdates).isEqualTo(3);
        });
    }

    @Test
    void a_page_of_events_keeps_room_for_a_new_version() {
        assertThat(programme
                        .sql
                        .fetchSingle(
                                "select reloptions::text from pg_class where oid = 'partner_commission_events'::regclass")
                        .get(0))
                .isEqualTo("{fillfactor=85}");
    }

    @Test
    void a_run_finds_the_events_whose_hold_has_ended_by_their_index() {
        new ManyEvents(programme.sql).insert(List.of(partner.id()), 5_000, JANUARY);
        programme.sql.execute("update partners set commission_hold_days = 3000");
        UUID held =
                programme.approvedSale(customer, "100", "USD", FEBRUARY).get(0).id();
        programme.holdUntil("now()", "payout_id is null and hold_until is not null");
        programme.sql.execute("analyze");

        inTransaction((sql, acme) -> {
            int before = count(sql, SCANS);
            assertThat(acme.payouts().partnerBlockers(partner.id(), Currency.getInstance("USD")))
                    .isNotEmpty();
            int after = count(sql, SCANS);
            assertThat(after).isGreaterThan(before);

            assertThat(acme.payouts().closeAll(newKey(), MARCH).closed()).hasSize(1);

            assertThat(count(sql, SCANS)).isGreaterThan(after);
            assertThat(acme.commissions().find(held).orElseThrow().payoutId()).isPresent();
        });
    }

    /** Of this transaction, and of earlier ones that the session has not reported yet. */
    private static int count(DSLContext sql, String query) {
        return sql.fetchSingle(query).get(0, Integer.class);
    }

    private void inTransaction(BiConsumer<DSLContext, PartnerScope> work) {
        database.sqlOfApplication().transaction(transaction -> {
            DSLContext sql = transaction.dsl();
            work.accept(sql, database.store(sql).tenant("acme").actingAs("user:42"));
        });
    }
}
