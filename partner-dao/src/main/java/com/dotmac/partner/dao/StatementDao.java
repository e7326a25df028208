package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.approved;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.completed;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.greatest;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.when;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record6;
import org.jooq.impl.SQLDataType;

/** What partners are owed, and why; and proof that it adds up. */
public final class StatementDao {

    private static final Field<BigDecimal> ZERO = inline(BigDecimal.ZERO);

    /* Columns of the expression "movement": what one event or payout did to the balance, and when. */
    private static final Field<Currency> CURRENCY =
            field(name("movement", "currency"), PARTNER_COMMISSION_EVENTS.CURRENCY.getDataType());
    private static final Field<Instant> AT = field(name("movement", "at"), SQLDataType.INSTANT);
    private static final Field<BigDecimal> EARNED = field(name("movement", "earned"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> TAKEN_BACK = field(name("movement", "taken_back"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> PAID = field(name("movement", "paid"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> RETURNED = field(name("movement", "returned"), SQLDataType.NUMERIC);

    private final Scope scope;

    StatementDao(Scope scope) {
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
     * <p>Source: {@code partner_commission_events} and {@code partner_payouts}, rows alone; indexes
     * partner_commission_events_by_partner and partner_payouts_by_period.
     *
     * @param from start of the period, which belongs to it
     * @param to end of the period, which does not
     */
    public List<Statement> statements(UUID partnerId, Instant from, Instant to) {
        Checks.present(partnerId, "partnerId");
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");

        CommonTableExpression<Record6<Currency, Instant, BigDecimal, BigDecimal, BigDecimal, BigDecimal>> movement =
                movements(partnerId, end);
        Condition before = AT.lt(start);
        Condition during = AT.ge(start);
        return scope.transactions().read(dsl -> dsl.with(movement)
                .select(
                        CURRENCY,
                        coalesce(
                                sum(EARNED.minus(TAKEN_BACK).minus(PAID).plus(RETURNED))
                                        .filterWhere(before),
                                BigDecimal.ZERO),
                        coalesce(sum(EARNED).filterWhere(during), BigDecimal.ZERO),
                        coalesce(sum(TAKEN_BACK).filterWhere(during), BigDecimal.ZERO),
                        coalesce(sum(PAID).filterWhere(during), BigDecimal.ZERO),
                        coalesce(sum(RETURNED).filterWhere(during), BigDecimal.ZERO))
                .from(movement)
                .groupBy(CURRENCY)
                .orderBy(CURRENCY)
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
        return scope.transactions().read(dsl -> new Balances(scope, dsl, partnerId).now());
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
     * <p>Source: {@code partner_commission_totals}, {@code partner_commission_events}, {@code partner_payouts}.
     */
    public List<Balance> balanceAt(UUID partnerId, Instant at) {
        Checks.present(partnerId, "partnerId");
        Instant exact = Checks.instant(at, "at");
        return scope.transactions().read(dsl -> new Balances(scope, dsl, partnerId).at(exact));
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
        return scope.transactions().read(dsl -> new DashboardReading(scope, dsl, partnerId).read());
    }

    /**
     * Writes what a partner's statements over the period add up, line by line, as comma-separated values (RFC 4180, with a
     * header, lines ending in CR LF): for each currency the amounts sum up to closing less opening.
     *
     * <p>Shape: in the order of partner and time; columns partner_id, partner_number, at (ISO 8601, UTC), kind (earned, taken
     * back, paid, returned), currency, amount, event_id, payout_id, customer_id, invoice_id, payment_reference. A text that a spreadsheet
     * would take for a formula, beginning with =, +, -, @, a tab or a return, has an apostrophe put in front; numbers have not.
     *
     * <p>Units: amounts in the currency's minor unit; what was taken back or paid is negative.
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
        return new StatementExport(scope, start, end, partnerId).writeTo(out);
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
        return scope.transactions().read(dsl -> new InvariantCheck(dsl, Optional.of(scope.tenantId())).all());
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
        return scope.transactions()
                .read(dsl -> new InvariantCheck(dsl, Optional.of(scope.tenantId())).since(checkpoint));
    }

    /** Everything that changed what the partner is owed, before the end of the period. */
    private CommonTableExpression<Record6<Currency, Instant, BigDecimal, BigDecimal, BigDecimal, BigDecimal>> movements(
            UUID partnerId, Instant end) {
        Field<BigDecimal> amount = PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT;
        Condition isReturn = PARTNER_COMMISSION_EVENTS.RETURNS_PAYOUT_ID.isNotNull();
        return name("movement")
                .fields(
                        CURRENCY.getName(),
                        AT.getName(),
                        EARNED.getName(),
                        TAKEN_BACK.getName(),
                        PAID.getName(),
                        RETURNED.getName())
                .as(select(
                                PARTNER_COMMISSION_EVENTS.CURRENCY,
                                PARTNER_COMMISSION_EVENTS.EVENT_DATE,
                                when(isReturn, ZERO).otherwise(greatest(amount, ZERO)),
                                greatest(amount.neg(), ZERO),
                                ZERO,
                                when(isReturn, amount).otherwise(ZERO))
                        .from(PARTNER_COMMISSION_EVENTS)
                        .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                        .and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId))
                        .and(PARTNER_COMMISSION_EVENTS.STATUS.in(inline(approved), inline(paid)))
                        .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(end))
                        .unionAll(select(
                                        PARTNER_PAYOUTS.CURRENCY,
                                        PARTNER_PAYOUTS.COMPLETED_AT,
                                        ZERO,
                                        ZERO,
                                        PARTNER_PAYOUTS.TOTAL_AMOUNT,
                                        ZERO)
                                .from(PARTNER_PAYOUTS)
                                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                                .and(PARTNER_PAYOUTS.PARTNER_ID.eq(partnerId))
                                .and(PARTNER_PAYOUTS.STATUS.eq(inline(completed)))
                                .and(PARTNER_PAYOUTS.COMPLETED_AT.lt(end))));
    }
}
