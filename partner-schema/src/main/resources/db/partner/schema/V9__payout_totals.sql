-- What must follow: total and count of a payout equal its events, in the same transaction.
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
    execute $query$
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
