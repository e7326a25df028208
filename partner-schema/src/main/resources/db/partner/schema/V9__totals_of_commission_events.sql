-- What follows the commission events in the same transaction: the total and count of a payout, and the monthly totals
-- of a partner. For the form of the functions, for `execute` and for `one_row`, see V6. PostgreSQL fires the triggers of a table in
-- the order of their names: the guard of V8, then the monthly totals, then the payout totals. So every transaction
-- takes its locks in one order.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);


-- Payout totals -------------------------------------------------------------------------------------------------------

-- An event enters only an open payout. If another transaction has closed the payout meanwhile, the trigger raises
-- SQLSTATE 40001 and the caller tries again. An event leaves an open payout, a cancelled one, or a ready one whose
-- cutoff is not after the event.

create function partner_add_to_payout_totals() returns trigger
    language plpgsql set search_path from current
as $$
declare
    expected bigint;
    updated  bigint;
begin
    -- Even an update of no row would fire the guards of payouts, which cost more than the event.
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
comment on function partner_add_to_payout_totals() is 'Adds new events to the totals of their payouts.';

create trigger partner_payout_totals_follow_new_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_add_to_payout_totals();
comment on trigger partner_payout_totals_follow_new_events on partner_commission_events is 'The totals of payouts follow new events.';

create function partner_change_payout_totals() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    expected bigint;
    updated  bigint;
begin
    if one_row and not exists (select from before b cross join after a where a.payout_id is distinct from b.payout_id)
       or not exists (select from after where payout_id is not null) and not exists (select from before where payout_id is not null) then
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
    -- A payout that the statement deletes is gone already; its events may leave it.
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
        raise exception 'a commission event may not leave the payout that was closed with it: claw it back by a new event'
            using errcode = 'check_violation', constraint = 'commission_event_stays_in_closed_payout', table = 'partner_commission_events';
    end if;
    return null;
end
$$;
comment on function partner_change_payout_totals() is 'Takes the amounts of events out of the totals of the payouts that they leave and adds them to those that they enter.';

create trigger partner_payout_totals_follow_changed_events after update on partner_commission_events
    referencing old table as before new table as after
    for each statement execute function partner_change_payout_totals();
comment on trigger partner_payout_totals_follow_changed_events on partner_commission_events is 'The totals of payouts follow events that enter or leave them.';


-- Monthly totals ------------------------------------------------------------------------------------------------------

-- A total has several parts, so that two transactions with an event each for one partner do not wait for each other. Such
-- a change takes the first part that no other transaction holds. It adds a part only if all are held, so the total of a
-- partner who is seldom changed twice at once has one part. The first number to try depends on the session: two
-- sessions that add a part at the same time seldom choose the same one and wait. A change of many events takes part 0.
create function partner_add_to_monthly_total(tenant varchar, partner uuid, of_currency char, of_month date, of_status partner_commission_status,
                                             base numeric, amount numeric, events bigint) returns void
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
declare
    parts smallint[];
    chosen smallint;
begin
    update partner_commission_totals t
    set base_amount = t.base_amount + base, commission_amount = t.commission_amount + amount, commission_count = t.commission_count + events
    where t.tenant_id = tenant and t.partner_id = partner and t.currency = of_currency and t.month = of_month and t.status = of_status
      and t.part = (select f.part
                    from partner_commission_totals f
                    where f.tenant_id = tenant and f.partner_id = partner and f.currency = of_currency and f.month = of_month and f.status = of_status
                    order by f.part
                    limit 1
                    for no key update skip locked);
    if found then
        return;
    end if;
    parts := array(select t.part
                   from partner_commission_totals t
                   where t.tenant_id = tenant and t.partner_id = partner and t.currency = of_currency and t.month = of_month and t.status = of_status);
    if cardinality(parts) = 0 then
        chosen := 0;
    else
        select coalesce(min(n) filter (where not n % 16 = any (parts)), min(n)) % 16 into chosen
        from generate_series(pg_backend_pid() % 16, pg_backend_pid() % 16 + 15) n;
    end if;
    insert into partner_commission_totals as t
        (tenant_id, partner_id, currency, month, status, part, base_amount, commission_amount, commission_count)
    values (tenant, partner, of_currency, of_month, of_status, chosen, base, amount, events)
    on conflict (tenant_id, partner_id, currency, month, status, part) do update
    set base_amount = t.base_amount + excluded.base_amount,
        commission_amount = t.commission_amount + excluded.commission_amount,
        commission_count = t.commission_count + excluded.commission_count;
end
$$;
comment on function partner_add_to_monthly_total(varchar, uuid, char, date, partner_commission_status, numeric, numeric, bigint) is
    'Adds one event to a monthly total, or takes it out with negative arguments: in the first part that no other transaction holds, else in another part. Waits only if all 16 parts are held, or if another transaction just adds the same part.';

-- In the order of the key, so that two transactions wait for each other rather than deadlock.
create function partner_add_to_monthly_totals() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if (select count(*) from (select from after limit 2) few) < 2 then
        perform partner_add_to_monthly_total(tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date, status,
                                             base_amount, commission_amount, 1)
        from after;
        return null;
    end if;
    insert into partner_commission_totals as t
        (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
    select tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date, status,
           sum(base_amount), sum(commission_amount), count(*)
    from after
    group by 1, 2, 3, 4, 5
    order by 1, 2, 3, 4, 5
    on conflict (tenant_id, partner_id, currency, month, status, part) do update
    set base_amount = t.base_amount + excluded.base_amount,
        commission_amount = t.commission_amount + excluded.commission_amount,
        commission_count = t.commission_count + excluded.commission_count;
    return null;
end
$$;
comment on function partner_add_to_monthly_totals() is 'Adds new events to the monthly totals of their partners.';

create trigger partner_monthly_totals_follow_new_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_add_to_monthly_totals();
comment on trigger partner_monthly_totals_follow_new_events on partner_commission_events is 'The monthly totals follow new events.';

-- Amounts and dates of an event are immutable: only a change of its status changes the totals. A total or its part 0
-- may be missing. One row has a way of its own, so these queries are there for many rows alone (`$many$`).
create function partner_change_monthly_totals() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if (select count(*) from (select from before limit 2) few) < 2 then
        perform partner_add_to_monthly_total(each.tenant_id, each.partner_id, each.currency, each.month, each.status, each.base, each.amount, each.events)
        from (
            select a.tenant_id, a.partner_id, a.currency, date_trunc('month', a.event_date at time zone 'UTC')::date as month, s.status,
                   s.sign * a.base_amount as base, s.sign * a.commission_amount as amount, s.sign as events
            from before b cross join after a
                 cross join lateral (values (a.status, 1), (b.status, -1)) s (status, sign)
            where a.status <> b.status
            order by s.status
        ) each;
        return null;
    end if;
    execute $many$
        insert into partner_commission_totals as t
            (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
        select tenant_id, partner_id, currency, month, status, 0, 0, 0
        from (select distinct a.tenant_id, a.partner_id, a.currency,
                              date_trunc('month', a.event_date at time zone 'UTC')::date as month, s.status
              from before b join after a using (tenant_id, id)
                   cross join lateral (values (a.status), (b.status)) s (status)
              where a.status <> b.status) changed
        order by 1, 2, 3, 4, 5
        on conflict do nothing
    $many$;
    execute $many$
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
            where t.part = 0
            order by 1, 2, 3, 4, 5
            for no key update of t
        )
        update partner_commission_totals t
        set base_amount = t.base_amount + h.base,
            commission_amount = t.commission_amount + h.amount,
            commission_count = t.commission_count + h.events
        from held h
        where (t.tenant_id, t.partner_id, t.currency, t.month, t.status, t.part)
              = (h.tenant_id, h.partner_id, h.currency, h.month, h.status, 0)
    $many$;
    return null;
end
$$;
comment on function partner_change_monthly_totals() is 'Takes the amounts of events out of the monthly total of their old status and adds them to that of their new status.';

create trigger partner_monthly_totals_follow_changed_events after update on partner_commission_events
    referencing old table as before new table as after
    for each statement execute function partner_change_monthly_totals();
comment on trigger partner_monthly_totals_follow_changed_events on partner_commission_events is 'The monthly totals follow the status of events.';

create trigger partner_guard_commission_totals before insert or update or delete on partner_commission_totals
    for each statement execute function partner_refuse_direct_writes('commission_totals_match_events',
        'the triggers of the commission events: record or change an event');
comment on trigger partner_guard_commission_totals on partner_commission_totals is 'Only the triggers of the events write the monthly totals.';
create trigger partner_refuse_truncate_of_commission_totals before truncate on partner_commission_totals
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_commission_totals on partner_commission_totals is 'Nobody truncates the monthly totals.';

-- The monthly totals are only a shortcut to the events; this function calculates them again. Only the owner of the
-- table may disable the guard.
create function partner_rebuild_commission_totals() returns bigint
    language plpgsql set search_path from current
as $$
declare
    changed bigint;
begin
    -- The lock comes first, as in a recording: nobody writes events until this transaction ends.
    lock table partner_commission_events in share mode;
    alter table partner_commission_totals disable trigger partner_guard_commission_totals;
    with calculated as (
        select tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date as month, status,
               sum(base_amount) as base, sum(commission_amount) as amount, count(*) as events
        from partner_commission_events
        group by 1, 2, 3, 4, 5
    ), kept as (
        select tenant_id, partner_id, currency, month, status,
               sum(base_amount) as base, sum(commission_amount) as amount, sum(commission_count) as events
        from partner_commission_totals
        group by 1, 2, 3, 4, 5
    ), wrong as (
        select tenant_id, partner_id, currency, month, status,
               coalesce(c.base, 0) as base, coalesce(c.amount, 0) as amount, coalesce(c.events, 0) as events
        from calculated c full join kept k using (tenant_id, partner_id, currency, month, status)
        where (coalesce(c.base, 0), coalesce(c.amount, 0), coalesce(c.events, 0))
              <> (coalesce(k.base, 0), coalesce(k.amount, 0), coalesce(k.events, 0))
    ), other_parts as (
        delete from partner_commission_totals t
        using wrong w
        where (t.tenant_id, t.partner_id, t.currency, t.month, t.status)
              = (w.tenant_id, w.partner_id, w.currency, w.month, w.status) and t.part > 0
    ), written as (
        insert into partner_commission_totals as t
            (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
        select tenant_id, partner_id, currency, month, status, base, amount, events
        from wrong
        on conflict (tenant_id, partner_id, currency, month, status, part) do update
        set base_amount = excluded.base_amount,
            commission_amount = excluded.commission_amount,
            commission_count = excluded.commission_count
        returning 1
    )
    select count(*) from written into changed;
    alter table partner_commission_totals enable trigger partner_guard_commission_totals;
    return changed;
end
$$;
comment on function partner_rebuild_commission_totals() is
    'Calculates the monthly totals again from the commission events and returns how many were wrong. Only the owner of the tables may call it; writers of events wait meanwhile.';
revoke all on function partner_rebuild_commission_totals() from public;


-- Every `execute` above gets its query a second time, as a static statement for one row: see V6.
select partner_prepare_one_row(guard) from unnest(array[
    'partner_change_payout_totals()'
]::regprocedure[]) guard;
