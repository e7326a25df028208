-- What the database refuses of sales, refunds and commission events: changed amounts and origins, status transitions
-- that are not allowed, refunds of more than was sold, and reversals that claw back more than was earned. For the form
-- of the functions, for `execute` and for `one_row`, see V6. On the events the triggers of V9 keep the totals of payouts and the
-- monthly totals.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);


-- Sales ---------------------------------------------------------------------------------------------------------------

create function partner_guard_sales() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    refused text;
begin
    -- customer_id and invoice_id may become null, because the host may delete its row.
    execute $query$
        select min(b.id::text)
        from before b left join after a using (tenant_id, id)
        where a.id is null
           or a.customer_id <> b.customer_id or a.invoice_id <> b.invoice_id
           or b.customer_id is null and a.customer_id is not null or b.invoice_id is null and a.invoice_id is not null
           or to_jsonb(a) - '{customer_id,invoice_id}'::text[] <> to_jsonb(b) - '{customer_id,invoice_id}'::text[]
    $query$ into refused;
    if refused is not null then
        raise exception 'sale % is immutable: record a refund, or accrue another sale', refused
            using errcode = 'check_violation', constraint = 'sale_columns_are_immutable', table = 'partner_sales';
    end if;
    return null;
end
$$;
comment on function partner_guard_sales() is 'Refuses to change a sale, except for a customer or invoice that the host deletes.';

create trigger partner_guard_sales after update on partner_sales
    referencing old table as before new table as after
    for each statement execute function partner_guard_sales();
comment on trigger partner_guard_sales on partner_sales is 'A sale is immutable.';
create trigger partner_time_of_new_sales before insert on partner_sales
    for each row when (new.recorded_at not between now() and clock_timestamp())
    execute function partner_refuse_other_time('recorded_at');
comment on trigger partner_time_of_new_sales on partner_sales is 'A sale is recorded now.';
create trigger partner_refuse_delete_of_sales after delete on partner_sales
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_sales on partner_sales is 'Nobody deletes a sale.';
create trigger partner_refuse_truncate_of_sales before truncate on partner_sales
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_sales on partner_sales is 'Nobody truncates the sales.';


-- Refunds -------------------------------------------------------------------------------------------------------------

create function partner_guard_new_refunds() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from after limit 2) few) < 2;
    refused text;
begin
    -- In a fixed order, and before the sums are read: a concurrent refund of the same sale waits here.
    perform from partner_sales s
    where (s.tenant_id, s.id) in (select a.tenant_id, a.sale_id from after a)
    order by s.tenant_id, s.id
    for no key update;

    -- Changes no value; a refund of the same sale from an older snapshot (repeatable read) fails with 40001 because of
    -- it.
    update partner_sales s set recorded_by = s.recorded_by
    where (s.tenant_id, s.id) in (select a.tenant_id, a.sale_id from after a);

    execute $query$
        select min(a.id::text)
        from after a left join partner_refunds u on u.tenant_id = a.tenant_id and u.id = a.undoes_id
        where a.undoes_id is not null
          and (u.undoes_id is not null or u.sale_id <> a.sale_id or u.amount <> a.amount or u.line_amounts <> a.line_amounts)
    $query$ into refused;
    if refused is not null then
        raise exception 'refund % may undo only a refund of the same sale, and exactly its amounts', refused
            using errcode = 'check_violation', constraint = 'refund_undoes_the_whole', table = 'partner_refunds';
    end if;

    -- Of each line, each refund takes back a part, and what was refunded so far lies between zero and the line; a line
    -- below zero the other way round.
    execute $query$
        select min(line.sale_id::text)
        from (
            select s.id as sale_id, base.number, base.amount as base, count(r.line_amounts[base.number]) as refunds,
                   count(r.line_amounts[base.number]) filter (where r.undoes_id is not null) as undone,
                   coalesce(sum(case when r.undoes_id is null then r.line_amounts[base.number] else -r.line_amounts[base.number] end), 0) as refunded,
                   count(*) filter (where r.line_amounts[base.number] * sign(base.amount) < 0) as additions,
                   max(cardinality(r.line_amounts)) as most, min(cardinality(r.line_amounts)) as fewest, cardinality(s.line_bases) as lines,
                   -- Any other array has its elements at other numbers than the lines.
                   bool_and(array_ndims(r.line_amounts) = 1 and array_lower(r.line_amounts, 1) = 1) is true as numbered_as_lines,
                   s.amount
            from partner_sales s
            join partner_refunds r on r.tenant_id = s.tenant_id and r.sale_id = s.id
            cross join lateral unnest(s.line_bases) with ordinality as base (amount, number)
            where (s.tenant_id, s.id) in (select a.tenant_id, a.sale_id from after a)
            group by s.tenant_id, s.id, base.number, base.amount
        ) line
        where line.refunded not between least(line.base, 0) and greatest(line.base, 0)
           or line.base = 0 and line.refunds - 2 * line.undone > 1 or line.additions > 0
           or line.most <> line.lines or line.fewest <> line.lines or not line.numbered_as_lines
           or line.amount < 0
    $query$ into refused;
    if refused is not null then
        raise exception 'sale % may not be refunded by more than each of its lines; a credit note may not be refunded', refused
            using errcode = 'check_violation', constraint = 'refund_is_within_its_lines', table = 'partner_refunds';
    end if;

    execute $query$
        select min(a.id::text)
        from after a
        where a.amount <> (select coalesce(sum(line), 0) from unnest(a.line_amounts) line)
           or exists (select from partner_sales s, unnest(a.line_amounts) line
                      where s.tenant_id = a.tenant_id and s.id = a.sale_id and not partner_money_fits(line, s.currency))
    $query$ into refused;
    if refused is not null then
        raise exception 'the lines of refund % must add up to its amount, in whole minor units', refused
            using errcode = 'check_violation', constraint = 'refund_lines_add_up', table = 'partner_refunds';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_refunds() is 'Refuses a refund of more than is left of a line, and an undo that is not of a whole refund.';

create trigger partner_guard_new_refunds after insert on partner_refunds
    referencing new table as after
    for each statement execute function partner_guard_new_refunds();
comment on trigger partner_guard_new_refunds on partner_refunds is 'Of no line more is refunded than was sold.';
create trigger partner_time_of_new_refunds before insert on partner_refunds
    for each row when (new.recorded_at not between now() and clock_timestamp())
    execute function partner_refuse_other_time('recorded_at');
comment on trigger partner_time_of_new_refunds on partner_refunds is 'A refund is recorded now.';
create trigger partner_refuse_update_of_refunds after update on partner_refunds
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_update_of_refunds on partner_refunds is 'A refund is immutable.';
create trigger partner_refuse_delete_of_refunds after delete on partner_refunds
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_refunds on partner_refunds is 'Nobody deletes a refund.';
create trigger partner_refuse_truncate_of_refunds before truncate on partner_refunds
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_refunds on partner_refunds is 'Nobody truncates the refunds.';


-- Restatements --------------------------------------------------------------------------------------------------------

create function partner_guard_restatements() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    refused text;
begin
    execute $query$
        select min(b.id::text)
        from before b left join after a using (tenant_id, id)
        where a.id is null or b.completed_at is not null or a.sales_examined < b.sales_examined
           or a.completed_at not between now() and clock_timestamp()
           or to_jsonb(a) - '{sales_examined,reached_at,reached_sale_id,completed_at}'::text[]
              <> to_jsonb(b) - '{sales_examined,reached_at,reached_sale_id,completed_at}'::text[]
    $query$ into refused;
    if refused is not null then
        raise exception 'restatement % may only go on until it is completed', refused
            using errcode = 'check_violation', constraint = 'restatement_only_goes_on', table = 'partner_restatements';
    end if;
    return null;
end
$$;
comment on function partner_guard_restatements() is 'Refuses to change a restatement, except that it goes on and is completed.';

create trigger partner_guard_restatements after update on partner_restatements
    referencing old table as before new table as after
    for each statement execute function partner_guard_restatements();
comment on trigger partner_guard_restatements on partner_restatements is 'A restatement only goes on.';
create trigger partner_time_of_new_restatements before insert on partner_restatements
    for each row when (new.started_at not between now() and clock_timestamp())
    execute function partner_refuse_other_time('started_at');
comment on trigger partner_time_of_new_restatements on partner_restatements is 'A restatement starts now.';
create trigger partner_refuse_delete_of_restatements after delete on partner_restatements
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_restatements on partner_restatements is 'Nobody deletes a restatement.';
create trigger partner_refuse_truncate_of_restatements before truncate on partner_restatements
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_restatements on partner_restatements is 'Nobody truncates the restatements.';


-- Commission events ---------------------------------------------------------------------------------------------------

create function partner_commission_status_transition_is_allowed(before partner_commission_status, after partner_commission_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'approved'), ('pending', 'cancelled'), ('pending', 'clawback'),
    ('approved', 'paid'), ('approved', 'clawback'));
comment on function partner_commission_status_transition_is_allowed(partner_commission_status, partner_commission_status) is
    'Whether a commission event may change from the first status to the second.';

create function partner_earned(calculation jsonb) returns numeric
    language sql immutable parallel safe
return case when calculation ->> 'earned' ~ '^-?[0-9]+(\.[0-9]+)?$' then (calculation ->> 'earned')::numeric end;
comment on function partner_earned(jsonb) is
    'What a sale earns by the calculation of a restatement, which books only a difference; null for any other calculation.';

create function partner_guard_new_commission_events() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean;
    added   record;
    refused record;
    returned text;
begin
    select count(*) < 2 as one_row,
           bool_or(status not in ('pending', 'approved')) as any_past_approval,
           bool_or(recorded_at not between now() and clock_timestamp() or status_changed_at <> now() or approved_at <> now()) as any_other_time,
           bool_or(num_nonnulls(reverses_id, corrects_id, undoes_id) > 0 and returns_payout_id is null) as any_entry,
           bool_or(returns_payout_id is not null) as any_return,
           bool_or(attempt_id is not null) as any_payment
    from after into added;
    one_row := added.one_row;
    if added.any_past_approval then
        raise exception 'a new commission event must be pending or approved: its payout pays it'
            using errcode = 'check_violation', constraint = 'commission_event_begins_unpaid', table = 'partner_commission_events';
    end if;

    if added.any_other_time then
        raise exception 'a new commission event must be recorded, and approved, at the database''s time'
            using errcode = 'check_violation', constraint = 'commission_event_changes_now', table = 'partner_commission_events';
    end if;

    if added.any_entry then
        -- In a fixed order, and before the sums are read: a concurrent reversal of the same event waits here.
        perform from partner_commission_events o
        where (o.tenant_id, o.id) in (select a.tenant_id, coalesce(a.reverses_id, a.corrects_id, a.undoes_id) from after a offset 0)
        order by o.tenant_id, o.id
        for no key update;

        -- Changes no value; a reversal of the same event from an older snapshot (repeatable read) fails with 40001
        -- because of it.
        update partner_commission_events o set status_reason = o.status_reason
        where (o.tenant_id, o.id) in (select a.tenant_id, coalesce(a.reverses_id, a.corrects_id, a.undoes_id) from after a offset 0);

        execute $query$
            select min(a.id::text)
            from (select a.*, coalesce(a.reverses_id, a.corrects_id) as original_id from after a offset 0) a
                 join partner_commission_events o on o.tenant_id = a.tenant_id and o.id = a.original_id
            where o.partner_id <> a.partner_id or o.currency <> a.currency or o.sale_id is distinct from a.sale_id
               or o.status in ('cancelled', 'clawback') or num_nonnulls(o.returns_payout_id, o.attempt_id, o.reverses_id, o.corrects_id) > 0
        $query$ into refused;
        if refused.min is not null then
            raise exception 'commission event % may not reverse or correct an event of another partner, sale or currency, a returned payment, a reversal, or an event that was never payable', refused.min
                using errcode = 'check_violation', constraint = 'commission_event_reverses_its_own', table = 'partner_commission_events';
        end if;

        -- An undone clawback gives back at most what the clawback took. After a restatement that may be another amount
        -- than it was then: the sums below are the limit.
        execute $query$
            select min(a.id::text)
            from after a join partner_commission_events u on u.tenant_id = a.tenant_id and u.id = a.undoes_id
            where a.returns_payout_id is null
              and (u.partner_id <> a.partner_id or u.currency <> a.currency or u.sale_id is distinct from a.sale_id
                   or a.reverses_id is distinct from u.reverses_id or u.undoes_id is not null and u.reverses_id is not null
                   or u.corrects_id is not null or num_nonnulls(u.returns_payout_id, u.attempt_id) > 0
                   or u.reverses_id is null
                      and (u.status <> 'clawback'
                           or a.corrects_id is null
                              and (a.commission_amount > coalesce(partner_earned(u.calculation), u.commission_amount)
                                   or partner_earned(u.calculation) is null and a.base_amount > u.base_amount and u.base_amount >= 0)))
        $query$ into refused;
        if refused.min is not null then
            raise exception 'commission event % may undo only a clawback of the same partner and sale, and no more than that', refused.min
                using errcode = 'check_violation', constraint = 'commission_event_undoes_a_clawback', table = 'partner_commission_events';
        end if;

        -- What is booked lies between zero and what the calculation in force says that was earned; of an event without
        -- clawbacks, a restatement books any amount.
        execute $query$
            select min(sums.id::text)
            from (
                select o.tenant_id, o.id, o.commission_amount + sum(r.commission_amount) as booked, count(r.reverses_id) as reversals,
                       coalesce((array_agg(partner_earned(r.calculation) order by r.recorded_at desc, r.id desc)
                                     filter (where r.corrects_id is not null and r.refund_id is null and r.undoes_id is null))[1],
                                partner_earned(o.calculation), o.commission_amount) as earned
                from partner_commission_events o
                join partner_commission_events r on r.tenant_id = o.tenant_id and (r.reverses_id = o.id or r.corrects_id = o.id)
                     and r.status not in ('cancelled', 'clawback')
                where (o.tenant_id, o.id) in (select a.tenant_id, coalesce(a.reverses_id, a.corrects_id) from after a offset 0)
                group by o.tenant_id, o.id, o.commission_amount, o.calculation
            ) sums
            where sums.booked not between least(sums.earned, 0) and greatest(sums.earned, 0)
              and (sums.reversals > 0
                   or exists (select from after a where a.tenant_id = sums.tenant_id and a.corrects_id = sums.id
                                and num_nonnulls(a.refund_id, a.undoes_id) > 0))
        $query$ into refused;
        if refused.min is not null then
            raise exception 'commission event % may not be reversed by more than it earned, nor given back more than was reversed', refused.min
                using errcode = 'check_violation', constraint = 'commission_event_is_not_reversed_by_more_than_it_earned', table = 'partner_commission_events';
        end if;
    end if;

    if added.any_return then
        -- A concurrent return of the same payout waits here. Partner and currency are the payout's by foreign key. A
        -- completed payout keeps its status and its total.
        perform from partner_payouts p
        where (p.tenant_id, p.id) in (select a.tenant_id, a.returns_payout_id from after a where a.returns_payout_id is not null)
        order by p.tenant_id, p.id
        for no key update;
        execute $query$
            select min(a.id::text)
            from after a join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.returns_payout_id
            left join lateral (
                select p.total_amount - coalesce(sum(c.commission_amount), 0) as amount
                from partner_payout_attempts t
                join partner_commission_events c on c.tenant_id = t.tenant_id and c.attempt_id = t.id and c.payment_reference = t.payment_reference
                where t.tenant_id = p.tenant_id and t.payout_id = p.id) paid on true
            left join partner_commission_events u on u.tenant_id = a.tenant_id and u.id = a.undoes_id
            where p.status <> 'completed' or paid.amount <> abs(a.commission_amount)
               or a.undoes_id is not null and (u.returns_payout_id is distinct from a.returns_payout_id or u.undoes_id is not null)
               or (select sum(r.commission_amount) from partner_commission_events r
                   where r.tenant_id = a.tenant_id and r.returns_payout_id = a.returns_payout_id) not in (0, paid.amount)
        $query$ into returned;
        if returned is not null then
            raise exception 'commission event % may return only a completed payout, exactly the amount that the payout paid, and once until that is undone', returned
                using errcode = 'check_violation', constraint = 'commission_event_returns_what_was_paid', table = 'partner_commission_events';
        end if;
    end if;

    if added.any_payment then
        -- A concurrent record of a payment of the same payout waits here. The event corrects the attempt that has just
        -- succeeded under this reference, or it is the whole of a payment that no attempt says.
        perform from partner_payouts p
        where (p.tenant_id, p.id) in (select t.tenant_id, t.payout_id from after a join partner_payout_attempts t
                                      on t.tenant_id = a.tenant_id and t.id = a.attempt_id)
        order by p.tenant_id, p.id
        for no key update;
        execute $query$
            select min(a.id::text)
            from after a
            join partner_payout_attempts t on t.tenant_id = a.tenant_id and t.id = a.attempt_id
            join partner_payouts p on p.tenant_id = t.tenant_id and p.id = t.payout_id
            where a.partner_id <> p.partner_id or a.currency <> t.currency
               or case when t.outcome = 'succeeded' and t.payment_reference = a.payment_reference
                            then a.commission_amount >= t.amount or t.ended_at <> now()
                       when t.outcome = 'succeeded' then a.commission_amount > 0
                       when t.outcome = 'failed' and p.status = 'cancelled' then a.commission_amount > 0
                       when t.outcome = 'failed' and p.status = 'completed'
                            then a.commission_amount > 0 or p.payment_reference = a.payment_reference
                       else true end
               or exists (select from partner_payout_attempts o
                          join partner_commission_events e on e.tenant_id = o.tenant_id and e.attempt_id = o.id
                                                          and e.payment_reference = a.payment_reference
                          where o.tenant_id = t.tenant_id and o.payout_id = t.payout_id and e.id <> a.id)
        $query$ into refused;
        if refused.min is not null then
            raise exception 'commission event % may record only a payment that its attempt does not say, once, in its currency', refused.min
                using errcode = 'check_violation', constraint = 'commission_event_records_a_payment', table = 'partner_commission_events';
        end if;
    end if;
    return null;
end
$$;
comment on function partner_guard_new_commission_events() is
    'Refuses a new event that is past approval, that reverses more than was earned, that returns a payment which no payout made, or that records a payment which an attempt says already.';

create trigger partner_guard_new_commission_events after insert on partner_commission_events
    referencing new table as after
    for each statement execute function partner_guard_new_commission_events();
comment on trigger partner_guard_new_commission_events on partner_commission_events is 'An event begins pending or approved, reverses at most what was earned, and returns what a payout paid.';

create function partner_guard_commission_events() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    changed record;
    refused text;
begin
    -- The comparison leaves customer_id and invoice_id out: they may become null, because the host may delete its row.
    execute $query$
        select min(b.id::text) filter (
                   where a.id is null
                      or (a.partner_id, a.sale_id, a.account_id, a.rule_id, a.rule_version, a.reverses_id, a.refund_id, a.corrects_id,
                          a.undoes_id, a.returns_payout_id, a.attempt_id, a.payment_reference, a.event_date, a.currency, a.base_amount, a.commission_rate, a.commission_amount, a.calculation, a.idempotency_key,
                          a.recorded_at, a.recorded_by)
                         is distinct from
                         (b.partner_id, b.sale_id, b.account_id, b.rule_id, b.rule_version, b.reverses_id, b.refund_id, b.corrects_id,
                          b.undoes_id, b.returns_payout_id, b.attempt_id, b.payment_reference, b.event_date, b.currency, b.base_amount, b.commission_rate, b.commission_amount, b.calculation, b.idempotency_key,
                          b.recorded_at, b.recorded_by)
                      or a.customer_id <> b.customer_id or a.invoice_id <> b.invoice_id
                      or b.customer_id is null and a.customer_id is not null
                      or b.invoice_id is null and a.invoice_id is not null
                      or a.ended_by_key is distinct from b.ended_by_key
                         and (a.status = b.status or a.status not in ('cancelled', 'clawback'))
                      or b.approved_at is not null and (a.approved_at, a.approved_by) is distinct from (b.approved_at, b.approved_by)
                      or b.paid_at is not null and a.paid_at is distinct from b.paid_at
                      or a.hold_until is distinct from b.hold_until and (b.status <> 'pending' or a.status <> 'approved')
                      or a.status = b.status
                         and (a.status_changed_at, a.status_changed_by, a.status_reason)
                             is distinct from (b.status_changed_at, b.status_changed_by, b.status_reason)) as immutable,
               min(b.id::text) filter (
                   where a.status_changed_at <> b.status_changed_at and a.status_changed_at <> now()
                      or b.approved_at is null and a.approved_at <> now()
                      or b.paid_at is null and a.paid_at <> now()) as another_time,
               min(b.id || ' may not change from ' || b.status || ' to ' || a.status) filter (
                   where a.status <> b.status and not partner_commission_status_transition_is_allowed(b.status, a.status)) as transition,
               bool_or(a.status <> b.status and a.status in ('cancelled', 'clawback')) as any_clawed_back,
               bool_or(a.status <> b.status and a.status in ('cancelled', 'clawback')
                       and num_nonnulls(a.reverses_id, a.corrects_id) > 0) as any_entry_ended,
               bool_or(a.status <> b.status and a.status = 'paid') as any_paid
        from before b left join after a using (tenant_id, id)
    $query$ into changed;
    if changed.immutable is not null then
        raise exception 'commission event % is immutable: record a correction as a new event', changed.immutable
            using errcode = 'check_violation', constraint = 'commission_event_columns_are_immutable', table = 'partner_commission_events';
    end if;
    if changed.another_time is not null then
        raise exception 'commission event % may change only at the database''s time: now()', changed.another_time
            using errcode = 'check_violation', constraint = 'commission_event_changes_now', table = 'partner_commission_events';
    end if;
    if changed.transition is not null then
        raise exception 'commission event %: its status allows no such transition', changed.transition
            using errcode = 'check_violation', constraint = 'commission_event_status_transition_is_allowed', table = 'partner_commission_events';
    end if;

    if changed.any_clawed_back then
        execute $query$
            select min(a.id::text)
            from (select tenant_id, id from before b join after a using (tenant_id, id)
                  where a.status in ('cancelled', 'clawback') and a.status <> b.status offset 0) a
                 join partner_commission_events r on r.tenant_id = a.tenant_id and (r.reverses_id = a.id or r.corrects_id = a.id)
            where r.status not in ('cancelled', 'clawback')
        $query$ into refused;
        if refused is not null then
            raise exception 'commission event % has reversals or corrections and may not be cancelled or clawed back as a whole: approve it, so that they offset it', refused
                using errcode = 'check_violation', constraint = 'commission_event_with_reversals_is_not_cancelled', table = 'partner_commission_events';
        end if;
    end if;
    -- A reversal that was undone may not end, nor a correction that reversals took back. Locks as for a new entry.
    if changed.any_entry_ended then
        perform from partner_commission_events o
        where (o.tenant_id, o.id) in (select a.tenant_id, coalesce(a.reverses_id, a.corrects_id) from after a where a.status in ('cancelled', 'clawback') offset 0)
        order by o.tenant_id, o.id
        for no key update;
        update partner_commission_events o set status_reason = o.status_reason
        where (o.tenant_id, o.id) in (select a.tenant_id, coalesce(a.reverses_id, a.corrects_id) from after a where a.status in ('cancelled', 'clawback') offset 0);

        execute $query$
            select min(sums.id::text)
            from (
                select o.tenant_id, o.id, o.commission_amount + sum(r.commission_amount) as booked, count(r.reverses_id) as reversals,
                       coalesce((array_agg(partner_earned(r.calculation) order by r.recorded_at desc, r.id desc)
                                     filter (where r.corrects_id is not null and r.refund_id is null and r.undoes_id is null))[1],
                                partner_earned(o.calculation), o.commission_amount) as earned
                from partner_commission_events o
                join partner_commission_events r on r.tenant_id = o.tenant_id and (r.reverses_id = o.id or r.corrects_id = o.id)
                     and r.status not in ('cancelled', 'clawback')
                where (o.tenant_id, o.id) in (select a.tenant_id, coalesce(a.reverses_id, a.corrects_id) from after a where a.status in ('cancelled', 'clawback') offset 0)
                group by o.tenant_id, o.id, o.commission_amount, o.calculation
            ) sums
            where sums.booked not between least(sums.earned, 0) and greatest(sums.earned, 0)
              and sums.reversals > 0
        $query$ into refused;
        if refused is not null then
            raise exception 'commission event % may not be reversed by more than it earned, nor given back more than was reversed', refused
                using errcode = 'check_violation', constraint = 'commission_event_is_not_reversed_by_more_than_it_earned', table = 'partner_commission_events';
        end if;
    end if;
    if changed.any_paid then
        execute $query$
            select min(a.id::text)
            from (select tenant_id, id, a.payout_id from before b join after a using (tenant_id, id)
                  where a.status = 'paid' and b.status <> 'paid' offset 0) a
                 left join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
            where p.status is distinct from 'completed'
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


-- Every `execute` above gets its query a second time, as a static statement for one row: see V6.
select partner_prepare_one_row(guard) from unnest(array[
    'partner_guard_sales()',
    'partner_guard_new_refunds()',
    'partner_guard_restatements()',
    'partner_guard_new_commission_events()',
    'partner_guard_commission_events()'
]::regprocedure[]) guard;
