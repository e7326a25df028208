package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.OpenTransactions;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several sessions earn for one partner at once: a monthly total has parts, and no session waits for another. */
@ExtendWith(PartnerDatabaseExtension.class)
class HotPartnerTest {

    private static final int PARTS = 16;

    private final PartnerDatabase database;
    private final Programme programme;
    private final Partner partner;
    private final UUID customer;

    HotPartnerTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        partner = programme.activePartner("0.1");
        customer = programme.customerOf(partner);
    }

    @Test
    void a_partner_with_one_session_at_a_time_has_one_row_for_each_month_and_status() {
        for (int i = 0; i < 3; i++) {
            programme.approvedSale(customer, "10.00", "USD", JANUARY);
        }
        UUID cancelled =
                programme.sale(customer, "10.00", "USD", JANUARY).get(0).id();
        programme.acme.commissions().cancel(List.of(cancelled), "a mistake");

        assertThat(parts()).containsExactly("pending 0 0 0.0000", "approved 0 3 3.0000", "cancelled 0 1 1.0000");
    }

    @Test
    void sixteen_sessions_accrue_in_open_transactions_without_waiting() {
        try (OpenTransactions sessions = withSixteenParts()) {
            for (int i = 0; i < PARTS; i++) {
                sessions.begin().sale(customer, "10.00", "USD", JANUARY);
            }
            sessions.commitAll();
        }

        assertThat(parts()).hasSize(PARTS).startsWith("pending 0 17 17.0000").endsWith("pending 15 2 2.0000");
        assertThat(programme.acme.commissions().series(partner.id(), YearMonth.of(2026, 1), YearMonth.of(2026, 2)))
                .singleElement()
                .satisfies(month -> assertThat(month.total().commission()).isEqualTo(Money.of("152.00", "USD")));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_seventeenth_session_waits_for_one_of_them() {
        try (OpenTransactions sessions = withSixteenParts()) {
            for (int i = 0; i < PARTS; i++) {
                sessions.begin().sale(customer, "10.00", "USD", JANUARY);
            }

            assertThatThrownBy(() -> sessions.begin().sale(customer, "10.00", "USD", JANUARY))
                    .isInstanceOf(PartnerException.class)
                    .hasStackTraceContaining("lock timeout");
        }
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void an_event_enters_by_one_part_and_leaves_by_another() {
        programme.sale(customer, "10.00", "USD", JANUARY);
        UUID second;
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            sessions.begin().sale(customer, "20.00", "USD", JANUARY);
            second = sessions.begin()
                    .sale(customer, "30.00", "USD", JANUARY)
                    .get(0)
                    .id();
            sessions.commitLast();
        }
        programme.acme.commissions().cancel(List.of(second), "a mistake");

        assertThat(parts().get(0)).isEqualTo("pending 0 0 -2.0000");
        assertThat(programme.acme.commissions().totals(CommissionQuery.all().ofPartner(partner.id())))
                .extracting(CommissionTotal::commission)
                .containsExactly(Money.of("1.00", "USD"), Money.of("3.00", "USD"));
        programme.approvedSale(customer, "50.00", "USD", JANUARY);
        assertThat(programme.acme.statements().statements(partner.id(), FEBRUARY, Programme.MARCH))
                .singleElement()
                .satisfies(statement -> assertThat(statement.opening()).isEqualTo(Money.of("5.00", "USD")));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_part_of_a_rolled_back_session_is_free_again() {
        try (OpenTransactions sessions = withSixteenParts()) {
            sessions.begin().sale(customer, "10.00", "USD", JANUARY);
            sessions.rollbackLast();
            sessions.begin().sale(customer, "40.00", "USD", JANUARY);
            sessions.commitAll();
        }

        assertThat(parts()).hasSize(PARTS).contains("pending 0 17 20.0000");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_session_with_an_older_snapshot_tries_again() {
        programme.sale(customer, "10.00", "USD", JANUARY);
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            Programme older = sessions.begin(Connection.TRANSACTION_REPEATABLE_READ);
            older.sql.fetch("select from partners");
            programme.sale(customer, "10.00", "USD", JANUARY);

            assertThatThrownBy(() -> older.sale(customer, "10.00", "USD", JANUARY))
                    .isInstanceOf(PartnerException.TryAgain.class);
        }
        assertThat(parts()).containsExactly("pending 0 2 2.0000");
    }

    @Test
    void sums_are_exact_after_sessions_that_accrue_approve_and_cancel_at_once() throws Exception {
        Together.run(8, thread -> {
            for (int i = 0; i < 15; i++) {
                UUID sold =
                        programme.sale(customer, "10.00", "USD", JANUARY).get(0).id();
                if (i % 3 == 0) {
                    programme.acme.commissions().cancel(List.of(sold), "a mistake");
                } else if (i % 3 == 1) {
                    programme.acme.commissions().approve(List.of(sold));
                }
            }
            return null;
        });

        assertThat(programme.acme.commissions().totals(CommissionQuery.all().ofPartner(partner.id())))
                .extracting(total -> total.status() + " " + total.count() + " " + total.commission())
                .containsExactly("pending 40 40.00 USD", "approved 40 40.00 USD", "cancelled 40 40.00 USD");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void the_owner_rebuilds_a_total_whose_part_was_falsified() {
        withSixteenParts().close();
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction
                    .dsl()
                    .execute(
                            "update partner_commission_totals set commission_count = commission_count - 200 where part = 7");
        });
        assertThat(programme.brokenInvariants())
                .singleElement()
                .asString()
                .contains("commission totals: partner_commission_totals " + partner.id() + "/USD/2026-01-01/pending");

        assertThat(programme.sql.fetchValue("select partner_rebuild_commission_totals()"))
                .isEqualTo(1L);

        assertThat(parts()).containsExactly("pending 0 136 136.0000");
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    /** Each round has one session more than there are parts: it adds one. */
    private OpenTransactions withSixteenParts() {
        OpenTransactions sessions = new OpenTransactions(database);
        for (int open = 1; open <= PARTS; open++) {
            for (int i = 0; i < open; i++) {
                sessions.begin().sale(customer, "10.00", "USD", JANUARY);
            }
            sessions.commitAll();
        }
        return sessions;
    }

    private List<String> parts() {
        return programme
                .sql
                .resultQuery("select status || ' ' || part || ' ' || commission_count || ' ' || commission_amount"
                        + " from partner_commission_totals t where month = '2026-01-01' order by t.status, t.part")
                .fetchInto(String.class);
    }
}
