-- What the database refuses of partners, assigned customers, commission rules, requests and the audit trail. First come
-- the functions that the guards of all tables share. V7 guards payouts, V8 commission events; V9 keeps the totals of
-- events.
--
-- Every guard is a statement-level trigger over transition tables: one join on the key checks a bulk change of a
-- million rows. A query that joins two transition tables runs by `execute`, so that PostgreSQL plans it for the rows at
-- hand: PL/pgSQL would keep the plan of the first, small change of the session and loop over a million rows a million
-- times. No setting helps: PostgreSQL counts the rows of a transition table when it parses a statement, and a session
-- parses it once. For the same reason such a query aggregates and never ends with `limit 1`: for one row the planner
-- chooses a loop, which runs to the end when no row is wrong.
--
-- For one row the planning costs more than the work. So each such function asks first whether the statement changed at
-- most one row (`one_row`). If it did, the same query runs as a static statement, whose plan the session keeps; only
-- such changes come there, so that no plan for one row ever serves many. The file has each query once, in `execute`.
-- At the end of the file partner_prepare_one_row writes it into the function a second time. A plan that is made while
-- a table is small would read the whole table, also when it has grown. So for one row the functions allow neither
-- sequential scans nor hash and merge joins: each query must find its rows by an index. For many rows they allow all.
--
-- Row security adds its condition to each of our tables in a query, and PostgreSQL passes the condition on to all that is
-- joined by the tenant. Then it takes two joined transition tables for one row, however many they have. And it looks up
-- a row by an index only with what it knows to be leakproof: a column and `case` are, `coalesce` is not. So where a query
-- joins transition tables, or `coalesce` of one, with a table of ours, that part is a subquery with `offset 0`, which
-- PostgreSQL plans by itself, or a materialized common table expression.
--
-- Each function keeps the search path of its migration, so that it finds our tables for every user who fires it.
-- Temporary tables come last in that path, so that a temporary table of the session cannot replace one of ours.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);


-- Shared by all tables ------------------------------------------------------------------------------------------------

create function partner_prepare_one_row(guard regprocedure) returns void
    language plpgsql set search_path from current
as $$
declare
    definition text := pg_get_functiondef(guard);
begin
    if definition !~ '\mone_row boolean\M' or definition !~ 'execute \$query\$' or definition ~ '\mif one_row then\M' then
        raise exception 'function % must declare one_row, have a query in execute, and be prepared once', guard;
    end if;
    execute regexp_replace(definition, 'execute \$query\$(.*?)\s*\$query\$( into [a-z_, ]+)?;', $ways$if one_row then\1\2;
    else
        perform set_config('enable_seqscan', 'on', true), set_config('enable_mergejoin', 'on', true), set_config('enable_hashjoin', 'on', true);
        execute $query$\1
        $query$\2;
    end if;$ways$, 'g');
    execute format('alter function %s set enable_seqscan = off', guard);
    execute format('alter function %s set enable_mergejoin = off', guard);
    execute format('alter function %s set enable_hashjoin = off', guard);
end
$$;
comment on function partner_prepare_one_row(regprocedure) is
    'Writes each query that a guard runs by execute into the guard a second time, as a static statement for one row. Migrations call it after they create a guard.';
revoke all on function partner_prepare_one_row(regprocedure) from public;

create function partner_refuse_changed_rows() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from before) then
        raise exception 'rows of % are append-only: record a correction as a new row', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_are_append_only', table = tg_table_name;
    end if;
    return null;
end
$$;
comment on function partner_refuse_changed_rows() is 'Refuses to delete rows of the table; as a trigger on update, refuses to change them.';

-- A separate function: a truncate trigger has no transition table.
create function partner_refuse_truncate() returns trigger
    language plpgsql set search_path from current
as $$
begin
    raise exception 'table % may not be truncated: record a correction as a new row', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_are_not_truncated', table = tg_table_name;
end
$$;
comment on function partner_refuse_truncate() is 'Refuses to truncate the table.';

-- A tenant that has moved to another database: nobody writes its rows here any more. While no tenant is fenced there is
-- no such trigger, and no write pays for it. A condition names the tenant, so that other tenants' rows call nothing.
create function partner_refuse_writes_of_fenced_tenant() returns trigger
    language plpgsql set search_path from current
as $$
begin
    raise exception 'nobody may write rows of tenant % here: %', tg_argv[0], tg_argv[1]
        using errcode = 'check_violation', constraint = 'tenant_is_not_fenced', table = tg_table_name;
end
$$;
comment on function partner_refuse_writes_of_fenced_tenant() is
    'Refuses to write a row of a tenant that is fenced: see partner_fence_tenant. The guard of applications and drift know its triggers.';

create function partner_tables_of_tenants() returns setof regclass
    language sql stable set search_path from current
as $$
    select c.oid::regclass
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = (select relnamespace from pg_class where oid = to_regclass('partner_idempotency_keys'))
      and c.relkind = 'r' and (c.relname = 'partners' or c.relname like 'partner\_%')
      and a.attname = 'tenant_id' and a.attnum > 0 and not a.attisdropped
    order by c.relname
$$;
comment on function partner_tables_of_tenants() is 'The tables with rows of tenants: what a tenant consists of, to move or to compare it.';

create function partner_fence_tenant(tenant text, reason text) returns integer
    language plpgsql set search_path from current
as $$
declare
    one regclass;
    name text := left(encode(sha256(convert_to(tenant, 'UTF8')), 'hex'), 32);
    fenced integer := 0;
begin
    if coalesce(tenant, '') = '' or coalesce(reason, '') = '' then
        raise exception 'a fence needs a tenant and a reason' using errcode = 'invalid_parameter_value';
    end if;
    -- Waits for every transaction that writes a table, and lets reading go on. Keys first, as most writers take them.
    execute (select format('lock table %s in share row exclusive mode',
                           string_agg(t::text, ', ' order by t::text <> 'partner_idempotency_keys', t::text))
             from partner_tables_of_tenants() t);
    for one in select * from partner_tables_of_tenants() loop
        execute format('create or replace trigger %I before insert on %s for each row when (new.tenant_id = %L) '
                       'execute function partner_refuse_writes_of_fenced_tenant(%L, %L)',
                       'partner_fence_new_' || name, one, tenant, tenant, reason);
        execute format('create or replace trigger %I before update on %s for each row when (old.tenant_id = %L or new.tenant_id = %L) '
                       'execute function partner_refuse_writes_of_fenced_tenant(%L, %L)',
                       'partner_fence_changed_' || name, one, tenant, tenant, tenant, reason);
        execute format('create or replace trigger %I before delete on %s for each row when (old.tenant_id = %L) '
                       'execute function partner_refuse_writes_of_fenced_tenant(%L, %L)',
                       'partner_fence_deleted_' || name, one, tenant, tenant, reason);
        fenced := fenced + 1;
    end loop;
    return fenced;
end
$$;
comment on function partner_fence_tenant(text, text) is
    'Refuses every write of a tenant from now on, in every table, and returns how many tables; again, it changes the reason. When it commits, no transaction that wrote before is still open. Only the owner of the tables may call it.';

create function partner_fenced_tenants() returns setof text
    language sql stable set search_path from current
as $$
    select distinct convert_from(substring(t.tgargs from 1 for position(decode('00', 'hex') in t.tgargs) - 1), getdatabaseencoding())
    from pg_trigger t
    where t.tgfoid = to_regproc('partner_refuse_writes_of_fenced_tenant')
$$;
comment on function partner_fenced_tenants() is 'The tenants that are fenced: nobody writes their rows here.';

create function partner_lift_fence(tenant text) returns integer
    language plpgsql set search_path from current
as $$
declare
    fence record;
    name text := left(encode(sha256(convert_to(tenant, 'UTF8')), 'hex'), 32);
    lifted regclass[] := '{}';
begin
    for fence in
        select t.tgname, t.tgrelid::regclass as fenced
        from pg_trigger t
        where t.tgfoid = to_regproc('partner_refuse_writes_of_fenced_tenant')
          and t.tgname in ('partner_fence_new_' || name, 'partner_fence_changed_' || name, 'partner_fence_deleted_' || name)
        order by t.tgrelid::regclass::text <> 'partner_idempotency_keys', t.tgrelid::regclass::text
    loop
        execute format('drop trigger %I on %s', fence.tgname, fence.fenced);
        lifted := lifted || fence.fenced;
    end loop;
    return (select count(distinct t) from unnest(lifted) t);
end
$$;
comment on function partner_lift_fence(text) is
    'Takes a fence away, and returns from how many tables: 0 if the tenant was not fenced. Only the owner of the tables may call it.';

-- A condition of a row trigger costs next to nothing: PostgreSQL calls the function only for a row that it refuses.
create function partner_refuse_other_time() returns trigger
    language plpgsql set search_path from current
as $$
begin
    raise exception 'a new row of % must have the database''s time: leave % to the default', tg_table_name, tg_argv[0]
        using errcode = 'check_violation', constraint = tg_table_name || '_begin_now', table = tg_table_name;
end
$$;
comment on function partner_refuse_other_time() is
    'Refuses a new row of another time than the database''s. The condition of the trigger compares them. Argument: the columns, in words.';

create function partner_refuse_direct_writes() returns trigger
    language plpgsql set search_path from current
as $$
begin
    -- Depth 1 is this trigger itself: a statement of the user fired it. A write by one of our triggers has depth 2.
    if pg_trigger_depth() = 1 then
        raise exception 'rows of % may be written only by %', tg_table_name, tg_argv[1]
            using errcode = 'check_violation', constraint = tg_argv[0], table = tg_table_name;
    end if;
    return null;
end
$$;
comment on function partner_refuse_direct_writes() is
    'Refuses a statement that writes rows which only our triggers write. Arguments: name of the constraint; who writes the rows and what to do instead.';


-- Requests ------------------------------------------------------------------------------------------------------------

create trigger partner_refuse_delete_of_idempotency_keys after delete on partner_idempotency_keys
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_idempotency_keys on partner_idempotency_keys is 'An idempotency key never expires.';
create trigger partner_refuse_update_of_idempotency_keys after update on partner_idempotency_keys
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_update_of_idempotency_keys on partner_idempotency_keys is 'The request of a key never changes.';
create trigger partner_time_of_new_idempotency_keys before insert on partner_idempotency_keys
    for each row when (new.requested_at <> now())
    execute function partner_refuse_other_time('requested_at');
comment on trigger partner_time_of_new_idempotency_keys on partner_idempotency_keys is 'A key is requested now.';
create trigger partner_refuse_truncate_of_idempotency_keys before truncate on partner_idempotency_keys
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_idempotency_keys on partner_idempotency_keys is 'Nobody truncates the keys.';


-- Audit trail: status changes of partners and payouts, payout holds ------------------------------------------------------

create trigger partner_guard_status_changes before insert on partner_status_changes
    for each statement execute function partner_refuse_direct_writes('status_change_is_recorded_by_its_guard',
        'the guards of partners and payouts: change the status of the partner or payout');
comment on trigger partner_guard_status_changes on partner_status_changes is 'Only the guards of partners and payouts write status changes.';
create trigger partner_refuse_delete_of_status_changes after delete on partner_status_changes
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_status_changes on partner_status_changes is 'Nobody deletes a status change.';
create trigger partner_refuse_update_of_status_changes after update on partner_status_changes
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_update_of_status_changes on partner_status_changes is 'Nobody rewrites a status change.';
create trigger partner_refuse_truncate_of_status_changes before truncate on partner_status_changes
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_status_changes on partner_status_changes is 'Nobody truncates the status changes.';

create trigger partner_guard_payout_hold_changes before insert on partner_payout_hold_changes
    for each statement execute function partner_refuse_direct_writes('payout_hold_change_is_recorded_by_its_guard',
        'the guard of partners: change the payout hold of the partner');
comment on trigger partner_guard_payout_hold_changes on partner_payout_hold_changes is 'Only the guard of partners writes payout hold changes.';
create trigger partner_refuse_delete_of_payout_hold_changes after delete on partner_payout_hold_changes
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_payout_hold_changes on partner_payout_hold_changes is 'Nobody deletes a payout hold change.';
create trigger partner_refuse_update_of_payout_hold_changes after update on partner_payout_hold_changes
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_update_of_payout_hold_changes on partner_payout_hold_changes is 'Nobody rewrites a payout hold change.';
create trigger partner_refuse_truncate_of_payout_hold_changes before truncate on partner_payout_hold_changes
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_payout_hold_changes on partner_payout_hold_changes is 'Nobody truncates the payout hold changes.';


-- Partners ------------------------------------------------------------------------------------------------------------

create function partner_status_transition_is_allowed(before partner_status, after partner_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'active'), ('pending', 'terminated'),
    ('active', 'suspended'), ('active', 'terminated'),
    ('suspended', 'active'), ('suspended', 'terminated'),
    ('terminated', 'archived'));
comment on function partner_status_transition_is_allowed(partner_status, partner_status) is 'Whether a partner may change from the first status to the second.';

create function partner_guard_new_partners() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from after where status <> 'pending') then
        raise exception 'a new partner must be pending: change its status afterwards'
            using errcode = 'check_violation', constraint = 'partner_begins_pending', table = 'partners';
    end if;
    if exists (select from after where created_at <> now() or updated_at <> now()) then
        raise exception 'a new partner must be registered at the database''s time: now()'
            using errcode = 'check_violation', constraint = 'partner_changes_now', table = 'partners';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_partners() is 'Refuses a new partner that is not pending.';

create trigger partner_guard_new_partners after insert on partners
    referencing new table as after
    for each statement execute function partner_guard_new_partners();
comment on trigger partner_guard_new_partners on partners is 'A partner begins pending.';

create function partner_guard_partners() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    changed record;
begin
    execute $query$
        select bool_or(a.id is null) as any_identity,
               bool_or(a.status <> b.status) as any_transition,
               min(b.id::text) filter (
                   where (a.updated_at, a.updated_by) is distinct from (b.updated_at, b.updated_by) and a.updated_at <> now()) as another_time,
               bool_or(a.payout_hold_reason is distinct from b.payout_hold_reason) as any_hold,
               min(b.id || ' may not change from ' || b.status || ' to ' || a.status) filter (
                   where a.status <> b.status and not partner_status_transition_is_allowed(b.status, a.status)) as transition
        from before b left join after a using (tenant_id, id, idempotency_key, created_at, created_by)
    $query$ into changed;
    if changed.any_identity then
        raise exception 'tenant, id, idempotency key and registration of a partner are immutable: register a new partner'
            using errcode = 'check_violation', constraint = 'partner_identity_is_immutable', table = 'partners';
    end if;
    if changed.another_time is not null then
        raise exception 'partner % may change only at the database''s time: now()', changed.another_time
            using errcode = 'check_violation', constraint = 'partner_changes_now', table = 'partners';
    end if;
    if changed.transition is not null then
        raise exception 'partner %: its status allows no such transition', changed.transition
            using errcode = 'check_violation', constraint = 'partner_status_transition_is_allowed', table = 'partners';
    end if;

    if changed.any_transition then
        execute $query$
            insert into partner_status_changes (tenant_id, partner_id, from_status, to_status, reason, changed_by)
            select a.tenant_id, a.id, b.status, a.status, a.status_reason, a.updated_by
            from before b join after a using (tenant_id, id)
            where a.status <> b.status
        $query$;
    end if;
    if changed.any_hold then
        execute $query$
            insert into partner_payout_hold_changes (tenant_id, partner_id, from_hold, to_hold, reason, changed_by)
            select a.tenant_id, a.id, b.payout_hold_reason, a.payout_hold_reason,
                   case when a.payout_hold_reason is null then a.payout_release_reason end, a.updated_by
            from before b join after a using (tenant_id, id)
            where a.payout_hold_reason is distinct from b.payout_hold_reason
        $query$;
    end if;
    return null;
end
$$;
comment on function partner_guard_partners() is
    'Refuses a changed identity and a status transition that is not allowed; records every status change and every payout hold change.';

create trigger partner_guard_partners after update on partners
    referencing old table as before new table as after
    for each statement execute function partner_guard_partners();
comment on trigger partner_guard_partners on partners is 'Guards and records status changes; records payout hold changes.';


-- Partner users -------------------------------------------------------------------------------------------------------

create function partner_guard_users() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    changed record;
begin
    execute $query$
        select bool_or(a.id is null) as any_identity,
               min(b.id::text) filter (
                   where (a.updated_at, a.updated_by) is distinct from (b.updated_at, b.updated_by) and a.updated_at <> now()) as another_time
        from before b left join after a using (tenant_id, id, partner_id, idempotency_key, created_at, created_by)
    $query$ into changed;
    if changed.any_identity then
        raise exception 'tenant, id, partner, idempotency key and creation of a partner user are immutable: add another user'
            using errcode = 'check_violation', constraint = 'partner_user_identity_is_immutable', table = 'partner_users';
    end if;
    if changed.another_time is not null then
        raise exception 'partner user % may change only at the database''s time: now()', changed.another_time
            using errcode = 'check_violation', constraint = 'partner_user_changes_now', table = 'partner_users';
    end if;
    return null;
end
$$;
comment on function partner_guard_users() is 'Refuses a changed identity or creation of a partner user, and a change at another time than now.';

create trigger partner_guard_users after update on partner_users
    referencing old table as before new table as after
    for each statement execute function partner_guard_users();
comment on trigger partner_guard_users on partner_users is 'Who created a partner user, and when, is immutable; a change has the database''s time.';
create trigger partner_time_of_new_users before insert on partner_users
    for each row when (new.created_at <> now() or new.updated_at <> now())
    execute function partner_refuse_other_time('created_at and updated_at');
comment on trigger partner_time_of_new_users on partner_users is 'A user is added now.';


-- Assigned customers --------------------------------------------------------------------------------------------------

create function partner_guard_accounts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    changed record;
    refused record;
begin
    execute $query$
        select min(b.id::text) filter (
                   where a.id is null
                      or a.customer_id <> b.customer_id or a.customer_id is not null and b.customer_id is null
                      or to_jsonb(a) - '{customer_id,ends_at,end_reason,end_decided_at,end_decided_by}'::text[]
                         <> to_jsonb(b) - '{customer_id,ends_at,end_reason,end_decided_at,end_decided_by}'::text[]
                      or (a.end_reason, a.end_decided_at, a.end_decided_by)
                         is distinct from (b.end_reason, b.end_decided_at, b.end_decided_by)
                         and a.end_decided_at is distinct from now()) as immutable,
               min(b.id::text) filter (where a.ends_at > b.ends_at or a.ends_at is null and b.ends_at is not null) as later_end,
               count(*) filter (where a.ends_at is distinct from b.ends_at) as new_ends
        from before b left join after a using (tenant_id, id)
    $query$ into changed;
    if changed.immutable is not null then
        raise exception 'account % is immutable except for an earlier end, decided now: assign the customer again', changed.immutable
            using errcode = 'check_violation', constraint = 'partner_account_columns_are_immutable', table = 'partner_accounts';
    end if;
    if changed.later_end is not null then
        raise exception 'account % may not end later than before: assign the customer again', changed.later_end
            using errcode = 'check_violation', constraint = 'partner_account_end_changes_only_to_earlier', table = 'partner_accounts';
    end if;
    if changed.new_ends > 0 then
        -- An event whose reversals and corrections leave nothing of it has earned nothing. Of a corrected event the last
        -- correction names the account.
        execute $query$
            select a.id, max(e.event_date) as event_date
            from (select tenant_id, id, a.partner_id, a.ends_at from before b join after a using (tenant_id, id)
                  where a.ends_at is distinct from b.ends_at offset 0) a
            join partner_commission_events e on e.tenant_id = a.tenant_id and e.partner_id = a.partner_id
                and e.event_date >= a.ends_at and e.account_id = a.id
            join partner_commission_events o on o.tenant_id = e.tenant_id
                and o.id = case when e.corrects_id is null then e.id else e.corrects_id end
            where e.reverses_id is null and (e.corrects_id is null or num_nonnulls(e.refund_id, e.undoes_id) = 0)
              and e.status not in ('cancelled', 'clawback')
              and not exists (select from partner_commission_events c
                              where c.tenant_id = e.tenant_id and c.corrects_id = o.id and num_nonnulls(c.refund_id, c.undoes_id) = 0
                                and (c.recorded_at, c.id) > (e.recorded_at, e.id) and c.status not in ('cancelled', 'clawback'))
              and o.commission_amount + coalesce((
                      select sum(r.commission_amount) from partner_commission_events r
                      where r.tenant_id = o.tenant_id and (r.reverses_id = o.id or r.corrects_id = o.id)
                        and r.status not in ('cancelled', 'clawback')), 0) <> 0
            group by a.id
            order by a.id
        $query$ into refused;
        if refused.id is not null then
            raise exception 'account % may not end at or before %: it earned a commission at that time', refused.id, refused.event_date
                using errcode = 'check_violation', constraint = 'partner_account_end_is_after_its_commissions', table = 'partner_accounts';
        end if;
    end if;
    return null;
end
$$;
comment on function partner_guard_accounts() is 'Refuses to change an assignment, except for an earlier end that is after every commission earned through it.';

create trigger partner_guard_accounts after update on partner_accounts
    referencing old table as before new table as after
    for each statement execute function partner_guard_accounts();
comment on trigger partner_guard_accounts on partner_accounts is 'An assignment is immutable; only its end may change, and only to an earlier instant.';
create trigger partner_time_of_new_accounts before insert on partner_accounts
    for each row when (new.created_at <> now() or new.end_decided_at <> now())
    execute function partner_refuse_other_time('created_at and end_decided_at');
comment on trigger partner_time_of_new_accounts on partner_accounts is 'A customer is assigned now.';


-- Commission rules ----------------------------------------------------------------------------------------------------

create function partner_guard_commission_rules() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
begin
    select b.id into refused
    from before b left join after a using (tenant_id, id)
    where a.id is null or to_jsonb(a) - 'effective_to' <> to_jsonb(b) - 'effective_to'
    limit 1;
    if found then
        raise exception 'version % of a commission rule is immutable except for its end: write a new version', refused.id
            using errcode = 'check_violation', constraint = 'commission_rule_versions_are_immutable', table = 'partner_commissions';
    end if;
    return null;
end
$$;
comment on function partner_guard_commission_rules() is 'Refuses to change a version of a rule, except for its end.';

create trigger partner_guard_commission_rules after update on partner_commissions
    referencing old table as before new table as after
    for each statement execute function partner_guard_commission_rules();
comment on trigger partner_guard_commission_rules on partner_commissions is 'A version of a rule is immutable; only its end may change.';
create trigger partner_time_of_new_commission_rules before insert on partner_commissions
    for each row when (new.created_at <> now())
    execute function partner_refuse_other_time('created_at');
comment on trigger partner_time_of_new_commission_rules on partner_commissions is 'A rule is defined now.';
create trigger partner_refuse_delete_of_commission_rules after delete on partner_commissions
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_commission_rules on partner_commissions is 'Nobody deletes a version of a rule.';
create trigger partner_refuse_truncate_of_commission_rules before truncate on partner_commissions
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_commission_rules on partner_commissions is 'Nobody truncates the rules.';


-- Every `execute` above gets its query a second time, as a static statement for one row: see V6.
select partner_prepare_one_row(guard) from unnest(array[
    'partner_guard_partners()',
    'partner_guard_users()',
    'partner_guard_accounts()'
]::regprocedure[]) guard;
