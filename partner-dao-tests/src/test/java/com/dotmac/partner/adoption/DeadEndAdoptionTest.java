package com.dotmac.partner.adoption;

import static com.dotmac.partner.schema.adoption.AdoptionConsent.ACCOUNT_FOR_PAYMENTS;
import static com.dotmac.partner.schema.adoption.AdoptionConsent.CLEAR_ORPHANS;
import static com.dotmac.partner.schema.adoption.AdoptionConsent.KEEP_ONE_OPEN_PAYOUT;
import static com.dotmac.partner.schema.adoption.AdoptionConsent.RECALCULATE_TOTALS;
import static com.dotmac.partner.schema.adoption.AdoptionConsent.REOPEN_PAID_BELOW_ZERO;
import static com.dotmac.partner.schema.adoption.AdoptionConsent.UNDO_FORBIDDEN_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Payments without events, paid events that no payment can have paid, several open payouts: each ends adopted with a consent. */
@ExtendWith(PartnerDatabaseExtension.class)
class DeadEndAdoptionTest {

    private static final String PAYOUTS = """
            select right(id::text, 1), status, trim_scale(total_amount), commission_count, payment_reference from partner_payouts order by id
            """;

    private static final String LEDGER =
            "select kind, trim_scale(sum(amount)) from partner_ledger where currency = 'USD' and tenant_id = 'acme' group by 1 order by 1";

    private static final String CHANGES =
            "select kind, right(row_id, 1), column_name, old_value from partner_before_adoption.changes order by 1, 2";

    @Test
    void a_payment_without_events_stays_on_record_and_an_event_accounts_for_it(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("delete from partner_commission_events where payout_id::text like '%1'");

        assertThat(legacy.schema.adopt(Set.of()).findings())
                .extracting(AdoptionFinding::toString)
                .containsExactly(
                        "partner_payouts f0000000-0000-0000-0000-000000000001: total_amount 150 is paid but its events add up"
                                + " to 0: an event of 150 has to account for the rest");
        legacy.schema.applyAdoption(Set.of(ACCOUNT_FOR_PAYMENTS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(PAYOUTS))
                .containsExactly("[1, completed, 150, 1, wire-1]", "[2, ready, 20.25, 1, null]");
        assertThat(legacy.rows(CHANGES)).containsExactly("[UNEXPLAINED_PAYMENT, 1, total_amount, 150]");
        assertThat(legacy.rows("""
                        select e.status, trim_scale(e.commission_amount), e.recorded_by, e.status_reason
                        from partner_commission_events e join partner_before_adoption.changes c on c.new_value = e.id::text
                        """))
                .containsExactly(
                        "[paid, 150, adopted, adopted: payout f0000000-0000-0000-0000-000000000001 is paid but its events"
                                + " add up to 0: an event of 150 has to account for the rest; nothing else is known of this one]");
        assertThat(legacy.rows(LEDGER)).containsExactly("[earned, 170.25]", "[paid, -150]");
    }

    /** That the 50 were never approved does not prove that the payment of 150 was not for them. */
    @Test
    void a_payout_that_was_paid_keeps_its_total_though_it_loses_an_event(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("update partner_commission_events set status = 'PENDING' where right(id::text, 1) = '2'");

        assertThat(legacy.schema.adopt(Set.of()).findings())
                .extracting(AdoptionFinding::toString)
                .containsExactly(
                        "partner_commission_events 90000000-0000-0000-0000-000000000002: payout_id"
                                + " f0000000-0000-0000-0000-000000000001 holds the event though that is pending",
                        "partner_payouts f0000000-0000-0000-0000-000000000001: total_amount 150 is paid but its events add up"
                                + " to 100: an event of 50 has to account for the rest");
        legacy.schema.applyAdoption(EnumSet.of(UNDO_FORBIDDEN_LINKS, ACCOUNT_FOR_PAYMENTS, RECALCULATE_TOTALS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(PAYOUTS))
                .containsExactly("[1, completed, 150, 2, wire-1]", "[2, ready, 20.25, 1, null]");
        assertThat(legacy.rows("""
                        select status, trim_scale(commission_amount) from partner_commission_events where payout_id::text like '%1' order by 2
                        """)).containsExactly("[paid, 50]", "[paid, 100]");
        database.storeOfOwner()
                .tenant("acme")
                .actingAs("test")
                .commissions()
                .approve(List.of(UUID.fromString("90000000-0000-0000-0000-000000000002")));
        assertThat(legacy.rows(LEDGER)).containsExactly("[earned, 220.25]", "[paid, -150]");
    }

    /** An event over the rest would be payable once the payment turns out to have failed, and nothing says that it is owed. */
    @Test
    void a_payment_under_way_that_its_events_do_not_explain_is_refused_until_somebody_knows_its_outcome(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute(
                "update partner_payouts set status = 'PROCESSING', completed_at = null where id::text like '%1'");
        legacy.execute(
                "update partner_commission_events set commission_amount = -10 where right(id::text, 1) in ('1', '2')");
        String refused =
                "payouts are with the payment provider but their events add up to less than their total: find out"
                        + " whether the bank paid, set their status to completed, failed or cancelled first, and look again";
        List<String> everything = legacy.everything();

        Adoption belowZero = legacy.schema.adopt(EnumSet.allOf(AdoptionConsent.class));
        assertThat(belowZero.refusals()).containsExactly("1 " + refused + " (f0000000-0000-0000-0000-000000000001)");
        assertThat(belowZero.findings())
                .extracting(AdoptionFinding::toString)
                .containsExactly("partner_payouts f0000000-0000-0000-0000-000000000001: total_amount 150: " + refused);
        assertThatThrownBy(() -> legacy.schema.applyAdoption(EnumSet.allOf(AdoptionConsent.class)))
                .hasMessageStartingWith("adopt was refused and has changed nothing: 1 " + refused);
        assertThat(legacy.everything()).isEqualTo(everything);

        legacy.execute(
                "update partner_commission_events set commission_amount = 30 where right(id::text, 1) in ('1', '2')");
        assertThat(legacy.schema.adopt(EnumSet.allOf(AdoptionConsent.class)).refusals())
                .isEqualTo(belowZero.refusals());

        legacy.execute("update partner_payouts set status = 'FAILED' where id::text like '%1'");
        legacy.schema.applyAdoption(Set.of(RECALCULATE_TOTALS));
        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(PAYOUTS)).containsExactly("[1, failed, 60, 2, null]", "[2, ready, 20.25, 1, null]");
    }

    @Test
    void a_payment_of_ours_without_events_is_accounted_for_in_place(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute(Legacy.resource("rows_of_ours.sql"));
        legacy.execute("""
                alter table partner_payouts disable trigger user;
                alter table partner_status_changes disable trigger user;
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                values ('acme', 'c', 'adopt', sha256('c'), 'test');
                insert into partner_payouts (tenant_id, id, partner_id, currency, status, total_amount, commission_count, earliest_event_date,
                    latest_event_date, period_start, period_end, opened_by, closed_at, close_key, cutoff_number, provider_key, completed_at,
                    payment_reference, status_changed_by)
                select 'acme', 'f0000000-0000-7000-8000-000000000002', id, 'EUR', 'completed', 99, 1, '2026-01-01Z', '2026-01-01Z', '2026-01-01Z',
                    '2026-02-01Z', 'test', '2026-02-01Z', 'c', 0, partner_provider_key('acme', id, 'EUR', '2026-02-01Z', 0), '2026-02-02Z', 'wire-9',
                    'test' from partners;
                alter table partner_payouts enable trigger user;
                alter table partner_status_changes enable trigger user;
                """);

        legacy.schema.applyAdoption(Set.of(CLEAR_ORPHANS, ACCOUNT_FOR_PAYMENTS));

        assertThat(legacy.schema.drift()).isEmpty();
        assertThat(legacy.rows(PAYOUTS)).containsExactly("[1, pending, 10, 1, null]", "[2, completed, 99, 1, wire-9]");
        assertThat(
                        legacy.rows(
                                "select status, trim_scale(commission_amount) from partner_commission_events where currency = 'EUR'"))
                .containsExactly("[paid, 99]");
    }

    @Test
    void what_no_payment_can_have_paid_carries_forward(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("""
                update partner_commission_events set status = 'PAID', commission_amount = -7.77, paid_at = '2026-04-01Z'
                where right(id::text, 1) = '4'
                """);

        legacy.schema.applyAdoption(Set.of(REOPEN_PAID_BELOW_ZERO));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(CHANGES)).containsExactly("[PAID_BELOW_ZERO, 4, status, paid]");
        assertThat(legacy.rows("""
                        select status, paid_at, payout_id, status_reason from partner_commission_events where right(id::text, 1) = '4'
                        """))
                .containsExactly(
                        "[approved, null, null, adopted: it was paid but in no payout, and the paid events of its partner in"
                                + " no payout add up to -7.77 EUR: no payment can have paid that]");
        database.storeOfOwner()
                .tenant("acme")
                .actingAs("test")
                .payouts()
                .closeAll("close", Instant.parse("2026-11-01T00:00:00Z"));
        assertThat(legacy.rows("select status, trim_scale(total_amount) from partner_payouts where currency = 'EUR'"))
                .containsExactly("[pending, -7.77]");
    }

    @Test
    void one_of_several_open_payouts_stays_and_the_next_run_pays_all_their_events(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("""
                update partner_payouts set period_end = now() + interval '9 days' where id::text like '%2';
                insert into partner_payouts (id, partner_id, total_amount, currency, commission_count, status, period_start, period_end)
                values ('f0000000-0000-0000-0000-000000000003', 'b0000000-0000-0000-0000-000000000001', 5, 'USD', 1, 'PENDING',
                    '2026-01-01Z', now() + interval '9 days');
                insert into partner_commission_events (id, partner_id, commission_amount, currency, status, event_type, event_date, payout_id)
                values ('90000000-0000-0000-0000-000000000007', 'b0000000-0000-0000-0000-000000000001', 5, 'USD', 'APPROVED', 'bonus',
                    '2026-01-10Z', 'f0000000-0000-0000-0000-000000000003')
                """);

        legacy.schema.applyAdoption(EnumSet.of(KEEP_ONE_OPEN_PAYOUT, RECALCULATE_TOTALS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(PAYOUTS))
                .containsExactly(
                        "[1, completed, 150, 2, wire-1]", "[2, pending, 20.25, 1, null]", "[3, cancelled, 0, 0, null]");
        List<Payout> closed = database.storeOfOwner()
                .tenant("acme")
                .actingAs("test")
                .payouts()
                .closeAll("close", Instant.parse("2026-11-01T00:00:00Z"))
                .closed();
        assertThat(closed).extracting(Payout::total).contains(Money.of("25.25", "USD"));
    }
}
