package com.dotmac.partner.testkit.attacks;

import static com.dotmac.partner.testkit.attacks.Attack.leftOver;
import static com.dotmac.partner.testkit.attacks.Attack.reaches;

import java.util.List;
import java.util.stream.Stream;

/** Settings and roles of the session, what another tenant left on a connection of a pool, and objects that the role would define. */
final class SessionAttacks {

    private static final String THEIRS = "select from partners where tenant_id = '${theirs}'";

    private SessionAttacks() {}

    static List<Attack> all() {
        return Stream.of(settings(), leftovers(), roles(), definitions())
                .flatMap(List::stream)
                .toList();
    }

    private static Attack session(String name, String sql) {
        return reaches("session", name, sql);
    }

    private static List<Attack> settings() {
        return List.of(
                session("no tenant", "select set_config('partner.tenant', '', true); select from partners"),
                session("the setting reset", "reset partner.tenant; select from partners"),
                session("all settings reset", "reset all; select from partners where tenant_id <> '${mine}'"),
                session("the setting at its default", "set local partner.tenant to default; select from partners"),
                session(
                        "a tenant that is a pattern",
                        "select set_config('partner.tenant', '%', true); select from partners"),
                session(
                        "a tenant that is a condition",
                        "select set_config('partner.tenant', 'x'' or true --', true);" + " select from partners"),
                session(
                        "a tenant that is a list",
                        "select set_config('partner.tenant', '${mine},${theirs}', true);" + " select from partners"),
                session(
                        "a tenant with a blank",
                        "select set_config('partner.tenant', '${theirs} ', true); select from partners"),
                session(
                        "a tenant in capitals",
                        "select set_config('partner.tenant', upper('${theirs}'), true);" + " select from partners"),
                session(
                        "a savepoint",
                        "savepoint s; select set_config('partner.tenant', '', true); rollback to s;"
                                + " select from partners where tenant_id <> '${mine}'"),
                session("row security off", "set local row_security = off; " + THEIRS),
                session("row security off for a query", "select set_config('row_security', 'off', true); " + THEIRS),
                session("the role of replication", "set local session_replication_role = replica; select 1"),
                session(
                        "the role of replication by function",
                        "select set_config('session_replication_role', 'replica', true)"),
                session("system tables open", "set local allow_system_table_mods = on; select 1"),
                session("another search path", "set local search_path = pg_catalog, pg_temp, public; " + THEIRS),
                session(
                        "the database's settings",
                        "do $$ begin execute format('alter database %I set row_security to off', current_database());"
                                + " end $$; select 1"));
    }

    private static List<Attack> leftovers() {
        return List.of(
                leftOver(
                        "a setting that another tenant left",
                        "select set_config('partner.tenant', '${theirs}', true)",
                        "select from partners where tenant_id <> '${mine}'"),
                leftOver(
                        "a setting, and no tenant set",
                        "select set_config('partner.tenant', '${theirs}', true)",
                        "reset partner.tenant; select from partners"),
                leftOver(
                        "a prepared statement that another tenant left",
                        "prepare left_over as select company_name from partners",
                        "select 1; execute left_over; select from partners where tenant_id <> '${mine}'"),
                leftOver(
                        "a prepared statement that named the tenant",
                        "prepare left_over_tenant as select company_name from partners where tenant_id = '${theirs}';"
                                + " execute left_over_tenant",
                        "execute left_over_tenant"),
                leftOver(
                        "a prepared statement with the plan of another tenant",
                        "set plan_cache_mode = force_generic_plan;"
                                + " prepare left_over_plan (text) as select company_name from partners where tenant_id = $1;"
                                + " execute left_over_plan ('${theirs}')",
                        "execute left_over_plan ('${theirs}')"),
                leftOver(
                        "a cursor that another tenant left",
                        "declare left_over_cursor cursor for select * from partners",
                        "fetch all from left_over_cursor"),
                leftOver(
                        "a savepoint that another tenant left",
                        "savepoint left_over",
                        "rollback to left_over; " + THEIRS),
                leftOver(
                        "a temporary table that another tenant left",
                        "create temporary table left_over_rows as select * from partners",
                        "select from left_over_rows"),
                leftOver(
                        "a temporary view that another tenant left",
                        "create temporary view left_over_view as select * from partners",
                        "select from left_over_view where tenant_id <> '${mine}'"));
    }

    private static List<Attack> roles() {
        return List.of(
                session(
                        "the owner's role",
                        "do $$ begin execute format('set local role %I', (select pg_get_userbyid(relowner)"
                                + " from pg_class where oid = 'partners'::regclass)); end $$; select 1"),
                session(
                        "the owner's session",
                        "do $$ begin execute format('set session authorization %I',"
                                + " (select pg_get_userbyid(relowner) from pg_class where oid = 'partners'::regclass)); end $$; select 1"),
                session(
                        "a superuser's role",
                        "do $$ begin execute format('set local role %I', (select rolname from pg_roles"
                                + " where rolsuper limit 1)); end $$; select 1"),
                session(
                        "a role that bypasses policies",
                        "do $$ begin execute format('alter role %I bypassrls', current_user);" + " end $$; select 1"),
                session(
                        "a superuser",
                        "do $$ begin execute format('alter role %I superuser', current_user); end $$; select 1"),
                session("a new role", "create role attack in role pg_read_all_data; select 1"),
                session(
                        "a member of all readers",
                        "do $$ begin execute format('grant pg_read_all_data to %I', current_user);"
                                + " end $$; select 1"),
                session(
                        "a member of the owner",
                        "do $$ begin execute format('grant %I to %I', (select pg_get_userbyid(relowner)"
                                + " from pg_class where oid = 'partners'::regclass), current_user); end $$; select 1"),
                session(
                        "rights for everybody",
                        "grant delete on partners to public; select from information_schema.table_privileges"
                                + " where table_name = 'partners' and grantee = 'PUBLIC' and privilege_type = 'DELETE'"),
                session(
                        "default rights of the owner",
                        "do $$ begin execute format('alter default privileges for role %I grant all"
                                + " on tables to public', (select pg_get_userbyid(relowner) from pg_class"
                                + " where oid = 'partners'::regclass)); end $$; select 1"));
    }

    private static Attack defines(String name, String sql) {
        return reaches("define", name, sql + "; select 1");
    }

    private static List<Attack> definitions() {
        return List.of(
                defines("row security disabled", "alter table partners disable row level security"),
                defines("row security not forced", "alter table partners no force row level security"),
                defines("a policy dropped", "drop policy partner_tenant on partners"),
                defines("a policy changed", "alter policy partner_tenant on partners using (true)"),
                defines("a policy of its own", "create policy attack on partners using (true)"),
                defines("a policy with the operator's name", "create policy partner_operator on partners using (true)"),
                defines("the owner changed", "alter table partners owner to current_user"),
                defines(
                        "what the owner owns",
                        "reassign owned by current_user to session_user; alter table partners rename to taken"),
                defines("a guard disabled", "alter table partners disable trigger all"),
                defines(
                        "a guard dropped",
                        "drop trigger partner_refuse_delete_of_status_changes on partner_status_changes"),
                defines(
                        "a guard replaced",
                        "create or replace function partner_guard_payouts() returns trigger language plpgsql"
                                + " as 'begin return null; end'"),
                defines(
                        "a trigger that reads",
                        "create trigger attack before insert on partners for each row"
                                + " execute function partner_refuse_truncate()"),
                defines("a rule", "create rule attack as on insert to partners do also select 1"),
                defines(
                        "a constraint dropped",
                        "alter table partner_payouts drop constraint payout_belongs_to_partner"),
                defines("a column", "alter table partners add column attack text"),
                defines("an index with a function that tells", "create index attack on partners (lower(company_name))"),
                defines(
                        "statistics of its own",
                        "create statistics attack on tenant_id, company_name from partners; analyze partners"),
                defines("a table", "create table attack as select * from partners"),
                defines("a table in another schema", "create table public.attack as select * from partners"),
                defines("a schema", "create schema attack"),
                defines("a view", "create view attack as select * from partners"),
                defines(
                        "a view with a trap",
                        "create view attack with (security_barrier = false) as select * from partners"),
                defines(
                        "a function that runs as its definer",
                        "create function attack() returns bigint language sql"
                                + " security definer as 'select count(*) from partners'"),
                defines(
                        "a cheap function that tells",
                        "create function pg_temp.tell(text) returns boolean language plpgsql"
                                + " cost 0.0000001 as 'begin raise notice ''%'', $1; return true; end'"),
                defines("a temporary table", "create temporary table attack as select * from partners"),
                defines("a temporary table before the real one", "create temporary table partners (tenant_id text)"),
                defines(
                        "a trigger on a temporary table",
                        "create temporary table attack (id int);"
                                + " create trigger attack after insert on attack execute function partner_guard_payouts()"),
                defines("an extension that reads files", "create extension file_fdw"),
                defines("an extension that connects elsewhere", "create extension dblink"),
                defines("a publication", "create publication attack for table partners"),
                defines(
                        "an event trigger",
                        "create event trigger attack on ddl_command_start execute function partner_refuse_truncate()"),
                defines("a comment", "comment on table partners is 'taken'"));
    }
}
