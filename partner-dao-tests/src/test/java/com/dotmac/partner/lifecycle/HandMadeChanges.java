package com.dotmac.partner.lifecycle;

import com.dotmac.partner.lifecycle.HandMade.Fate;
import java.util.List;
import java.util.stream.Stream;

/** Every change by hand that the tests make, in the order of the table in docs/drift.md. */
final class HandMadeChanges {

    private static final String DAMAGE = "delete from partner_schema_history where version = '%s'";

    private HandMadeChanges() {}

    static Stream<HandMade> all() {
        return Stream.of(
                        past(),
                        tables(),
                        columns(),
                        rules(),
                        triggers(),
                        views(),
                        history(),
                        speed(),
                        rights(),
                        ignored())
                .flatMap(List::stream);
    }

    /** Past the guards. */
    private static List<HandMade> past() {
        return Stream.of(
                        HandMade.refused(
                                "a table inherits from a table of the host",
                                """
                                create table host_minimums (like partner_payout_minimums);
                                alter table partner_payout_minimums inherit host_minimums
                                """,
                                "a table of the host inherits from a table",
                                "create table my_events () inherits (partner_commission_events)",
                                "a table is attached to a partitioned table",
                                """
                                create table all_minimums (like partner_payout_minimums) partition by list (tenant_id);
                                alter table all_minimums attach partition partner_payout_minimums default
                                """,
                                "a table is of a composite type",
                                """
                                create type host_server as (
                                    tenant_id varchar(255), server varchar(255), confirmed_at timestamptz,
                                    confirmed_by varchar(255), reason varchar(500));
                                alter table partner_payment_servers of host_server
                                """,
                                "a role has `session_replication_role = replica`",
                                """
                                grant insert on partner_commission_events to ${role};
                                alter role ${role} set session_replication_role = replica
                                """,
                                "a role has it in this database",
                                "alter role ${role} in database ${database} set session_replication_role = replica",
                                "the database has it",
                                "alter database ${database} set session_replication_role = replica"),
                        HandMade.of(Fate.REFUSED_BY_HAND, "a subscription writes a table", """
                                create subscription ${database} connection 'dbname=nothing' publication nothing
                                    with (connect = false, slot_name = none);
                                insert into pg_subscription_rel (srsubid, srrelid, srsubstate)
                                select oid, 'partner_commission_events'::regclass, 'r' from pg_subscription
                                where subname = '${database}'
                                """))
                .flatMap(List::stream)
                .toList();
    }

    private static List<HandMade> tables() {
        return Stream.of(
                        HandMade.refused(
                                "a table is renamed",
                                "alter table partner_commission_events rename to commission_events",
                                "a table is moved to another schema",
                                "create schema archive; alter table partner_payouts set schema archive",
                                "a table is dropped (its rows are lost)",
                                "drop table partner_payout_hold_changes cascade",
                                "a table is unlogged",
                                "alter table partner_payout_minimums set unlogged",
                                "replica identity nothing",
                                "alter table partner_sales replica identity nothing"),
                        HandMade.of(Fate.REFUSED_BY_HAND, "a view stands in the place of a table", """
                                alter table partner_payout_minimums rename to minimums;
                                create view partner_payout_minimums as select * from minimums
                                """))
                .flatMap(List::stream)
                .toList();
    }

    private static List<HandMade> columns() {
        return Stream.of(
                        HandMade.refused(
                                "a column is added",
                                "alter table partners add column note text not null default ''",
                                "a column that may be null is dropped (what it held is lost)",
                                "alter table partners drop column phone",
                                "a column is renamed",
                                "alter table partners rename column phone to telephone",
                                "a column that views and checks read is renamed",
                                "alter table partner_commission_events rename column commission_amount to amount",
                                "two columns are renamed",
                                """
                                alter table partners rename column phone to contact_phone;
                                alter table partners rename column partner_number to number
                                """,
                                "another type of a column",
                                "alter table partners alter column phone type text",
                                "another type of a column that views read",
                                """
                                do $$
                                declare name text;
                                begin
                                    for name in select relname from pg_class where relkind = 'v' and relname like 'partner%' loop
                                        execute 'drop view if exists ' || name || ' cascade';
                                    end loop;
                                end $$;
                                alter table partner_commission_events alter column commission_amount type numeric(30, 4)
                                """,
                                "another collation of a column",
                                "alter table partners alter column partner_number type varchar(50) collate \"POSIX\"",
                                "a column may be null",
                                "alter table partners alter column company_name drop not null",
                                "a column must not be null",
                                "alter table partners alter column default_commission_rate set not null",
                                "a default is dropped",
                                "alter table partners alter column tier drop default",
                                "another default",
                                "alter table partners alter column tier set default 'gold'",
                                "a default is added",
                                "alter table partners alter column phone set default '?'",
                                "a column is an identity",
                                """
                                alter table partners alter column row_version drop default;
                                alter table partners alter column row_version add generated always as identity
                                """,
                                "a label of an enum is renamed",
                                "alter type partner_tier rename value 'silver' to 'argent'",
                                "two labels of an enum that a guard reads are renamed",
                                """
                                alter type partner_payout_status rename value 'ready' to 'closed';
                                alter type partner_payout_status rename value 'failed' to 'broken'
                                """,
                                "an enum is renamed",
                                "alter type partner_payout_status rename to payout_state",
                                "an enum is moved to another schema",
                                "create schema types; alter type partner_tier set schema types",
                                "a label of an enum is gone",
                                "delete from pg_enum where enumtypid = 'partner_tier'::regtype and enumlabel = 'direct'"),
                        HandMade.of(
                                Fate.REFUSED_BY_HAND,
                                "a column that must not be null is dropped",
                                "alter table partners drop column company_name",
                                "a label of an enum is added",
                                "alter type partner_tier add value 'tin' before 'bronze'"))
                .flatMap(List::stream)
                .toList();
    }

    private static List<HandMade> rules() {
        return HandMade.refused(
                "a check is dropped",
                "alter table partners drop constraint partner_has_tenant",
                "a check is added",
                "alter table partners add check (phone <> '')",
                "a check is not validated",
                """
                alter table partners drop constraint partner_has_tenant;
                alter table partners add constraint partner_has_tenant check (btrim(tenant_id) <> '') not valid
                """,
                "a constraint is renamed",
                "alter table partners rename constraint partner_has_tenant to partners_tenant_check",
                "a unique constraint is dropped",
                "alter table partners drop constraint partner_number_is_unique",
                "an exclusion constraint is dropped",
                "alter table partner_accounts drop constraint partner_account_periods_do_not_overlap",
                "a primary key is dropped, and the foreign keys to it",
                "alter table partner_sales drop constraint partner_sales_pkey cascade",
                "a foreign key between two tables is dropped",
                "alter table partner_payout_minimums drop constraint payout_minimum_belongs_to_partner",
                "a foreign key deletes rows",
                """
                alter table partner_users drop constraint partner_user_is_a_host_user;
                alter table partner_users add constraint partner_user_is_a_host_user
                    foreign key (user_id) references users on delete cascade
                """,
                "a foreign key to the host is dropped",
                "alter table partner_users drop constraint partner_user_is_a_host_user",
                "a foreign key is added",
                """
                create table tenants (id varchar(255) primary key);
                insert into tenants select distinct tenant_id from partners;
                alter table partners add foreign key (tenant_id) references tenants on delete cascade
                """,
                "the hidden triggers of a foreign key are disabled",
                "alter table partner_payout_minimums disable trigger all",
                "a unique index is dropped",
                "drop index partner_payouts_one_open",
                "an index is dropped",
                "drop index partner_payouts_ready",
                "an index is renamed",
                "alter index partner_payouts_ready rename to payouts_to_pay",
                "a unique index is added",
                "create unique index one_email on partners (tenant_id, phone)",
                "an index has another operator class",
                """
                drop index partner_commission_events_by_partner;
                create index partner_commission_events_by_partner on partner_commission_events (tenant_id text_pattern_ops)
                """,
                "an index is invalid",
                "update pg_index set indisvalid = false where indexrelid = 'partner_payouts_ready'::regclass");
    }

    private static List<HandMade> triggers() {
        return HandMade.refused(
                "a trigger is disabled",
                "alter table partner_payouts disable trigger partner_guard_payouts",
                "a trigger fires only for replication",
                "alter table partner_payouts enable replica trigger partner_guard_payouts",
                "a trigger fires always",
                "alter table partners enable always trigger partner_guard_partners",
                "a trigger is dropped",
                "drop trigger partner_guard_partners on partners",
                "a trigger is renamed",
                "alter trigger partner_guard_partners on partners rename to a_guard",
                "a trigger is added",
                """
                create function host_notes() returns trigger language plpgsql as 'begin return null; end';
                create trigger host_notes after insert on partners for each statement execute function host_notes()
                """,
                "a function is dropped, and what calls it",
                "drop function partner_money_fits cascade",
                "another body of a function",
                """
                create or replace function partner_money_fits(amount numeric, currency char(3)) returns boolean
                    language sql immutable parallel safe return true
                """,
                "a function is renamed",
                "alter function partner_guard_partners() rename to partner_guard_old",
                "a function runs as its owner (security definer)",
                "alter function partner_guard_payouts() security definer",
                "another volatility of a function",
                "alter function partner_currency_minor_unit(char) volatile",
                "a function has no search path of its own",
                "alter function partner_guard_partners() reset search_path",
                "a function of the same name is added",
                "create function partner_money_fits(amount integer) returns boolean language sql return true",
                "a rule is added",
                "create rule no_deletes as on delete to partners do instead nothing",
                "row level security is enabled",
                "alter table partner_payouts enable row level security",
                "row level security is enabled and forced",
                "alter table partner_payouts enable row level security; alter table partner_payouts force row level security",
                "row level security is forced, not enabled",
                "alter table partner_payouts force row level security",
                "a policy is added",
                "create policy own_rows on partners for select using (tenant_id = current_user)");
    }

    private static List<HandMade> views() {
        return HandMade.refused(
                "a view is dropped, and those that read it",
                "drop view partner_ledger cascade",
                "another text of a view",
                """
                create or replace view partner_broken_invariants with (security_invoker = true) as
                    select null::varchar(255) as tenant_id, null::uuid as partner_id, ''::text as invariant,
                           ''::text as table_name, ''::text as row_id, ''::text as detail where false
                """,
                "a view reads with the rights of its owner",
                "alter view partner_broken_links reset (security_invoker)",
                "a view is renamed",
                "alter view partner_ledger rename to ledger",
                "a table stands in the place of a view",
                "drop view partner_broken_links cascade; create table partner_broken_links (id int)",
                "the extension is dropped, and what needs it",
                "drop extension btree_gist cascade");
    }

    private static List<HandMade> history() {
        return Stream.of(
                        HandMade.of(
                                Fate.DAMAGED,
                                "the row of V9 is missing in the history",
                                DAMAGE.formatted(9),
                                "the row of the last version is missing",
                                DAMAGE.formatted(19),
                                "the rows of three versions are missing",
                                DAMAGE.formatted("6' or version = '9' or version = '10"),
                                "a row says that a version failed which is there",
                                "update partner_schema_history set success = false where version = '9'",
                                "a row says that a version failed of which nothing is there",
                                """
                                drop view partner_broken_invariants, partner_broken_keys, partner_broken_audit_trail,
                                    partner_broken_payouts, partner_broken_references;
                                update partner_schema_history set success = false where version = '19'
                                """,
                                "another checksum",
                                "update partner_schema_history set checksum = 4711 where version = '7'"),
                        HandMade.of(
                                Fate.DAMAGED_BY_HAND,
                                "a row is missing, and a part of what its version creates",
                                DAMAGE.formatted(9) + "; drop function partner_rebuild_commission_totals",
                                "a row is missing, and all that its version creates",
                                "drop view partner_ledger cascade; drop type partner_ledger_kind; "
                                        + DAMAGE.formatted(17),
                                "another checksum, and another catalog",
                                """
                                update partner_schema_history set checksum = 4711 where version = '7';
                                drop trigger partner_guard_payouts on partner_payouts
                                """,
                                "a row of a version that nobody knows",
                                """
                                insert into partner_schema_history (installed_rank, version, description, type, script,
                                    checksum, installed_by, execution_time, success)
                                values (99, '5.1', 'our own index', 'SQL', 'V5.1__our_own_index.sql', 1, 'dba', 1, true)
                                """))
                .flatMap(List::stream)
                .toList();
    }

    private static List<HandMade> speed() {
        return HandMade.of(
                Fate.ACCEPTED,
                "an index that is not unique is added",
                "create index by_phone on partners (phone)",
                "fillfactor of a table",
                "alter table partners set (fillfactor = 70)",
                "autovacuum of a table is off",
                "alter table partner_payouts set (autovacuum_enabled = false)",
                "parameters of an index",
                "alter index partner_payouts_ready set (fillfactor = 70)",
                "a failed `reindex concurrently` left an index",
                """
                create unique index partners_pkey_ccnew on partners (tenant_id, id);
                update pg_index set indisvalid = false where indexrelid = 'partners_pkey_ccnew'::regclass
                """,
                "a table belongs to an extension (`pg_dump` leaves it out)",
                "alter extension btree_gist add table partner_sales",
                "a comment is dropped",
                "comment on column partners.tier is null",
                "another comment",
                "comment on table partners is 'It''s ours'",
                "a comment is added",
                "comment on constraint partner_has_tenant on partners is 'Why'",
                "replica identity full",
                "alter table partner_sales replica identity full",
                "a foreign key refers to another table of the host",
                """
                create table people (id uuid primary key);
                alter table partner_users drop constraint partner_user_is_a_host_user;
                alter table partner_users add constraint partner_user_is_a_host_user
                    foreign key (user_id) references people on delete set null
                """);
    }

    private static List<HandMade> rights() {
        return HandMade.of(
                Fate.ACCEPTED,
                "another owner of a table",
                "alter table partner_payouts owner to ${role}",
                "another owner of a view",
                "alter view partner_ledger owner to ${role}",
                "another owner of a function",
                "alter function partner_guard_payouts() owner to ${role}",
                "another owner of an enum",
                "alter type partner_tier owner to ${role}",
                "a right on a table to the public",
                "grant select on partners to public",
                "a right on a column to the public",
                "grant update (tier), select (tier) on partners to public",
                "`delete`, `truncate` or `trigger` to a role",
                "grant all on partner_commission_events to ${role}",
                "a role may no longer call a function",
                "revoke execute on function partner_money_fits(numeric, character) from public",
                "the public may call a function that only the owner may call",
                "grant execute on function partner_rebuild_commission_totals() to public",
                "the owner has no right to a table",
                "revoke update, delete on partner_sales from current_user");
    }

    private static List<HandMade> ignored() {
        return HandMade.of(
                Fate.IGNORED,
                "statistics target of a column",
                "alter table partners alter column metadata set statistics 500",
                "extended statistics",
                "create statistics partner_statistics on status, tier from partners",
                "storage of a column",
                "alter table partners alter column company_name set storage external",
                "compression of a column",
                "alter table partners alter column company_name set compression pglz",
                "`cluster` of a table",
                "cluster partners using partners_pkey",
                "parameters of the index of a key",
                "alter index partners_pkey set (fillfactor = 70)",
                "parameters of a TOAST table",
                "alter table partners set (toast.autovacuum_vacuum_threshold = 100)",
                "`select`, `insert` or `update` to a role",
                "grant select, insert, update on partner_commission_events to ${role}",
                "a right on the schema",
                "grant create on schema public to ${role}",
                "a publication",
                "create publication partner_changes for table partners",
                "a fence around a tenant that has moved",
                "select partner_fence_tenant('another tenant', 'moved to another cluster')",
                "an event trigger of the database",
                """
                create function host_watches() returns event_trigger language plpgsql as 'begin end';
                create event trigger host_watches on ddl_command_end execute function host_watches()
                """,
                "a foreign key of a table of the host",
                """
                create table contracts (tenant_id varchar(255), partner_id uuid,
                    foreign key (tenant_id, partner_id) references partners)
                """,
                "a view of the host over a table",
                "create view partner_names as select company_name from partners",
                "a function, a type, a domain, a sequence of the host",
                """
                create function partner_name(text) returns text language sql return $1;
                create type partner_mood as enum ('good', 'bad');
                create domain partner_phone as text;
                create sequence partner_numbers
                """,
                "the order of the columns",
                """
                alter table partners drop column phone;
                alter table partners add column phone varchar(50);
                comment on column partners.phone is 'Telephone number as given.'
                """);
    }
}
