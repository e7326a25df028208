package com.dotmac.partner.testkit.attacks;

import static com.dotmac.partner.testkit.attacks.Attack.reaches;
import static com.dotmac.partner.testkit.attacks.Attack.tellsApart;
import static com.dotmac.partner.testkit.attacks.Attack.watches;

import java.util.List;
import java.util.stream.Stream;

/** Infers rows of the victim from errors, plans, statistics, locks and references. */
final class InferringAttacks {

    private static final String KEY =
            "with k as (insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash,"
                    + " requested_by) values ('${mine}', 'probe', 'probe', sha256('x'), 'x')) ";

    private InferringAttacks() {}

    static List<Attack> all() {
        return Stream.of(errors(), references(), views(), catalog())
                .flatMap(List::stream)
                .toList();
    }

    private static Attack infers(String name, String sql) {
        return reaches("infer", name, sql);
    }

    private static List<Attack> errors() {
        return List.of(
                infers(
                        "an error that tells",
                        "select 1 / (case when company_name like '${secret}%' then 0 else 1 end)"
                                + " from partners where tenant_id <> '${mine}'"),
                infers(
                        "an error in a condition",
                        "select from partners"
                                + " where 1 / (case when tenant_id = '${theirs}' then 0 else 1 end) > 5"),
                infers("an error of a cast", "select company_name::integer from partners where tenant_id <> '${mine}'"),
                infers(
                        "an error of a cast in a condition",
                        "select from partners where tenant_id <> '${mine}'" + " and company_name::integer > 0"),
                infers(
                        "an error of a function",
                        "select from partners where tenant_id <> '${mine}'" + " and pg_size_bytes(company_name) > 0"),
                infers(
                        "an error of a pattern",
                        "select from partners where tenant_id <> '${mine}'" + " and 'x' ~ ('(' || company_name)"),
                infers(
                        "a cheap function before the policy",
                        "do $$ begin perform from partners"
                                + " where pg_advisory_xact_lock_shared(hashtext(company_name)) is not null"
                                + " and tenant_id <> '${mine}'; if found then raise division_by_zero; end if; end $$"),
                infers(
                        "a unique key without the tenant",
                        "select i.indexrelid::regclass from pg_index i"
                                + " join pg_class c on c.oid = i.indrelid"
                                + " left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]"
                                + " where i.indisunique and pg_table_is_visible(c.oid)"
                                + " and c.relname ~ '^partner(s$|_)' and c.relname <> 'partner_schema_history'"
                                + " and a.attname <> 'tenant_id'"));
    }

    private static String event(String columns, String values) {
        return event(columns, values, "1", "0.1");
    }

    /** An entry that is no commission, approved in an own payout. */
    private static String payment(String columns, String values) {
        return event(
                "commission_amount, status, approved_at, approved_by, payout_id, " + columns,
                "1, 'approved', now(), 'x', '${my.open}', " + values,
                "0",
                "0");
    }

    private static String event(String columns, String values, String base, String rate) {
        return KEY + "insert into partner_commission_events (tenant_id, partner_id, event_date, currency, base_amount,"
                + " commission_rate, calculation, idempotency_key, recorded_by, status_changed_by, " + columns
                + ") values ('${mine}', '${my.partner}', '2026-01-01', 'USD', " + base + ", " + rate
                + ", '{}', 'probe', 'x', 'x', " + values + "); set constraints all immediate";
    }

    /** Each reference to another row: the check must not tell an id of the victim from one that nobody has. */
    private static List<Attack> references() {
        return List.of(
                tellsApart(
                        "infer",
                        "does a user's partner exist",
                        KEY + "insert into partner_users (tenant_id, partner_id,"
                                + " email, full_name, role, idempotency_key, created_by, updated_by)"
                                + " values ('${mine}', '${id}', 'a@b', 'A', 'x', 'probe', 'x', 'x')"),
                tellsApart(
                        "infer",
                        "does an account's partner exist",
                        KEY + "insert into partner_accounts (tenant_id,"
                                + " partner_id, starts_at, idempotency_key, created_by)"
                                + " values ('${mine}', '${id}', now(), 'probe', 'x')"),
                tellsApart(
                        "infer",
                        "does a minimum's partner exist",
                        "insert into partner_payout_minimums" + " values ('${mine}', '${id}', 'USD', 1)"),
                tellsApart(
                        "infer",
                        "does a rule's partner exist",
                        KEY + "insert into partner_commissions (tenant_id,"
                                + " partner_id, model, currency, rate, effective_from, idempotency_key, created_by)"
                                + " values ('${mine}', '${id}', 'revenue_share', 'USD', 0.1, now(), 'probe', 'x')"),
                tellsApart(
                        "infer",
                        "does a payout's partner exist",
                        "insert into partner_payouts (tenant_id, partner_id,"
                                + " currency, opened_by, status_changed_by) values ('${mine}', '${id}', 'JPY', 'x', 'x')"),
                tellsApart(
                        "infer",
                        "does an attempt's payout exist",
                        "insert into partner_payout_attempts (tenant_id,"
                                + " payout_id, attempt_number, provider_key, amount, currency, worker, lease_until, started_by)"
                                + " values ('${mine}', '${id}', 1, 'x', 1, 'USD', 'x', now() + interval '1 h', 'x')"),
                tellsApart(
                        "infer",
                        "does a part's payout exist",
                        "insert into partner_payout_parts (tenant_id, payout_id,"
                                + " part) values ('${mine}', '${id}', 1)"),
                tellsApart(
                        "infer",
                        "does a refund's sale exist",
                        KEY + "insert into partner_refunds (tenant_id, sale_id,"
                                + " amount, line_amounts, reason, idempotency_key, recorded_by)"
                                + " values ('${mine}', '${id}', 1, '{1}', 'x', 'probe', 'x')"),
                tellsApart(
                        "infer",
                        "does an event's partner exist",
                        event("commission_amount", "0.1").replace("'${my.partner}'", "'${id}'")),
                tellsApart("infer", "does an event's sale exist", event("commission_amount, sale_id", "0.1, '${id}'")),
                tellsApart(
                        "infer",
                        "does an event's account exist",
                        event("commission_amount, account_id", "0.1, '${id}'")),
                tellsApart(
                        "infer",
                        "does an event's rule exist",
                        event("commission_amount, rule_id, rule_version", "0.1, '${id}', 1")),
                tellsApart(
                        "infer",
                        "does an event's payout exist",
                        event(
                                "commission_amount, status, approved_at, approved_by, payout_id",
                                "0.1, 'approved', now(), 'x'," + " '${id}'")),
                tellsApart(
                        "infer",
                        "does a reversed event exist",
                        event("commission_amount, reverses_id", "-0.1, '${id}'")),
                tellsApart(
                        "infer",
                        "does an undone event exist",
                        event("commission_amount, reverses_id, undoes_id", "0.1, '${my.event}', '${id}'")),
                tellsApart(
                        "infer",
                        "does a corrected event exist",
                        event("commission_amount, sale_id, corrects_id", "0.1, '${my.sale}', '${id}'")),
                tellsApart(
                        "infer",
                        "does an event's refund exist",
                        event(
                                "commission_amount, sale_id, reverses_id, refund_id",
                                "-0.1, '${my.sale}', '${my.event}', '${id}'")),
                tellsApart("infer", "does a returned payout exist", payment("returns_payout_id", "'${id}'")),
                tellsApart(
                        "infer", "does a paid attempt exist", payment("attempt_id, payment_reference", "'${id}', 'x'")),
                tellsApart(
                        "link",
                        "an own event to another payout",
                        "update partner_commission_events" + " set payout_id = '${id}' where id = '${my.event}'"),
                tellsApart(
                        "link",
                        "an own restatement to another sale",
                        "update partner_restatements"
                                + " set reached_sale_id = '${id}', reached_at = now() where tenant_id = '${mine}'"));
    }

    private static List<Attack> views() {
        return List.of(
                infers(
                        "a plan",
                        "do $$ declare l text; begin for l in explain (analyze, format text)"
                                + " select * from partners where tenant_id = '${theirs}' loop"
                                + " if l ~ 'Scan.*actual.* rows=0*[1-9]' then raise division_by_zero; end if; end loop; end $$"),
                infers(
                        "an estimate",
                        "do $$ declare l text; own text; begin"
                                + " for l in explain select * from partners where company_name = '${secret} Ltd' loop"
                                + " own := coalesce(own, l); end loop;"
                                + " for l in explain select * from partners where company_name = 'of nobody' loop"
                                + " if l ~ 'rows=' and own is distinct from l then raise division_by_zero; end if; exit; end loop;"
                                + " end $$"),
                watches(
                        "the statement of another session",
                        "select query from pg_stat_activity"
                                + " where pid <> pg_backend_pid() and query like '%${secret}%'"),
                watches(
                        "the tenant of another session",
                        "select query from pg_stat_activity"
                                + " where pid <> pg_backend_pid() and query like '%${theirs}%'"),
                watches(
                        "the advisory lock of a tenant's number",
                        "select from pg_locks where locktype = 'advisory'"
                                + " and ((classid::bigint << 32) | objid::bigint)"
                                + " = hashtextextended('partner number of ${theirs}', 0) and pid <> pg_backend_pid()"),
                watches(
                        "a row that another session has locked",
                        "select from pg_locks l join pg_class c"
                                + " on c.oid = l.relation where l.locktype = 'tuple' and c.relname ~ '^partner'"
                                + " and l.pid <> pg_backend_pid()"),
                watches(
                        "what another session has not committed",
                        "set local enable_seqscan = on;"
                                + " select from partners where idempotency_key like 'meanwhile:%'"),
                infers(
                        "a sequence",
                        "select from pg_sequences where sequencename ~ '^partner' and last_value is not null"),
                infers("statements of all sessions", "select from pg_stat_statements where query like '%${secret}%'"));
    }

    /** What would be a trap, whoever calls it. */
    private static List<Attack> catalog() {
        return List.of(
                infers(
                        "a view that reads as its owner",
                        "select c.relname from pg_class c"
                                + " where c.relkind = 'v' and c.relname ~ '^partner' and pg_table_is_visible(c.oid)"
                                + " and not coalesce('security_invoker=true' = any (c.reloptions), false)"),
                infers(
                        "a function that runs as its owner",
                        "select p.oid::regprocedure from pg_proc p"
                                + " where p.prosecdef and p.proname ~ '^partner' and pg_function_is_visible(p.oid)"
                                + " and has_function_privilege(p.oid, 'execute') and p.prorettype <> 'boolean'::regtype"),
                infers(
                        "a function whose search path the caller sets",
                        "select p.oid::regprocedure from pg_proc p"
                                + " where p.prosecdef and p.proname ~ '^partner' and not coalesce(p.proconfig::text"
                                + " ~ 'search_path=.*pg_temp', false)"),
                infers(
                        "a table without a policy",
                        "select c.relname from pg_class c where c.relkind in ('r', 'p')"
                                + " and c.relname ~ '^partner(s$|_)' and c.relname <> 'partner_schema_history'"
                                + " and pg_table_is_visible(c.oid) and has_any_column_privilege(c.oid, 'select')"
                                + " and not (c.relrowsecurity and c.relforcerowsecurity)"),
                infers(
                        "a reference without the tenant",
                        "select f.conname from pg_constraint f"
                                + " join pg_class c on c.oid = f.conrelid join pg_class t on t.oid = f.confrelid"
                                + " where f.contype = 'f' and c.relname ~ '^partner(s$|_)' and t.relname ~ '^partner(s$|_)'"
                                + " and not exists (select from pg_attribute a where a.attrelid = f.conrelid"
                                + " and a.attnum = any (f.conkey) and a.attname = 'tenant_id')"),
                infers(
                        "a materialized copy",
                        "select c.relname from pg_class c where c.relkind = 'm'"
                                + " and c.relname ~ '^partner' and has_any_column_privilege(c.oid, 'select')"),
                infers(
                        "the definer's function told another tenant",
                        "select where partner_no_tenant_waits('${theirs}')"),
                infers(
                        "why another tenant's claims stop",
                        "select where (partner_why_claims_stop('${theirs}') is null)"
                                + " <> (partner_why_claims_stop('nobody') is null)"));
    }
}
