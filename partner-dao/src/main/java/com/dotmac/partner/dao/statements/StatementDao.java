package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.clawed_back;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.earned;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.payment_returned;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;

/** What partners are owed, and why; and proof that it adds up. */
public final class StatementDao {

    private final Scope scope;

    public StatementDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * The statements of a partner over a period, one for each currency in which anything happened up to its end.
     *
     * <p>Shape: one query over the partner's events and completed payouts up to the end of the period; in the order of
     * currency codes. Empty when nothing has happened, or this tenant has no such partner.
     *
     * <p>Units: amounts in the currency's minor unit, never added across currencies. Periods that follow one another add up:
     * the closing of one is the opening of the next. An event counts at its event date once it is approved, a payout at the
     * time it was completed.
     *
     * <p>Source: view {@code partner_ledger}, which reads rows alone; indexes partner_commission_events_by_partner and
     * partner_payouts_by_period.
     *
     * @param from start of the period, which belongs to it
     * @param to end of the period, which does not
     */
    public List<Statement> statements(UUID partnerId, Instant from, Instant to) {
        Checks.present(partnerId, "partnerId");
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");

        Field<BigDecimal> amount = PARTNER_LEDGER.AMOUNT;
        Condition during = PARTNER_LEDGER.AT.ge(start);
        return scope.transactions().read(dsl -> dsl.select(
                        PARTNER_LEDGER.CURRENCY,
                        total(amount, PARTNER_LEDGER.AT.lt(start)),
                        total(amount, during.and(isOf(earned))),
                        total(amount.neg(), during.and(isOf(clawed_back))),
                        total(amount.neg(), during.and(isOf(paid))),
                        total(amount, during.and(isOf(payment_returned))))
                .from(PARTNER_LEDGER)
                .where(PARTNER_LEDGER.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_LEDGER.PARTNER_ID.eq(partnerId))
                .and(PARTNER_LEDGER.AT.lt(end))
                .groupBy(PARTNER_LEDGER.CURRENCY)
                .orderBy(PARTNER_LEDGER.CURRENCY)
                .fetch(row -> {
                    Currency currency = row.value1();
                    return new Statement(
                            partnerId,
                            currency,
                            start,
                            end,
                            new Money(row.value2(), currency),
                            new Money(row.value3(), currency),
                            new Money(row.value4(), currency),
                            new Money(row.value5(), currency),
                            new Money(row.value6(), currency));
                }));
    }

    /**
     * What a partner is owed now, in each currency in which anything was ever approved.
     *
     * <p>Shape: one row of the sums of months for each month and status, however many events; in the order of currency codes.
     * Empty when nothing was approved yet, or this tenant has no such partner.
     *
     * <p>Units: approved and not paid yet, of whatever date, wherever it is: held, open, or in a payout on its way.
     *
     * <p>Source: {@code partner_commission_totals}; index partner_commission_totals_pkey.
     */
    public List<Balance> balance(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new BalanceSql(scope, dsl, partnerId).now());
    }

    /**
     * What a partner was owed at an instant: the opening of a statement that begins there.
     *
     * <p>Shape: the sums of the months before, the events of the instant's own month (UTC) and the completed payouts; in the
     * order of currency codes. Empty when nothing had happened, or this tenant has no such partner.
     *
     * <p>Units: by the events' dates and the times of payment, before the instant, as they are known today: what was approved
     * since but is dated before counts.
     *
     * <p>Source: {@code partner_commission_totals} and the view {@code partner_ledger}.
     */
    public List<Balance> balanceAt(UUID partnerId, Instant at) {
        Checks.present(partnerId, "partnerId");
        Instant exact = Checks.instant(at, "at");
        return scope.transactions().read(dsl -> new BalanceSql(scope, dsl, partnerId).at(exact));
    }

    /**
     * Where a partner stands: sums of all time and of this month, what is owed, what the next payout would be and why not, the
     * latest events and payouts.
     *
     * <p>Shape: six statements that read a number of rows which grows with months, currencies and returned payments, not with events; those of a
     * date still to come in an open payout are read too. Everything is empty when this tenant has no such partner.
     *
     * <p>Concurrency: takes no lock; each statement sees what was committed before it.
     *
     * <p>Source: {@code partner_commission_totals}, the open payouts, and the last rows by index.
     */
    public Dashboard dashboard(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new DashboardSql(scope, dsl, partnerId).read());
    }

    /**
     * Writes what a partner's statements over the period add up, line by line, as comma-separated values (RFC 4180, with a
     * header, lines ending in CR LF): for each currency the amounts sum up to closing less opening.
     *
     * <p>Shape: in the order of partner and time; columns partner_id, partner_number, at (ISO 8601, UTC), kind (earned,
     * clawed_back, paid, payment_returned), currency, amount, event_id, payout_id, customer_id, invoice_id, payment_reference. A text that a spreadsheet
     * would take for a formula, beginning with =, +, -, @, a tab or a return, has an apostrophe put in front; numbers have not.
     *
     * <p>Units: amounts in the currency's minor unit; what was clawed back or paid is negative.
     *
     * <p>Concurrency: one snapshot, read through a cursor 1000 rows at a time and written as they come, however many there are;
     * holds a connection meanwhile.
     *
     * @param from start of the period, which belongs to it
     * @param to end of the period, which does not
     * @param out takes the text; neither flushed nor closed
     * @return how many lines there are below the header
     * @throws IOException when {@code out} does; part is written by then
     */
    public long exportCsv(UUID partnerId, Instant from, Instant to, Appendable out) throws IOException {
        Checks.present(partnerId, "partnerId");
        return export(Optional.of(partnerId), from, to, out);
    }

    /** As {@link #exportCsv(UUID, Instant, Instant, Appendable)}, for every partner of the tenant. */
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
     * Reckons every invariant anew from the rows of this tenant: finds also what was done past the guards, by a superuser or with
     * triggers switched off.
     *
     * <p>Shape: one query that reads every row of the tenant some ten times; returns how many rows break each invariant and names
     * the first 100 of each.
     *
     * <p>Concurrency: takes no lock; one snapshot, so what others are doing meanwhile breaks nothing.
     *
     * <p>Source: view {@code partner_broken_invariants}.
     */
    public Verification verify() {
        return scope.transactions().read(dsl -> new InvariantSql(dsl, Optional.of(scope.tenantId())).all());
    }

    /**
     * As {@link #verify}, but only of partners of whom any row was inserted or updated since the checkpoint, by whomever; of those
     * everything is reckoned. Not found, but by {@link #verify}: what was broken before the checkpoint and not written since, and
     * rows that were deleted, until another of the same partner is written.
     *
     * <p>Shape: passes every row of the tenant once to see when it was written, then reads those of the partners found.
     *
     * @throws PartnerException.InvalidInput for a checkpoint ahead of this database
     */
    public Verification verifySince(Checkpoint checkpoint) {
        Checks.present(checkpoint, "checkpoint");
        return scope.transactions().read(dsl -> new InvariantSql(dsl, Optional.of(scope.tenantId())).since(checkpoint));
    }

    private static Condition isOf(PartnerLedgerKind kind) {
        return PARTNER_LEDGER.KIND.eq(inline(kind));
    }

    private static Field<BigDecimal> total(Field<BigDecimal> amount, Condition condition) {
        return coalesce(sum(amount).filterWhere(condition), inline(BigDecimal.ZERO));
    }
}
