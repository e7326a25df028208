package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.payouts.PayoutAttemptSql.A;
import static java.util.Comparator.comparing;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.Reconciliation.Difference;
import com.dotmac.partner.dao.payouts.Reconciliation.Finding;
import com.dotmac.partner.dao.payouts.Reconciliation.Line;
import com.dotmac.partner.dao.payouts.Reconciliation.Total;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statement that compares a provider's file, read by {@link PaymentFile}, with our attempts. */
final class ReconciliationSql {

    /**
     * Each line beside the last attempt of its payout, then attempts of the period that have no line; sums alone of
     * those that match. A line that says failed adds nothing to what the bank paid. Indexes:
     * partner_payout_attempts_by_key, partner_payout_attempts_by_start, partner_commission_events_returns,
     * partner_commission_events_one_undo.
     */
    private static final String COMPARED = """
            (with line as materialized (
                select line + 1 as line, key, amount, currency, status, reference, -- the header is line 1
                       lower(key) as provider_key,
                       case when amount ~ '^(-|)[0-9]+(\\.[0-9]+|)$' and length(amount) <= 30 then amount::numeric end as paid,
                       case when lower(status) in ('succeeded', 'failed', 'pending', 'returned') then lower(status) end as said,
                       count(*) over (partition by lower(key)) > 1 as is_repeated
                from pg_temp.partner_payment_file
            ), compared as (
                select l.line, l.key, l.amount, l.currency, l.status, l.reference, a.id as attempt_id,
                       a.amount as our_amount, a.currency as our_currency,
                       case when l.said <> 'failed' then l.paid end as their_paid,
                       array_remove(array[
                           case when l.key is null or l.paid is null or l.said is null
                                     or coalesce(l.currency !~ '^[A-Z][A-Z][A-Z]$', true) then 'UNREADABLE' end,
                           case when l.is_repeated and l.key is not null then 'DUPLICATE_KEY' end,
                           case when a.id is null then 'MISSING_HERE' end,
                           case when a.currency <> l.currency then 'CURRENCY_DIFFERS' end,
                           case when a.amount <> l.paid then 'AMOUNT_DIFFERS' end,
                           case when a.status <> l.said then 'STATUS_DIFFERS' end,
                           case when a.payment_reference is not null and l.said in ('succeeded', 'returned')
                                     and a.payment_reference is distinct from l.reference then 'REFERENCE_DIFFERS' end
                       ], null) as findings
                from line l left join lateral (
                    select t.id, coalesce(r.paid, t.amount) as amount, t.currency,
                           coalesce(r.payment_reference, t.payment_reference) as payment_reference,
                           case when t.outcome = 'succeeded' and exists (
                                         select from partner_commission_events e
                                         where e.tenant_id = t.tenant_id and e.returns_payout_id = t.payout_id and e.undoes_id is null
                                           and not exists (select from partner_commission_events u
                                                           where u.tenant_id = e.tenant_id and u.undoes_id = e.id)) then 'returned'
                                when r.paid is not null then 'succeeded'
                                when t.outcome is null or t.outcome = 'unknown' then 'pending'
                                else t.outcome::text end as status
                    from partner_payout_attempts t left join lateral ( -- a payment that somebody recorded
                        select e.payment_reference,
                               case when o.payment_reference = e.payment_reference then o.amount else 0 end - e.commission_amount as paid
                        from partner_payout_attempts o
                        join partner_commission_events e on e.tenant_id = o.tenant_id and e.attempt_id = o.id
                        where o.tenant_id = t.tenant_id and o.provider_key = t.provider_key
                          and e.payment_reference = l.reference
                        limit 1) r on true
                    where t.tenant_id = ? and t.provider_key = l.provider_key
                    order by t.attempt_number desc
                    limit 1) a on true
                union all
                select null, null, null, null, null, null, a.id, a.amount, a.currency, null, array['MISSING_IN_FILE']
                from (select distinct provider_key from partner_payout_attempts
                      where tenant_id = ? and started_at >= cast(? as timestamptz) and started_at < cast(? as timestamptz)) begun
                cross join lateral (
                    select t.id, t.amount, t.currency from partner_payout_attempts t
                    where t.tenant_id = ? and t.provider_key = begun.provider_key
                    order by t.attempt_number desc
                    limit 1) a
                where not exists (select from line l where l.provider_key = begun.provider_key)
            )
            select findings, line, key, amount as their_amount, currency as their_currency, status as their_status,
                   reference as their_reference, attempt_id, our_currency, our_amount, their_paid, 1::bigint as payments
            from compared
            where cardinality(findings) > 0
            union all
            select array['MATCHED'], null, null, null, null, null, null, null, our_currency, sum(our_amount), sum(their_paid), count(*)
            from compared
            where cardinality(findings) = 0
            group by our_currency)
            """;

    private static final Field<String[]> FINDINGS = field(name("d", "findings"), SQLDataType.VARCHAR.array());
    private static final Field<Long> LINE = field(name("d", "line"), SQLDataType.BIGINT);
    private static final Field<String> KEY = field(name("d", "key"), SQLDataType.VARCHAR);
    private static final Field<String> AMOUNT = field(name("d", "their_amount"), SQLDataType.VARCHAR);
    private static final Field<String> CURRENCY = field(name("d", "their_currency"), SQLDataType.VARCHAR);
    private static final Field<String> STATUS = field(name("d", "their_status"), SQLDataType.VARCHAR);
    private static final Field<String> REFERENCE = field(name("d", "their_reference"), SQLDataType.VARCHAR);
    private static final Field<UUID> ATTEMPT_ID = field(name("d", "attempt_id"), SQLDataType.UUID);
    private static final Field<Currency> OUR_CURRENCY = field(name("d", "our_currency"), A.CURRENCY.getDataType());
    private static final Field<BigDecimal> OUR_AMOUNT = field(name("d", "our_amount"), SQLDataType.NUMERIC);
    private static final Field<BigDecimal> THEIR_PAID = field(name("d", "their_paid"), SQLDataType.NUMERIC);
    private static final Field<Long> PAYMENTS = field(name("d", "payments"), SQLDataType.BIGINT);

    private final Scope scope;
    private final DSLContext dsl;

    ReconciliationSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** @param lines number of lines of the file that {@link PaymentFile} has read */
    Reconciliation compare(long lines, Instant from, Instant to) {
        String tenant = scope.tenantId();
        List<Difference> differences = new ArrayList<>();
        Totals totals = new Totals();
        dsl.select(
                        FINDINGS,
                        LINE,
                        KEY,
                        AMOUNT,
                        CURRENCY,
                        STATUS,
                        REFERENCE,
                        OUR_CURRENCY,
                        OUR_AMOUNT,
                        THEIR_PAID,
                        PAYMENTS)
                .select(A.fields())
                .from(table(COMPARED, tenant, tenant, from, to, tenant).as("d"))
                .leftJoin(A)
                .on(A.TENANT_ID.eq(tenant))
                .and(A.ID.eq(ATTEMPT_ID))
                .orderBy(LINE.asc().nullsLast(), A.ID)
                .forEach(row -> {
                    List<Finding> findings = Arrays.stream(row.get(FINDINGS))
                            .map(Finding::valueOf)
                            .toList();
                    findings.forEach(finding -> totals.add(finding, row));
                    if (!findings.contains(Finding.MATCHED)) {
                        differences.add(new Difference(findings, theirs(row), ours(row)));
                    }
                });
        return new Reconciliation(lines, totals.list(), differences);
    }

    private static Optional<Line> theirs(Record row) {
        return Optional.ofNullable(row.get(LINE))
                .map(line -> new Line(
                        line,
                        Optional.ofNullable(row.get(KEY)),
                        Optional.ofNullable(row.get(AMOUNT)),
                        Optional.ofNullable(row.get(CURRENCY)),
                        Optional.ofNullable(row.get(STATUS)),
                        Optional.ofNullable(row.get(REFERENCE))));
    }

    private static Optional<PayoutAttempt> ours(Record row) {
        return row.get(A.ID) == null ? Optional.empty() : Optional.of(PayoutAttemptSql.read(row.into(A)));
    }

    /** By finding, then by currency. */
    private static final class Totals {

        private final Map<Finding, Map<String, Total>> sums = new TreeMap<>();

        /** A payment whose currencies differ counts in both: our amount in ours, theirs in theirs. */
        void add(Finding finding, Record row) {
            Optional<Currency> ours = Optional.ofNullable(row.get(OUR_CURRENCY));
            Optional<Currency> theirs = finding == Finding.MATCHED ? ours : known(row.get(CURRENCY));
            BigDecimal paid = theirs.isEmpty() ? BigDecimal.ZERO : orZero(row.get(THEIR_PAID));
            long payments = row.get(PAYMENTS);
            if (ours.isPresent() && theirs.isPresent() && !ours.equals(theirs)) {
                add(new Total(finding, ours, payments, orZero(row.get(OUR_AMOUNT)), BigDecimal.ZERO));
                add(new Total(finding, theirs, payments, BigDecimal.ZERO, paid));
            } else {
                add(new Total(finding, ours.or(() -> theirs), payments, orZero(row.get(OUR_AMOUNT)), paid));
            }
        }

        private void add(Total total) {
            sums.computeIfAbsent(total.finding(), first -> new TreeMap<>())
                    .merge(
                            total.currency().map(Currency::getCurrencyCode).orElse(""),
                            total,
                            (sum, more) -> new Total(
                                    sum.finding(),
                                    sum.currency(),
                                    sum.payments() + more.payments(),
                                    sum.ours().add(more.ours()),
                                    sum.theirs().add(more.theirs())));
        }

        private static BigDecimal orZero(@Nullable BigDecimal amount) {
            return amount == null ? BigDecimal.ZERO : amount;
        }

        /** Empty if ISO 4217 has no such currency: nobody can add up its amounts. */
        private static Optional<Currency> known(@Nullable String code) {
            return Currency.getAvailableCurrencies().stream()
                    .filter(currency -> currency.getCurrencyCode().equals(code))
                    .findAny();
        }

        List<Total> list() {
            return sums.values().stream()
                    .flatMap(byCurrency -> byCurrency.values().stream())
                    .sorted(comparing(Total::finding))
                    .toList();
        }
    }
}
