-- What was sold, and what partners earn by it: one row for each sale, for each refund of a sale, and for each commission.
-- Their amounts are immutable, and nobody deletes them.
set local lock_timeout = '${lock_timeout}';


-- In PL/pgSQL: see partner_currency_minor_unit (V1).
create function partner_sale_lines_add_up(products varchar[], amounts numeric[], bases numeric[], amount numeric, discount numeric) returns boolean
    language plpgsql immutable parallel safe
as $$
begin
    -- Most sales have one line, which needs no query.
    if cardinality(amounts) = 1 then
        return coalesce(
            array_ndims(products) = 1 and array_ndims(amounts) = 1 and array_ndims(bases) = 1
            and array_lower(products, 1) = 1 and array_lower(amounts, 1) = 1 and array_lower(bases, 1) = 1
            and cardinality(products) = 1 and cardinality(bases) = 1
            and bases[1] = amount and amounts[1] = amount + discount,
            false);
    end if;
    return coalesce(
        array_ndims(products) = 1 and array_ndims(amounts) = 1 and array_ndims(bases) = 1
        and array_lower(products, 1) = 1 and array_lower(amounts, 1) = 1 and array_lower(bases, 1) = 1
        and cardinality(products) = cardinality(amounts) and cardinality(bases) = cardinality(amounts)
        and array_position(bases, null) is null and array_position(amounts, null) is null
        and (select sum(line) from unnest(bases) line) = amount and (select sum(line) from unnest(amounts) line) = amount + discount,
        false);
end
$$;
comment on function partner_sale_lines_add_up(varchar[], numeric[], numeric[], numeric, numeric) is
    'Whether each line has a product, an amount and a base, the bases add up to the amount of the sale, and the amounts to that and the discount.';


create table partner_sales (
    tenant_id       varchar(255)     not null,
    id              uuid             not null default partner_time_ordered_uuid(),
    customer_id     uuid,
    invoice_id      uuid,
    occurred_at     timestamptz      not null,
    currency        char(3)          not null,
    amount          numeric(19, 4)   not null,
    discount        numeric(19, 4)   not null default 0,
    line_products   varchar(255)[]   not null,
    line_amounts    numeric(19, 4)[] not null,
    line_bases      numeric(19, 4)[] not null,
    idempotency_key varchar(255)     not null,
    recorded_at     timestamptz      not null default clock_timestamp(),
    recorded_by     varchar(255)     not null,
    constraint sale_recorded_once unique (tenant_id, idempotency_key),
    constraint sale_recorded_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint sale_date_is_finite check (isfinite(occurred_at)),
    -- As partner_money_fits, for an amount that is not null. PostgreSQL would read and inline that function again for
    -- each statement that inserts a row, which costs as much as to insert it.
    constraint sale_amount_fits_currency check ((scale(trim_scale(amount)) <= partner_currency_minor_unit(currency)) is true),
    constraint sale_discount_fits_currency check ((scale(trim_scale(discount)) <= partner_currency_minor_unit(currency)) is true),
    constraint sale_discount_is_not_negative check (discount >= 0),
    constraint sale_lines_add_up check (partner_sale_lines_add_up(line_products, line_amounts, line_bases, amount, discount))
);
create index partner_sales_by_date on partner_sales (tenant_id, occurred_at, id);
create index partner_sales_by_host_customer on partner_sales (customer_id, tenant_id, occurred_at, id)
    where customer_id is not null;
create index partner_sales_by_host_invoice on partner_sales (invoice_id, tenant_id)
    where invoice_id is not null;
-- After the other indexes: while a table has no statistics, several indexes look equally good for the check of a
-- reference, and PostgreSQL takes the newest of them. partner_sales_by_date would read all sales of the tenant.
alter table partner_sales add constraint partner_sales_pkey primary key (tenant_id, id);
alter table partner_sales add constraint sale_of_currency unique (tenant_id, id, currency);

comment on table partner_sales is
    'A sale to a customer as it was accrued, also when nobody earned anything by it. A row is immutable, and nobody deletes it.';
comment on column partner_sales.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_sales.id is 'Time-ordered UUID.';
comment on column partner_sales.customer_id is 'The host''s customer who bought; null once the host has deleted the customer.';
comment on column partner_sales.invoice_id is 'The host''s invoice; null if there is none, and once the host has deleted the invoice.';
comment on column partner_sales.occurred_at is 'When the sale was made.';
comment on column partner_sales.currency is 'ISO 4217 code of all amounts.';
comment on column partner_sales.amount is 'The amount to which rates apply, after the discount, in the currency''s major unit; negative for a credit note.';
comment on column partner_sales.discount is 'What was taken off the sum of the lines, 0 or more.';
comment on column partner_sales.line_products is 'What was sold, an element for each line; null: nothing in particular.';
comment on column partner_sales.line_amounts is 'Amount of each line, before the discount.';
comment on column partner_sales.line_bases is 'Amount of each line less its share of the discount: what rates apply to, and the most that can be refunded.';
comment on column partner_sales.idempotency_key is 'Key of the request that recorded it.';
comment on column partner_sales.recorded_at is 'Database time at which it was recorded, which gives the order of sales.';
comment on column partner_sales.recorded_by is 'Actor who recorded it.';
comment on index partner_sales_pkey is 'Serves the lookup by id.';
comment on index sale_of_currency is 'A commission event refers to this key, so it cannot be of a sale in another currency.';
comment on index sale_recorded_once is 'Allows one sale for a key; serves the lookup by key.';
comment on index partner_sales_by_date is 'Serves the sales of a tenant by date.';
comment on index partner_sales_by_host_customer is 'Serves the sales of a customer by date, and the host when it deletes a customer.';
comment on index partner_sales_by_host_invoice is 'Serves the sales of an invoice, and the host when it deletes an invoice.';


create table partner_refunds (
    tenant_id       varchar(255)     not null,
    id              uuid             not null default partner_time_ordered_uuid(),
    sale_id         uuid             not null,
    undoes_id       uuid,
    amount          numeric(19, 4)   not null,
    line_amounts    numeric(19, 4)[] not null,
    exceeded        numeric(19, 4)   not null default 0,
    reason          varchar(500)     not null,
    idempotency_key varchar(255)     not null,
    recorded_at     timestamptz      not null default clock_timestamp(),
    recorded_by     varchar(255)     not null,
    constraint partner_refunds_pkey primary key (tenant_id, id),
    constraint refund_of_sale unique (tenant_id, id, sale_id),
    constraint refund_recorded_once unique (tenant_id, idempotency_key),
    constraint refund_recorded_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint refund_is_of_a_sale foreign key (tenant_id, sale_id) references partner_sales,
    constraint refund_undone_once unique (tenant_id, undoes_id),
    constraint refund_undoes_a_refund foreign key (tenant_id, undoes_id) references partner_refunds,
    constraint refund_excess_is_not_negative check (exceeded >= 0)
);
create index partner_refunds_by_sale on partner_refunds (tenant_id, sale_id);

comment on table partner_refunds is
    'What a customer got back of a sale, and what was taken back of that. A row is immutable, and nobody deletes it.';
comment on column partner_refunds.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_refunds.id is 'Time-ordered UUID.';
comment on column partner_refunds.sale_id is 'The sale.';
comment on column partner_refunds.undoes_id is 'The refund that this row undoes, whose amounts it repeats; null for a refund.';
comment on column partner_refunds.amount is 'Sum of the lines, in the major unit of the sale''s currency.';
comment on column partner_refunds.line_amounts is 'What was refunded of each line of the sale; null: nothing. A line of zero is refunded by 0.';
comment on column partner_refunds.exceeded is 'By how much more than what was left had been asked for.';
comment on column partner_refunds.reason is 'Why.';
comment on column partner_refunds.idempotency_key is 'Key of the request that recorded it.';
comment on column partner_refunds.recorded_at is 'Database time at which it was recorded.';
comment on column partner_refunds.recorded_by is 'Actor who recorded it.';
comment on index partner_refunds_pkey is 'Serves the lookup by id.';
comment on index refund_of_sale is 'A commission event refers to this key, so it cannot be of a refund of another sale.';
comment on index refund_recorded_once is 'Allows one refund for a key; serves the lookup by key.';
comment on index refund_undone_once is 'Allows a refund to be undone once.';
comment on index partner_refunds_by_sale is 'Serves the refunds of a sale.';


create table partner_restatements (
    tenant_id       varchar(255) not null,
    id              uuid         not null default partner_time_ordered_uuid(),
    reason          varchar(500) not null,
    sales_examined  bigint       not null default 0,
    reached_at      timestamptz,
    reached_sale_id uuid,
    started_at      timestamptz  not null default clock_timestamp(),
    completed_at    timestamptz,
    idempotency_key varchar(255) not null,
    recorded_by     varchar(255) not null,
    constraint partner_restatements_pkey primary key (tenant_id, id),
    constraint restatement_recorded_once unique (tenant_id, idempotency_key),
    constraint restatement_recorded_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint restatement_reached_a_sale foreign key (tenant_id, reached_sale_id) references partner_sales,
    constraint restatement_sale_has_its_time check ((reached_at is null) = (reached_sale_id is null)),
    constraint restatement_examined_is_not_negative check (sales_examined >= 0)
);

comment on table partner_restatements is
    'A calculation of past sales by the assignments and rules of today, and how far it has come: a call with the same key goes on from there.';
comment on column partner_restatements.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_restatements.id is 'Time-ordered UUID.';
comment on column partner_restatements.reason is 'Why.';
comment on column partner_restatements.sales_examined is 'How many sales were calculated again.';
comment on column partner_restatements.reached_at is 'When the last of these was recorded; null before the first.';
comment on column partner_restatements.reached_sale_id is 'The last of these; null before the first.';
comment on column partner_restatements.started_at is 'Database time at which it began.';
comment on column partner_restatements.completed_at is 'Database time at which the last sale was done; null until then.';
comment on column partner_restatements.idempotency_key is 'Key of the request that asked for it.';
comment on column partner_restatements.recorded_by is 'Actor who asked for it.';
comment on index partner_restatements_pkey is 'Serves the lookup by id.';
comment on index restatement_recorded_once is 'Allows one restatement for a key; serves the lookup by key.';


create type partner_commission_status as enum ('pending', 'approved', 'paid', 'clawback', 'cancelled');
comment on type partner_commission_status is
    'pending: recorded; approved: payable, in a payout or held; paid: its payout is completed; clawback: clawed back before it was paid; cancelled: never payable.';


create table partner_commission_events (
    tenant_id         varchar(255)              not null,
    id                uuid                      not null default partner_time_ordered_uuid(),
    partner_id        uuid                      not null,
    sale_id           uuid,
    account_id        uuid,
    customer_id       uuid,
    invoice_id        uuid,
    rule_id           uuid,
    rule_version      integer,
    reverses_id       uuid,
    refund_id         uuid,
    corrects_id       uuid,
    undoes_id         uuid,
    returns_payout_id uuid,
    attempt_id        uuid,
    payment_reference varchar(255),
    event_date        timestamptz               not null,
    currency          char(3)                   not null,
    base_amount       numeric(19, 4)            not null,
    commission_rate   numeric(7, 6)             not null,
    commission_amount numeric(38, 4)            not null,
    calculation       jsonb                     not null,
    idempotency_key   varchar(255)              not null,
    recorded_at       timestamptz               not null default clock_timestamp(),
    recorded_by       varchar(255)              not null,
    -- What changes comes last: of an update in its page PostgreSQL writes only what lies between the first and the last change.
    payout_id         uuid,
    status            partner_commission_status not null default 'pending',
    hold_until        timestamptz,
    approved_at       timestamptz,
    paid_at           timestamptz,
    status_changed_at timestamptz               not null default now(),
    approved_by       varchar(255),
    status_changed_by varchar(255)              not null,
    status_reason     varchar(500),
    ended_by_key      varchar(255),
    constraint partner_commission_events_pkey primary key (tenant_id, id),
    -- A restatement has one key for many sales.
    constraint commission_event_recorded_once unique nulls not distinct (tenant_id, idempotency_key, partner_id, sale_id),
    constraint commission_event_recorded_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint commission_event_ended_by_request foreign key (tenant_id, ended_by_key) references partner_idempotency_keys,
    constraint commission_event_is_of_a_sale foreign key (tenant_id, sale_id, currency)
        references partner_sales (tenant_id, id, currency),
    constraint commission_event_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint commission_event_account_is_the_partners foreign key (tenant_id, partner_id, account_id)
        references partner_accounts (tenant_id, partner_id, id),
    constraint commission_event_rule_is_the_partners foreign key (tenant_id, rule_id, rule_version, partner_id)
        references partner_commissions (tenant_id, rule_id, version, partner_id),
    constraint commission_event_reverses_an_event foreign key (tenant_id, reverses_id) references partner_commission_events,
    constraint commission_event_corrects_an_event foreign key (tenant_id, corrects_id) references partner_commission_events,
    constraint commission_event_undoes_an_event foreign key (tenant_id, undoes_id) references partner_commission_events,
    constraint commission_event_is_of_a_refund foreign key (tenant_id, refund_id, sale_id)
        references partner_refunds (tenant_id, id, sale_id),
    -- The key includes partner and currency: a link to a payout of another partner or currency has no target.
    constraint commission_event_payout_matches foreign key (tenant_id, partner_id, currency, payout_id)
        references partner_payouts (tenant_id, partner_id, currency, id) on delete set null (payout_id),
    constraint commission_event_returns_payout foreign key (tenant_id, partner_id, currency, returns_payout_id)
        references partner_payouts (tenant_id, partner_id, currency, id),
    constraint commission_event_is_of_an_attempt foreign key (tenant_id, attempt_id) references partner_payout_attempts,
    constraint commission_event_date_is_finite check (isfinite(event_date)),
    -- As in partner_sales.
    constraint commission_event_base_fits_currency check (
        (scale(trim_scale(base_amount)) <= partner_currency_minor_unit(currency)) is true),
    constraint commission_event_amount_fits_currency check (
        (scale(trim_scale(commission_amount)) <= partner_currency_minor_unit(currency)) is true),
    -- A returned or recorded payment is over a payout, whose total may be wider.
    constraint commission_event_amount_is_of_one_sale check (
        abs(commission_amount) < 1e15 or num_nonnulls(returns_payout_id, attempt_id) > 0),
    constraint commission_event_rate_is_fraction check (commission_rate between 0 and 1),
    constraint commission_event_calculation_is_object check (jsonb_typeof(calculation) = 'object'),
    constraint commission_event_rule_has_version check ((rule_id is null) = (rule_version is null)),
    constraint commission_event_reversal_is_not_positive check (
        reverses_id is null or case when undoes_id is null then commission_amount <= 0 else commission_amount >= 0 end),
    constraint commission_event_has_one_origin check (num_nonnulls(reverses_id, corrects_id, returns_payout_id) <= 1),
    constraint commission_event_does_not_point_to_itself check (
        (reverses_id <> id) is not false and (corrects_id <> id) is not false and (undoes_id <> id) is not false),
    constraint commission_event_of_a_refund_is_an_entry check (
        refund_id is null or num_nonnulls(reverses_id, corrects_id) = 1 and sale_id is not null),
    constraint commission_event_correction_is_of_a_sale check (corrects_id is null or sale_id is not null),
    constraint commission_event_return_is_no_commission check (
        returns_payout_id is null
        or base_amount = 0 and commission_rate = 0 and status in ('approved', 'paid') and hold_until is null
           and case when undoes_id is null then commission_amount > 0 else commission_amount < 0 end
           and num_nonnulls(account_id, rule_id, sale_id) = 0),
    constraint commission_event_of_an_attempt_names_the_payment check ((attempt_id is null) = (payment_reference is null)),
    constraint commission_event_reference_is_not_blank check (btrim(payment_reference) <> ''),
    constraint commission_event_of_an_attempt_is_no_commission check (
        attempt_id is null
        or base_amount = 0 and commission_rate = 0 and commission_amount <> 0 and status in ('approved', 'paid') and hold_until is null
           and num_nonnulls(account_id, rule_id, sale_id, reverses_id, refund_id, corrects_id, undoes_id, returns_payout_id) = 0),
    constraint commission_event_ended_by_request_is_unpaid check (ended_by_key is null or status in ('cancelled', 'clawback')),
    constraint commission_event_in_payout_is_payable check (payout_id is null or status in ('approved', 'paid')),
    constraint commission_event_approved_is_in_payout_or_held check (
        status <> 'approved' or payout_id is not null or hold_until is not null),
    constraint commission_event_paid_is_in_payout check (status <> 'paid' or payout_id is not null),
    constraint commission_event_is_approved_with_its_time check ((approved_at is null) = (approved_by is null)),
    constraint commission_event_payable_is_approved check (status not in ('approved', 'paid') or approved_at is not null),
    constraint commission_event_is_paid_with_its_time check ((status = 'paid') = (paid_at is not null))
) with (fillfactor = 85); -- room in the page for the next version of a row: see docs/schema.md
create index partner_commission_events_by_partner on partner_commission_events (tenant_id, partner_id, event_date, id);
create index partner_commission_events_by_rule on partner_commission_events (tenant_id, rule_id, event_date)
    where rule_id is not null;
create index partner_commission_events_of_several_rules on partner_commission_events (tenant_id, partner_id, event_date)
    where calculation ->> 'model' = 'several';
create index partner_commission_events_by_partner_recorded on partner_commission_events (tenant_id, partner_id, id);
create index partner_commission_events_by_date on partner_commission_events (tenant_id, event_date, id);
create index partner_commission_events_by_payout on partner_commission_events (tenant_id, payout_id, event_date)
    where payout_id is not null;
-- An index that names the status, in its columns or in its condition, is written again by every payment, and all others with it.
create index partner_commission_events_held on partner_commission_events (tenant_id, hold_until)
    where payout_id is null and approved_at is not null and hold_until is not null and ended_by_key is null;
create index partner_commission_events_reversals on partner_commission_events (tenant_id, reverses_id)
    where reverses_id is not null;
create index partner_commission_events_corrections on partner_commission_events (tenant_id, corrects_id)
    where corrects_id is not null;
create unique index partner_commission_events_one_undo on partner_commission_events (tenant_id, undoes_id)
    where undoes_id is not null;
create index partner_commission_events_returns on partner_commission_events (tenant_id, returns_payout_id)
    where returns_payout_id is not null;
create unique index partner_commission_events_of_attempts on partner_commission_events (tenant_id, attempt_id, payment_reference)
    where attempt_id is not null;
create index partner_commission_events_by_sale on partner_commission_events (tenant_id, sale_id)
    where sale_id is not null;
create index partner_commission_events_ended_by_request on partner_commission_events (tenant_id, ended_by_key)
    where ended_by_key is not null;
create index partner_commission_events_by_host_invoice on partner_commission_events (invoice_id)
    where invoice_id is not null;
create index partner_commission_events_by_host_customer on partner_commission_events (customer_id)
    where customer_id is not null;

comment on table partner_commission_events is
    'One commission of one partner. Amounts are immutable and nobody deletes a row: a correction is a new row.';
comment on column partner_commission_events.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_commission_events.id is 'Time-ordered UUID.';
comment on column partner_commission_events.partner_id is 'Partner who earns.';
comment on column partner_commission_events.sale_id is 'The sale by which it was earned; null for a manual or adopted commission.';
comment on column partner_commission_events.account_id is 'Assignment through which it was earned; null for a manual commission.';
comment on column partner_commission_events.customer_id is 'The host''s customer who bought; null once the host has deleted the customer.';
comment on column partner_commission_events.invoice_id is 'The host''s invoice of the sale; null once the host has deleted the invoice.';
comment on column partner_commission_events.rule_id is 'Rule that calculated it; null when the rate of the account or of the partner applied, and when several rules applied, which the calculation names.';
comment on column partner_commission_events.rule_version is 'Version of that rule.';
comment on column partner_commission_events.reverses_id is 'The event that this one claws back, fully or in part; also of an undone clawback, which gives back.';
comment on column partner_commission_events.refund_id is 'The refund of the sale for which it claws back, or the undo of one for which it gives back.';
comment on column partner_commission_events.corrects_id is 'The event that a restatement corrects by this one: the first event of its sale and partner.';
comment on column partner_commission_events.undoes_id is 'The clawback or returned payment that this event undoes.';
comment on column partner_commission_events.returns_payout_id is 'The completed payout whose payment the bank returned: the amount, which is what the bank had paid, is owed again; of an undone return, owed no longer. It is neither earned nor a commission.';
comment on column partner_commission_events.attempt_id is 'The attempt whose payment this event records: what the bank paid otherwise than the attempt says is taken off, or owed again. It is neither earned nor a commission.';
comment on column partner_commission_events.payment_reference is 'The payment provider''s reference of that payment; null for every other event.';
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
comment on column partner_commission_events.ended_by_key is 'Key of the refund that clawed the event back, or of the restatement that cancelled it; null when a person cancelled it.';
comment on index partner_commission_events_pkey is 'Serves the lookup by id, and the events of a tenant in the order of recording.';
comment on index commission_event_recorded_once is 'Allows one event of a partner and sale for a request; serves the replay of a request.';
comment on index partner_commission_events_by_partner is 'Serves the events of a partner by date, and statements.';
comment on index partner_commission_events_by_rule is 'Serves the events that a rule calculated, which count against its cap.';
comment on index partner_commission_events_of_several_rules is 'Serves the few events whose lines several rules calculated, parts of which count against a cap.';
comment on index partner_commission_events_by_partner_recorded is 'Serves the events of a partner in the order of recording.';
comment on index partner_commission_events_by_date is 'Serves the events of a tenant by date.';
comment on index partner_commission_events_by_payout is 'Serves the events of a payout, and those at or after a cutoff.';
comment on index partner_commission_events_held is 'Serves approved events that wait for the end of their hold.';
comment on index partner_commission_events_reversals is 'Serves the reversals of an event.';
comment on index partner_commission_events_corrections is 'Serves the corrections of an event.';
comment on index partner_commission_events_one_undo is 'Allows one undo of a clawback or of a returned payment.';
comment on index partner_commission_events_returns is 'Serves the returned payments of a payout.';
comment on index partner_commission_events_of_attempts is 'Records a payment of an attempt once; serves what was paid by an attempt beside what it says.';
comment on index partner_commission_events_by_sale is 'Serves the events of a sale.';
comment on index partner_commission_events_ended_by_request is 'Serves the replay of a refund, and what a restatement cancelled.';
comment on index partner_commission_events_by_host_invoice is 'Serves the events of an invoice, and the host when it deletes an invoice.';
comment on index partner_commission_events_by_host_customer is 'Serves the host when it deletes a customer.';


create table partner_commission_totals (
    tenant_id         varchar(255)              not null,
    partner_id        uuid                      not null,
    currency          char(3)                   not null,
    month             date                      not null,
    status            partner_commission_status not null,
    part              smallint                  not null default 0,
    base_amount       numeric(38, 4)            not null,
    commission_amount numeric(38, 4)            not null,
    commission_count  bigint                    not null,
    constraint partner_commission_totals_pkey primary key (tenant_id, partner_id, currency, month, status, part),
    constraint commission_total_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint commission_total_is_of_a_month check (month = date_trunc('month', month::timestamp)),
    constraint commission_total_has_at_most_16_parts check (part between 0 and 15)
) with (fillfactor = 50); -- as partner_payouts
create index partner_commission_totals_by_month on partner_commission_totals (tenant_id, month);

comment on table partner_commission_totals is
    'Monthly totals of the commission events of a partner, each in 1 to 16 parts, which readers add up. A trigger writes them in the transaction that changes the events, so that the volume for a tier is read from few rows.';
comment on column partner_commission_totals.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_commission_totals.partner_id is 'Partner who earned.';
comment on column partner_commission_totals.currency is 'ISO 4217 code of the amounts.';
comment on column partner_commission_totals.month is 'First day of the month, in UTC, of the events'' dates.';
comment on column partner_commission_totals.status is 'Status of the events.';
comment on column partner_commission_totals.part is 'Number of the part, from 0. A total has a second part only once two transactions changed it at the same time: each takes a part that no other transaction holds.';
comment on column partner_commission_totals.base_amount is 'Sum of the base amounts. An event may enter by one part and leave by another, so a part may be negative.';
comment on column partner_commission_totals.commission_amount is 'Sum of the commissions, likewise.';
comment on column partner_commission_totals.commission_count is 'Number of the events, likewise.';
comment on index partner_commission_totals_pkey is 'Serves the monthly totals of a partner and currency.';
comment on index partner_commission_totals_by_month is 'Serves the monthly totals of a tenant.';
