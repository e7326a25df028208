-- What follows the commission events in the same transaction: the total and count of a payout, and the monthly totals
-- of a partner. For the form of the functions, for `execute` and for `one_row`, see V6. PostgreSQL fires the triggers of a table in
-- the order of their names: the guard of V8, then the monthly totals, then the payout totals. So every transaction
-- takes its locks in one order.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);


-- Parts of open payouts -----------------------------------------------------------------------------------------------

-- The row of an open payout belongs to one transaction until that ends. So that several transactions with an event each
-- do not wait for each other, an open payout may have parts beside its row:
-- * An event that enters alone takes a part that no other transaction holds. If the payout has no parts, it takes the
--   row. It waits for the row only if all are held, and then adds parts for the next ones: so a payout that is seldom
--   entered twice at once has none.
-- * Whoever enters never waits for a part. Whoever needs the whole payout, in order to close it or to take an event out,
--   locks the row first and then the parts: it takes the free ones at once and waits for the others. Meanwhile no part is
--   free, so new events wait for the row, behind it.
-- * To delete a part is to fold it: what it holds goes into the row.

create function partner_guard_new_payout_parts() returns trigger
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
declare
    expected bigint;
    updated  bigint;
begin
    if exists (select from after where total_amount <> 0 or commission_count <> 0 or num_nonnulls(earliest_event_date, latest_event_date) > 0) then
        raise exception 'a new part of a payout must be empty: its total, count and dates follow the events that enter it'
            using errcode = 'check_violation', constraint = 'payout_part_begins_empty', table = 'partner_payout_parts';
    end if;
    -- A lock alone would not do: a repeatable read that began earlier does not see the parts, and may close the payout
    -- unless its row has changed.
    with payout as (
        select distinct tenant_id, payout_id from after
    ), touched as (
        update partner_payouts p
        set opened_by = p.opened_by
        from payout a
        where p.tenant_id = a.tenant_id and p.id = a.payout_id and p.status = 'pending'
        returning 1
    )
    select (select count(*) from payout), (select count(*) from touched) into expected, updated;
    if updated <> expected then
        raise exception 'a payout was closed while it was given parts'
            using errcode = 'serialization_failure', hint = 'Try the transaction again.';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_payout_parts() is 'Refuses a new part that is not empty, or of a payout that is not open, and changes the row of the payout, so that nobody closes it who does not see the part.';

create trigger partner_guard_new_payout_parts after insert on partner_payout_parts
    referencing new table as after
    for each statement execute function partner_guard_new_payout_parts();
comment on trigger partner_guard_new_payout_parts on partner_payout_parts is 'A part begins empty, in an open payout.';
create trigger partner_guard_payout_parts before update on partner_payout_parts
    for each statement execute function partner_refuse_direct_writes('payout_parts_match_events',
        'the triggers of the commission events: record or change an event');
comment on trigger partner_guard_payout_parts on partner_payout_parts is 'Only the triggers of the events change a part.';
create trigger partner_refuse_truncate_of_payout_parts before truncate on partner_payout_parts
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_payout_parts on partner_payout_parts is 'Nobody truncates the parts.';

create function partner_add_deleted_parts_to_payouts() returns trigger
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
begin
    if not exists (select from before where commission_count > 0) then
        return null;
    end if;
    update partner_payouts p
    set total_amount = p.total_amount + b.amount, commission_count = p.commission_count + b.events,
        earliest_event_date = least(p.earliest_event_date, b.earliest), latest_event_date = greatest(p.latest_event_date, b.latest)
    from (select tenant_id, payout_id, sum(total_amount) as amount, sum(commission_count) as events,
                 min(earliest_event_date) as earliest, max(latest_event_date) as latest
          from before
          where commission_count > 0
          group by tenant_id, payout_id) b
    where p.tenant_id = b.tenant_id and p.id = b.payout_id;
    return null;
end
$$;
comment on function partner_add_deleted_parts_to_payouts() is 'Adds what deleted parts held to the rows of their payouts.';

create trigger partner_fold_deleted_payout_parts after delete on partner_payout_parts
    referencing old table as before
    for each statement execute function partner_add_deleted_parts_to_payouts();
comment on trigger partner_fold_deleted_payout_parts on partner_payout_parts is 'A deleted part loses nothing: its payout has it.';

create function partner_fold_payout_parts(tenant varchar, payouts uuid[]) returns integer
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
declare
    divided uuid[];
    folded integer;
begin
    if not exists (select from partner_payout_parts t where t.tenant_id = tenant) then
        return 0;
    end if;
    divided := array(select distinct t.payout_id from partner_payout_parts t where t.tenant_id = tenant and t.payout_id = any (payouts));
    if cardinality(divided) = 0 then
        return 0;
    end if;
    perform from partner_payouts p
    where p.tenant_id = tenant and p.id = any (divided)
    order by p.partner_id, p.currency
    for no key update;
    -- The free ones at once: after this there is none that a new event could enter.
    perform from partner_payout_parts t
    where t.tenant_id = tenant and t.payout_id = any (divided)
    order by t.payout_id, t.part
    for update skip locked;
    perform from partner_payout_parts t
    where t.tenant_id = tenant and t.payout_id = any (divided)
    order by t.payout_id, t.part
    for update;
    delete from partner_payout_parts t where t.tenant_id = tenant and t.payout_id = any (divided);
    get diagnostics folded = row_count;
    return folded;
end
$$;
comment on function partner_fold_payout_parts(varchar, uuid[]) is
    'Puts the parts of open payouts into their rows and returns how many there were. Waits for the transactions that hold a part. Whoever closes a payout locks its row in a statement before, so that no part comes after.';

create function partner_enter_open_payout(tenant varchar, payout uuid) returns smallint
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
declare
    entered smallint;
    parts   integer;
begin
    select t.part into entered
    from partner_payout_parts t
    where t.tenant_id = tenant and t.payout_id = payout
    order by t.part
    limit 1
    for no key update skip locked;
    if found then
        return entered;
    end if;
    if not exists (select from partner_payout_parts t where t.tenant_id = tenant and t.payout_id = payout) then
        perform from partner_payouts p where p.tenant_id = tenant and p.id = payout and p.status = 'pending' for no key update skip locked;
        if found then
            return 0;
        end if;
    end if;
    perform from partner_payouts p where p.tenant_id = tenant and p.id = payout and p.status = 'pending' for no key update;
    if not found then
        return null;
    end if;
    select count(*) into parts from partner_payout_parts t where t.tenant_id = tenant and t.payout_id = payout;
    if parts < 15 then
        insert into partner_payout_parts (tenant_id, payout_id, part)
        select tenant, payout, n from generate_series(parts + 1, least(2 * parts + 1, 15)) n
        on conflict do nothing;
    end if;
    return 0;
end
$$;
comment on function partner_enter_open_payout(varchar, uuid) is
    'Locks where a single event may enter an open payout, and returns the number of the part, or 0 for the row of the payout, or null if the payout is not open. Until the transaction ends nobody closes the payout. If everything is held, it waits for the row, and adds parts: 1, 3, 7, 15.';

create function partner_take_open_payout(tenant varchar, partner uuid, of_currency char, actor varchar) returns uuid
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
declare
    taken uuid;
begin
    loop
        select p.id into taken
        from partner_payouts p
        where p.tenant_id = tenant and p.partner_id = partner and p.currency = of_currency and p.status = 'pending';
        if not found then
            insert into partner_payouts as p (tenant_id, partner_id, currency, opened_by, status_changed_by)
            values (tenant, partner, of_currency, actor, actor)
            on conflict (tenant_id, partner_id, currency) where status = 'pending' do update
            set opened_by = p.opened_by
            returning p.id into taken;
            return taken;
        end if;
        if partner_enter_open_payout(tenant, taken) is not null then
            return taken;
        end if;
    end loop;
end
$$;
comment on function partner_take_open_payout(varchar, uuid, char, varchar) is
    'The open payout of a partner and currency, for a single event that enters it: opens one if there is none, and waits for another transaction only if partner_enter_open_payout does. Until the transaction ends nobody closes it.';

create function partner_add_to_open_payout(tenant varchar, payout uuid, amount numeric, at timestamptz) returns void
    language plpgsql set search_path from current set enable_seqscan = off set enable_mergejoin = off set enable_hashjoin = off
as $$
declare
    entered smallint := partner_enter_open_payout(tenant, payout);
begin
    if entered is null then
        raise exception 'a payout was closed while commission events were entering it'
            using errcode = 'serialization_failure', hint = 'Try the transaction again.';
    end if;
    if entered = 0 then
        update partner_payouts p
        set total_amount = p.total_amount + amount, commission_count = p.commission_count + 1,
            earliest_event_date = least(p.earliest_event_date, at), latest_event_date = greatest(p.latest_event_date, at)
        where p.tenant_id = tenant and p.id = payout;
    else
        update partner_payout_parts t
        set total_amount = t.total_amount + amount, commission_count = t.commission_count + 1,
            earliest_event_date = least(t.earliest_event_date, at), latest_event_date = greatest(t.latest_event_date, at)
        where t.tenant_id = tenant and t.payout_id = payout and t.part = entered;
    end if;
end
$$;
comment on function partner_add_to_open_payout(varchar, uuid, numeric, timestamptz) is
    'Adds one event to an open payout, in its row or in a part. SQLSTATE 40001 if the payout is not open.';

-- Begins with a join: see V18.
create view partner_payouts_with_parts with (security_invoker = true) as
select p.tenant_id, p.id, p.partner_id, p.currency, p.status,
       p.total_amount + coalesce(parts.amount, 0) as total_amount,
       p.commission_count + coalesce(parts.events, 0)::integer as commission_count,
       least(p.earliest_event_date, parts.earliest) as earliest_event_date,
       greatest(p.latest_event_date, parts.latest) as latest_event_date,
       p.period_start, p.period_end, p.opened_at, p.opened_by, p.closed_at, p.closed_by, p.close_key, p.cutoff_number, p.provider_key,
       p.completed_at, p.payment_reference, p.status_changed_at, p.status_changed_by, p.status_reason, p.cancel_evidence
from partner_payouts p
left join lateral (
    select sum(t.total_amount) as amount, sum(t.commission_count) as events,
           min(t.earliest_event_date) as earliest, max(t.latest_event_date) as latest
    from partner_payout_parts t
    where t.tenant_id = p.tenant_id and t.payout_id = p.id and p.status = 'pending') parts on true;
comment on view partner_payouts_with_parts is
    'The payouts with their whole total, count and dates: of an open payout the row and its parts together. Read an open payout here; a closed one is the same in both.';
do $$
declare
    described record;
begin
    for described in
        select a.attname, col_description(a.attrelid, a.attnum) as text
        from pg_attribute a
        where a.attrelid = 'partner_payouts'::regclass and a.attnum > 0 and not a.attisdropped
    loop
        execute format('comment on column partner_payouts_with_parts.%I is %L', described.attname, described.text);
    end loop;
end
$$;
comment on column partner_payouts_with_parts.total_amount is 'Sum of all linked events, in the currency''s major unit.';
comment on column partner_payouts_with_parts.commission_count is 'Number of all linked events.';
comment on column partner_payouts_with_parts.earliest_event_date is 'No linked event has an earlier date.';
comment on column partner_payouts_with_parts.latest_event_date is 'No linked event has a later date.';


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
    if (select count(*) from (select from after limit 2) few) < 2 then
        perform partner_add_to_open_payout(tenant_id, payout_id, commission_amount, event_date) from after;
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
    any_parts boolean;
    expected bigint;
    updated  bigint;
begin
    if one_row and not exists (select from before b cross join after a where a.payout_id is distinct from b.payout_id)
       or not exists (select from after where payout_id is not null) and not exists (select from before where payout_id is not null) then
        return null;
    end if;
    if one_row and not exists (select from before where payout_id is not null) then
        perform partner_add_to_open_payout(tenant_id, payout_id, commission_amount, event_date) from after;
        return null;
    end if;
    -- An event leaves by the row of its payout, which must hold all of it.
    if exists (select from before where payout_id is not null) then
        execute $query$
            select exists (select from before b join partner_payout_parts t on t.tenant_id = b.tenant_id and t.payout_id = b.payout_id)
        $query$ into any_parts;
        if any_parts then
            execute $query$
                select count(partner_fold_payout_parts(l.tenant_id, l.payouts))
                from (select b.tenant_id, array_agg(distinct b.payout_id) as payouts
                      from (select tenant_id, b.payout_id from before b join after a using (tenant_id, id)
                            where a.payout_id is distinct from b.payout_id offset 0) b
                           join partner_payout_parts t on t.tenant_id = b.tenant_id and t.payout_id = b.payout_id
                      group by b.tenant_id) l
            $query$ into updated;
        end if;
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
        if exists (select from (select tenant_id, a.payout_id from before b join after a using (tenant_id, id)
                                where a.payout_id is distinct from b.payout_id offset 0) a
                   join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
                   where p.status <> 'pending') then
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
-- partner who is seldom changed twice at once has one part. An advisory lock reserves the number of a new part, so that two
-- sessions never add the same one. A change of many events takes part 0.
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
        select n into chosen
        from generate_series(0, 15) n
        where case when n <> all (parts) then pg_try_advisory_xact_lock(hashtextextended(
                  concat_ws('/', 'partner_commission_totals', tenant, partner, of_currency, of_month, of_status, n), 0)) end
        limit 1;
        chosen := coalesce(chosen, pg_backend_pid() % 16);
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
    'Adds one event to a monthly total, or takes it out with negative arguments: in the first part that no other transaction holds, else in another part. Waits only if all 16 parts are held, or if another transaction just adds the first.';

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
        with change as materialized (
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
