package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The methods of {@link CommissionDao} that only read. */
abstract sealed class CommissionReads permits CommissionDao {

    final Scope scope;

    CommissionReads(Scope scope) {
        this.scope = scope;
    }

    /**
     * The event with this id. Empty if this tenant has none.
     *
     * <p>Statements and cost: one statement by key. Index: partner_commission_events_pkey.
     */
    public Optional<CommissionEvent> find(UUID eventId) {
        Checks.present(eventId, "eventId");
        return scope.transactions().read(dsl -> new CommissionEventSql(scope, dsl).find(eventId));
    }

    /**
     * Explains how the amount of an event came about: the rates and rules that decided, the other rules and why they
     * did not, volumes, caps, every step and the rounding. Calculates the amount again from all that. Empty if this
     * tenant has no such event.
     *
     * <p>Statements and cost: three statements, for the event, its calculation and the partner's rules; for a clawback,
     * its original instead of the rules.
     *
     * <p>Source: the columns {@code calculation}, {@code rule_id} and {@code rule_version} of the event, which are
     * immutable, and the versions of rules, of which only the end can change.
     */
    public Optional<Explanation> explain(UUID eventId) {
        Checks.present(eventId, "eventId");
        return scope.transactions().read(dsl -> new ExplanationSql(scope, dsl).of(eventId));
    }

    /**
     * The first page of the events that the query matches.
     *
     * <p>Statements and cost: one statement, which reads {@code size} rows and one more. A page continues after the
     * last event of the page before, not after a number of rows. So events that others write meanwhile do not shift it:
     * no event that was there at the start is missing or comes twice, and a deep page costs what the first one costs.
     * An index gives the order by date, and the order of recording for a partner or the tenant; the statement looks at
     * customer, invoice, status and currency on the way.
     *
     * @param size of the page, 1 to 1000
     * @throws PartnerException.InvalidInput if the size is out of range
     */
    public Page<CommissionEvent> list(CommissionQuery query, CommissionOrder order, int size) {
        return list(query, order, size, null);
    }

    /**
     * The page after another one.
     *
     * <p>Statements and cost: as {@link #list(CommissionQuery, CommissionOrder, int)}, at any depth.
     *
     * @param query the query of the first page
     * @param order the order of the first page
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before; null for the first page
     * @throws PartnerException.InvalidInput if the size is out of range
     * @throws PartnerException.InvalidInput if no page of this query and order gave the token out
     */
    public Page<CommissionEvent> list(CommissionQuery query, CommissionOrder order, int size, @Nullable String after) {
        Checks.present(query, "query");
        Checks.present(order, "order");
        return new CommissionPageSql(scope).list(query, order, size, after);
    }

    /**
     * All events that the query matches, one after another.
     *
     * <p>Statements and cost: one statement, which this call sends; it sees the events that were committed at that
     * time. At most a thousand rows are in memory. <b>Close the stream</b>, also after its last event: it keeps a
     * connection until then.
     *
     * <p>Concurrency: locks nothing. The stream has a connection of its own, with an open transaction, and gives it
     * back as it found it. In a store that joins the caller's transaction, the stream uses the caller's connection,
     * leaves the transaction open, and ends with it. If such a store has one connection and no transaction is open,
     * what you write through it while the stream is open commits when you close the stream.
     */
    public Stream<CommissionEvent> stream(CommissionQuery query, CommissionOrder order) {
        Checks.present(query, "query");
        Checks.present(order, "order");
        return new CommissionPageSql(scope).stream(query, order);
    }

    /**
     * Totals of the events that the query matches: one for each currency and status that has events, in the order of
     * currency codes and statuses. A returned payment is no commission, and does not count.
     *
     * <p>Statements and cost: one statement. It reads a few monthly totals if the query names nothing but partner,
     * status and currency; else it reads the events.
     *
     * <p>Source: {@code partner_commission_totals}, which triggers keep equal to the events, or
     * {@code partner_commission_events}.
     */
    public List<CommissionTotal> totals(CommissionQuery query) {
        Checks.present(query, "query");
        return scope.transactions().read(dsl -> new CommissionTotalSql(scope, dsl).of(query));
    }

    /**
     * The tenant's monthly totals: one for each month, currency and status that has events, in this order.
     *
     * <p>Statements and cost: one statement, which reads the monthly totals of the period.
     *
     * <p>Units: months of the event dates, in UTC; the period is half-open.
     *
     * <p>Source: {@code partner_commission_totals}.
     *
     * @param from the first month
     * @param to the month after the last
     * @throws PartnerException.InvalidInput if {@code from} is not before {@code to}
     */
    public List<MonthlyTotal> series(YearMonth from, YearMonth to) {
        requireOrdered(from, to);
        return scope.transactions()
                .read(dsl -> new CommissionTotalSql(scope, dsl).series(null, from.atDay(1), to.atDay(1)));
    }

    /**
     * A partner's monthly totals, as {@link #series(YearMonth, YearMonth)}.
     *
     * @param from the first month
     * @param to the month after the last
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if {@code from} is not before {@code to}
     */
    public List<MonthlyTotal> series(UUID partnerId, YearMonth from, YearMonth to) {
        Checks.present(partnerId, "partnerId");
        requireOrdered(from, to);
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope,
                        dsl,
                        partnerId,
                        new CommissionTotalSql(scope, dsl).series(partnerId, from.atDay(1), to.atDay(1))));
    }

    private static void requireOrdered(YearMonth from, YearMonth to) {
        Checks.present(from, "from");
        Checks.present(to, "to");
        Checks.instant(from.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(), "from");
        Checks.instant(to.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant(), "to");
        if (!from.isBefore(to)) {
            throw new PartnerException.InvalidInput(
                    "from " + from + " is not before to " + to + "; give the month after the last as to");
        }
    }
}
