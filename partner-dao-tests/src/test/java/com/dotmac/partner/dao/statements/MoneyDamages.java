package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.statements.Verification.Invariant.AMOUNTS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.AUDIT_TRAIL;
import static com.dotmac.partner.dao.statements.Verification.Invariant.BALANCES;
import static com.dotmac.partner.dao.statements.Verification.Invariant.LINKS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.PAYOUTS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.PAYOUT_TOTALS;
import static com.dotmac.partner.dao.statements.VerificationDamages.damage;
import static com.dotmac.partner.dao.statements.VerificationDamages.event;
import static com.dotmac.partner.dao.statements.VerificationDamages.month;
import static com.dotmac.partner.dao.statements.VerificationDamages.partner;
import static com.dotmac.partner.dao.statements.VerificationDamages.payout;
import static com.dotmac.partner.dao.statements.VerificationDamages.row;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What a superuser may damage in totals, links, amounts and payouts. */
final class MoneyDamages {

    private MoneyDamages() {}

    static Stream<Arguments> all() {
        return Stream.of(
                damage(
                        "the total of a payout",
                        busy -> busy.damage(
                                "update partner_payouts set total_amount = 18 where id = ?", busy.completed.id()),
                        busy -> List.of(
                                partner(
                                        BALANCES,
                                        busy.partner,
                                        "USD: earned 20.0000, clawed back 4.0000, paid 18.0000, payments returned 0, but -1.0000 is outstanding"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.completed,
                                        "has a total of 18.0000 USD for 2 commissions, but its events add up to 17.0000 for 2"),
                                row(
                                        PAYOUTS,
                                        "partner_payout_attempts",
                                        busy.attempt,
                                        "paid 17.0000 USD but payout " + busy.completed.id()
                                                + " has a total of 18.0000 USD"))),
                damage(
                        "a deleted attempt that paid a payout",
                        busy -> busy.damage(
                                "delete from partner_payout_attempts where payout_id = ?", busy.completed.id()),
                        busy -> List.of(
                                payout(PAYOUTS, busy.completed, "is completed but its last attempt is not recorded"))),
                damage(
                        "the provider's key of an attempt",
                        busy -> busy.damage(
                                "update partner_payout_attempts set provider_key = 'another' where id = ?::uuid",
                                busy.attempt),
                        busy -> List.of(row(
                                PAYOUTS,
                                "partner_payout_attempts",
                                busy.attempt,
                                "is paid by another key than payout " + busy.completed.id()))),
                damage(
                        "the count of a payout",
                        busy -> busy.damage(
                                "update partner_payouts set commission_count = 3 where id = ?", busy.ready.id()),
                        busy -> List.of(
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.ready,
                                        "has a total of 10.0000 USD for 3 commissions, but its events add up to 10.0000 for 1"))),
                damage(
                        "a monthly total",
                        busy -> busy.damage(
                                "update partner_commission_totals set commission_amount = 16 where partner_id = ? and"
                                        + " currency = 'USD' and status = 'paid'",
                                busy.partner.id()),
                        busy -> List.of(
                                month(
                                        busy.partner,
                                        "2026-01-01/paid",
                                        "has 16.0000 on a base of 170.0000 for 2 commissions, but the events add up to 17.0000 on a base of 170.0000 for 2"))),
                damage(
                        "a deleted monthly total",
                        busy -> busy.damage(
                                "delete from partner_commission_totals where partner_id = ? and status = 'approved'",
                                busy.second.id()),
                        busy -> List.of(
                                month(
                                        busy.second,
                                        "2026-02-01/approved",
                                        "has 0 on a base of 0 for 0 commissions, but the events add up to 10.0000 on a base of 50.0000 for 1"))),
                damage(
                        "the amount of an event",
                        busy -> busy.damage(
                                "update partner_commission_events set commission_amount = 13 where id = ?",
                                busy.open.id()),
                        busy -> List.of(
                                event(AMOUNTS, busy.open, "its amount differs from its calculation"),
                                partner(
                                        BALANCES,
                                        busy.partner,
                                        "USD: earned 30.0000, clawed back 4.0000, paid 17.0000, payments returned 0, but -1.0000 is outstanding"),
                                month(
                                        busy.partner,
                                        "2026-03-01/approved",
                                        "has 3.0000 on a base of 30.0000 for 1 commissions, but the events add up to 13.0000 on a base of 30.0000 for 1"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.openPayout,
                                        "has a total of -1.0000 USD for 2 commissions, but its events add up to 9.0000 for 2"))),
                damage(
                        "an event that was deleted",
                        busy -> busy.damage("delete from partner_commission_events where id = ?", busy.ofSecond.id()),
                        busy -> List.of(
                                partner(
                                        BALANCES,
                                        busy.second,
                                        "USD: earned 0, clawed back 0, paid 0, payments returned 0, but 10.0000 is outstanding"),
                                month(
                                        busy.second,
                                        "2026-02-01/approved",
                                        "has 10.0000 on a base of 50.0000 for 1 commissions, but the events add up to 0 on a base of 0 for 0"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.ready,
                                        "has a total of 10.0000 USD for 1 commissions, but its events add up to 0 for 0"))),
                damage(
                        "an event in the payout of another partner",
                        busy -> busy.damage(
                                "update partner_commission_events set payout_id = ? where id = ?",
                                busy.openPayout.id(),
                                busy.ofSecond.id()),
                        busy -> List.of(
                                event(
                                        LINKS,
                                        busy.ofSecond,
                                        "is in payout " + busy.openPayout.id() + " of another partner"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.openPayout,
                                        "has a total of -1.0000 USD for 2 commissions, but its events add up to 9.0000 for 3;"
                                                + " holds events dated outside its earliest and latest event date"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.ready,
                                        "has a total of 10.0000 USD for 1 commissions, but its events add up to 0 for 0"))),
                damage(
                        "a payout with a wrong latest event date",
                        busy -> busy.damage(
                                "update partner_payouts set latest_event_date = latest_event_date - interval '1 second'"
                                        + " where id = ?",
                                busy.openPayout.id()),
                        busy -> List.of(payout(
                                PAYOUT_TOTALS,
                                busy.openPayout,
                                "holds events dated outside its earliest and latest event date"))),
                damage(
                        "an approved event that no payout will pay",
                        busy -> busy.damage(
                                "alter table partner_commission_events drop constraint"
                                        + " commission_event_approved_is_in_payout_or_held;"
                                        + "update partner_commission_events set payout_id = null where id = ?",
                                busy.ofSecond.id()),
                        busy -> List.of(
                                partner(
                                        BALANCES,
                                        busy.second,
                                        "USD: earned 10.0000, clawed back 0, paid 0, payments returned 0, but 20.0000 is outstanding"),
                                event(LINKS, busy.ofSecond, "is approved but in no payout and not held"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.ready,
                                        "has a total of 10.0000 USD for 1 commissions, but its events add up to 0 for 0"))),
                damage(
                        "an event paid apart from its payout",
                        busy -> busy.damage(
                                "update partner_commission_events set status = 'paid', paid_at = now() where id = ?",
                                busy.ofSecond.id()),
                        busy -> List.of(
                                month(
                                        busy.second,
                                        "2026-02-01/approved",
                                        "has 10.0000 on a base of 50.0000 for 1 commissions, but the events add up to 0 on a base of 0 for 0"),
                                month(
                                        busy.second,
                                        "2026-02-01/paid",
                                        "has 0 on a base of 0 for 0 commissions, but the events add up to 10.0000 on a base of 50.0000 for 1"),
                                event(LINKS, busy.ofSecond, "is paid but payout " + busy.ready.id() + " is ready"))),
                damage(
                        "an event dated after the cutoff of its payout",
                        busy -> busy.damage(
                                "update partner_commission_events set event_date = '2026-03-01Z' where id = ?",
                                busy.ofSecond.id()),
                        busy -> List.of(
                                month(
                                        busy.second,
                                        "2026-02-01/approved",
                                        "has 10.0000 on a base of 50.0000 for 1 commissions, but the events add up to 0 on a base of 0 for 0"),
                                month(
                                        busy.second,
                                        "2026-03-01/approved",
                                        "has 0 on a base of 0 for 0 commissions, but the events add up to 10.0000 on a base of 50.0000 for 1"),
                                payout(
                                        PAYOUT_TOTALS,
                                        busy.ready,
                                        "holds events dated outside its earliest and latest event date"),
                                event(LINKS, busy.ofSecond, "is at or after the cutoff of payout " + busy.ready.id()))),
                damage(
                        "a closed payout that is open again",
                        busy -> busy.damage(
                                "update partner_payouts set status = 'pending', period_start = null, period_end = null,"
                                        + " closed_at = null, closed_by = null, close_key = null, cutoff_number = null,"
                                        + " provider_key = null where id = ?",
                                busy.ready.id()),
                        busy -> List.of(
                                payout(PAYOUTS, busy.ready, "is open but its status changed after it was opened"))),
                damage(
                        "a payout without its event dates",
                        busy -> busy.damage(
                                "alter table partner_payouts drop constraint payout_knows_the_dates_of_its_commissions;"
                                        + "update partner_payouts set latest_event_date = null where id = ?",
                                busy.openPayout.id()),
                        busy -> List.of(payout(
                                PAYOUT_TOTALS,
                                busy.openPayout,
                                "holds events dated outside its earliest and latest event date"))),
                damage(
                        "a second open payout",
                        busy -> busy.damage(
                                "drop index partner_payouts_one_open;"
                                        + "insert into partner_payouts (tenant_id, id, partner_id, currency, opened_by,"
                                        + " status_changed_by) select tenant_id, '01a204b8-a116-7a2d-ab4c-f413632bf361',"
                                        + " partner_id, currency, 'x', 'x' from partner_payouts where id = ?",
                                busy.openPayout.id()),
                        busy -> Stream.of(busy.openPayout.id().toString(), "01a204b8-a116-7a2d-ab4c-f413632bf361")
                                .map(id -> row(
                                        PAYOUTS,
                                        "partner_payouts",
                                        id,
                                        "is open beside payout "
                                                + (id.startsWith("01a204b8")
                                                        ? busy.openPayout.id()
                                                        : "01a204b8-a116-7a2d-ab4c-f413632bf361")
                                                + " of the same partner and currency"))
                                .toList()),
                damage(
                        "a payout completed by hand",
                        busy -> busy.damage(
                                "alter table partner_payouts drop constraint payout_is_completed_with_its_reference;"
                                        + "update partner_payouts set status = 'completed', completed_at = now() where id = ?",
                                busy.ready.id()),
                        busy -> List.of(
                                payout(
                                        AUDIT_TRAIL,
                                        busy.ready,
                                        "its status does not follow from its recorded status changes"),
                                event(
                                        LINKS,
                                        busy.ofSecond,
                                        "is approved but payout " + busy.ready.id() + " is completed"),
                                payout(PAYOUTS, busy.ready, "is completed and its payment is not recorded"),
                                payout(PAYOUTS, busy.ready, "is completed but its last attempt is not recorded"))),
                damage(
                        "a fraction of a cent",
                        busy -> busy.damage(
                                "alter table partner_commission_events drop constraint commission_event_amount_fits_currency;"
                                        + "update partner_commission_events set commission_amount = 1.101 where id = ?",
                                busy.pending.id()),
                        busy -> List.of(
                                event(AMOUNTS, busy.pending, "its amount is not a whole number of minor units of USD"),
                                month(
                                        busy.partner,
                                        "2026-03-01/pending",
                                        "has 1.1000 on a base of 11.0000 for 1 commissions, but the events add up to 1.1010 on a base of 11.0000 for 1"))));
    }
}
