-- The invariants of records: idempotency keys, the audit trail, the status of payouts, references; and the view of all
-- invariants. V18 says what these views are and holds the invariants of money.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create view partner_broken_keys with (security_invoker = true) as
with requests as not materialized (
    select p.tenant_id, p.idempotency_key, p.id as partner_id, 'partners' as table_name, p.id as row_id, null::uuid as sale_id from partners p
    union all
    select m.tenant_id, m.idempotency_key, m.partner_id, 'partner_users' as table_name, m.id as row_id, null::uuid as sale_id from partner_users m
    union all
    select a.tenant_id, a.idempotency_key, a.partner_id, 'partner_accounts' as table_name, a.id as row_id, null::uuid as sale_id from partner_accounts a
    union all
    select r.tenant_id, r.idempotency_key, r.partner_id, 'partner_commissions' as table_name, r.id as row_id, null::uuid as sale_id from partner_commissions r
    union all
    select f.tenant_id, f.idempotency_key, null::uuid as partner_id, 'partner_refunds' as table_name, f.id as row_id, f.sale_id from partner_refunds f
    union all
    select t.tenant_id, t.idempotency_key, null::uuid as partner_id, 'partner_restatements' as table_name, t.id as row_id, null::uuid as sale_id from partner_restatements t
), sales as not materialized (
    select s.tenant_id, s.idempotency_key, null::uuid as partner_id, 'partner_sales' as table_name, s.id as row_id, s.id as sale_id from partner_sales s
), payouts as not materialized (
    -- There is no condition here: PostgreSQL would not look for one key in such a part by index.
    select p.tenant_id, p.close_key as idempotency_key, p.partner_id, 'partner_payouts' as table_name, p.id as row_id, null::uuid as sale_id from partner_payouts p
)
select r.tenant_id, r.partner_id, r.table_name, r.row_id::text as row_id, 'its idempotency key is not recorded' as detail
from (
    select o.* from requests o
    union all
    select o.* from sales o
    union all
    select o.* from payouts o
    union all
    select e.tenant_id, e.idempotency_key, e.partner_id, 'partner_commission_events' as table_name, e.id as row_id, e.sale_id from partner_commission_events e
) r
left join partner_idempotency_keys k on k.tenant_id = r.tenant_id and k.idempotency_key = r.idempotency_key
where k.idempotency_key is null and r.idempotency_key is not null
-- Of two effects of one key each is a break of its own. But sales and events are many, and one key closes many payouts:
-- the statements below join sales with events once, and never sales with sales or payouts with payouts. A sale has no
-- row of its own for a break that the other effect names.
union all
select u.tenant_id, u.partner_id, u.table_name, u.row_id::text as row_id,
       'its idempotency key also has an effect in ' || o.table_name || ': ' || o.row_id as detail
from requests u
join (select r.* from requests r union all select s.* from sales s union all select p.* from payouts p) o
     on o.tenant_id = u.tenant_id and o.idempotency_key = u.idempotency_key and o.table_name <> u.table_name
where not (u.table_name in ('partner_commissions', 'partner_restatements') and o.table_name in ('partner_commissions', 'partner_restatements'))
union all
select p.tenant_id, p.partner_id, p.table_name, p.row_id::text as row_id,
       'its idempotency key also has an effect in ' || o.table_name || ': ' || o.row_id as detail
from payouts p
join (select r.* from requests r union all select s.* from sales s) o
     on o.tenant_id = p.tenant_id and o.idempotency_key = p.idempotency_key
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       'its idempotency key also has an effect in ' || o.table_name || ': ' || o.row_id as detail
from partner_commission_events e
join (select r.* from requests r union all select s.* from sales s union all select p.* from payouts p) o
     on o.tenant_id = e.tenant_id and o.idempotency_key = e.idempotency_key
     -- A sale and its events have one key, and so have a refund and the events that it books for its sale.
     and (o.sale_id = e.sale_id) is not true
-- A restatement books events, and may revise the rule by which it calculates them.
where o.table_name <> 'partner_restatements'
  and (o.table_name <> 'partner_commissions'
       or not exists (select from partner_restatements t where t.tenant_id = o.tenant_id and t.idempotency_key = o.idempotency_key))
union all
-- A refund has its row in the statement before.
select o.tenant_id, o.partner_id, o.table_name, o.row_id::text as row_id,
       'its idempotency key also has an effect in partner_commission_events: ' || e.id as detail
from (select r.* from requests r union all select p.* from payouts p) o
join partner_commission_events e on e.tenant_id = o.tenant_id and e.idempotency_key = o.idempotency_key
where o.partner_id is not null
  and (o.table_name <> 'partner_commissions'
       or not exists (select from partner_restatements t where t.tenant_id = o.tenant_id and t.idempotency_key = o.idempotency_key));

comment on view partner_broken_keys is 'Rows whose idempotency key is not recorded, or had effects of two kinds. A sale, a refund and a restatement belong to no partner.';


-- A path through the statuses enters each status as often as it leaves it, except for the first and the last. So the
-- check does not depend on the order of changes of one instant.
create view partner_broken_audit_trail with (security_invoker = true) as
select path.tenant_id, path.partner_id, case when path.payout_id is null then 'partners' else 'partner_payouts' end as table_name,
       coalesce(path.payout_id, path.partner_id)::text as row_id,
       'its status does not follow from its recorded status changes' as detail
from (
    select step.tenant_id, step.partner_id, step.payout_id, step.status, sum(step.entered) as entered
    from (
        select c.tenant_id, c.partner_id, c.payout_id, c.to_status::text as status, 1 as entered from partner_status_changes c
        union all
        select c.tenant_id, c.partner_id, c.payout_id, c.from_status::text as status, -1 as entered from partner_status_changes c
        union all
        -- The payout itself records its closing. The functions in the list give two rows, without a nested loop.
        select p.tenant_id, p.partner_id, p.id as payout_id, unnest(array['ready', 'pending']) as status, unnest(array[1, -1]) as entered
        from partner_payouts p
        where p.closed_by is not null
          and not exists (select from partner_idempotency_keys k
                          where k.tenant_id = p.tenant_id and k.idempotency_key = p.close_key and k.operation = 'adopt')
        union all
        select p.tenant_id, p.id as partner_id, null::uuid as payout_id, p.status::text as status, -1 as entered from partners p
        union all
        select p.tenant_id, p.partner_id, p.id as payout_id, p.status::text as status, -1 as entered from partner_payouts p
    ) step
    group by step.tenant_id, step.partner_id, step.payout_id, step.status
    having sum(step.entered) <> 0
) path
left join partners p on p.tenant_id = path.tenant_id and p.id = path.partner_id
left join partner_idempotency_keys adoption
     on adoption.tenant_id = p.tenant_id and adoption.idempotency_key = p.idempotency_key and adoption.operation = 'adopt'
left join partner_payouts paid on paid.tenant_id = path.tenant_id and paid.id = path.payout_id
left join partner_idempotency_keys added
     on added.tenant_id = paid.tenant_id and added.idempotency_key = paid.close_key and added.operation = 'adopt'
group by path.tenant_id, path.partner_id, path.payout_id, adoption.idempotency_key
-- An adopted row began with the status that it had; so did a payout that an adoption added.
having sum(abs(path.entered)) <> 1
    or max(path.status) <> 'pending' and adoption.idempotency_key is null and count(added.idempotency_key) = 0
union all
select c.tenant_id, c.partner_id, 'partner_status_changes' as table_name, c.id::text as row_id,
       format('the change from %s to %s is not allowed', c.from_status, c.to_status) as detail
from partner_status_changes c
where case when c.payout_id is null
      then not exists (select from unnest(enum_range(null::partner_status)) b, unnest(enum_range(null::partner_status)) a
                       where b::text = c.from_status and a::text = c.to_status and partner_status_transition_is_allowed(b, a))
      else not exists (select from unnest(enum_range(null::partner_payout_status)) b, unnest(enum_range(null::partner_payout_status)) a
                       where b::text = c.from_status and a::text = c.to_status and partner_payout_status_transition_is_allowed(b, a))
      end
union all
-- Payout holds likewise: a partner begins without one.
select step.tenant_id, step.partner_id, 'partners' as table_name, step.partner_id::text as row_id,
       'its payout hold does not follow from its recorded payout hold changes' as detail
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
where not exists (select from partner_idempotency_keys k
                  where k.tenant_id = p.tenant_id and k.idempotency_key = p.idempotency_key and k.operation = 'adopt')
group by step.tenant_id, step.partner_id, step.hold
having sum(step.entered) < 0;

comment on view partner_broken_audit_trail is
    'Partners and payouts whose status or payout hold does not follow from the recorded changes, and recorded changes that are not allowed.';


create view partner_broken_payouts with (security_invoker = true) as
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'is open beside payout ' || other.id || ' of the same partner and currency' as detail
from partner_payouts p
join partner_payouts other on other.tenant_id = p.tenant_id and other.partner_id = p.partner_id and other.currency = p.currency
     and other.status = 'pending' and other.id <> p.id
where p.status = 'pending'
union all
-- No payout becomes open again. The times of an adopted payout are those of the legacy system.
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'is open but its status changed after it was opened' as detail
from partner_payouts p
join partners o on o.tenant_id = p.tenant_id and o.id = p.partner_id
where p.status = 'pending' and p.status_changed_at <> p.opened_at
  and not exists (select from partner_idempotency_keys k
                  where k.tenant_id = o.tenant_id and k.idempotency_key = o.idempotency_key and k.operation = 'adopt')
union all
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id, broken.detail
from partner_payouts p
cross join lateral (select nullif(concat_ws('; ',
    case when p.status in ('ready', 'processing', 'completed', 'failed') and p.total_amount <= 0 then 'is ' || p.status || ' but has nothing to pay' end,
    case when p.status <> 'pending' and num_nulls(p.period_start, p.period_end, p.closed_at, p.close_key) > 0
         then 'is ' || p.status || ' but does not record how it was closed' end,
    case when p.status = 'pending' and num_nonnulls(p.period_start, p.period_end, p.closed_at, p.closed_by, p.close_key) > 0
         then 'is pending but records how it was closed' end,
    case when p.period_start > p.period_end or p.period_end > p.closed_at then 'was closed before the end of its period' end,
    case when (p.status = 'completed') <> (p.completed_at is not null and p.payment_reference is not null)
         then 'is ' || p.status || ' and its payment is ' || case when p.completed_at is null or p.payment_reference is null then 'not ' else '' end || 'recorded' end
    ), '') as detail) broken
where broken.detail is not null
union all
select p.tenant_id, p.partner_id, 'partner_payouts' as table_name, p.id::text as row_id,
       'is ' || p.status || ' but its last attempt '
       || case when last.id is null then 'is not recorded' else coalesce('is recorded as ' || last.outcome, 'has no outcome yet') end as detail
from partner_payouts p
left join partner_payout_attempts last on last.tenant_id = p.tenant_id and last.payout_id = p.id
     and not exists (select from partner_payout_attempts later
                     where later.tenant_id = last.tenant_id and later.payout_id = last.payout_id and later.attempt_number > last.attempt_number)
-- A payout that was paid before the adoption has no attempts.
where not exists (select from partner_idempotency_keys k
                  where k.tenant_id = p.tenant_id and k.idempotency_key = p.close_key and k.operation = 'adopt')
  and case p.status
      when 'processing' then last.id is null or last.outcome in ('succeeded', 'failed')
      when 'completed' then last.outcome is distinct from 'succeeded'
      when 'failed' then last.outcome is distinct from 'failed'
      else last.id is not null and last.outcome is distinct from 'failed' end
union all
select p.tenant_id, p.partner_id, 'partner_payout_attempts' as table_name, t.id::text as row_id,
       case when t.provider_key is distinct from p.provider_key then format('is paid by another key than payout %s', p.id)
            else format('paid %s %s but payout %s has a total of %s %s', t.amount, t.currency, p.id, p.total_amount, p.currency) end as detail
from partner_payout_attempts t
join partner_payouts p on p.tenant_id = t.tenant_id and p.id = t.payout_id
where t.provider_key is distinct from p.provider_key
   or t.outcome = 'succeeded' and (t.amount <> p.total_amount or t.currency <> p.currency)
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       format('returns %s %s of payout %s, which %s', e.commission_amount, e.currency, e.returns_payout_id,
              case when p.id is null then 'its partner does not have' else format('is %s and has a total of %s %s', p.status, p.total_amount, p.currency) end) as detail
from partner_commission_events e
left join partner_payouts p on p.tenant_id = e.tenant_id and p.partner_id = e.partner_id and p.id = e.returns_payout_id
left join lateral (
    select p.total_amount - coalesce(sum(c.commission_amount), 0) as amount
    from partner_payout_attempts t
    join partner_commission_events c on c.tenant_id = t.tenant_id and c.attempt_id = t.id and c.payment_reference = t.payment_reference
    where t.tenant_id = p.tenant_id and t.payout_id = p.id) paid on true
where e.returns_payout_id is not null
  and (p.id is null or p.status <> 'completed' or p.currency <> e.currency or paid.amount <> abs(e.commission_amount))
union all
select e.tenant_id, e.partner_id, 'partner_commission_events' as table_name, e.id::text as row_id,
       format('records payment %s of attempt %s, which %s', e.payment_reference, e.attempt_id,
              case when p.id is null then 'its partner does not have'
                   else format('%s, is over %s %s and whose payout is %s', coalesce('has ' || t.outcome, 'has no outcome'), t.amount, t.currency, p.status) end) as detail
from partner_commission_events e
left join partner_payout_attempts t on t.tenant_id = e.tenant_id and t.id = e.attempt_id
left join partner_payouts p on p.tenant_id = t.tenant_id and p.partner_id = e.partner_id and p.id = t.payout_id
where e.attempt_id is not null
  and (p.id is null or t.currency <> e.currency
       or case when t.outcome = 'succeeded' and t.payment_reference = e.payment_reference then e.commission_amount >= t.amount
               when t.outcome = 'succeeded' then e.commission_amount > 0
               when t.outcome = 'failed' and p.status in ('cancelled', 'completed') then e.commission_amount > 0
               else true end);

comment on view partner_broken_payouts is 'Payouts that are open twice or open again, closed without their period, paid without a payment or with nothing to pay, or that contradict their attempts, the payment that the bank returned, or a payment that was recorded.';


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
    group by t.tenant_id, t.partner_id, t.currency, t.month, t.status
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
       'was calculated by version ' || coalesce(e.rule_version::text, 'none') || ' of rule ' || e.rule_id || ', which its partner does not have' as detail
from partner_commission_events e
left join partner_commissions r on r.tenant_id = e.tenant_id and r.rule_id = e.rule_id and r.version = e.rule_version and r.partner_id = e.partner_id
where e.rule_id is not null and r.id is null
union all
select c.tenant_id, c.partner_id, 'partner_status_changes' as table_name, c.id::text as row_id,
       'belongs to payout ' || c.payout_id || ', which its partner does not have' as detail
from partner_status_changes c
left join partner_payouts p on p.tenant_id = c.tenant_id and p.id = c.payout_id and p.partner_id = c.partner_id
where c.payout_id is not null and p.id is null
union all
select f.tenant_id, null::uuid as partner_id, 'partner_refunds' as table_name, f.id::text as row_id,
       'is of sale ' || f.sale_id || ', which this tenant does not have' as detail
from partner_refunds f
left join partner_sales s on s.tenant_id = f.tenant_id and s.id = f.sale_id
where s.id is null
union all
select f.tenant_id, null::uuid as partner_id, 'partner_refunds' as table_name, f.id::text as row_id,
       'undoes refund ' || f.undoes_id || ', which its sale does not have' as detail
from partner_refunds f
left join partner_refunds u on u.tenant_id = f.tenant_id and u.id = f.undoes_id and u.sale_id = f.sale_id
where f.undoes_id is not null and u.id is null
union all
select t.tenant_id, null::uuid as partner_id, 'partner_restatements' as table_name, t.id::text as row_id,
       'has reached sale ' || t.reached_sale_id || ', which this tenant does not have' as detail
from partner_restatements t
left join partner_sales s on s.tenant_id = t.tenant_id and s.id = t.reached_sale_id
where t.reached_sale_id is not null and s.id is null;

comment on view partner_broken_references is
    'Rows whose partner, account, rule, payout, sale or refund does not exist, or belongs to another tenant or partner.';


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
select tenant_id, partner_id, 'audit trail' as invariant, table_name, row_id, detail from partner_broken_audit_trail
union all
select tenant_id, partner_id, 'payouts' as invariant, table_name, row_id, detail from partner_broken_payouts
union all
select tenant_id, partner_id, 'amounts' as invariant, table_name, row_id, detail from partner_broken_amounts
union all
select tenant_id, partner_id, 'references' as invariant, table_name, row_id, detail from partner_broken_references;

comment on view partner_broken_invariants is 'Every row that breaks an invariant, with the name of the invariant. Empty in every state that the library can reach.';


-- Comments of the columns, which are the same in all these views.
do $$
declare
    view_name text;
begin
    foreach view_name in array array['keys', 'audit_trail', 'payouts', 'references', 'invariants']
    loop
        execute format('comment on column partner_broken_%s.tenant_id is %L', view_name, 'Tenant that owns the row.');
        execute format('comment on column partner_broken_%s.partner_id is %L', view_name, 'Partner the row belongs to; null for a sale, a refund and a restatement, which belong to none.');
        execute format('comment on column partner_broken_%s.table_name is %L', view_name, 'Table of the row.');
        execute format('comment on column partner_broken_%s.row_id is %L', view_name, 'Id of the row; for a table without ids its key, separated by slashes.');
        execute format('comment on column partner_broken_%s.detail is %L', view_name, 'What is wrong with the row.');
    end loop;
end
$$;
comment on column partner_broken_invariants.invariant is 'Which invariant the row breaks; the view partner_broken_ of that name lists the same row.';
