package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Blocker;
import com.dotmac.partner.dao.payouts.OpenBalance;
import com.dotmac.partner.dao.support.BusyProgramme;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class DashboardTest {

    private final PartnerDatabase database;
    private final Programme programme;

    DashboardTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
    }

    @Test
    @Tag("fast")
    void it_shows_the_figures_of_a_partner() {
        BusyProgramme busy = new BusyProgramme(programme);
        Instant today = busy.now();
        Instant monthStart = today.atZone(ZoneOffset.UTC)
                .toLocalDate()
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        programme.approvedSale(busy.customer, "60", "USD", monthStart);
        programme.approvedSale(busy.customer, "500", "USD", monthStart.minusNanos(1000));

        Dashboard dashboard = programme.acme.statements().dashboard(busy.partner.id());

        assertThat(dashboard.currencies())
                .containsExactly(
                        new Dashboard.InCurrency(
                                Money.of("900", "JPY"), Money.of("0", "JPY"), Money.of("900", "JPY"), Optional.empty()),
                        new Dashboard.InCurrency(
                                Money.of("72", "USD"),
                                Money.of("2", "USD"), // 6 earned, 4 clawed back today
                                Money.of("55", "USD"),
                                Optional.of(new OpenBalance(
                                        busy.partner.id(),
                                        Money.of("55", "USD"),
                                        Money.of("0", "USD"),
                                        Money.of("5", "USD"),
                                        List.of()))));
        assertThat(dashboard.at()).isBetween(today, busy.now());
        assertThat(dashboard.recentEvents())
                .hasSize(9)
                .isSortedAccordingTo(Comparator.comparing(CommissionEvent::eventDate)
                        .thenComparing(CommissionEvent::id)
                        .reversed());
        assertThat(dashboard.recentEvents().get(0).id()).isEqualTo(busy.reversal.id());
        assertThat(dashboard.recentPayouts())
                .extracting(payout -> payout.total() + " " + payout.status())
                .containsExactly("55.00 USD pending", "900 JPY ready", "17.00 USD completed");
    }

    @Test
    void it_says_every_reason_why_the_next_payout_would_not_be_paid() {
        BusyProgramme busy = new BusyProgramme(programme);
        programme.acme.partners().suspend(busy.partner.id(), "looked into");

        OpenBalance next = programme
                .acme
                .statements()
                .dashboard(busy.partner.id())
                .currencies()
                .get(1)
                .next()
                .orElseThrow();

        assertThat(next.due()).isEqualTo(Money.of("-1", "USD"));
        assertThat(next.blockers())
                .containsExactly(
                        new Blocker.NothingDue(Money.of("-1", "USD")),
                        new Blocker.PartnerNotActive(PartnerStatus.SUSPENDED, Optional.of("looked into")));
    }

    @Test
    void of_many_it_shows_the_last_ten() {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        List<UUID> events = new ArrayList<>();
        for (int day = 0; day < 12; day++) {
            Instant date = JANUARY.plusSeconds(86_400L * day);
            events.add(programme
                    .approvedSale(customer, "10", day % 2 == 0 ? "USD" : "EUR", date)
                    .get(0)
                    .id());
            programme.closeAll(date.plusSeconds(1));
        }
        Collections.reverse(events);

        Dashboard dashboard = programme.acme.statements().dashboard(partner.id());

        assertThat(dashboard.recentEvents())
                .extracting(CommissionEvent::id)
                .containsExactlyElementsOf(events.subList(0, 10));
        assertThat(dashboard.recentPayouts()).hasSize(10);
        assertThat(dashboard.recentPayouts())
                .extracting(payout -> payout.periodEnd().orElseThrow())
                .isSortedAccordingTo(Comparator.reverseOrder())
                .contains(JANUARY.plusSeconds(86_400L * 11 + 1))
                .doesNotContain(JANUARY.plusSeconds(86_401));
    }

    /** Reads as many rows of each table, and as many index entries, for 40 events as for 4,000. */
    @Test
    void it_reads_no_more_rows_of_a_large_partner_than_of_a_small_one() {
        Partner small = programme.activePartner("0.1");
        Partner large = programme.activePartner("0.1");
        earn(small, 40);
        earn(large, 4_000);
        programme.sql.execute("analyze");

        assertThat(rowsReadFor(large)).isEqualTo(rowsReadFor(small)).isNotEmpty();
    }

    /** Events in the months of 2026 in turn, all in the open payout. */
    private void earn(Partner partner, int events) {
        UUID first = programme
                .approvedSale(programme.customerOf(partner), "10", "USD", JANUARY)
                .get(0)
                .id();
        programme.sql.execute("""
                with keys as (
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select 'acme', ? || ' ' || n, 'test', sha256(n::text::bytea), 'test' from generate_series(1, ?) n
                    returning idempotency_key
                )
                insert into partner_commission_events
                    (tenant_id, partner_id, payout_id, event_date, currency, base_amount, commission_rate, commission_amount,
                     calculation, status, idempotency_key, recorded_by, approved_at, approved_by, status_changed_by)
                select 'acme', e.partner_id, e.payout_id, e.event_date + make_interval(days => (row_number() over () % 270)::int),
                       'USD', 10, 0.1, 1, '{}', 'approved', k.idempotency_key, 'test', now(), 'test', 'test'
                from keys k, partner_commission_events e
                where e.id = ?
                """, partner.id().toString(), events, first);
    }

    /** Runs in a session of its own: a session that was used before has yet to report what it read. */
    private List<String> rowsReadFor(Partner partner) {
        return DSL.using(database.dataSource(), SQLDialect.POSTGRES).transactionResult(transaction -> {
            PartnerStore store = database.store(transaction.dsl());
            store.tenant("acme").actingAs("user:42").statements().dashboard(partner.id());
            return transaction.dsl().resultQuery("""
                            select concat_ws(' ', relname, seq_tup_read, idx_tup_fetch) from pg_stat_xact_user_tables
                            where relname in ('partner_commission_events', 'partner_payouts', 'partner_commission_totals')
                            order by relname
                            """).fetchInto(String.class);
        });
    }
}
