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
               bool_or(a.status <> b.status) as any_move,
               bool_or(a.payout_hold_reason is distinct from b.payout_hold_reason) as any_hold,
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

    if changed.any_move then
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
    if exists (select from after where status <> 'pending' or total_amount <> 0 or commission_count <> 0
                                           or num_nonnulls(earliest_event_date, latest_event_date) > 0) then
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
    refused text;
begin
    execute $query$
        select bool_or(a.id is null) as any_identity,
               bool_or(a.status <> b.status and b.status <> 'pending') as any_recorded_move,
               bool_or(a.status <> b.status and a.status in ('processing', 'completed', 'failed')) as any_payment,
               min(b.id || ' may not become ' || a.status || ' from ' || b.status) filter (
                   where a.status <> b.status and not partner_payout_status_may_become(b.status, a.status)) as move,
               min(b.id::text) filter (
                   where (a.total_amount, a.commission_count, a.earliest_event_date, a.latest_event_date)
                         is distinct from (b.total_amount, b.commission_count, b.earliest_event_date, b.latest_event_date)) as total,
               min(b.id::text) filter (
                   where b.status <> 'pending'
                     and (a.period_start, a.period_end, a.closed_at, a.closed_by, a.close_key)
                         is distinct from (b.period_start, b.period_end, b.closed_at, b.closed_by, b.close_key)
                      or b.status = 'completed'
                     and (a.completed_at, a.payment_reference) is distinct from (b.completed_at, b.payment_reference)) as closed_fact,
               min(b.id::text) filter (
                   where b.status = 'pending' and a.status <> 'pending' and (a.closed_at <> now() or a.closed_by is distinct from a.status_changed_by)) as closed_at
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
        raise exception 'total, count and dates of payout % follow its commission events and are not set by hand', changed.total
            using errcode = 'check_violation', constraint = 'payout_total_matches_events', table = 'partner_payouts';
    end if;
    if changed.closed_fact is not null then
        raise exception 'the period of closed payout % and the payment of a completed one never change', changed.closed_fact
            using errcode = 'check_violation', constraint = 'payout_closed_facts_are_fixed', table = 'partner_payouts';
    end if;
    if changed.closed_at is not null then
        raise exception 'payout % is closed at another time than now, or by another than who says so', changed.closed_at
            using errcode = 'check_violation', constraint = 'payout_is_closed_now', table = 'partner_payouts';
    end if;
    -- The triggers of a statement fire when all of it is done, also what its common table expressions changed: a payout and
    -- its attempt move in one statement, and the guard of each finds the other as it will be.
    if changed.any_payment then
        execute $query$
            select min(a.id || ' may not become ' || a.status)
            from before b join after a using (tenant_id, id)
                 left join lateral (
                     select t.id, t.outcome, t.payment_reference
                     from partner_payout_attempts t
                     where t.tenant_id = a.tenant_id and t.payout_id = a.id
                     order by t.attempt_number desc
                     limit 1) last on true
            where a.status <> b.status
              and case a.status
                      when 'processing' then last.id is null or last.outcome is not null
                      when 'completed' then (last.outcome::text, last.payment_reference)
                                            is distinct from ('succeeded', a.payment_reference)
                      when 'failed' then last.outcome is distinct from 'failed'
                      else false
                  end
        $query$ into refused;
        if refused is not null then
            raise exception 'payout % but with its attempt, in one statement', refused
                using errcode = 'check_violation', constraint = 'payout_is_paid_by_an_attempt', table = 'partner_payouts';
        end if;
    end if;

    -- The closing is on record already, on the payout itself: closed_at and closed_by never change.
    if changed.any_recorded_move then
        execute $query$
            insert into partner_status_changes (tenant_id, partner_id, payout_id, from_status, to_status, reason, changed_by)
            select a.tenant_id, a.partner_id, a.id, b.status, a.status, a.status_reason, a.status_changed_by
            from before b join after a using (tenant_id, id)
            where a.status <> b.status and b.status <> 'pending'
        $query$;
    end if;
    return null;
end
$$;
comment on function partner_guard_payouts() is
    'Refuses moves that are not allowed or not made by an attempt, totals set by hand and changes of settled facts; records every move after the closing.';

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


-- Attempts to pay -----------------------------------------------------------------------------------------------------

create function partner_guard_new_payout_attempts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused text;
begin
    execute $query$
        select min(a.id::text)
        from after a
             left join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
                                        and p.status = 'processing' and p.total_amount = a.amount and p.currency = a.currency
        where p.id is null or a.outcome is not null
           or a.attempt_number <> (select count(*) from partner_payout_attempts t
                                   where t.tenant_id = a.tenant_id and t.payout_id = a.payout_id)
    $query$ into refused;
    if refused is not null then
        raise exception 'attempt % does not begin with its payout, as its next one and over its total', refused
            using errcode = 'check_violation', constraint = 'payout_attempt_begins_with_its_payout', table = 'partner_payout_attempts';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_payout_attempts() is 'Refuses an attempt that does not begin in flight, as the next one of a payout that is processing, over its total.';

create trigger partner_guard_new_payout_attempts after insert on partner_payout_attempts
    referencing new table as after
    for each statement execute function partner_guard_new_payout_attempts();
comment on trigger partner_guard_new_payout_attempts on partner_payout_attempts is 'An attempt begins when its payout goes to the provider.';

create function partner_guard_payout_attempts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    changed record;
begin
    execute $query$
        select min(b.id::text) filter (
                   where a.id is null
                      or b.unknown_at is not null
                     and (a.unknown_at, a.unknown_by, a.unknown_reason)
                         is distinct from (b.unknown_at, b.unknown_by, b.unknown_reason)
                      or b.ended_at is not null
                     and (a.outcome, a.ended_at, a.ended_by, a.payment_reference, a.failure_reason, a.unknown_at)
                         is distinct from (b.outcome, b.ended_at, b.ended_by, b.payment_reference, b.failure_reason, b.unknown_at)
                      or b.outcome = 'unknown' and a.outcome is null
                      or b.outcome is null and a.ended_at is not null and a.unknown_at is not null) as fact,
               min(b.id::text) filter (
                   where a.ended_at is not null and b.ended_at is null
                     and p.status is distinct from case a.outcome when 'succeeded' then 'completed' else 'failed' end::partner_payout_status)
                   as apart
        from before b
             left join after a using (tenant_id, id, payout_id, attempt_number, provider_key, amount, currency, worker,
                                      lease_until, started_at, started_by)
             left join partner_payouts p on p.tenant_id = b.tenant_id and p.id = b.payout_id
    $query$ into changed;
    if changed.fact is not null then
        raise exception 'attempt % is a fact: only an outcome that is not there yet, or unknown, is still recorded', changed.fact
            using errcode = 'check_violation', constraint = 'payout_attempt_facts_are_fixed', table = 'partner_payout_attempts';
    end if;
    if changed.apart is not null then
        raise exception 'attempt % may not end but with its payout, in one statement', changed.apart
            using errcode = 'check_violation', constraint = 'payout_attempt_ends_with_its_payout', table = 'partner_payout_attempts';
    end if;
    return null;
end
$$;
comment on function partner_guard_payout_attempts() is 'Refuses to change what is on record of an attempt, and to end it apart from its payout.';

create trigger partner_guard_payout_attempts after update on partner_payout_attempts
    referencing old table as before new table as after
    for each statement execute function partner_guard_payout_attempts();
comment on trigger partner_guard_payout_attempts on partner_payout_attempts is 'Outcomes of attempts: recorded once, and with the payout.';
