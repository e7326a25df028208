package com.dotmac.partner.isolation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * A way by plain SQL to another tenant's rows.
 *
 * @param name what it tries
 * @param sql succeeds if it returns or changes a row; a division by zero tells the attacker something too
 */
record Attack(String name, String sql) {

    private static final List<String> TABLES = List.of(
            "partner_idempotency_keys",
            "partners",
            "partner_payout_hold_changes",
            "partner_payout_minimums",
            "partner_users",
            "partner_accounts",
            "partner_commissions",
            "partner_payouts",
            "partner_payout_attempts",
            "partner_payment_servers",
            "partner_status_changes",
            "partner_sales",
            "partner_refunds",
            "partner_commission_events",
            "partner_commission_totals");

    @Override
    public String toString() {
        return name;
    }

    /** Whether it reaches a row of another tenant. Undoes what it did. */
    boolean succeeds(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select set_config('partner.tenant', 'acme', true)");
            boolean reached = false;
            boolean rows = statement.execute(sql);
            while (true) {
                if (rows) {
                    ResultSet result = statement.getResultSet();
                    reached = result.next();
                } else if (statement.getUpdateCount() < 0) {
                    return reached;
                } else {
                    reached = statement.getUpdateCount() > 0;
                }
                rows = statement.getMoreResults();
            }
        } catch (SQLException refused) {
            return "22012".equals(refused.getSQLState());
        } finally {
            connection.rollback();
        }
    }

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>();
        for (String table : TABLES) {
            attacks.add(new Attack("read " + table, "select from " + table + " where tenant_id = 'beta'"));
        }
        for (String table : List.of(
                "partners",
                "partner_users",
                "partner_accounts",
                "partner_commissions",
                "partner_payouts",
                "partner_sales",
                "partner_commission_events",
                "partner_payout_attempts")) {
            attacks.add(new Attack(
                    "lock " + table, "select from " + table + " where tenant_id = 'beta' for no key update"));
        }
        attacks.addAll(
                List.of(
                        new Attack("read the ledger", "select from partner_ledger where tenant_id = 'beta'"),
                        new Attack(
                                "read the view of payouts",
                                "select from partner_payouts_with_parts where tenant_id = 'beta'"),
                        new Attack(
                                "no condition on the tenant", "select from partners where company_name like 'Beta%'"),
                        new Attack("count all", "select from (select count(*) from partners) c (n) where n > 1"),
                        new Attack(
                                "the greatest of all",
                                "select from (select max(tenant_id) from partners) c (t) where t = 'beta'"),
                        new Attack("join", "select from partners a join partners b on a.tenant_id <> b.tenant_id"),
                        new Attack(
                                "outer join",
                                "select from (select 'beta' t) x left join partners p on p.tenant_id = x.t where p.id is not null"),
                        new Attack("exists", "select where exists (select from partners where tenant_id = 'beta')"),
                        new Attack(
                                "lateral",
                                "select from (select 'beta' t) x, lateral (select from partners where tenant_id = x.t) l"),
                        new Attack(
                                "common table expression",
                                "with r as materialized (select * from partners) select from r where tenant_id <> 'acme'"),
                        new Attack("union", "select tenant_id from partners except select 'acme'"),
                        new Attack(
                                "window",
                                "select from (select tenant_id, lag(tenant_id) over (order by tenant_id) b from partners) w where b <> tenant_id"),
                        new Attack("the row as text", "select from partners p where p::text like '%Beta%'"),
                        new Attack(
                                "the row as JSON",
                                "select from (select json_agg(p)::text from partners p) j (t) where t like '%Beta%'"),
                        new Attack(
                                "the table as XML",
                                "select where table_to_xml('partners', true, false, '')::text like '%Beta%'"),
                        new Attack(
                                "a query as XML",
                                "select where query_to_xml('select * from partners', true, false, '')::text like '%Beta%'"),
                        new Attack(
                                "a sample", "select from partners tablesample system (100) where tenant_id = 'beta'"),
                        new Attack(
                                "by the place on disk",
                                "select from partners where ctid >= '(0,0)' and tenant_id = 'beta'"),
                        new Attack(
                                "a cursor",
                                "declare c cursor for select 1 from partners where tenant_id = 'beta'; fetch all from c"),
                        new Attack(
                                "a prepared statement",
                                "prepare attack as select 1 from partners where tenant_id = 'beta'; execute attack"),
                        new Attack("no tenant", "select set_config('partner.tenant', '', true); select from partners"),
                        new Attack("the setting reset", "reset partner.tenant; select from partners"),
                        new Attack(
                                "a tenant that is a pattern",
                                "select set_config('partner.tenant', '%', true); select from partners"),
                        new Attack(
                                "a tenant that is a condition",
                                "select set_config('partner.tenant', 'x'' or true --', true); select from partners"),
                        new Attack(
                                "row security off",
                                "set local row_security = off; select from partners where tenant_id = 'beta'"),
                        new Attack(
                                "an error that tells",
                                "select 1 / (case when company_name like 'Beta%' then 0 else 1 end) from partners where tenant_id <> 'acme'"),
                        new Attack(
                                "an error in a condition",
                                "select from partners where 1 / (case when tenant_id = 'beta' then 0 else 1 end) > 5"),
                        new Attack(
                                "an anonymous block",
                                "do $$ begin perform from partners where tenant_id = 'beta'; if found then raise division_by_zero; end if; end $$"),
                        new Attack(
                                "statistics",
                                "select from pg_stats where tablename = 'partners' and (most_common_vals::text like '%beta%' or histogram_bounds::text like '%beta%')"),
                        new Attack(
                                "explain",
                                "do $$ declare l text; begin for l in explain (analyze, format text) select * from partners where tenant_id = 'beta' loop"
                                        + " if l ~ 'actual.* rows=1' then raise division_by_zero; end if; end loop; end $$"),
                        new Attack(
                                "rename a partner",
                                "update partners set company_name = 'taken' where tenant_id = 'beta'"),
                        new Attack(
                                "returning",
                                "update partners set company_name = company_name where tenant_id = 'beta' returning *"),
                        new Attack(
                                "suspend a partner",
                                "update partners set status = 'suspended', status_reason = 'x', updated_by = 'x', updated_at = now() where tenant_id = 'beta'"),
                        new Attack(
                                "hold payouts",
                                "update partners set payout_hold_reason = 'x', updated_by = 'x', updated_at = now() where tenant_id = 'beta'"),
                        new Attack(
                                "merge",
                                "merge into partners p using (select 'beta' t) x on p.tenant_id = x.t when matched then update set company_name = 'taken'"),
                        new Attack(
                                "update from",
                                "update partners p set company_name = a.company_name from partners a where a.tenant_id = 'acme' and p.tenant_id = 'beta'"),
                        new Attack(
                                "copy a value",
                                "update partners set website = (select company_name from partners where tenant_id = 'beta')"
                                        + " where tenant_id = 'acme' and exists (select from partners where tenant_id = 'beta')"),
                        new Attack(
                                "cancel an event",
                                "update partner_commission_events set status = 'cancelled', status_reason = 'x', status_changed_by = 'x'"
                                        + " where tenant_id = 'beta' and status = 'pending'"),
                        new Attack(
                                "change a minimum",
                                "update partner_payout_minimums set minimum_amount = 0 where tenant_id = 'beta'"),
                        new Attack(
                                "use a key",
                                "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                                        + " values ('beta', 'taken', 'accrue', sha256('x'), 'x')"),
                        new Attack(
                                "insert from",
                                "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                                        + " select tenant_id, 'taken', operation, request_hash, 'x' from partner_idempotency_keys where tenant_id = 'beta' limit 1"),
                        new Attack(
                                "on conflict",
                                "with i as (insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                                        + " values ('beta', 'beta:partner', 'accrue', sha256('x'), 'x') on conflict do nothing returning 1) select where not exists (select from i)"),
                        new Attack(
                                "register a partner",
                                "with k as (insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                                        + " values ('beta', 'taken', 'register', sha256('x'), 'x')) insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)"
                                        + " values ('beta', 'P-99999999', 'Taken', 'taken', 'x', 'x')"),
                        new Attack(
                                "open a payout by function",
                                "select 1 from (select id from partners where tenant_id = 'beta') p, partner_take_open_payout('beta', p.id, 'JPY', 'x') o where o is not null"),
                        new Attack(
                                "fold parts by function",
                                "select 1 from (select id from partner_payouts where tenant_id = 'beta') p, partner_enter_open_payout('beta', p.id) o where o is not null")));
        return attacks;
    }
}
