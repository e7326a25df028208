-- What the database refuses of commission events: changed amounts and origins, status transitions that are not allowed,
-- and reversals that claw back more than was earned. For the form of the functions, and for `execute`, see V6. On the
-- same table the triggers of V9 keep the totals of payouts and the monthly totals.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create function partner_commission_status_transition_is_allowed(before partner_commission_status, after partner_commission_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'approved'), ('pending', 'cancelled'), ('pending', 'clawback'),
    ('approved', 'paid'), ('approved', 'clawback'));
comment on function partner_commission_status_transition_is_allowed(partner_commission_status, partner_commission_status) is
    'Whether a commission event may change from the first status to the second.';

create function partner_guard_new_commission_events() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
    returned text;
begin
    if exists (select from after where status not in ('pending', 'approved')) then
        raise exception 'a new commission event must be pending or approved: its payout pays it'
            using errcode = 'check_violation', constraint = 'commission_event_begins_unpaid', table = 'partner_commission_events';
    end if;

    if exists (select from after where reverses_id is not null) then
        -- In a fixed order, and before the sums are read: a concurrent reversal of the same event waits here.
        perform from partner_commission_events o
        where (o.tenant_id, o.id) in (select a.tenant_id, a.reverses_id from after a where a.reverses_id is not null)
        order by o.tenant_id, o.id
        for no key update;

        -- Changes no value; a reversal of the same event from an older snapshot (repeatable read) fails with 40001
        -- because of it.
        update partner_commission_events o set status_reason = o.status_reason
        where (o.tenant_id, o.id) in (select a.tenant_id, a.reverses_id from after a where a.reverses_id is not null);

        select a.id into refused
        from after a join partner_commission_events o on o.tenant_id = a.tenant_id and o.id = a.reverses_id
        where o.partner_id <> a.partner_id or o.currency <> a.currency or o.status in ('cancelled', 'clawback')
           or o.returns_payout_id is not null
        limit 1;
        if found then
            raise exception 'commission event % may not reverse an event of another partner or currency, a returned payment, or an event that was never payable', refused.id
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
            raise exception 'commission event % may not be reversed by more than it earned', refused.id
                using errcode = 'check_violation', constraint = 'commission_event_is_not_reversed_by_more_than_it_earned', table = 'partner_commission_events';
        end if;
    end if;

    if exists (select from after where returns_payout_id is not null) then
        -- Partner and currency are the payout's by foreign key. A completed payout keeps its status and its total.
        execute $query$
            select min(a.id::text)
            from after a join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.returns_payout_id
            where p.status <> 'completed' or p.total_amount <> a.commission_amount
        $query$ into returned;
        if returned is not null then
            raise exception 'commission event % may return only a completed payout, and exactly the amount that the payout paid', returned
                using errcode = 'check_violation', constraint = 'commission_event_returns_what_was_paid', table = 'partner_commission_events';
        end if;
    end if;
    return null;
end
$$;
comment on function partner_guard_new_commission_events() is
    'Refuses a new event that is past approval, that reverses more than was earned, or that returns a payment which no payout made.';

create trigger partner_guard_new_commission_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_guard_new_commission_events();
comment on trigger partner_guard_new_commission_events on partner_commission_events is 'An event begins pending or approved, reverses at most what was earned, and returns what a payout paid.';

create function partner_guard_commission_events() returns trigger
    language plpgsql set search_path from current
as $$
declare
    changed record;
    refused text;
begin
    -- The comparison leaves customer_id and invoice_id out: they may become null, because the host may delete its row.
    execute $query$
        select min(b.id::text) filter (
                   where a.id is null
                      or (a.partner_id, a.account_id, a.rule_id, a.rule_version, a.reverses_id, a.returns_payout_id, a.event_date, a.currency,
                          a.base_amount, a.commission_rate, a.commission_amount, a.calculation, a.idempotency_key,
                          a.recorded_at, a.recorded_by)
                         is distinct from
                         (b.partner_id, b.account_id, b.rule_id, b.rule_version, b.reverses_id, b.returns_payout_id, b.event_date, b.currency,
                          b.base_amount, b.commission_rate, b.commission_amount, b.calculation, b.idempotency_key,
                          b.recorded_at, b.recorded_by)
                      or a.customer_id <> b.customer_id or a.invoice_id <> b.invoice_id
                      or b.customer_id is null and a.customer_id is not null
                      or b.invoice_id is null and a.invoice_id is not null
                      or b.approved_at is not null and (a.approved_at, a.approved_by) is distinct from (b.approved_at, b.approved_by)
                      or b.paid_at is not null and a.paid_at is distinct from b.paid_at) as immutable,
               min(b.id || ' may not change from ' || b.status || ' to ' || a.status) filter (
                   where a.status <> b.status and not partner_commission_status_transition_is_allowed(b.status, a.status)) as transition,
               bool_or(a.status <> b.status and a.status in ('cancelled', 'clawback')) as any_clawed_back,
               bool_or(a.status <> b.status and a.status = 'paid') as any_paid
        from before b left join after a using (tenant_id, id)
    $query$ into changed;
    if changed.immutable is not null then
        raise exception 'commission event % is immutable: record a correction as a new event', changed.immutable
            using errcode = 'check_violation', constraint = 'commission_event_columns_are_immutable', table = 'partner_commission_events';
    end if;
    if changed.transition is not null then
        raise exception 'commission event %: its status allows no such transition', changed.transition
            using errcode = 'check_violation', constraint = 'commission_event_status_transition_is_allowed', table = 'partner_commission_events';
    end if;

    if changed.any_clawed_back then
        execute $query$
            select min(a.id::text)
            from before b join after a using (tenant_id, id)
                 join partner_commission_events r on r.tenant_id = a.tenant_id and r.reverses_id = a.id
            where a.status in ('cancelled', 'clawback') and a.status <> b.status
              and r.status not in ('cancelled', 'clawback')
        $query$ into refused;
        if refused is not null then
            raise exception 'commission event % has reversals and may not be cancelled or clawed back as a whole: approve it, so that its reversals offset it', refused
                using errcode = 'check_violation', constraint = 'commission_event_with_reversals_is_not_cancelled', table = 'partner_commission_events';
        end if;
    end if;
    if changed.any_paid then
        execute $query$
            select min(a.id::text)
            from before b join after a using (tenant_id, id)
                 left join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
            where a.status = 'paid' and b.status <> 'paid' and p.status is distinct from 'completed'
        $query$ into refused;
        if refused is not null then
            raise exception 'commission event % may become paid only when its payout is completed', refused
                using errcode = 'check_violation', constraint = 'commission_event_is_paid_with_its_payout', table = 'partner_commission_events';
        end if;
    end if;
    return null;
end
$$;
comment on function partner_guard_commission_events() is
    'Refuses changed amounts and origins, status transitions that are not allowed, and a payment that is not the payment of the payout.';

create trigger partner_guard_commission_events after update on partner_commission_events
    referencing old table as before new table as after
    for each statement execute function partner_guard_commission_events();
comment on trigger partner_guard_commission_events on partner_commission_events is 'Keeps amounts and origins immutable; guards status changes.';

create trigger partner_refuse_delete_of_commission_events after delete on partner_commission_events
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_commission_events on partner_commission_events is 'Nobody deletes a commission event.';
create trigger partner_refuse_truncate_of_commission_events before truncate on partner_commission_events
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_commission_events on partner_commission_events is 'Nobody truncates the commission events.';
