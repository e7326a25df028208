-- What must follow its events, in the same transaction: total and count of a payout, and the sums of a partner's months.
-- For the form of the functions, and for `execute`, see V6.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

-- An event enters only an open payout; into any other, somebody has closed it meanwhile: SQLSTATE 40001, and the caller
-- tries again. It leaves an open payout, a cancelled one, or one just closed whose cutoff it is not before.

create function partner_add_to_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    expected bigint;
    updated  bigint;
begin
    -- An update of no payout would still fire the guards of payouts, which cost more than the event.
    if not exists (select from after where payout_id is not null) then
        return null;
    end if;
    with entering as (
        select tenant_id, payout_id, sum(commission_amount) as amount, count(*) as events,
               min(event_date) as earliest, max(event_date) as latest
        from after
        where payout_id is not null
        group by tenant_id, payout_id
    ), total as (
        update partner_payouts p
        set total_amount = p.total_amount + e.amount, commission_count = p.commission_count + e.events,
            earliest_event_date = least(p.earliest_event_date, e.earliest), latest_event_date = greatest(p.latest_event_date, e.latest)
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
    if not exists (select from after where payout_id is not null) and not exists (select from before where payout_id is not null) then
        return null;
    end if;
    execute $query$
    with moved as (
        select b.tenant_id, b.payout_id as leaves, a.payout_id as enters, b.commission_amount, b.event_date
        from before b join after a using (tenant_id, id)
        where a.payout_id is distinct from b.payout_id
    ), change as (
        select tenant_id, payout_id, sum(amount) as amount, sum(events) as events,
               bool_or(events > 0) as entered, min(left_date) as earliest_left,
               min(entered_date) as earliest, max(entered_date) as latest
        from (
            select tenant_id, enters as payout_id, commission_amount as amount, 1 as events,
                   event_date as entered_date, null::timestamptz as left_date
            from moved where enters is not null
            union all
            select tenant_id, leaves, -commission_amount, -1, null, event_date
            from moved where leaves is not null
        ) each
        group by tenant_id, payout_id
    ), total as (
        update partner_payouts p
        set total_amount = p.total_amount + c.amount, commission_count = p.commission_count + c.events,
            earliest_event_date = least(p.earliest_event_date, c.earliest), latest_event_date = greatest(p.latest_event_date, c.latest)
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
    $query$ into expected, updated;
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


-- Sums of a partner's months --------------------------------------------------------------------------------------------

-- In the order of the key, so that two transactions wait for each other rather than deadlock.
create function partner_add_to_commission_totals() returns trigger
    language plpgsql set search_path from current
as $$
begin
    insert into partner_commission_totals as t
        (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
    select tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date, status,
           sum(base_amount), sum(commission_amount), count(*)
    from after
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
    on conflict (tenant_id, partner_id, currency, month, status) do update
    set base_amount = t.base_amount + excluded.base_amount,
        commission_amount = t.commission_amount + excluded.commission_amount,
        commission_count = t.commission_count + excluded.commission_count;
    return null;
end
$$;
comment on function partner_add_to_commission_totals() is 'Adds new events to the sums of their partners'' months.';

create trigger partner_sum_new_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_add_to_commission_totals();
comment on trigger partner_sum_new_events on partner_commission_events is 'Sums of months follow new events.';

-- Amounts and dates of an event never change: only its status moves it. Of the two sums one may not be there yet, the other is.
create function partner_move_between_commission_totals() returns trigger
    language plpgsql set search_path from current
as $$
begin
    execute $query$
        insert into partner_commission_totals as t
            (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
        select tenant_id, partner_id, currency, month, status, 0, 0, 0
        from (select distinct a.tenant_id, a.partner_id, a.currency,
                              date_trunc('month', a.event_date at time zone 'UTC')::date as month, a.status
              from before b join after a using (tenant_id, id)
              where a.status <> b.status) entered
        order by 1, 2, 3, 4, 5
        on conflict do nothing
    $query$;
    execute $query$
        with change as (
            select tenant_id, partner_id, currency, month, status,
                   sum(base) as base, sum(amount) as amount, sum(events) as events
            from (
                select a.tenant_id, a.partner_id, a.currency, date_trunc('month', a.event_date at time zone 'UTC')::date as month,
                       s.status, s.sign * a.base_amount as base, s.sign * a.commission_amount as amount, s.sign as events
                from before b join after a using (tenant_id, id)
                     cross join lateral (values (a.status, 1), (b.status, -1)) s (status, sign)
                where a.status <> b.status
            ) each
            group by 1, 2, 3, 4, 5
        ), held as (
            select t.tenant_id, t.partner_id, t.currency, t.month, t.status, c.base, c.amount, c.events
            from partner_commission_totals t join change c using (tenant_id, partner_id, currency, month, status)
            order by 1, 2, 3, 4, 5
            for no key update of t
        )
        update partner_commission_totals t
        set base_amount = t.base_amount + h.base,
            commission_amount = t.commission_amount + h.amount,
            commission_count = t.commission_count + h.events
        from held h
        where (t.tenant_id, t.partner_id, t.currency, t.month, t.status)
              = (h.tenant_id, h.partner_id, h.currency, h.month, h.status)
    $query$;
    return null;
end
$$;
comment on function partner_move_between_commission_totals() is 'Moves the amounts of events whose status changed between the sums of their partners'' months.';

create trigger partner_sum_moved_events after update on partner_commission_events
    referencing old table as before new table as after
    for each statement execute function partner_move_between_commission_totals();
comment on trigger partner_sum_moved_events on partner_commission_events is 'Sums of months follow the status of events.';

create function partner_guard_commission_totals() returns trigger
    language plpgsql set search_path from current
as $$
begin
    -- Depth 1 is this trigger itself: nothing but the statement of a user has fired it.
    if pg_trigger_depth() = 1 then
        raise exception 'sums of commission events follow them and are not set by hand'
            using errcode = 'check_violation', constraint = 'commission_totals_match_events', table = 'partner_commission_totals';
    end if;
    return null;
end
$$;
comment on function partner_guard_commission_totals() is 'Refuses sums set by hand.';

create trigger partner_guard_commission_totals before insert or update or delete on partner_commission_totals
    for each statement execute function partner_guard_commission_totals();
comment on trigger partner_guard_commission_totals on partner_commission_totals is 'Sums of months are written by the triggers of the events.';
create trigger partner_keep_all_commission_totals before truncate on partner_commission_totals
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_commission_totals on partner_commission_totals is 'Sums are never truncated away.';
