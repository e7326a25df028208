-- What must always hold, as questions anybody with psql can ask: one view for each invariant, listing the rows that break it and
-- nothing while all is well. They reckon from the rows themselves and trust no total, so that they also find what was done past
-- the guards: by a superuser, with triggers switched off. Each names its tenant and partner, and asked for one of them reads
-- only that one's rows. They run with the rights of whoever asks (security_invoker).
-- The text that PostgreSQL keeps of a view has to be the same in every version, and after a dump is restored: drift compares it. So
-- each begins with a join or a union, never with a single table, and every column of every part of a union has its name.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create view partner_broken_payout_totals with (security_invoker = true) as
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       concat_ws('; ',
           case when p.total_amount <> coalesce(sum(e.commission_amount), 0) or p.commission_count <> count(e.id)
                then format('says %s %s for %s commissions, its rows add up to %s for %s', p.total_amount, p.currency, p.commission_count,
                            coalesce(sum(e.commission_amount), 0), count(e.id)) end,
           case when min(e.event_date) < p.earliest_event_date or max(e.event_date) > p.latest_event_date
                     or count(e.id) > 0 and num_nulls(p.earliest_event_date, p.latest_event_date) > 0
                then 'holds commissions of other dates than it says' end) as detail
from partner_payouts p
left join partner_commission_events e on e.tenant_id = p.tenant_id and e.payout_id = p.id
group by p.tenant_id, p.partner_id, p.id, p.currency, p.total_amount, p.commission_count, p.earliest_event_date, p.latest_event_date
having p.total_amount <> coalesce(sum(e.commission_amount), 0) or p.commission_count <> count(e.id)
    or min(e.event_date) < p.earliest_event_date or max(e.event_date) > p.latest_event_date
    or count(e.id) > 0 and num_nulls(p.earliest_event_date, p.latest_event_date) > 0;

comment on view partner_broken_payout_totals is
    'Payouts whose total or count is not that of the commission events linked to them, or which do not know how early or late those are.';


create view partner_broken_commission_totals with (security_invoker = true) as
select s.tenant_id, s.partner_id, 'partner_commission_totals' as table_name,
       concat_ws('/', s.partner_id, s.currency, s.month, s.status) as row_id,
       format('says %s on %s for %s commissions, the rows add up to %s on %s for %s',
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
    'Sums of months that are not those of the commission events; a sum that is missing counts as zero, one without events should be.';


create view partner_broken_links with (security_invoker = true) as
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id, broken.detail
from partner_commission_events e
left join partner_payouts p on p.tenant_id = e.tenant_id and p.id = e.payout_id
left join partner_idempotency_keys k on k.tenant_id = p.tenant_id and k.idempotency_key = p.close_key
cross join lateral (select nullif(concat_ws('; ',
    case when e.status = 'approved' and e.payout_id is null and e.hold_until is null then 'is approved but in no payout and not held' end,
    case when e.status = 'paid' and e.payout_id is null then 'is paid but in no payout' end,
    case when e.status not in ('approved', 'paid') and e.payout_id is not null then 'is ' || e.status || ' but in payout ' || e.payout_id end,
    case when e.payout_id is not null and p.id is null then 'is in payout ' || e.payout_id || ', which this tenant does not have' end,
    case when p.partner_id <> e.partner_id then 'is in payout ' || p.id || ' of another partner' end,
    case when p.currency <> e.currency then 'is in payout ' || p.id || ' of another currency' end,
    case when e.status = 'paid' and p.status <> 'completed' then 'is paid but payout ' || p.id || ' is ' || p.status end,
    case when e.status <> 'paid' and p.status = 'completed' then 'is ' || e.status || ' but payout ' || p.id || ' is completed' end,
    case when e.status = 'approved' and p.status = 'cancelled' then 'is left behind in payout ' || p.id || ', which is cancelled' end,
    case when p.status = 'completed' and e.paid_at <> p.completed_at then 'was not paid when payout ' || p.id || ' was' end,
    -- The legacy closed its periods at both ends: its payouts are kept as they were adopted.
    case when e.event_date >= p.period_end and k.operation <> 'adopt' then 'is not from before the cutoff of payout ' || p.id end
    ), '') as detail) broken
where broken.detail is not null;

comment on view partner_broken_links is
    'Commission events that are not in exactly the payout where they belong: approved and in none, in another''s, paid apart from it.';


create view partner_broken_reversals with (security_invoker = true) as
select r.tenant_id, r.partner_id, 'partner_commission_events' as table_name, r.id::text as row_id, broken.detail
from partner_commission_events r
left join partner_commission_events o on o.tenant_id = r.tenant_id and o.id = r.reverses_id
cross join lateral (select nullif(concat_ws('; ',
    case when o.id is null then 'takes back event ' || r.reverses_id || ', which this tenant does not have' end,
    case when o.partner_id <> r.partner_id then 'takes back event ' || o.id || ' of another partner' end,
    case when o.currency <> r.currency then 'takes back event ' || o.id || ' of another currency' end,
    case when o.status in ('cancelled', 'clawback') and r.status not in ('cancelled', 'clawback')
         then 'takes back event ' || o.id || ', which is ' || o.status end,
    case when r.commission_amount > 0 then 'takes back event ' || o.id || ' but earns' end
    ), '') as detail) broken
where r.reverses_id is not null and broken.detail is not null
union all
select o.tenant_id, o.partner_id, 'partner_commission_events' as table_name, o.id::text as row_id,
       format('earned %s %s, and %s was taken back', o.commission_amount, o.currency, -sum(r.commission_amount)) as detail
from partner_commission_events r
join partner_commission_events o on o.tenant_id = r.tenant_id and o.id = r.reverses_id
where r.reverses_id is not null and r.status not in ('cancelled', 'clawback')
group by o.tenant_id, o.partner_id, o.id, o.currency, o.commission_amount
having o.commission_amount + sum(r.commission_amount) < 0;

comment on view partner_broken_reversals is
    'Commission events that take back another''s, or more of one than it earned; named is the reversal, or the event it takes too much of.';


create view partner_broken_balances with (security_invoker = true) as
select s.tenant_id, s.partner_id, 'partners' as table_name, s.partner_id::text as row_id,
       format('%s: earned %s, taken back %s, paid %s, but outstanding are %s', s.currency,
              sum(s.earned), sum(s.taken_back), sum(s.paid), sum(s.outstanding)) as detail
from (
    select e.tenant_id, e.partner_id, e.currency, greatest(e.commission_amount, 0) as earned, greatest(-e.commission_amount, 0) as taken_back,
           0 as paid, case when e.status = 'approved' and e.payout_id is null then e.commission_amount else 0 end as outstanding
    from partner_commission_events e
    where e.status in ('approved', 'paid')
    union all
    select p.tenant_id, p.partner_id, p.currency, 0 as earned, 0 as taken_back, case when p.status = 'completed' then p.total_amount else 0 end as paid,
           case when p.status = 'completed' then 0 else p.total_amount end as outstanding
    from partner_payouts p
    where p.status <> 'cancelled'
) s
join partners p on p.tenant_id = s.tenant_id and p.id = s.partner_id
group by s.tenant_id, s.partner_id, s.currency
having sum(s.earned - s.taken_back - s.paid) <> sum(s.outstanding);

comment on view partner_broken_balances is
    'Partners for whom, in a currency, what was earned less what was taken back and paid is not what payouts and held events say is outstanding.';


create view partner_broken_keys with (security_invoker = true) as
with used as not materialized (
    select p.tenant_id, p.idempotency_key, p.id as partner_id, 'partners' as table_name, p.id as row_id from partners p
    union all
    select m.tenant_id, m.idempotency_key, m.partner_id, 'partner_users' as table_name, m.id as row_id from partner_users m
    union all
    select a.tenant_id, a.idempotency_key, a.partner_id, 'partner_accounts' as table_name, a.id as row_id from partner_accounts a
    union all
    select r.tenant_id, r.idempotency_key, r.partner_id, 'partner_commissions' as table_name, r.id as row_id from partner_commissions r
    union all
    select p.tenant_id, p.close_key as idempotency_key, p.partner_id, 'partner_payouts' as table_name, p.id as row_id from partner_payouts p where p.close_key is not null
)
select u.tenant_id, u.partner_id, u.table_name, u.row_id::text as row_id,
       'its idempotency key is not on record' as detail
from used u
left join partner_idempotency_keys k on k.tenant_id = u.tenant_id and k.idempotency_key = u.idempotency_key
where k.idempotency_key is null
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       'its idempotency key is not on record' as detail
from partner_commission_events e
left join partner_idempotency_keys k on k.tenant_id = e.tenant_id and k.idempotency_key = e.idempotency_key
where k.idempotency_key is null
union all
select u.tenant_id, u.partner_id, u.table_name, u.row_id::text as row_id,
       'its idempotency key also has an effect in ' || other.table_name || ': ' || other.row_id as detail
from used u
join used other on other.tenant_id = u.tenant_id and other.idempotency_key = u.idempotency_key and other.table_name <> u.table_name
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       'its idempotency key also has an effect in ' || other.table_name || ': ' || other.row_id as detail
from used other
join partner_commission_events e on e.tenant_id = other.tenant_id and e.idempotency_key = other.idempotency_key
union all
select u.tenant_id, u.partner_id, u.table_name, u.row_id::text as row_id,
       'its idempotency key also has an effect in partner_commission_events: ' || e.id as detail
from used u
join partner_commission_events e on e.tenant_id = u.tenant_id and e.idempotency_key = u.idempotency_key;

comment on view partner_broken_keys is 'Rows whose idempotency key is not on record, or had effects of two kinds.';


-- A way through the states enters each as often as it leaves it, but for its beginning and its end: whatever the order in which
-- moves of one instant are read.
create view partner_broken_history with (security_invoker = true) as
select moved.tenant_id, moved.partner_id, case when moved.payout_id is null then 'partners' else 'partner_payouts' end as table_name,
       coalesce(moved.payout_id, moved.partner_id)::text as row_id,
       'its status does not follow from the changes on record' as detail
from (
    select step.tenant_id, step.partner_id, step.payout_id, step.status, sum(step.entered) as entered
    from (
        select c.tenant_id, c.partner_id, c.payout_id, c.to_status::text as status, 1 as entered from partner_status_changes c
        union all
        select c.tenant_id, c.partner_id, c.payout_id, c.from_status::text as status, -1 as entered from partner_status_changes c
        union all
        -- The closing stands on the payout.
        select p.tenant_id, p.partner_id, p.id as payout_id, closing.status, closing.entered
        from partner_payouts p
        join partner_idempotency_keys k on k.tenant_id = p.tenant_id and k.idempotency_key = p.close_key
        cross join (select 'ready'::text as status, 1 as entered union all select 'pending'::text as status, -1 as entered) closing
        where p.closed_by is not null and k.operation <> 'adopt'
        union all
        select p.tenant_id, p.id as partner_id, null::uuid as payout_id, p.status::text as status, -1 as entered from partners p
        union all
        select p.tenant_id, p.partner_id, p.id as payout_id, p.status::text as status, -1 as entered from partner_payouts p
    ) step
    group by step.tenant_id, step.partner_id, step.payout_id, step.status
    having sum(step.entered) <> 0
) moved
left join partners p on p.tenant_id = moved.tenant_id and p.id = moved.partner_id
left join partner_idempotency_keys k on k.tenant_id = p.tenant_id and k.idempotency_key = p.idempotency_key
group by moved.tenant_id, moved.partner_id, moved.payout_id, k.operation
-- What was adopted began where it stood.
having sum(abs(moved.entered)) <> 1 or max(moved.status) <> 'pending' and k.operation is distinct from 'adopt'
union all
select c.tenant_id, c.partner_id, 'partner_status_changes' as table_name, c.id::text as row_id,
       format('from %s to %s is no move', c.from_status, c.to_status) as detail
from partner_status_changes c
where case when c.payout_id is null
      then not exists (select from unnest(enum_range(null::partner_status)) b, unnest(enum_range(null::partner_status)) a
                       where b::text = c.from_status and a::text = c.to_status and partner_status_may_become(b, a))
      else not exists (select from unnest(enum_range(null::partner_payout_status)) b, unnest(enum_range(null::partner_payout_status)) a
                       where b::text = c.from_status and a::text = c.to_status and partner_payout_status_may_become(b, a))
      end
union all
-- Holds likewise: no partner begins with one.
select step.tenant_id, step.partner_id, 'partners' as table_name, step.partner_id::text as row_id,
       'its hold of payouts does not follow from the changes on record' as detail
from (
    select c.tenant_id, c.partner_id, c.to_hold as hold, 1 as entered from partner_payout_hold_changes c
    union all
    select c.tenant_id, c.partner_id, c.from_hold as hold, -1 as entered from partner_payout_hold_changes c
    union all
    select p.tenant_id, p.id as partner_id, p.payout_hold_reason as hold, -1 as entered from partners p
    union all
    select p.tenant_id, p.id as partner_id, null::varchar(500) as hold, 1 as entered from partners p
) step
join partners p on p.tenant_id = step.tenant_id and p.id = step.partner_id
join partner_idempotency_keys k on k.tenant_id = p.tenant_id and k.idempotency_key = p.idempotency_key
where k.operation <> 'adopt'
group by step.tenant_id, step.partner_id, step.hold
having sum(step.entered) < 0;

comment on view partner_broken_history is
    'Partners and payouts whose status or hold does not follow from the changes on record, and changes that no partner or payout may make.';


create view partner_broken_payouts with (security_invoker = true) as
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'is open beside payout ' || other.id || ' of the same partner and currency' as detail
from partner_payouts p
join partner_payouts other on other.tenant_id = p.tenant_id and other.partner_id = p.partner_id and other.currency = p.currency
     and other.status = 'pending' and other.id <> p.id
where p.status = 'pending'
union all
-- Nothing comes back to be open. What was adopted has the times that it came with.
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'is open but was moved since it was opened' as detail
from partner_payouts p
join partners o on o.tenant_id = p.tenant_id and o.id = p.partner_id
join partner_idempotency_keys k on k.tenant_id = o.tenant_id and k.idempotency_key = o.idempotency_key
where p.status = 'pending' and p.status_changed_at <> p.opened_at and k.operation <> 'adopt'
union all
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id, broken.detail
from partner_payouts p
cross join lateral (select nullif(concat_ws('; ',
    case when p.status in ('ready', 'processing', 'completed', 'failed') and p.total_amount <= 0 then 'is ' || p.status || ' but there is nothing to pay' end,
    case when p.status <> 'pending' and num_nulls(p.period_start, p.period_end, p.closed_at, p.close_key) > 0
         then 'is ' || p.status || ' but does not say how it was closed' end,
    case when p.status = 'pending' and num_nonnulls(p.period_start, p.period_end, p.closed_at, p.closed_by, p.close_key) > 0
         then 'is pending but says how it was closed' end,
    case when p.period_start > p.period_end or p.period_end > p.closed_at then 'was closed before the end of its period' end,
    case when (p.status = 'completed') <> (p.completed_at is not null and p.payment_reference is not null)
         then 'is ' || p.status || ' and its payment is ' || case when p.completed_at is null or p.payment_reference is null then 'not ' else '' end || 'on record' end
    ), '') as detail) broken
where broken.detail is not null
union all
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'is ' || p.status || ' but its last attempt to be paid '
       || case when last.id is null then 'is not on record' else coalesce('is recorded as ' || last.outcome, 'has no outcome yet') end as detail
from partner_payouts p
left join partner_idempotency_keys k on k.tenant_id = p.tenant_id and k.idempotency_key = p.close_key
left join partner_payout_attempts last on last.tenant_id = p.tenant_id and last.payout_id = p.id
     and not exists (select from partner_payout_attempts later
                     where later.tenant_id = last.tenant_id and later.payout_id = last.payout_id and later.attempt_number > last.attempt_number)
-- What was paid before the adoption has no attempts.
where k.operation is distinct from 'adopt'
  and case p.status
      when 'processing' then last.id is null or last.outcome in ('succeeded', 'failed')
      when 'completed' then last.outcome is distinct from 'succeeded'
      when 'failed' then last.outcome is distinct from 'failed'
      else last.id is not null and last.outcome is distinct from 'failed' end
union all
select p.tenant_id, p.partner_id, 'partner_payout_attempts' as table_name, t.id::text as row_id,
       format('paid %s %s but payout %s holds %s %s', t.amount, t.currency, p.id, p.total_amount, p.currency) as detail
from partner_payout_attempts t
join partner_payouts p on p.tenant_id = t.tenant_id and p.id = t.payout_id
where t.outcome = 'succeeded' and (t.amount <> p.total_amount or t.currency <> p.currency)
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       format('returns %s %s over payout %s, which %s', e.commission_amount, e.currency, e.returns_payout_id,
              case when p.id is null then 'its partner does not have' else format('is %s and holds %s %s', p.status, p.total_amount, p.currency) end) as detail
from partner_commission_events e
left join partner_payouts p on p.tenant_id = e.tenant_id and p.partner_id = e.partner_id and p.id = e.returns_payout_id
where e.returns_payout_id is not null
  and (p.id is null or p.status <> 'completed' or p.currency <> e.currency or p.total_amount <> e.commission_amount);

comment on view partner_broken_payouts is 'Payouts open twice or again, closed without their period, paid without a payment, with nothing to pay, or at odds with their attempts or with what the bank returned.';


create view partner_broken_amounts with (security_invoker = true) as
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id, broken.detail
from partner_commission_events e
cross join lateral (select nullif(concat_ws('; ',
    case when not partner_money_fits(e.base_amount, e.currency) then 'its base is no whole number of the minor unit of ' || e.currency end,
    case when not partner_money_fits(e.commission_amount, e.currency) then 'its amount is no whole number of the minor unit of ' || e.currency end,
    -- Whatever is no plain number tells nothing; the library writes plain numbers.
    case when case when e.calculation ->> 'exact' ~ '^-?[0-9]+(\.[0-9]+)?$'
              then abs((e.calculation ->> 'exact')::numeric - e.commission_amount) * 2 > 10::numeric ^ (-partner_currency_minor_unit(e.currency)) end
         then 'its amount is not the one it was reckoned to' end
    ), '') as detail) broken
where broken.detail is not null
union all
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'its total is no whole number of the minor unit of ' || p.currency as detail
from partner_payouts p
where not partner_money_fits(p.total_amount, p.currency)
union all
select m.tenant_id, m.partner_id, 'partner_payout_minimums' as table_name, concat_ws('/', m.partner_id, m.currency) as row_id,
       'it is negative, or no whole number of the minor unit of ' || m.currency as detail
from partner_payout_minimums m
where m.minimum_amount < 0 or not partner_money_fits(m.minimum_amount, m.currency);

comment on view partner_broken_amounts is
    'Amounts that are no whole number of their currency''s minor unit, or not what the event''s own calculation came to.';


create view partner_broken_references with (security_invoker = true) as
with owned as not materialized (
    select u.tenant_id, u.partner_id, 'partner_users' as table_name, u.id::text as row_id from partner_users u
    union all
    select a.tenant_id, a.partner_id, 'partner_accounts' as table_name, a.id::text as row_id from partner_accounts a
    union all
    select m.tenant_id, m.partner_id, 'partner_payout_minimums' as table_name, concat_ws('/', m.partner_id, m.currency) as row_id
    from partner_payout_minimums m
    union all
    select r.tenant_id, r.partner_id, 'partner_commissions' as table_name, r.id::text as row_id from partner_commissions r
    union all
    select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id from partner_payouts p
    union all
    select c.tenant_id, c.partner_id, 'partner_status_changes' as table_name, c.id::text as row_id from partner_status_changes c
    union all
    select h.tenant_id, h.partner_id, 'partner_payout_hold_changes' as table_name, h.id::text as row_id from partner_payout_hold_changes h
    union all
    select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id from partner_commission_events e
    union all
    select t.tenant_id, t.partner_id, 'partner_commission_totals' as table_name, concat_ws('/', t.partner_id, t.currency, t.month, t.status) as row_id
    from partner_commission_totals t
)
select o.tenant_id, o.partner_id, o.table_name, o.row_id, 'this tenant has no partner ' || o.partner_id as detail
from owned o
left join partners p on p.tenant_id = o.tenant_id and p.id = o.partner_id
where p.id is null
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       'was earned through account ' || e.account_id || ', which its partner does not have' as detail
from partner_commission_events e
left join partner_accounts a on a.tenant_id = e.tenant_id and a.partner_id = e.partner_id and a.id = e.account_id
where e.account_id is not null and a.id is null
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       'was reckoned by version ' || coalesce(e.rule_version::text, 'none') || ' of rule ' || e.rule_id || ', which its partner does not have' as detail
from partner_commission_events e
left join partner_commissions r on r.tenant_id = e.tenant_id and r.rule_id = e.rule_id and r.version = e.rule_version and r.partner_id = e.partner_id
where e.rule_id is not null and r.id is null
union all
select c.tenant_id, c.partner_id, 'partner_status_changes' as table_name, c.id::text as row_id,
       'is of payout ' || c.payout_id || ', which its partner does not have' as detail
from partner_status_changes c
left join partner_payouts p on p.tenant_id = c.tenant_id and p.id = c.payout_id and p.partner_id = c.partner_id
where c.payout_id is not null and p.id is null;

comment on view partner_broken_references is
    'Rows whose partner, account, rule or payout is not there, or is another tenant''s or partner''s.';


create view partner_broken_invariants with (security_invoker = true) as
select tenant_id, partner_id, 'payout totals' as invariant, table_name, row_id, detail from partner_broken_payout_totals
union all
select tenant_id, partner_id, 'commission totals' as invariant, table_name, row_id, detail from partner_broken_commission_totals
union all
select tenant_id, partner_id, 'links' as invariant, table_name, row_id, detail from partner_broken_links
union all
select tenant_id, partner_id, 'reversals' as invariant, table_name, row_id, detail from partner_broken_reversals
union all
select tenant_id, partner_id, 'balances' as invariant, table_name, row_id, detail from partner_broken_balances
union all
select tenant_id, partner_id, 'keys' as invariant, table_name, row_id, detail from partner_broken_keys
union all
select tenant_id, partner_id, 'history' as invariant, table_name, row_id, detail from partner_broken_history
union all
select tenant_id, partner_id, 'payouts' as invariant, table_name, row_id, detail from partner_broken_payouts
union all
select tenant_id, partner_id, 'amounts' as invariant, table_name, row_id, detail from partner_broken_amounts
union all
select tenant_id, partner_id, 'references' as invariant, table_name, row_id, detail from partner_broken_references;

comment on view partner_broken_invariants is 'Every row that breaks an invariant, and which: empty in every state that the library can reach.';


-- Comments of the columns, which are the same in all of them.
do $$
declare
    view_name text;
begin
    foreach view_name in array array['payout_totals', 'commission_totals', 'links', 'reversals', 'balances', 'keys', 'history', 'payouts',
                                     'amounts', 'references', 'invariants']
    loop
        execute format('comment on column partner_broken_%s.tenant_id is %L', view_name, 'Tenant that owns the row.');
        execute format('comment on column partner_broken_%s.partner_id is %L', view_name, 'Partner the row belongs to.');
        execute format('comment on column partner_broken_%s.table_name is %L', view_name, 'Table of the row.');
        execute format('comment on column partner_broken_%s.row_id is %L', view_name, 'Id of the row; of a table without ids its key, parted by slashes.');
        execute format('comment on column partner_broken_%s.detail is %L', view_name, 'What is wrong with it.');
    end loop;
end
$$;
comment on column partner_broken_invariants.invariant is 'What is broken: the view partner_broken_ of that name says more.';


-- The sums of months are only a shortcut to the events, and can be made from them again. Its owner alone may switch off the guard.
create function partner_rebuild_commission_totals() returns bigint
    language plpgsql set search_path from current
as $$
declare
    changed bigint;
begin
    -- In the order in which a recording takes them; from here on nobody writes events until this transaction ends.
    lock table partner_commission_events in share mode;
    alter table partner_commission_totals disable trigger partner_guard_commission_totals;
    with reckoned as (
        select tenant_id, partner_id, currency, date_trunc('month', event_date at time zone 'UTC')::date as month, status,
               sum(base_amount) as base, sum(commission_amount) as amount, count(*) as events
        from partner_commission_events
        group by 1, 2, 3, 4, 5
    ), emptied as (
        update partner_commission_totals t
        set base_amount = 0, commission_amount = 0, commission_count = 0
        where (t.base_amount, t.commission_amount, t.commission_count) <> (0, 0, 0)
          and not exists (select from reckoned r
                          where (r.tenant_id, r.partner_id, r.currency, r.month, r.status)
                                = (t.tenant_id, t.partner_id, t.currency, t.month, t.status))
        returning 1
    ), written as (
        insert into partner_commission_totals as t
            (tenant_id, partner_id, currency, month, status, base_amount, commission_amount, commission_count)
        select tenant_id, partner_id, currency, month, status, base, amount, events
        from reckoned
        on conflict (tenant_id, partner_id, currency, month, status) do update
        set base_amount = excluded.base_amount,
            commission_amount = excluded.commission_amount,
            commission_count = excluded.commission_count
        where (t.base_amount, t.commission_amount, t.commission_count)
              <> (excluded.base_amount, excluded.commission_amount, excluded.commission_count)
        returning 1
    )
    select (select count(*) from emptied) + (select count(*) from written) into changed;
    alter table partner_commission_totals enable trigger partner_guard_commission_totals;
    return changed;
end
$$;
comment on function partner_rebuild_commission_totals() is
    'Makes the sums of months anew from the commission events and returns how many were wrong. For the owner of the tables; holds up writers of events meanwhile.';
revoke all on function partner_rebuild_commission_totals() from public;
