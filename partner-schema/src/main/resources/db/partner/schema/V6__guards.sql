-- What may change, and what must follow: moves of status, amounts that stay, totals that equal their rows.
-- Statement-level triggers over transition tables: a bulk change of a million rows is checked once, by joins on the key.
-- Each function keeps the search path of this migration, so that it finds our tables whoever fires it; temporary tables
-- come last in it, so that none of the session's can stand in for ours.
set local lock_timeout = '5s';
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

create function partner_commission_status_may_become(before partner_commission_status, after partner_commission_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'approved'), ('pending', 'cancelled'), ('pending', 'clawback'),
    ('approved', 'paid'), ('approved', 'clawback'));
comment on function partner_commission_status_may_become(partner_commission_status, partner_commission_status) is
    'The allowed moves of a commission event.';


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
    refused record;
begin
    if (select count(*) from before) <> (select count(*) from before join after using (tenant_id, id, idempotency_key)) then
        raise exception 'tenant, id and idempotency key of a partner never change'
            using errcode = 'check_violation', constraint = 'partner_identity_is_fixed', table = 'partners';
    end if;

    select b.id, b.status as was, a.status as becomes into refused
    from before b join after a using (tenant_id, id)
    where a.status <> b.status and not partner_status_may_become(b.status, a.status)
    limit 1;
    if found then
        raise exception 'partner % may not become % from %', refused.id, refused.becomes, refused.was
            using errcode = 'check_violation', constraint = 'partner_status_moves', table = 'partners';
    end if;

    insert into partner_status_changes (tenant_id, partner_id, from_status, to_status, reason, changed_by)
    select a.tenant_id, a.id, b.status, a.status, a.status_reason, a.updated_by
    from before b join after a using (tenant_id, id)
    where a.status <> b.status;
    return null;
end
$$;
comment on function partner_guard_partners() is 'Refuses a move that is not allowed and records every one that is.';

create trigger partner_guard_partners after update on partners
    referencing old table as before new table as after
    for each statement execute function partner_guard_partners();
comment on trigger partner_guard_partners on partners is 'Moves of status: guarded and recorded.';


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
    refused record;
begin
    if (select count(*) from before) <> (select count(*) from before join after using (tenant_id, id, partner_id, currency, opened_at, opened_by)) then
        raise exception 'tenant, id, partner, currency and opening of a payout never change'
            using errcode = 'check_violation', constraint = 'payout_identity_is_fixed', table = 'partner_payouts';
    end if;

    select b.id, b.status as was, a.status as becomes into refused
    from before b join after a using (tenant_id, id)
    where a.status <> b.status and not partner_payout_status_may_become(b.status, a.status)
    limit 1;
    if found then
        raise exception 'payout % may not become % from %', refused.id, refused.becomes, refused.was
            using errcode = 'check_violation', constraint = 'payout_status_moves', table = 'partner_payouts';
    end if;

    -- Depth 1: an update from outside. The totals trigger of the events is depth 1 itself and gets here at depth 2.
    if pg_trigger_depth() = 1 then
        select b.id into refused
        from before b join after a using (tenant_id, id)
        where (a.total_amount, a.commission_count) is distinct from (b.total_amount, b.commission_count)
        limit 1;
        if found then
            raise exception 'total and count of payout % follow its commission events and are not set by hand', refused.id
                using errcode = 'check_violation', constraint = 'payout_total_matches_events', table = 'partner_payouts';
        end if;
    end if;

    select b.id into refused
    from before b join after a using (tenant_id, id)
    where b.status <> 'pending'
      and (a.period_start, a.period_end, a.closed_at, a.close_key)
          is distinct from (b.period_start, b.period_end, b.closed_at, b.close_key)
       or b.status = 'completed'
      and (a.completed_at, a.payment_reference) is distinct from (b.completed_at, b.payment_reference)
    limit 1;
    if found then
        raise exception 'the period of closed payout % and the payment of a completed one never change', refused.id
            using errcode = 'check_violation', constraint = 'payout_closed_facts_are_fixed', table = 'partner_payouts';
    end if;

    select a.id into refused
    from before b join after a using (tenant_id, id)
    where b.status = 'pending' and a.status <> 'pending' and a.closed_at <> now()
    limit 1;
    if found then
        raise exception 'payout % is closed at another time than now', refused.id
            using errcode = 'check_violation', constraint = 'payout_is_closed_now', table = 'partner_payouts';
    end if;

    insert into partner_status_changes (tenant_id, partner_id, payout_id, from_status, to_status, reason, changed_by)
    select a.tenant_id, a.partner_id, a.id, b.status, a.status, a.status_reason, a.status_changed_by
    from before b join after a using (tenant_id, id)
    where a.status <> b.status;
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


-- Commission events: what stays ---------------------------------------------------------------------------------------

create function partner_guard_new_commission_events() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
begin
    if exists (select from after where status not in ('pending', 'approved')) then
        raise exception 'a commission event begins pending or approved'
            using errcode = 'check_violation', constraint = 'commission_event_begins_unpaid', table = 'partner_commission_events';
    end if;

    if exists (select from after where reverses_id is not null) then
        -- In a fixed order, and before the sums are taken: a concurrent reversal of the same event waits here.
        perform from partner_commission_events o
        where (o.tenant_id, o.id) in (select a.tenant_id, a.reverses_id from after a where a.reverses_id is not null)
        order by o.tenant_id, o.id
        for no key update;

        -- Changes nothing, but makes a reversal of the same event from an older snapshot (repeatable read) fail with 40001.
        update partner_commission_events o set status_reason = o.status_reason
        where (o.tenant_id, o.id) in (select a.tenant_id, a.reverses_id from after a where a.reverses_id is not null);

        select a.id into refused
        from after a join partner_commission_events o on o.tenant_id = a.tenant_id and o.id = a.reverses_id
        where o.partner_id <> a.partner_id or o.currency <> a.currency or o.status in ('cancelled', 'clawback')
        limit 1;
        if found then
            raise exception 'commission event % reverses one of another partner or currency, or one that was never payable', refused.id
                using errcode = 'check_violation', constraint = 'commission_event_reverses_its_own', table = 'partner_commission_events';
        end if;

        select o.id into refused
        from partner_commission_events o
        where (o.tenant_id, o.id) in (select a.tenant_id, a.reverses_id from after a where a.reverses_id is not null)
          and o.commission_amount + (select sum(r.commission_amount) from partner_commission_events r
                                     where r.tenant_id = o.tenant_id and r.reverses_id = o.id
                                       and r.status not in ('cancelled', 'clawback')) < 0
        limit 1;
        if found then
            raise exception 'more would be taken back of commission event % than it earned', refused.id
                using errcode = 'check_violation', constraint = 'commission_event_is_reversed_at_most_once', table = 'partner_commission_events';
        end if;
    end if;
    return null;
end
$$;
comment on function partner_guard_new_commission_events() is
    'Refuses an event that begins past approval, or that takes back more than was earned.';

create trigger partner_guard_new_commission_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_guard_new_commission_events();
comment on trigger partner_guard_new_commission_events on partner_commission_events is 'An event begins pending or approved, and takes back at most what was earned.';

create function partner_guard_commission_events() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
begin
    -- customer_id and invoice_id are left out: the host may delete its row, and they may become null.
    select b.id into refused
    from before b left join after a using (tenant_id, id)
    where a.id is null
       or (a.partner_id, a.account_id, a.rule_id, a.rule_version, a.reverses_id, a.event_date, a.currency, a.base_amount,
           a.commission_rate, a.commission_amount, a.calculation, a.idempotency_key, a.recorded_at, a.recorded_by)
          is distinct from
          (b.partner_id, b.account_id, b.rule_id, b.rule_version, b.reverses_id, b.event_date, b.currency, b.base_amount,
           b.commission_rate, b.commission_amount, b.calculation, b.idempotency_key, b.recorded_at, b.recorded_by)
       or a.customer_id <> b.customer_id or a.invoice_id <> b.invoice_id
       or b.customer_id is null and a.customer_id is not null
       or b.invoice_id is null and a.invoice_id is not null
       or b.approved_at is not null and (a.approved_at, a.approved_by) is distinct from (b.approved_at, b.approved_by)
       or b.paid_at is not null and a.paid_at is distinct from b.paid_at
    limit 1;
    if found then
        raise exception 'commission event % is a fact and never changes: record a correction instead', refused.id
            using errcode = 'check_violation', constraint = 'commission_event_facts_are_fixed', table = 'partner_commission_events';
    end if;

    select b.id, b.status as was, a.status as becomes into refused
    from before b join after a using (tenant_id, id)
    where a.status <> b.status and not partner_commission_status_may_become(b.status, a.status)
    limit 1;
    if found then
        raise exception 'commission event % may not become % from %', refused.id, refused.becomes, refused.was
            using errcode = 'check_violation', constraint = 'commission_event_status_moves', table = 'partner_commission_events';
    end if;

    select a.id into refused
    from before b join after a using (tenant_id, id)
    where a.status in ('cancelled', 'clawback') and a.status <> b.status
      and exists (select from partner_commission_events r
                  where r.tenant_id = a.tenant_id and r.reverses_id = a.id and r.status not in ('cancelled', 'clawback'))
    limit 1;
    if found then
        raise exception 'commission event % was taken back in part and stays: take back the rest', refused.id
            using errcode = 'check_violation', constraint = 'commission_event_with_reversals_stays', table = 'partner_commission_events';
    end if;

    select a.id into refused
    from before b join after a using (tenant_id, id)
    where a.status = 'paid' and b.status <> 'paid'
      and not exists (select from partner_payouts p
                      where p.tenant_id = a.tenant_id and p.id = a.payout_id and p.status = 'completed')
    limit 1;
    if found then
        raise exception 'commission event % is paid only with its payout', refused.id
            using errcode = 'check_violation', constraint = 'commission_event_is_paid_with_its_payout', table = 'partner_commission_events';
    end if;
    return null;
end
$$;
comment on function partner_guard_commission_events() is
    'Refuses changed amounts and origins, moves that are not allowed, and payment apart from the payout.';

create trigger partner_guard_commission_events after update on partner_commission_events
    referencing old table as before new table as after
    for each statement execute function partner_guard_commission_events();
comment on trigger partner_guard_commission_events on partner_commission_events is 'Facts: fixed; moves of status: guarded.';

create function partner_keep_rows() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from before) then
        raise exception 'rows of % are kept: a correction is a new row', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_are_kept', table = tg_table_name;
    end if;
    return null;
end
$$;
comment on function partner_keep_rows() is 'Refuses to delete rows of the table, or to change them where a trigger on update says so.';

-- A separate function: the transition table of partner_keep_rows does not exist in a truncate trigger.
create function partner_keep_table() returns trigger
    language plpgsql set search_path from current
as $$
begin
    raise exception 'rows of % are kept: a correction is a new row', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_are_kept', table = tg_table_name;
end
$$;
comment on function partner_keep_table() is 'Refuses to truncate the table.';

create trigger partner_keep_commission_events after delete on partner_commission_events
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_commission_events on partner_commission_events is 'Events are never deleted.';
create trigger partner_keep_all_commission_events before truncate on partner_commission_events
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_commission_events on partner_commission_events is 'Events are never truncated away.';
create trigger partner_keep_all_payouts before truncate on partner_payouts
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_payouts on partner_payouts is 'Payouts are never truncated away.';

create trigger partner_keep_all_status_changes before truncate on partner_status_changes
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_status_changes on partner_status_changes is 'History is never truncated away.';
create trigger partner_keep_all_idempotency_keys before truncate on partner_idempotency_keys
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_idempotency_keys on partner_idempotency_keys is 'Keys are never truncated away.';
create trigger partner_keep_all_commissions before truncate on partner_commissions
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_commissions on partner_commissions is 'Rules are never truncated away.';

create trigger partner_keep_commissions after delete on partner_commissions
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_commissions on partner_commissions is 'Versions of rules are never deleted.';
create trigger partner_keep_status_changes after delete on partner_status_changes
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_status_changes on partner_status_changes is 'History is never deleted.';
create trigger partner_keep_status_changes_as_they_are after update on partner_status_changes
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_status_changes_as_they_are on partner_status_changes is 'History is never rewritten.';
create trigger partner_keep_idempotency_keys after delete on partner_idempotency_keys
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_idempotency_keys on partner_idempotency_keys is 'A key never expires.';
create trigger partner_keep_idempotency_keys_as_they_are after update on partner_idempotency_keys
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_idempotency_keys_as_they_are on partner_idempotency_keys is 'A key''s request never changes.';


-- Rules and history: written once -------------------------------------------------------------------------------------

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
        raise exception 'version % of a commission rule never changes but for its end: write a new version', refused.id
            using errcode = 'check_violation', constraint = 'commission_rule_versions_are_fixed', table = 'partner_commissions';
    end if;
    return null;
end
$$;
comment on function partner_guard_commission_rules() is 'Refuses to change a version of a rule but for its end.';

create trigger partner_guard_commission_rules after update on partner_commissions
    referencing old table as before new table as after
    for each statement execute function partner_guard_commission_rules();
comment on trigger partner_guard_commission_rules on partner_commissions is 'A version of a rule is written once.';

create function partner_guard_status_changes() returns trigger
    language plpgsql set search_path from current
as $$
begin
    -- Depth 1 is this trigger itself: nothing but the statement of a user has fired it.
    if pg_trigger_depth() = 1 then
        raise exception 'history is written by the guards of partners and payouts, not by hand'
            using errcode = 'check_violation', constraint = 'status_change_is_recorded_by_its_guard', table = 'partner_status_changes';
    end if;
    return null;
end
$$;
comment on function partner_guard_status_changes() is 'Refuses history written by hand.';

create trigger partner_guard_status_changes before insert on partner_status_changes
    for each statement execute function partner_guard_status_changes();
comment on trigger partner_guard_status_changes on partner_status_changes is 'History is written by the guards.';


-- Commission events: what follows -------------------------------------------------------------------------------------

-- An event enters only an open payout; into any other, somebody has closed it meanwhile: SQLSTATE 40001, and the caller
-- tries again. It leaves an open payout, a cancelled one, or one just closed whose cutoff it is not before.

create function partner_add_to_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    expected bigint;
    updated  bigint;
begin
    with entering as (
        select tenant_id, payout_id, sum(commission_amount) as amount, count(*) as events
        from after
        where payout_id is not null
        group by tenant_id, payout_id
    ), total as (
        update partner_payouts p
        set total_amount = p.total_amount + e.amount, commission_count = p.commission_count + e.events
        from entering e
        where p.tenant_id = e.tenant_id and p.id = e.payout_id and p.status = 'pending'
        returning 1
    )
    select (select count(*) from entering), (select count(*) from total) into expected, updated;
    if updated <> expected then
        raise exception 'a payout was closed while commission events were entering it'
            using errcode = 'serialization_failure', hint = 'Try the transaction again.';
    end if;
    return null;
end
$$;
comment on function partner_add_to_payouts() is 'Adds new events to the totals of their payouts.';

create trigger partner_total_new_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_add_to_payouts();
comment on trigger partner_total_new_events on partner_commission_events is 'Totals of payouts follow new events.';

create function partner_move_between_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    expected bigint;
    updated  bigint;
begin
    with moved as (
        select b.tenant_id, b.payout_id as leaves, a.payout_id as enters, b.commission_amount, b.event_date
        from before b join after a using (tenant_id, id)
        where a.payout_id is distinct from b.payout_id
    ), change as (
        select tenant_id, payout_id, sum(amount) as amount, sum(events) as events,
               bool_or(events > 0) as entered, min(left_date) as earliest_left
        from (
            select tenant_id, enters as payout_id, commission_amount as amount, 1 as events, null::timestamptz as left_date
            from moved where enters is not null
            union all
            select tenant_id, leaves, -commission_amount, -1, event_date
            from moved where leaves is not null
        ) each
        group by tenant_id, payout_id
    ), total as (
        update partner_payouts p
        set total_amount = p.total_amount + c.amount, commission_count = p.commission_count + c.events
        from change c
        where p.tenant_id = c.tenant_id and p.id = c.payout_id
          and (p.status = 'pending'
               or not c.entered and (p.status = 'cancelled' or p.status = 'ready' and c.earliest_left >= p.period_end))
        returning 1
    )
    -- A payout that is being deleted is gone already; what it held may leave it.
    select (select count(*) from change c
            where c.entered or exists (select from partner_payouts p where p.tenant_id = c.tenant_id and p.id = c.payout_id)),
           (select count(*) from total)
    into expected, updated;
    if updated <> expected then
        if exists (select from before b join after a using (tenant_id, id)
                   join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
                   where a.payout_id is distinct from b.payout_id and p.status <> 'pending') then
            raise exception 'a payout was closed while commission events were entering it'
                using errcode = 'serialization_failure', hint = 'Try the transaction again.';
        end if;
        raise exception 'a commission event stays in the payout that was closed with it: take it back by a new one'
            using errcode = 'check_violation', constraint = 'commission_event_stays_in_closed_payout', table = 'partner_commission_events';
    end if;
    return null;
end
$$;
comment on function partner_move_between_payouts() is 'Moves the amounts of events between the totals of their payouts.';

create trigger partner_total_moved_events after update on partner_commission_events
    referencing old table as before new table as after
    for each statement execute function partner_move_between_payouts();
comment on trigger partner_total_moved_events on partner_commission_events is 'Totals of payouts follow events that move.';
