package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What partners are owed, and why; and the proof that it adds up. */
public final class StatementDao {

    private final Scope scope;

    /** For {@code PartnerScope}; take it from there. */
    public StatementDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * Returns the statements of a partner over a period, one for each currency in which anything happened before the
     * period's end.
     *
     * <p>Statements and cost: one statement, which reads the monthly totals before the month in which the period begins,
     * the events from there to the period's end, and the completed payouts; ordered by currency code. The list is empty
     * if nothing happened.
     *
     * <p>Units: amounts in the currency's major unit, with the decimals of its minor unit; the library never adds across currencies. Periods that follow one
     * another add up: the closing of one is the opening of the next. An event counts on its event date once it is
     * approved. A payout counts at the time at which it was completed.
     *
     * <p>Source: table {@code partner_commission_totals} and view {@code partner_ledger}; indexes
     * partner_commission_totals_pkey, partner_commission_events_by_partner and partner_payouts_by_period.
     *
     * @param from start of the period, inclusive
     * @param to end of the period, exclusive
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if an argument is missing
     * @throws PartnerException.InvalidInput if {@code from} is not before {@code to}
     */
    public List<CommissionStatement> statements(UUID partnerId, Instant from, Instant to) {
        Checks.present(partnerId, "partnerId");
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new StatementSql(scope, dsl).of(partnerId, start, end)));
    }

    /**
     * Returns what a partner is owed now, in each currency in which an event was ever approved.
     *
     * <p>Statements and cost: one statement, which reads the monthly totals: one row for each month and status, not one
     * for each event; ordered by currency code. The list is empty if no event was approved yet.
     *
     * <p>Units: the amount that is approved and not paid, of any event date; held events and payouts that are not
     * completed count.
     *
     * <p>Source: table {@code partner_commission_totals}; index partner_commission_totals_pkey.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if {@code partnerId} is missing
     */
    public List<Balance> balance(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new BalanceSql(scope, dsl, partnerId).now()));
    }

    /**
     * Returns what a partner was owed at an instant: the opening of a statement that begins there.
     *
     * <p>Statements and cost: one statement, which reads the totals of the months before, the events of the instant's
     * month (UTC) and the completed payouts; ordered by currency code. The list is empty if nothing had happened.
     *
     * <p>Units: events count by their event date and payouts by the time of payment, before the instant, as they are
     * known today. An event that is dated before the instant and was approved after it counts.
     *
     * <p>Source: table {@code partner_commission_totals} and view {@code partner_ledger}.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if an argument is missing
     */
    public List<Balance> balanceAt(UUID partnerId, Instant at) {
        Checks.present(partnerId, "partnerId");
        Instant exact = Checks.instant(at, "at");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new BalanceSql(scope, dsl, partnerId).at(exact)));
    }

    /**
     * Returns one partner's figures of all time and of this month, what the partner is owed, what the next payout would
     * be and every reason why not, and the latest events and payouts.
     *
     * <p>Statements and cost: six statements. The rows that they read grow with months, currencies and returned
     * payments, not with events; the exception is events of an open payout that are dated in the future.
     *
     * <p>Concurrency: takes no lock; each statement sees what was committed before it.
     *
     * <p>Source: table {@code partner_commission_totals}, the open payouts, and the latest events and payouts by index.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if {@code partnerId} is missing
     */
    public Dashboard dashboard(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> {
            Dashboard dashboard = new DashboardSql(scope, dsl, partnerId).read();
            if (dashboard.currencies().isEmpty()) {
                KnownPartner.require(scope, dsl, partnerId);
            }
            return dashboard;
        });
    }

    /**
     * Writes the lines that a partner's statements over the period add up, as comma-separated values (RFC 4180, with a
     * header, lines ending in CR LF). In each currency, the sum of the amounts is the closing less the opening.
     *
     * <p>Statements and cost: one statement, whose rows the library reads through a cursor, 1000 at a time, and writes
     * as they come; ordered by partner and time. The columns are partner_id, partner_number, at (ISO 8601, UTC), kind
     * (earned, clawed_back, paid, payment_returned), currency, amount, event_id, payout_id, customer_id, invoice_id,
     * payment_reference. The library puts an apostrophe in front of a text that a spreadsheet would take for a formula:
     * one that begins with =, +, -, @, a tab or a return. Numbers stay as they are.
     *
     * <p>Units: amounts in the currency's major unit, with the decimals of its minor unit; what was clawed back or paid is negative.
     *
     * <p>Concurrency: reads one snapshot, and uses a connection until the last line is written.
     *
     * <p>Source: view {@code partner_ledger}.
     *
     * @param from start of the period, inclusive
     * @param to end of the period, exclusive
     * @param out takes the text; the library neither flushes nor closes it
     * @return how many lines there are below the header
     * @throws IOException if {@code out} throws it; {@code out} then has a part of the lines
     * @throws PartnerException.NotFound if this tenant has no such partner; {@code out} then has nothing
     * @throws PartnerException.InvalidInput if an argument is missing
     * @throws PartnerException.InvalidInput if {@code from} is not before {@code to}
     */
    public long exportCsv(UUID partnerId, Instant from, Instant to, Appendable out) throws IOException {
        Checks.present(partnerId, "partnerId");
        return export(Optional.of(partnerId), from, to, out);
    }

    /**
     * Writes the lines of every partner of the tenant, as {@link #exportCsv(UUID, Instant, Instant, Appendable)} does
     * for one.
     *
     * @param from start of the period, inclusive
     * @param to end of the period, exclusive
     * @param out takes the text; the library neither flushes nor closes it
     * @return how many lines there are below the header
     * @throws IOException if {@code out} throws it; {@code out} then has a part of the lines
     * @throws PartnerException.InvalidInput if an argument is missing
     * @throws PartnerException.InvalidInput if {@code from} is not before {@code to}
     */
    public long exportCsv(Instant from, Instant to, Appendable out) throws IOException {
        return export(Optional.empty(), from, to, out);
    }

    private long export(Optional<UUID> partnerId, Instant from, Instant to, Appendable out) throws IOException {
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");
        Checks.present(out, "out");
        return new StatementExportSql(scope, start, end, partnerId).writeTo(out);
    }

    /**
     * Calculates every invariant again from this tenant's rows. It also finds what somebody wrote past the guards: as a
     * superuser, or with triggers disabled.
     *
     * <p>Statements and cost: a statement for each invariant; together they read every row of the tenant some ten
     * times. The cost does not depend on statistics or on JIT compilation: the statements run with settings of their
     * own, which end with them, also in the caller's transaction. The result says how many rows break each invariant,
     * and names the first 100 of each.
     *
     * <p>Concurrency: takes no lock. It reads one snapshot, so concurrent changes break no invariant. In the caller's
     * transaction at read committed, each statement reads a snapshot of its own.
     *
     * <p>Source: view {@code partner_broken_invariants}.
     */
    public Verification verify() {
        return InvariantSql.all(scope.transactions(), Optional.of(scope.tenantId()));
    }

    /**
     * Calculates every invariant again, as {@link #verify} does, but only for partners with a row that was inserted or
     * updated since the checkpoint. A commission event that is written has its monthly total or its payout written by
     * triggers, and the library looks there. Only {@link #verify} finds these:
     *
     * <ul>
     *   <li>what was broken before the checkpoint and not written since;
     *   <li>events and sales that somebody changed while triggers were disabled, and rows that somebody deleted or moved,
     *       until another row of the same partner is written;
     *   <li>rows that belong to no partner: sales, refunds and restatements with a broken key or reference.
     * </ul>
     *
     * <p>Statements and cost: reads every row of the tenant's small tables once to see which transaction wrote it
     * (partners and what they have, payouts, attempts, monthly totals, refunds, audit trails), but not the events and
     * the sales. Then it reads all rows of the partners found by index, with ten statements for each 200 partners. If
     * the events were never analysed, as after a restore, it reads every row of the tenant instead, as {@link #verify}.
     *
     * <p>Concurrency: takes no lock. It reads one snapshot, as {@link #verify} does.
     *
     * <p>Source: view {@code partner_broken_invariants}.
     *
     * @param checkpoint what the last verification returned
     * @throws PartnerException.InvalidInput if {@code checkpoint} is missing
     * @throws PartnerException.InvalidInput if {@code checkpoint} is ahead of this database
     */
    public Verification verifySince(Verification.Checkpoint checkpoint) {
        Checks.present(checkpoint, "checkpoint");
        return InvariantSql.since(scope.transactions(), Optional.of(scope.tenantId()), checkpoint);
    }
}
