package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.statements.Verification.Invariant.AMOUNTS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.AUDIT_TRAIL;
import static com.dotmac.partner.dao.statements.Verification.Invariant.BALANCES;
import static com.dotmac.partner.dao.statements.Verification.Invariant.COMMISSION_TOTALS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.KEYS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.LINKS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.PAYOUTS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.PAYOUT_TOTALS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.REFERENCES;
import static com.dotmac.partner.dao.statements.Verification.Invariant.REVERSALS;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.statements.Verification.Invariant;
import com.dotmac.partner.dao.support.BusyProgramme;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The cases of {@link VerificationTest}: what a superuser may damage, and what a verification finds. */
final class VerificationDamages {

    private VerificationDamages() {}

    /** What is found, each like {@code links partner_commission_events 0198...: is paid but in no payout}. */
    interface Found extends Function<BusyProgramme, List<String>> {}

    interface Damage {
        void to(BusyProgramme busy);
    }

    private static Arguments damage(String what, Damage damage, Found found) {
        return arguments(what, damage, found);
    }

    static String row(Invariant invariant, String table, Object id, String detail) {
        return invariant + " " + table + " " + id + ": " + detail;
    }

    static String event(Invariant invariant, CommissionEvent event, String detail) {
        return row(invariant, "partner_commission_events", event.id(), detail);
    }

    static String payout(Invariant invariant, Payout payout, String detail) {
        return row(invariant, "partner_payouts", payout.id(), detail);
    }

    static String partner(Invariant invariant, Partner partner, String detail) {
        return row(invariant, "partners", partner.id(), detail);
    }

    static String month(Partner partner, String month, String detail) {
        return row(COMMISSION_TOTALS, "partner_commission_totals", partner.id() + "/USD/" + month, detail);
    }

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
                        "more clawed back than was earned",
                        busy -> busy.damage(
                                "update partner_commission_events set reverses_id = ? where id = ?",
                                busy.open.id(),
                                busy.reversal.id()),
                        busy -> List.of(
                                event(REVERSALS, busy.open, "earned 3.0000 USD, but -1.0000 is booked after clawbacks"),
                                event(
                                        REVERSALS,
                                        busy.reversal,
                                        "reverses event " + busy.open.id() + " of another sale"))),
                damage(
                        "another partner's commission clawed back",
                        busy -> busy.damage(
                                "update partner_commission_events set reverses_id = ? where id = ?",
                                busy.ofSecond.id(),
                                busy.reversal.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.reversal,
                                "reverses event " + busy.ofSecond.id() + " of another partner; reverses event "
                                        + busy.ofSecond.id() + " of another sale"))),
                damage(
                        "a reversal of a deleted event",
                        busy -> busy.damage(
                                "update partner_commission_events set reverses_id = ? where id = ?",
                                busy.partner.id(),
                                busy.reversal.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.reversal,
                                "reverses event " + busy.partner.id() + ", which this tenant does not have"))),
                damage(
                        "an undo of an event that was never clawed back",
                        busy -> busy.damage(
                                "update partner_commission_events set undoes_id = ? where id = ?",
                                busy.open.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.pending,
                                "undoes event " + busy.open.id() + ", which is approved and has an amount of 3.0000"))),
                damage(
                        "an undo of another partner's event",
                        busy -> busy.damage(
                                "update partner_commission_events set undoes_id = ? where id = ?",
                                busy.ofSecond.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.pending,
                                "undoes event " + busy.ofSecond.id()
                                        + ", which is approved and has an amount of 10.0000"))),
                damage(
                        "an undo of a deleted event",
                        busy -> busy.damage(
                                "update partner_commission_events set undoes_id = ? where id = ?",
                                busy.partner.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.pending,
                                "undoes event " + busy.partner.id() + ", which this tenant does not have"))),
                damage(
                        "a correction of another sale",
                        busy -> busy.damage(
                                "update partner_commission_events set corrects_id = ? where id = ?",
                                busy.paid.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS, busy.pending, "reverses event " + busy.paid.id() + " of another sale"))),
                damage(
                        "a sale refunded by more than its line",
                        busy -> busy.damage(
                                "update partner_commission_events set status_reason = 'touched' where id = ?;"
                                        + "insert into partner_refunds (tenant_id, sale_id, amount, line_amounts, reason,"
                                        + " idempotency_key, recorded_by) select tenant_id, sale_id, 30.01, '{30.01}', 'x',"
                                        + " idempotency_key, 'x' from partner_commission_events where id = ?",
                                busy.open.id()),
                        busy -> List.of(row(
                                REVERSALS,
                                "partner_sales",
                                busy.programme.sql.fetchValue(
                                        "select sale_id from partner_commission_events where id = ?", busy.open.id()),
                                "line 1 of 30.0000 was refunded by 30.0100"))),
                damage(
                        "a deleted idempotency key",
                        busy -> busy.damage(
                                "delete from partner_idempotency_keys where idempotency_key ="
                                        + " (select idempotency_key from partner_commission_events where id = ?)",
                                busy.open.id()),
                        busy -> List.of(event(KEYS, busy.open, "its idempotency key is not recorded"))),
                damage(
                        "an idempotency key with a second effect",
                        busy -> busy.damage(
                                "update partners set idempotency_key ="
                                        + " (select idempotency_key from partner_commission_events where id = ?) where id = ?",
                                busy.open.id(),
                                busy.second.id()),
                        busy -> List.of(
                                event(
                                        KEYS,
                                        busy.open,
                                        "its idempotency key also has an effect in partners: " + busy.second.id()),
                                partner(
                                        KEYS,
                                        busy.second,
                                        "its idempotency key also has an effect in partner_commission_events: "
                                                + busy.open.id()))),
                damage(
                        "the status of a partner",
                        busy -> busy.damage("update partners set status = 'active' where id = ?", busy.second.id()),
                        busy -> List.of(partner(
                                AUDIT_TRAIL,
                                busy.second,
                                "its status does not follow from its recorded status changes"))),
                damage(
                        "a hold that nobody recorded",
                        busy -> busy.damage(
                                "update partners set payout_hold_reason = 'shady' where id = ?", busy.second.id()),
                        busy -> List.of(partner(
                                AUDIT_TRAIL,
                                busy.second,
                                "its payout hold does not follow from its recorded payout hold changes"))),
                damage(
                        "a closing by nobody",
                        busy -> busy.damage(
                                "update partner_payouts set closed_by = null where id = ?", busy.ready.id()),
                        busy -> List.of(payout(
                                AUDIT_TRAIL,
                                busy.ready,
                                "its status does not follow from its recorded status changes"))),
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
                                        "has 1.1000 on a base of 11.0000 for 1 commissions, but the events add up to 1.1010 on a base of 11.0000 for 1"))),
                damage(
                        "a row moved to another tenant",
                        busy -> busy.damage(
                                "update partner_status_changes set tenant_id = 'other' where partner_id = ?",
                                busy.second.id()),
                        busy -> List.of(partner(
                                AUDIT_TRAIL,
                                busy.second,
                                "its status does not follow from its recorded status changes"))),
                damage(
                        "the account of another partner",
                        busy -> busy.damage(
                                "update partner_accounts set partner_id = ? where id ="
                                        + " (select account_id from partner_commission_events where id = ?)",
                                busy.partner.id(),
                                busy.ofSecond.id()),
                        busy -> List.of(event(
                                REFERENCES,
                                busy.ofSecond,
                                "was earned through account "
                                        + busy.programme.sql.fetchValue(
                                                "select account_id from partner_commission_events where id = ?",
                                                busy.ofSecond.id())
                                        + ", which its partner does not have"))));
    }
}
