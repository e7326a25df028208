-- How partners and payouts move: allowed moves only, every one on record, and what is settled stays.
-- Statement-level triggers over transition tables: a bulk change of a million rows is checked once, by one join on the key. What
-- joins two transition tables is sent by `execute`, and so planned for the rows that are there: PL/pgSQL would keep the plan
-- that it made for the first, small change of the session, and loop over a million rows a million times. For the same reason
-- the join is summed up and never ended by `limit 1`: for one row the planner loops, and where none is wrong it never ends.
-- Each function keeps the search path of its migration, so that it finds our tables whoever fires it; temporary tables come
-- last in it, so that none of the session's can stand in for ours.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create function partner_status_may_become(before partner_status, after partner_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'active'), ('pending', 'terminated'),
    ('active', 'suspended'), ('active', 'terminated'),
    ('suspended', 'active'), ('suspended', 'terminated'),
    ('terminated', 'archived'));
comment on function partner_status_may_become(partner_status, partner_status) is 'The allowed moves of a partner.';

create function partner_payout_status_may_become(before partner_payout_status, after partner_payout_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'ready'),
    ('ready', 'processing'), ('ready', 'cancelled'),
    ('processing', 'completed'), ('processing', 'failed'),
    ('failed', 'ready'), ('failed', 'cancelled'));
comment on function partner_payout_status_may_become(partner_payout_status, partner_payout_status) is 'The allowed moves of a payout.';


-- Partners ------------------------------------------------------------------------------------------------------------

create function partner_guard_new_partners() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from after where status <> 'pending') then
        raise exception 'a partner begins pending'
            using errcode = 'check_violation', constraint = 'partner_begins_pending', table = 'partners';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_partners() is 'Refuses a partner that does not begin pending.';

create trigger partner_guard_new_partners after insert on partners
    referencing new table as after
    for each statement execute function partner_guard_new_partners();
comment on trigger partner_guard_new_partners on partners is 'A partner begins pending.';

create function partner_guard_partners() returns trigger
    language plpgsql set search_path from current
as $$
declare
    changed record;
begin
    execute $query$
        select bool_or(a.id is null) as any_identity,
               min(b.id || ' may not become ' || a.status || ' from ' || b.status) filter (
                   where a.status <> b.status and not partner_status_may_become(b.status, a.status)) as move
        from before b left join after a using (tenant_id, id, idempotency_key)
    $query$ into changed;
    if changed.any_identity then
        raise exception 'tenant, id and idempotency key of a partner never change'
            using errcode = 'check_violation', constraint = 'partner_identity_is_fixed', table = 'partners';
    end if;
    if changed.move is not null then
        raise exception 'partner %', changed.move
            using errcode = 'check_violation', constraint = 'partner_status_moves', table = 'partners';
    end if;

    execute $query$
        insert into partner_status_changes (tenant_id, partner_id, from_status, to_status, reason, changed_by)
        select a.tenant_id, a.id, b.status, a.status, a.status_reason, a.updated_by
        from before b join after a using (tenant_id, id)
        where a.status <> b.status
    $query$;
    execute $query$
        insert into partner_payout_hold_changes (tenant_id, partner_id, from_hold, to_hold, reason, changed_by)
        select a.tenant_id, a.id, b.payout_hold_reason, a.payout_hold_reason,
               case when a.payout_hold_reason is null then a.payout_release_reason end, a.updated_by
        from before b join after a using (tenant_id, id)
        where a.payout_hold_reason is distinct from b.payout_hold_reason
    $query$;
    return null;
end
$$;
comment on function partner_guard_partners() is 'Refuses a move that is not allowed and records every one that is, and every hold of payouts.';

create trigger partner_guard_partners after update on partners
    referencing old table as before new table as after
    for each statement execute function partner_guard_partners();
comment on trigger partner_guard_partners on partners is 'Moves of status: guarded and recorded; holds of payouts: recorded.';


-- Payouts -------------------------------------------------------------------------------------------------------------

create function partner_guard_new_payouts() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from after where status <> 'pending' or total_amount <> 0 or commission_count <> 0) then
        raise exception 'a payout begins open and empty'
            using errcode = 'check_violation', constraint = 'payout_begins_open_and_empty', table = 'partner_payouts';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_payouts() is 'Refuses a payout that does not begin open and empty.';

create trigger partner_guard_new_payouts after insert on partner_payouts
    referencing new table as after
    for each statement execute function partner_guard_new_payouts();
comment on trigger partner_guard_new_payouts on partner_payouts is 'A payout begins open and empty.';

create function partner_guard_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    changed record;
begin
    execute $query$
        select bool_or(a.id is null) as any_identity,
               min(b.id || ' may not become ' || a.status || ' from ' || b.status) filter (
                   where a.status <> b.status and not partner_payout_status_may_become(b.status, a.status)) as move,
               min(b.id::text) filter (
                   where (a.total_amount, a.commission_count) is distinct from (b.total_amount, b.commission_count)) as total,
               min(b.id::text) filter (
                   where b.status <> 'pending'
                     and (a.period_start, a.period_end, a.closed_at, a.close_key)
                         is distinct from (b.period_start, b.period_end, b.closed_at, b.close_key)
                      or b.status = 'completed'
                     and (a.completed_at, a.payment_reference) is distinct from (b.completed_at, b.payment_reference)) as closed_fact,
               min(b.id::text) filter (
                   where b.status = 'pending' and a.status <> 'pending' and a.closed_at <> now()) as closed_at
        from before b left join after a using (tenant_id, id, partner_id, currency, opened_at, opened_by)
    $query$ into changed;
    if changed.any_identity then
        raise exception 'tenant, id, partner, currency and opening of a payout never change'
            using errcode = 'check_violation', constraint = 'payout_identity_is_fixed', table = 'partner_payouts';
    end if;
    if changed.move is not null then
        raise exception 'payout %', changed.move
            using errcode = 'check_violation', constraint = 'payout_status_moves', table = 'partner_payouts';
    end if;
    -- Depth 1: an update from outside. The totals trigger of the events is depth 1 itself and gets here at depth 2.
    if pg_trigger_depth() = 1 and changed.total is not null then
        raise exception 'total and count of payout % follow its commission events and are not set by hand', changed.total
            using errcode = 'check_violation', constraint = 'payout_total_matches_events', table = 'partner_payouts';
    end if;
    if changed.closed_fact is not null then
        raise exception 'the period of closed payout % and the payment of a completed one never change', changed.closed_fact
            using errcode = 'check_violation', constraint = 'payout_closed_facts_are_fixed', table = 'partner_payouts';
    end if;
    if changed.closed_at is not null then
        raise exception 'payout % is closed at another time than now', changed.closed_at
            using errcode = 'check_violation', constraint = 'payout_is_closed_now', table = 'partner_payouts';
    end if;

    execute $query$
        insert into partner_status_changes (tenant_id, partner_id, payout_id, from_status, to_status, reason, changed_by)
        select a.tenant_id, a.partner_id, a.id, b.status, a.status, a.status_reason, a.status_changed_by
        from before b join after a using (tenant_id, id)
        where a.status <> b.status
    $query$;
    return null;
end
$$;
comment on function partner_guard_payouts() is
    'Refuses moves that are not allowed, totals set by hand and changes of settled facts; records every move.';

create trigger partner_guard_payouts after update on partner_payouts
    referencing old table as before new table as after
    for each statement execute function partner_guard_payouts();
comment on trigger partner_guard_payouts on partner_payouts is 'Moves of status: guarded and recorded; settled facts: fixed.';

create function partner_keep_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
begin
    select id, status into refused from before where status <> 'pending' limit 1;
    if found then
        raise exception 'payout % is % and is kept: only an open payout can be deleted', refused.id, refused.status
            using errcode = 'check_violation', constraint = 'payout_is_kept_once_closed', table = 'partner_payouts';
    end if;
    return null;
end
$$;
comment on function partner_keep_payouts() is 'Refuses to delete a payout that was ever closed.';

create trigger partner_keep_payouts after delete on partner_payouts
    referencing old table as before
    for each statement execute function partner_keep_payouts();
comment on trigger partner_keep_payouts on partner_payouts is 'Only an open payout can be deleted.';
