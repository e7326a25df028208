-- What is earned: one row for each commission. Its amounts are immutable, and nobody deletes it.
set local lock_timeout = '${lock_timeout}';

create type partner_commission_status as enum ('pending', 'approved', 'paid', 'clawback', 'cancelled');
comment on type partner_commission_status is
    'pending: recorded; approved: payable, in a payout or held; paid: its payout is completed; clawback: clawed back before it was paid; cancelled: never payable.';


create table partner_commission_events (
    tenant_id         varchar(255)              not null,
    id                uuid                      not null default partner_time_ordered_uuid(),
    partner_id        uuid                      not null,
    account_id        uuid,
    customer_id       uuid,
    invoice_id        uuid,
    rule_id           uuid,
    rule_version      integer,
    reverses_id       uuid,
    returns_payout_id uuid,
    payout_id         uuid,
    event_date        timestamptz               not null,
    currency          char(3)                   not null,
    base_amount       numeric(19, 4)            not null,
    commission_rate   numeric(7, 6)             not null,
    commission_amount numeric(19, 4)            not null,
    calculation       jsonb                     not null,
    status            partner_commission_status not null default 'pending',
    hold_until        timestamptz,
    idempotency_key   varchar(255)              not null,
    recorded_at       timestamptz               not null default now(),
    recorded_by       varchar(255)              not null,
    approved_at       timestamptz,
    approved_by       varchar(255),
    paid_at           timestamptz,
    status_changed_at timestamptz               not null default now(),
    status_changed_by varchar(255)              not null,
    status_reason     varchar(500),
    constraint partner_commission_events_pkey primary key (tenant_id, id),
    constraint commission_event_recorded_once unique (tenant_id, idempotency_key, partner_id),
    constraint commission_event_recorded_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint commission_event_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint commission_event_account_is_the_partners foreign key (tenant_id, partner_id, account_id)
        references partner_accounts (tenant_id, partner_id, id),
    constraint commission_event_rule_is_the_partners foreign key (tenant_id, rule_id, rule_version, partner_id)
        references partner_commissions (tenant_id, rule_id, version, partner_id),
    constraint commission_event_reverses_an_event foreign key (tenant_id, reverses_id) references partner_commission_events,
    -- The key includes partner and currency: a link to a payout of another partner or currency has no target.
    constraint commission_event_payout_matches foreign key (tenant_id, partner_id, currency, payout_id)
        references partner_payouts (tenant_id, partner_id, currency, id) on delete set null (payout_id),
    constraint commission_event_returns_payout foreign key (tenant_id, partner_id, currency, returns_payout_id)
        references partner_payouts (tenant_id, partner_id, currency, id),
    constraint commission_event_date_is_finite check (isfinite(event_date)),
    constraint commission_event_base_fits_currency check (partner_money_fits(base_amount, currency)),
    constraint commission_event_amount_fits_currency check (partner_money_fits(commission_amount, currency)),
    constraint commission_event_rate_is_fraction check (commission_rate between 0 and 1),
    constraint commission_event_calculation_is_object check (jsonb_typeof(calculation) = 'object'),
    constraint commission_event_rule_has_version check ((rule_id is null) = (rule_version is null)),
    constraint commission_event_reversal_is_not_positive check (reverses_id is null or commission_amount <= 0),
    constraint commission_event_does_not_reverse_itself check (reverses_id <> id),
    constraint commission_event_return_is_no_commission check (
        returns_payout_id is null
        or base_amount = 0 and commission_rate = 0 and commission_amount > 0 and status in ('approved', 'paid')
           and hold_until is null and num_nonnulls(account_id, rule_id, reverses_id) = 0),
    constraint commission_event_in_payout_is_payable check (payout_id is null or status in ('approved', 'paid')),
    constraint commission_event_approved_is_in_payout_or_held check (
        status <> 'approved' or payout_id is not null or hold_until is not null),
    constraint commission_event_paid_is_in_payout check (status <> 'paid' or payout_id is not null),
    constraint commission_event_is_approved_with_its_time check ((approved_at is null) = (approved_by is null)),
    constraint commission_event_payable_is_approved check (status not in ('approved', 'paid') or approved_at is not null),
    constraint commission_event_is_paid_with_its_time check ((status = 'paid') = (paid_at is not null))
);
create index partner_commission_events_by_partner on partner_commission_events (tenant_id, partner_id, event_date, id);
create index partner_commission_events_by_rule on partner_commission_events (tenant_id, rule_id, event_date)
    where rule_id is not null;
create index partner_commission_events_of_several_rules on partner_commission_events (tenant_id, partner_id, event_date)
    where calculation ->> 'model' = 'several';
create index partner_commission_events_by_partner_recorded on partner_commission_events (tenant_id, partner_id, id);
create index partner_commission_events_by_date on partner_commission_events (tenant_id, event_date, id);
create index partner_commission_events_by_payout on partner_commission_events (tenant_id, payout_id, event_date)
    where payout_id is not null;
create index partner_commission_events_held on partner_commission_events (tenant_id, hold_until)
    where status = 'approved' and payout_id is null;
create index partner_commission_events_reversals on partner_commission_events (tenant_id, reverses_id)
    where reverses_id is not null;
create unique index partner_commission_events_one_return on partner_commission_events (tenant_id, returns_payout_id)
    where returns_payout_id is not null;
create index partner_commission_events_by_host_invoice on partner_commission_events (invoice_id)
    where invoice_id is not null;
create index partner_commission_events_by_host_customer on partner_commission_events (customer_id)
    where customer_id is not null;

comment on table partner_commission_events is
    'One commission of one partner. Amounts are immutable and nobody deletes a row: a correction is a new row.';
comment on column partner_commission_events.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_commission_events.id is 'Time-ordered UUID.';
comment on column partner_commission_events.partner_id is 'Partner who earns.';
comment on column partner_commission_events.account_id is 'Assignment through which it was earned; null for a manual commission.';
comment on column partner_commission_events.customer_id is 'The host''s customer who bought; null once the host has deleted the customer.';
comment on column partner_commission_events.invoice_id is 'The host''s invoice of the sale; null once the host has deleted the invoice.';
comment on column partner_commission_events.rule_id is 'Rule that calculated it; null when the rate of the account or of the partner applied, and when several rules applied, which the calculation names.';
comment on column partner_commission_events.rule_version is 'Version of that rule.';
comment on column partner_commission_events.reverses_id is 'The event that this one reverses, fully or in part.';
comment on column partner_commission_events.returns_payout_id is 'The completed payout whose payment the bank returned: the amount, which is the total of that payout, is owed again. It is neither earned nor a commission.';
comment on column partner_commission_events.payout_id is 'The payout it is in; null until it is approved, and while it is held.';
comment on column partner_commission_events.event_date is 'When it was earned: the date of the sale.';
comment on column partner_commission_events.currency is 'ISO 4217 code of both amounts.';
comment on column partner_commission_events.base_amount is 'The amount from which it was calculated, in the currency''s major unit: the sale, or those of its lines to which a rate applied; negative for a credit note.';
comment on column partner_commission_events.commission_rate is 'The rate applied, a fraction 0 to 1, as it was then; 0 if the model has none or if several applied.';
comment on column partner_commission_events.commission_amount is 'The commission, rounded half-even once to the minor unit; a negative amount claws back.';
comment on column partner_commission_events.calculation is 'How the amount was calculated: a JSON object of format, model, parts (source of the rate, rule and version, base, volume and cap used before, steps), exact sum and rounding.';
comment on column partner_commission_events.status is 'Status of the commission; a trigger guards its transitions.';
comment on column partner_commission_events.hold_until is 'Not put into a payout before this instant; null: no hold.';
comment on column partner_commission_events.idempotency_key is 'Key of the request that recorded it.';
comment on column partner_commission_events.recorded_at is 'Database time of the recording transaction.';
comment on column partner_commission_events.recorded_by is 'Actor who recorded it.';
comment on column partner_commission_events.approved_at is 'Database time of the approving transaction.';
comment on column partner_commission_events.approved_by is 'Actor who approved it.';
comment on column partner_commission_events.paid_at is 'When its payout was completed.';
comment on column partner_commission_events.status_changed_at is 'Database time of the last change of status.';
comment on column partner_commission_events.status_changed_by is 'Actor of the last change of status.';
comment on column partner_commission_events.status_reason is 'Reason given for the last change of status.';
comment on index partner_commission_events_pkey is 'Serves the lookup by id, and the events of a tenant in the order of recording.';
comment on index commission_event_recorded_once is 'Allows one event of a partner for a request; serves the replay of a request.';
comment on index partner_commission_events_by_partner is 'Serves the events of a partner by date, and statements.';
comment on index partner_commission_events_by_rule is 'Serves the events that a rule calculated, which count against its cap.';
comment on index partner_commission_events_of_several_rules is 'Serves the few events whose lines several rules calculated, parts of which count against a cap.';
comment on index partner_commission_events_by_partner_recorded is 'Serves the events of a partner in the order of recording.';
comment on index partner_commission_events_by_date is 'Serves the events of a tenant by date.';
comment on index partner_commission_events_by_payout is 'Serves the events of a payout, and those at or after a cutoff.';
comment on index partner_commission_events_held is 'Serves approved events that wait for the end of their hold.';
comment on index partner_commission_events_reversals is 'Serves the reversals of an event.';
comment on index partner_commission_events_one_return is 'Allows one returned payment for a payout.';
comment on index partner_commission_events_by_host_invoice is 'Serves the events of an invoice, and the host when it deletes an invoice.';
comment on index partner_commission_events_by_host_customer is 'Serves the host when it deletes a customer.';


create table partner_commission_totals (
    tenant_id         varchar(255)              not null,
    partner_id        uuid                      not null,
    currency          char(3)                   not null,
    month             date                      not null,
    status            partner_commission_status not null,
    base_amount       numeric(23, 4)            not null,
    commission_amount numeric(23, 4)            not null,
    commission_count  bigint                    not null,
    constraint partner_commission_totals_pkey primary key (tenant_id, partner_id, currency, month, status),
    constraint commission_total_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint commission_total_is_of_a_month check (month = date_trunc('month', month::timestamp)),
    constraint commission_total_count_is_not_negative check (commission_count >= 0),
    constraint commission_total_of_none_is_zero check (commission_count > 0 or base_amount = 0 and commission_amount = 0)
) with (fillfactor = 50); -- as partner_payouts
create index partner_commission_totals_by_month on partner_commission_totals (tenant_id, month);

comment on table partner_commission_totals is
    'Monthly totals of the commission events of a partner. A trigger writes them in the transaction that changes the events, so that the volume for a tier is read from few rows.';
comment on column partner_commission_totals.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_commission_totals.partner_id is 'Partner who earned.';
comment on column partner_commission_totals.currency is 'ISO 4217 code of the amounts.';
comment on column partner_commission_totals.month is 'First day of the month, in UTC, of the events'' dates.';
comment on column partner_commission_totals.status is 'Status of the events.';
comment on column partner_commission_totals.base_amount is 'Sum of the base amounts.';
comment on column partner_commission_totals.commission_amount is 'Sum of the commissions.';
comment on column partner_commission_totals.commission_count is 'Number of the events.';
comment on index partner_commission_totals_pkey is 'Serves the monthly totals of a partner and currency.';
comment on index partner_commission_totals_by_month is 'Serves the monthly totals of a tenant.';
