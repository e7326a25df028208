package com.dotmac.partner.dao.payouts;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.dao.internal.BatchValues;
import com.dotmac.partner.dao.internal.JdbcStatement;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.Field;

/**
 * The statements that report outcomes: one for one report, one for a batch. A statement locks the payouts in the order
 * of their ids, and each attempt after its payout; so it decides by the newest row of both. It records what may be
 * recorded, and returns every attempt as it was before: {@link AttemptOutcomeSql} says why the others were not.
 */
final class ReportSql {

    /**
     * An attempt that was reported.
     *
     * @param before the attempt as the statement found it
     * @param payout as it is now
     * @param recorded whether the statement recorded the report
     * @param events how many commission events the payout has, if the report was of a payment
     */
    record Reported(PayoutAttempt before, Payout payout, boolean recorded, int events) {}

    /** Of a batch; {@link #ofOne} makes it that of one report, whose plan then serves every report. */
    private static final String GIVEN_SUCCESSES = """
            select ?::text as tenant_id, ?::text as actor, unnest(?::text[])::uuid as attempt_id,
                   unnest(?::text[]) as reference, unnest(?::text[])::numeric as amount,
                   unnest(?::text[])::char(3) as currency, unnest(?::text[]) as said
            """;

    private static final List<Function<Success, String>> SUCCESS = List.of(
            report -> report.attemptId().toString(),
            Success::paymentReference,
            report -> report.confirmed().amount().toPlainString(),
            report -> report.confirmed().currency().getCurrencyCode(),
            report -> report.confirmed().toString());

    private static final String GIVEN_FAILURES = """
            select ?::text as tenant_id, ?::text as actor, unnest(?::text[])::uuid as attempt_id,
                   unnest(?::text[]) as reason
            """;

    private static final List<Function<Failure, String>> FAILURE =
            List.of(report -> report.attemptId().toString(), Failure::reason);

    /**
     * Every join is on the tenant's column too, and not on a constant: of rows that came after the last {@code analyze}
     * PostgreSQL expects one of a tenant, and would go through all attempts of the tenant for each report. Indexes:
     * partner_payout_attempts_pkey, partner_payouts_pkey.
     */
    private static final String LOCKED = """
            locked as materialized (
                select p, a, p.id as payout_id, given.*
                from given
                join partner_payout_attempts a on a.tenant_id = given.tenant_id and a.id = given.attempt_id
                join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
                order by p.id, a.id
                for no key update of p, a
            )
            """;

    /**
     * {@code is_paid}: what the provider confirms is what the attempt is over. An attempt for which it confirmed another
     * amount before can only become paid, under the same reference.
     */
    private static final String OPEN_SUCCESSES = """
            open as materialized (
                select tenant_id, actor, attempt_id, payout_id, reference, amount, currency, said, is_paid,
                       (p).commission_count as counted
                from locked,
                     lateral (select (a).amount = amount and (a).currency = currency as is_paid) compared
                where coalesce((a).outcome, 'unknown') = 'unknown'
                  and case when is_paid then coalesce((a).confirmed_reference, reference) = reference
                           else (a).confirmed_amount is null end
            )
            """;

    /** Index: partner_commission_events_by_payout. */
    private static final String EVENTS = """
            events as materialized (
                select e.payout_id
                from open
                join partner_commission_events e on e.tenant_id = open.tenant_id and e.payout_id = open.payout_id
                where open.is_paid
            """;

    /** In the order of all operations: a refund may have locked some of them. */
    private static final String IN_ORDER = """
                order by e.id
                for no key update of e
            """;

    /**
     * The reports that are recorded: not those of payouts whose events were altered from outside. A full join, though
     * each counted payout is an open one: PostgreSQL hashes it, whatever it expects; see PayoutLinkSql.
     */
    private static final String JUDGED = """
            ),
            counted as materialized (
                select payout_id, count(*) as events from events group by payout_id
            ),
            judged as materialized (
                select open.*, coalesce(counted.events, 0) as events,
                       not is_paid or counted.events = counted as is_recorded
                from open full join counted on counted.payout_id = open.payout_id
            )
            """;

    /**
     * The first other amount that the provider confirms stays; the reason of an outcome that is unknown already stays
     * too. Changes attempt, payout and events in one statement, as their guards demand.
     */
    private static final String SUCCEEDED = """
            reported as (
                update partner_payout_attempts a
                set outcome = case when is_paid then 'succeeded' else 'unknown' end::partner_payment_outcome,
                    ended_at = case when is_paid then now() end,
                    ended_by = case when is_paid then judged.actor end,
                    payment_reference = case when is_paid then judged.reference end,
                    unknown_at = case when is_paid then a.unknown_at else coalesce(a.unknown_at, now()) end,
                    unknown_by = case when is_paid then a.unknown_by else coalesce(a.unknown_by, judged.actor) end,
                    unknown_reason = case when is_paid then a.unknown_reason
                        else coalesce(a.unknown_reason, 'the provider confirms ' || said || ' under reference '
                            || judged.reference || ', the attempt is over '
                            || round(a.amount, partner_currency_minor_unit(a.currency)) || ' ' || a.currency) end,
                    confirmed_amount = case when is_paid then a.confirmed_amount else judged.amount end,
                    confirmed_currency = case when is_paid then a.confirmed_currency else judged.currency end,
                    confirmed_reference = case when is_paid then a.confirmed_reference else judged.reference end
                from judged
                where a.tenant_id = judged.tenant_id and a.id = judged.attempt_id and judged.is_recorded
                returning a.tenant_id, a.payout_id, a.payment_reference, judged.actor
            ),
            ended as (
                update partner_payouts p
                set status = 'completed', completed_at = now(), payment_reference = reported.payment_reference,
                    status_changed_at = now(), status_changed_by = reported.actor, status_reason = null
                from reported
                where p.tenant_id = reported.tenant_id and p.id = reported.payout_id
                  and reported.payment_reference is not null
                returning p, p.id as payout_id, p.tenant_id, reported.actor
            ),
            paid as (
                update partner_commission_events e
                set status = 'paid', paid_at = now(), status_changed_at = now(), status_changed_by = ended.actor
                from ended
                where e.tenant_id = ended.tenant_id and e.payout_id = ended.payout_id
            )
            """;

    /** Not an attempt for which the provider confirmed another amount: that payment would be forgotten. */
    private static final String OPEN_FAILURES = """
            judged as materialized (
                select tenant_id, actor, attempt_id, payout_id, reason, 0 as events, true as is_recorded
                from locked
                where coalesce((a).outcome, 'unknown') = 'unknown'
                  and coalesce((a).confirmed_currency <> (a).currency, true)
            )
            """;

    private static final String FAILED = """
            reported as (
                update partner_payout_attempts a
                set outcome = 'failed', ended_at = now(), ended_by = judged.actor, failure_reason = judged.reason
                from judged
                where a.tenant_id = judged.tenant_id and a.id = judged.attempt_id
                returning a.tenant_id, a.payout_id, a.failure_reason, judged.actor
            ),
            ended as (
                update partner_payouts p
                set status = 'failed', status_changed_at = now(), status_changed_by = reported.actor,
                    status_reason = reported.failure_reason
                from reported
                where p.tenant_id = reported.tenant_id and p.id = reported.payout_id
                returning p, p.id as payout_id
            )
            """;

    private static final int RECORDED_AT = PayoutSql.COLUMNS.size() + PayoutAttemptSql.COLUMNS.size() + 1;

    private static final String RESULT = "select " + columns(PayoutSql.COLUMNS, "payout") + ", "
            + columns(PayoutAttemptSql.COLUMNS, "attempt") + """
            , is_recorded, events
            from (
                select coalesce(ended.p, locked.p) as payout, locked.a as attempt,
                       coalesce(judged.is_recorded, false) as is_recorded, coalesce(judged.events, 0) as events
                from locked
                full join ended on ended.payout_id = locked.payout_id
                full join judged on judged.attempt_id = locked.attempt_id
            ) result
            """;

    private static String columns(List<Field<?>> columns, String of) {
        return columns.stream()
                .map(column -> "(" + of + ")." + column.getName())
                .collect(joining(", "));
    }

    private static final JdbcStatement SUCCEED =
            statement(ofOne(GIVEN_SUCCESSES), LOCKED, OPEN_SUCCESSES, EVENTS + IN_ORDER + JUDGED, SUCCEEDED);

    private static final JdbcStatement SUCCEED_ALL =
            statement(GIVEN_SUCCESSES, LOCKED, OPEN_SUCCESSES, EVENTS + IN_ORDER + JUDGED, SUCCEEDED);

    private static final JdbcStatement FAIL = statement(ofOne(GIVEN_FAILURES), LOCKED, OPEN_FAILURES, FAILED);

    private static final JdbcStatement FAIL_ALL = statement(GIVEN_FAILURES, LOCKED, OPEN_FAILURES, FAILED);

    private static String ofOne(String given) {
        return given.replace("unnest(?::text[])", "?::text");
    }

    private static JdbcStatement statement(String given, String... parts) {
        return new JdbcStatement(
                "with given as materialized (\n" + given + "),\n" + String.join(",\n", parts) + RESULT);
    }

    private final Scope scope;
    private final DSLContext dsl;

    ReportSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** @param reports of different attempts; the result leaves out attempts that this tenant does not have */
    Map<UUID, Reported> succeed(List<Success> reports) {
        return fetch(reports.size() == 1 ? SUCCEED : SUCCEED_ALL, given(reports, SUCCESS));
    }

    /** As {@link #succeed}. */
    Map<UUID, Reported> fail(List<Failure> reports) {
        return fetch(reports.size() == 1 ? FAIL : FAIL_ALL, given(reports, FAILURE));
    }

    private <R> BatchValues given(List<R> reports, List<Function<R, String>> columns) {
        BatchValues values = new BatchValues().text(scope.tenantId()).text(scope.actor());
        for (Function<R, String> column : columns) {
            if (reports.size() == 1) {
                values.text(column.apply(reports.get(0)));
            } else {
                values.array("text", reports.stream().map(column).toArray(String[]::new));
            }
        }
        return values;
    }

    private Map<UUID, Reported> fetch(JdbcStatement statement, BatchValues values) {
        return statement.fetch(dsl, values, rows -> {
            Map<UUID, Reported> reported = new HashMap<>();
            while (rows.next()) {
                Reported row = reported(rows);
                reported.put(row.before().id(), row);
            }
            return reported;
        });
    }

    private static Reported reported(ResultSet row) throws SQLException {
        ClaimedPayout found = PayoutAttemptSql.CLAIMED_READER.read(row);
        return new Reported(found.attempt(), found.payout(), row.getBoolean(RECORDED_AT), row.getInt(RECORDED_AT + 1));
    }
}
