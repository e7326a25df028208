-- What must always hold, as questions that anybody with psql can ask: one view for each invariant, which lists the rows
-- that break it and is empty while all is well. The views calculate from the rows themselves and trust no total, so
-- that they also find what a superuser did with triggers disabled. Every view names tenant and partner, and reads only
-- the rows of the tenant or partner that the question names. They run with the rights of the user who asks
-- (security_invoker). This file holds the invariants of money: totals, links, reversals, balances, amounts. V19 holds
-- the others, and the view of all.
--
-- PostgreSQL must print the text of a view alike in every version and after a dump is restored, because drift compares
-- it. So each view begins with a join or a union, never with a single table, and every column of every part of a union
-- has its name.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create view partner_broken_payout_totals with (security_invoker = true) as
select w.tenant_id, w.partner_id, 'partner_payouts' as table_name, w.id::text as row_id,
       concat_ws('; ',
           case when p.total_amount <> p.events_amount or p.commission_count <> p.events
                then format('has a total of %s %s for %s commissions, but its events add up to %s for %s', p.total_amount, w.currency, p.commission_count,
                            p.events_amount, p.events) end,
           case when e.first_event_date < p.earliest_event_date or e.last_event_date > p.latest_event_date
                     or p.events > 0 and num_nulls(p.earliest_event_date, p.latest_event_date) > 0
                then 'holds events dated outside its earliest and latest event date' end,
           case when t.parts > 0 and w.status <> 'pending' then 'is ' || w.status || ' but has parts' end) as detail
from partner_payouts w
-- Events and parts are added up before the join, so that the groups have few columns.
left join (
    select o.tenant_id, o.partner_id, o.id, sum(v.total_amount) as total_amount, sum(v.commission_count) as commission_count,
           min(v.earliest_event_date) as earliest_event_date, max(v.latest_event_date) as latest_event_date, count(*) as parts
    from partner_payouts o
    join partner_payout_parts v on v.tenant_id = o.tenant_id and v.payout_id = o.id
    group by o.tenant_id, o.partner_id, o.id
) t on t.tenant_id = w.tenant_id and t.partner_id = w.partner_id and t.id = w.id
left join (
    -- The partner of the payout, so that the events of one partner's payouts are found by index.
    select o.tenant_id, o.partner_id, o.id, sum(v.commission_amount) as amount, count(*) as events,
           min(v.event_date) as first_event_date, max(v.event_date) as last_event_date
    from partner_payouts o
    join partner_commission_events v on v.tenant_id = o.tenant_id and v.payout_id = o.id
    group by o.tenant_id, o.partner_id, o.id
) e on e.tenant_id = w.tenant_id and e.partner_id = w.partner_id and e.id = w.id
-- Not a subquery around it all: PostgreSQL 15 names the columns of a single one otherwise than 16.
cross join lateral (
    select w.total_amount + coalesce(t.total_amount, 0) as total_amount, w.commission_count + coalesce(t.commission_count, 0) as commission_count,
           least(w.earliest_event_date, t.earliest_event_date) as earliest_event_date,
           greatest(w.latest_event_date, t.latest_event_date) as latest_event_date,
           coalesce(e.amount, 0) as events_amount, coalesce(e.events, 0) as events
) p
where p.total_amount <> p.events_amount or p.commission_count <> p.events
   or e.first_event_date < p.earliest_event_date or e.last_event_date > p.latest_event_date
   or p.events > 0 and num_nulls(p.earliest_event_date, p.latest_event_date) > 0
   or t.parts > 0 and w.status <> 'pending';

comment on view partner_broken_payout_totals is
    'Payouts whose total, count or dates, with those of their parts, differ from the commission events linked to them, and closed payouts that have parts.';


create view partner_broken_commission_totals with (security_invoker = true) as
select s.tenant_id, s.partner_id, 'partner_commission_totals' as table_name,
       concat_ws('/', s.partner_id, s.currency, s.month, s.status) as row_id,
       format('has %s on a base of %s for %s commissions, but the events add up to %s on a base of %s for %s',
              sum(s.amount), sum(s.base), sum(s.events), sum(s.rows_amount), sum(s.rows_base), sum(s.rows_events)) as detail
from (
    select t.tenant_id, t.partner_id, t.currency, t.month, t.status, t.base_amount as base, t.commission_amount as amount,
           t.commission_count::numeric as events, 0::numeric as rows_base, 0::numeric as rows_amount, 0::numeric as rows_events
    from partner_commission_totals t
    union all
    select e.tenant_id, e.partner_id, e.currency, date_trunc('month', e.event_date at time zone 'UTC')::date as month, e.status,
           0::numeric as base, 0::numeric as amount, 0::numeric as events,
           sum(e.base_amount) as rows_base, sum(e.commission_amount) as rows_amount, count(*)::numeric as rows_events
    from partner_commission_events e
    group by 1, 2, 3, 4, 5
) s
join partners p on p.tenant_id = s.tenant_id and p.id = s.partner_id
group by s.tenant_id, s.partner_id, s.currency, s.month, s.status
having sum(s.base) <> sum(s.rows_base) or sum(s.amount) <> sum(s.rows_amount) or sum(s.events) <> sum(s.rows_events);

comment on view partner_broken_commission_totals is
    'Monthly totals whose parts do not add up to the commission events. A missing total counts as zero. So no sum of parts is negative, and a total without events is zero.';


create view partner_broken_links with (security_invoker = true) as
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id, broken.detail
from partner_commission_events e
left join partner_payouts p on p.tenant_id = e.tenant_id and p.id = e.payout_id
left join partner_idempotency_keys adoption
     on adoption.tenant_id = p.tenant_id and adoption.idempotency_key = p.close_key and adoption.operation = 'adopt'
cross join lateral (select nullif(concat_ws('; ',
    case when e.status = 'approved' and e.payout_id is null and e.hold_until is null then 'is approved but in no payout and not held' end,
    case when e.status = 'paid' and e.payout_id is null then 'is paid but in no payout' end,
    case when e.status not in ('approved', 'paid') and e.payout_id is not null then 'is ' || e.status || ' but in payout ' || e.payout_id end,
    case when e.payout_id is not null and p.id is null then 'is in payout ' || e.payout_id || ', which this tenant does not have' end,
    case when p.partner_id <> e.partner_id then 'is in payout ' || p.id || ' of another partner' end,
    case when p.currency <> e.currency then 'is in payout ' || p.id || ' of another currency' end,
    case when e.status = 'paid' and p.status <> 'completed' then 'is paid but payout ' || p.id || ' is ' || p.status end,
    case when e.status <> 'paid' and p.status = 'completed' then 'is ' || e.status || ' but payout ' || p.id || ' is completed' end,
    case when e.status = 'approved' and p.status = 'cancelled' then 'is still in payout ' || p.id || ', which is cancelled' end,
    case when p.status = 'completed' and e.paid_at <> p.completed_at then 'was paid at another time than payout ' || p.id end,
    -- The legacy system included both ends of a period: the check leaves adopted payouts out.
    case when e.event_date >= p.period_end and adoption.idempotency_key is null then 'is at or after the cutoff of payout ' || p.id end
    ), '') as detail) broken
where broken.detail is not null;

comment on view partner_broken_links is
    'Commission events that are not in the payout where they belong: approved and in no payout, in a payout of another partner, or paid without their payout.';


create view partner_broken_reversals with (security_invoker = true) as
select r.tenant_id, r.partner_id, 'partner_commission_events' as table_name, r.id::text as row_id, broken.detail
from partner_commission_events r
left join partner_commission_events o on o.tenant_id = r.tenant_id
    and o.id = case when r.reverses_id is null then r.corrects_id else r.reverses_id end
cross join lateral (select nullif(concat_ws('; ',
    case when o.id is null then 'reverses event ' || coalesce(r.reverses_id, r.corrects_id) || ', which this tenant does not have' end,
    case when o.partner_id <> r.partner_id then 'reverses event ' || o.id || ' of another partner' end,
    case when o.currency <> r.currency then 'reverses event ' || o.id || ' of another currency' end,
    case when o.sale_id is distinct from r.sale_id and o.id is not null then 'reverses event ' || o.id || ' of another sale' end,
    case when o.status in ('cancelled', 'clawback') and r.status not in ('cancelled', 'clawback')
         then 'reverses event ' || o.id || ', which is ' || o.status end,
    case when r.reverses_id is not null and r.undoes_id is null and r.commission_amount > 0
         then 'reverses event ' || o.id || ' but has an amount above zero' end
    ), '') as detail) broken
where (r.reverses_id is not null or r.corrects_id is not null) and broken.detail is not null
union all
select sums.tenant_id, sums.partner_id, 'partner_commission_events' as table_name, sums.id::text as row_id,
       format('earned %s %s, but %s is booked after clawbacks', sums.earned, sums.currency, sums.booked) as detail
from (
    select o.tenant_id, o.partner_id, o.id, o.currency, o.commission_amount + r.amount as booked, r.reversals,
           coalesce(r.corrected, partner_earned(o.calculation), o.commission_amount) as earned
    from (
        select v.tenant_id, v.partner_id, coalesce(v.reverses_id, v.corrects_id) as origin_id, sum(v.commission_amount) as amount,
               count(v.reverses_id) as reversals,
               (array_agg(partner_earned(v.calculation) order by v.recorded_at desc, v.id desc)
                    filter (where v.corrects_id is not null and v.refund_id is null and v.undoes_id is null))[1] as corrected
        from partner_commission_events v
        where (v.reverses_id is not null or v.corrects_id is not null) and v.status not in ('cancelled', 'clawback')
        group by v.tenant_id, v.partner_id, coalesce(v.reverses_id, v.corrects_id)
    ) r
    -- A reversal of another partner's event is in the list above.
    join partner_commission_events o on o.tenant_id = r.tenant_id and o.partner_id = r.partner_id and o.id = r.origin_id
) sums
where sums.reversals > 0 and sums.booked not between least(sums.earned, 0) and greatest(sums.earned, 0)
union all
select u.tenant_id, u.partner_id, 'partner_commission_events' as table_name, u.id::text as row_id,
       format('undoes event %s, which %s', u.undoes_id, coalesce('is ' || o.status || ' and has an amount of ' || o.commission_amount, 'this tenant does not have')) as detail
from partner_commission_events u
left join partner_commission_events o on o.tenant_id = u.tenant_id and o.id = u.undoes_id
where u.undoes_id is not null
  and (o.id is null or o.partner_id <> u.partner_id or o.reverses_id is distinct from u.reverses_id
       or u.returns_payout_id is not null and o.commission_amount <> -u.commission_amount
       or num_nonnulls(u.reverses_id, u.returns_payout_id) = 0 and (o.status <> 'clawback' or u.corrects_id is null and coalesce(partner_earned(o.calculation), o.commission_amount) < u.commission_amount))
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       concat_ws('; ',
           case when e.sale_id is not null and s.id is null then 'is of sale ' || e.sale_id || ', which this tenant does not have' end,
           case when s.currency <> e.currency then 'is of sale ' || s.id || ' of another currency' end,
           case when e.refund_id is not null and f.id is null then 'is of refund ' || e.refund_id || ', which this tenant does not have' end,
           case when f.sale_id is distinct from e.sale_id and f.id is not null then 'is of refund ' || f.id || ' of another sale' end) as detail
from partner_commission_events e
left join partner_sales s on s.tenant_id = e.tenant_id and s.id = e.sale_id
left join partner_refunds f on f.tenant_id = e.tenant_id and f.id = e.refund_id
where e.sale_id is not null and (s.id is null or s.currency <> e.currency)
   or e.refund_id is not null and (f.id is null or f.sale_id is distinct from e.sale_id)
union all
-- A sale has no partner of its own: each partner who earned by it sees the break.
select x.tenant_id, x.partner_id, 'partner_sales' as table_name, x.sale_id::text as row_id,
       format('line %s of %s was refunded by %s', min(x.number), min(x.base), min(x.refunded)) as detail
from (
    select line.tenant_id, line.partner_id, line.sale_id, line.number, line.base, sum(line.refunded) as refunded
    from (
        -- The functions in the list give a row for each line, without a nested loop.
        select c.tenant_id, c.partner_id, c.sale_id, generate_series(1, cardinality(s.line_bases)) as number, unnest(s.line_bases) as base,
               case when c.undoes_id is null then 1 else -1 end * unnest(c.line_amounts) as refunded
        from (
            select distinct e.tenant_id, e.partner_id, e.sale_id, f.id, f.undoes_id, f.line_amounts
            from partner_refunds f
            join partner_commission_events e on e.tenant_id = f.tenant_id and e.sale_id = f.sale_id
        ) c
        join partner_sales s on s.tenant_id = c.tenant_id and s.id = c.sale_id
    ) line
    group by line.tenant_id, line.partner_id, line.sale_id, line.number, line.base
) x
join partners p on p.tenant_id = x.tenant_id and p.id = x.partner_id
where x.refunded < least(x.base, 0) or x.refunded > greatest(x.base, 0)
group by x.tenant_id, x.partner_id, x.sale_id;

comment on view partner_broken_reversals is
    'Reversals and corrections of an event that they may not reverse, events that were reversed by more than they earned, undos of something else, sales that were refunded by more than their lines, and events of a sale in another currency or of a refund of another sale.';


-- What the ledger (V17) says is owed must be what held events and payouts not yet paid hold.
create view partner_broken_balances with (security_invoker = true) as
select s.tenant_id, s.partner_id, 'partners' as table_name, s.partner_id::text as row_id,
       format('%s: earned %s, clawed back %s, paid %s, payments returned %s, but %s is outstanding', s.currency,
              coalesce(sum(s.amount) filter (where s.kind = 'earned'), 0), coalesce(-sum(s.amount) filter (where s.kind = 'clawed_back'), 0),
              coalesce(-sum(s.amount) filter (where s.kind = 'paid'), 0), coalesce(sum(s.amount) filter (where s.kind = 'payment_returned'), 0),
              sum(s.outstanding)) as detail
from (
    select l.tenant_id, l.partner_id, l.currency, l.kind, l.amount, 0::numeric as outstanding
    from partner_ledger l
    union all
    select e.tenant_id, e.partner_id, e.currency, null::partner_ledger_kind as kind, 0::numeric as amount, e.commission_amount as outstanding
    from partner_commission_events e
    where e.status = 'approved' and e.payout_id is null
    union all
    select p.tenant_id, p.partner_id, p.currency, null::partner_ledger_kind as kind, 0::numeric as amount, p.total_amount as outstanding
    from partner_payouts p
    where p.status not in ('completed', 'cancelled')
    union all
    select p.tenant_id, p.partner_id, p.currency, null::partner_ledger_kind as kind, 0::numeric as amount, t.total_amount as outstanding
    from partner_payouts p
    join partner_payout_parts t on t.tenant_id = p.tenant_id and t.payout_id = p.id
    where p.status not in ('completed', 'cancelled')
) s
join partners p on p.tenant_id = s.tenant_id and p.id = s.partner_id
group by s.tenant_id, s.partner_id, s.currency
having sum(s.amount) <> sum(s.outstanding);

comment on view partner_broken_balances is
    'Partners whose ledger, in a currency, does not add up to what held events and payouts hold for them.';


-- One call for each event, because the digits of a currency cost more than the comparisons.
create function partner_amount_break(base numeric, amount numeric, currency char(3), calculation jsonb) returns text
    language plpgsql immutable parallel safe
as $$
declare
    digits smallint := partner_currency_minor_unit(currency);
    exact  text := calculation ->> 'exact';
begin
    -- NaN equals itself; a difference from it is NaN, which is greater than every number.
    if base = round(base, digits) and amount = round(amount, digits) and base <> 'NaN' and amount <> 'NaN'
       -- The library writes plain numbers; the check leaves any other text out.
       and (exact is null or exact !~ '^-?[0-9]+(\.[0-9]+)?$' or abs(exact::numeric - amount) * 2 <= (array[1, 0.1, 0.01, 0.001, 0.0001])[digits + 1]) then
        return null;
    end if;
    return nullif(concat_ws('; ',
        case when not partner_money_fits(base, currency) then 'its base is not a whole number of minor units of ' || currency end,
        case when not partner_money_fits(amount, currency) then 'its amount is not a whole number of minor units of ' || currency end,
        case when case when exact ~ '^-?[0-9]+(\.[0-9]+)?$' then abs(exact::numeric - amount) * 2 > 10::numeric ^ (-digits) end
             then 'its amount differs from its calculation' end), '');
end
$$;
comment on function partner_amount_break(numeric, numeric, char, jsonb) is
    'What is wrong with the base and the amount of a commission event; null if nothing is.';

create view partner_broken_amounts with (security_invoker = true) as
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id, broken.detail
from partner_commission_events e
cross join lateral (select partner_amount_break(e.base_amount, e.commission_amount, e.currency, e.calculation) as detail) broken
where broken.detail is not null
union all
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'its total is not a whole number of minor units of ' || p.currency as detail
from partner_payouts p
where not partner_money_fits(p.total_amount, p.currency)
union all
select m.tenant_id, m.partner_id, 'partner_payout_minimums' as table_name, concat_ws('/', m.partner_id, m.currency) as row_id,
       'it is negative, or not a whole number of minor units of ' || m.currency as detail
from partner_payout_minimums m
where m.minimum_amount < 0 or not partner_money_fits(m.minimum_amount, m.currency);

comment on view partner_broken_amounts is
    'Amounts that are not a whole number of minor units of their currency, or that differ from the event''s own calculation.';


-- Comments of the columns, which are the same in all these views.
do $$
declare
    view_name text;
begin
    foreach view_name in array array['payout_totals', 'commission_totals', 'links', 'reversals', 'balances', 'amounts']
    loop
        execute format('comment on column partner_broken_%s.tenant_id is %L', view_name, 'Tenant that owns the row.');
        execute format('comment on column partner_broken_%s.partner_id is %L', view_name, 'Partner the row belongs to.');
        execute format('comment on column partner_broken_%s.table_name is %L', view_name, 'Table of the row.');
        execute format('comment on column partner_broken_%s.row_id is %L', view_name, 'Id of the row; for a table without ids its key, separated by slashes.');
        execute format('comment on column partner_broken_%s.detail is %L', view_name, 'What is wrong with the row.');
    end loop;
end
$$;
