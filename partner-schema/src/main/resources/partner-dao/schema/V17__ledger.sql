-- What changes the amount that a partner is owed, entry by entry. This view alone defines what counts as earned, clawed
-- back, paid and returned: statements, exports, balances and the check of balances (V18) read it. For the text of
-- views, see V18.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create type partner_ledger_kind as enum ('earned', 'clawed_back', 'paid', 'payment_returned');
comment on type partner_ledger_kind is
    'earned: a commission of zero or more, and what a restatement corrects of it; clawed_back: a clawback (above zero: undone) and the commission of a credit note; paid: a completed payout, and what the bank paid otherwise than its attempts say (above zero: less); payment_returned: a payment that the bank returned, owed again (below zero: undone).';

-- PostgreSQL inlines the view: a condition on tenant, partner or time reaches the indexes of both tables, and a column
-- that nobody asks for costs nothing.
create view partner_ledger with (security_invoker = true) as
select e.tenant_id, e.partner_id, e.currency, e.event_date as at,
       case when e.returns_payout_id is not null then 'payment_returned'::partner_ledger_kind
            when e.attempt_id is not null then 'paid'::partner_ledger_kind
            when e.reverses_id is not null or e.commission_amount < 0 and e.corrects_id is null then 'clawed_back'::partner_ledger_kind
            else 'earned'::partner_ledger_kind end as kind,
       e.commission_amount as amount, e.id as event_id, e.payout_id, e.customer_id, e.invoice_id, e.payment_reference
from partner_commission_events e
where e.status in ('approved', 'paid')
union all
select p.tenant_id, p.partner_id, p.currency, p.completed_at as at, 'paid'::partner_ledger_kind as kind,
       -p.total_amount as amount, null::uuid as event_id, p.id as payout_id, null::uuid as customer_id, null::uuid as invoice_id, p.payment_reference
from partner_payouts p
where p.status = 'completed';

comment on view partner_ledger is
    'Every entry that changes what a partner is owed. The sum of a partner''s amounts in a currency is what the partner is owed; the sum up to an instant is what the partner was owed then.';
comment on column partner_ledger.tenant_id is 'Tenant that owns the entry.';
comment on column partner_ledger.partner_id is 'Partner who is owed.';
comment on column partner_ledger.currency is 'ISO 4217 code of the amount.';
comment on column partner_ledger.at is 'When the entry counts: the date of the event, or the time at which the payout was completed.';
comment on column partner_ledger.kind is 'Why the amount changes.';
comment on column partner_ledger.amount is 'What is added to the amount owed, in the currency''s major unit: negative when it was clawed back or paid.';
comment on column partner_ledger.event_id is 'The commission event; null for the payment of a completed payout.';
comment on column partner_ledger.payout_id is 'The payout that paid, or the payout that the event is in; null while the event is held.';
comment on column partner_ledger.customer_id is 'The host''s customer who bought; null for a payment, for a manual commission, and once the host has deleted the customer.';
comment on column partner_ledger.invoice_id is 'The host''s invoice of the sale; null for a payment, where there was none, and once the host has deleted the invoice.';
comment on column partner_ledger.payment_reference is 'The payment provider''s reference; null for an event that records no payment.';
