package com.dotmac.partner.testkit.attacks;

import static com.dotmac.partner.testkit.attacks.Attack.copies;
import static com.dotmac.partner.testkit.attacks.Attack.reaches;

import java.util.ArrayList;
import java.util.List;

/** Reads, counts and locks rows of the victim. */
final class ReadingAttacks {

    static final List<String> TABLES = List.of(
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

    private static final List<String> LOCKED = List.of(
            "partners",
            "partner_users",
            "partner_accounts",
            "partner_commissions",
            "partner_payouts",
            "partner_payout_attempts",
            "partner_commission_events",
            "partner_commission_totals");

    private ReadingAttacks() {}

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>();
        for (String table : TABLES) {
            attacks.add(reads("table " + table, "select from " + table + " where tenant_id = '${theirs}'"));
        }
        attacks.addAll(queries());
        attacks.addAll(texts());
        attacks.addAll(copied());
        for (String table : LOCKED) {
            attacks.add(reaches(
                    "lock",
                    "rows of " + table,
                    "select from " + table + " where tenant_id = '${theirs}' for no key update"));
        }
        attacks.add(reaches(
                "lock", "a row that is read", "select from partners where tenant_id = '${theirs}' for key share"));
        attacks.add(reaches(
                "lock",
                "free rows only",
                "select from partner_payouts where tenant_id = '${theirs}' for update skip locked"));
        for (String table : TABLES) {
            attacks.add(
                    reaches("lock", "the whole table " + table, "lock table " + table + " in share mode; select 1"));
        }
        attacks.add(reaches(
                "lock", "the whole table for reading too", "lock table partners in access exclusive mode; select 1"));
        return attacks;
    }

    private static Attack reads(String name, String sql) {
        return reaches("read", name, sql);
    }

    private static List<Attack> queries() {
        return List.of(
                reads("the ledger", "select from partner_ledger where tenant_id = '${theirs}'"),
                reads("the view of payouts", "select from partner_payouts_with_parts where tenant_id = '${theirs}'"),
                reads(
                        "no condition on the tenant",
                        "select company_name from partners" + " where company_name like '${secret}%'"),
                reads("by id", "select from partner_commission_events where id = '${their.event}'"),
                reads("by an id of a list", "select from partners where id = any (array['${their.partner}']::uuid[])"),
                reads(
                        "count all",
                        "select where (select count(*) from partners)"
                                + " > (select count(*) from partners where tenant_id = '${mine}')"),
                reads(
                        "sum of all",
                        "select where (select sum(total_amount) from partner_payouts)"
                                + " > (select sum(total_amount) from partner_payouts where tenant_id = '${mine}')"),
                reads("the greatest of all", "select where (select max(tenant_id) from partners) <> '${mine}'"),
                reads(
                        "grouped",
                        "select tenant_id, count(*) from partners group by rollup (tenant_id)"
                                + " having tenant_id <> '${mine}'"),
                reads("join", "select from partners a join partners b on a.tenant_id <> b.tenant_id"),
                reads(
                        "outer join",
                        "select from (select '${theirs}' t) x left join partners p on p.tenant_id = x.t"
                                + " where p.id is not null"),
                reads("exists", "select where exists (select from partners where tenant_id = '${theirs}')"),
                reads(
                        "lateral",
                        "select from (select '${theirs}' t) x,"
                                + " lateral (select from partners where tenant_id = x.t) l"),
                reads(
                        "common table expression",
                        "with r as materialized (select * from partners)"
                                + " select from r where tenant_id <> '${mine}'"),
                reads(
                        "recursion",
                        "with recursive r as (select id, tenant_id from partners union"
                                + " select p.id, p.tenant_id from partners p join r on p.tenant_id <> r.tenant_id)"
                                + " select from r where tenant_id <> '${mine}'"),
                reads("except", "select tenant_id from partners except select '${mine}'"),
                reads(
                        "window",
                        "select from (select tenant_id, lag(tenant_id) over (order by tenant_id) b"
                                + " from partners) w where b <> tenant_id"),
                reads("a sample", "select from partners tablesample system (100) where tenant_id = '${theirs}'"),
                reads("by the place on disk", "select from partners where ctid >= '(0,0)' and tenant_id = '${theirs}'"),
                reads(
                        "by the transaction",
                        "select from partners where xmin::text::bigint > 0 and tenant_id <> '${mine}'"),
                reads("a table by inheritance", "select from only partners where tenant_id = '${theirs}'"),
                reads(
                        "a cursor",
                        "declare c cursor for select 1 from partners where tenant_id = '${theirs}';"
                                + " fetch all from c"),
                reads(
                        "a cursor that scrolls",
                        "declare c scroll cursor for select 1 from partners"
                                + " where tenant_id <> '${mine}'; fetch last from c"),
                reads(
                        "a prepared statement",
                        "prepare attack as select 1 from partners where tenant_id = '${theirs}';" + " execute attack"),
                reads(
                        "a prepared statement with a generic plan",
                        "set local plan_cache_mode = force_generic_plan;"
                                + " prepare generic_attack (text) as select 1 from partners where tenant_id = $1;"
                                + " execute generic_attack ('${theirs}')"),
                reads(
                        "in parallel",
                        "set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; set local min_parallel_table_scan_size = 0; set local max_parallel_workers_per_gather = 4;"
                                + " select from partner_commission_events where tenant_id = '${theirs}'"),
                reads(
                        "without an index",
                        "set local enable_indexscan = off; set local enable_bitmapscan = off;"
                                + " select from partners where tenant_id = '${theirs}'"),
                reads(
                        "an anonymous block",
                        "do $$ begin perform from partners where tenant_id = '${theirs}';"
                                + " if found then raise division_by_zero; end if; end $$"),
                reads(
                        "dynamic SQL",
                        "do $$ declare n bigint; begin"
                                + " execute 'select count(*) from partners where tenant_id = ''${theirs}''' into n;"
                                + " if n > 0 then raise division_by_zero; end if; end $$"));
    }

    private static List<Attack> texts() {
        return List.of(
                reads("the row as text", "select from partners p where p::text like '%${secret}%'"),
                reads(
                        "the row as JSON",
                        "select from (select json_agg(p)::text from partners p) j (t)" + " where t like '%${secret}%'"),
                reads(
                        "the table as XML",
                        "select where table_to_xml('partners', true, false, '')::text like '%${secret}%'"),
                reads(
                        "a query as XML",
                        "select where query_to_xml('select * from partners', true, false, '')::text"
                                + " like '%${secret}%'"),
                reads(
                        "the schema as XML",
                        "select where schema_to_xml(current_schema, true, false, '')::text" + " like '%${secret}%'"),
                reads(
                        "a cursor as XML",
                        "declare x cursor for select * from partners;"
                                + " select where cursor_to_xml('x', 1000, true, false, '')::text like '%${secret}%'"),
                reads(
                        "values of statistics",
                        "select from pg_stats where tablename like 'partner%'"
                                + " and (most_common_vals::text like '%${theirs}%' or histogram_bounds::text like '%${theirs}%')"),
                reads("raw statistics", "select from pg_statistic where stavalues1::text like '%${theirs}%'"),
                reads(
                        "statistics of several columns",
                        "select from pg_stats_ext where most_common_vals::text" + " like '%${theirs}%'"),
                reads(
                        "a file of the server",
                        "select where pg_read_file(pg_relation_filepath('partners'))" + " like '%${secret}%'"),
                reads(
                        "a binary file of the server",
                        "select where length(pg_read_binary_file(" + "pg_relation_filepath('partners'))) > 0"),
                reads("a file as a large object", "select lo_import(pg_relation_filepath('partners'))"),
                reads("the log of the server", "select from pg_ls_logdir()"),
                reads(
                        "the changes of the server",
                        "select from pg_create_logical_replication_slot('attack', 'pgoutput')"));
    }

    private static List<Attack> copied() {
        return List.of(
                copies("copy of a query", "copy (select * from partners where tenant_id = '${theirs}') to stdout"),
                copies(
                        "copy of everything else",
                        "copy (select * from partner_payouts where tenant_id <> '${mine}')"
                                + " to stdout (format csv)"),
                copies(
                        "copy with a condition that tells",
                        "copy (select 1 from partners where company_name" + " like '${secret}%') to stdout"),
                reads("copy to a file", "copy partners to '/tmp/partners.attack'"),
                reads("copy to a programme", "copy partners to program 'cat'"));
    }
}
