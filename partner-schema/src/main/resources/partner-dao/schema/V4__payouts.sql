-- What is paid: at most one open payout for each partner and currency collects approved commissions until a run closes
-- it.
set local lock_timeout = '${lock_timeout}';

create type partner_payout_status as enum ('pending', 'ready', 'processing', 'completed', 'failed', 'cancelled');
comment on type partner_payout_status is
    'pending: open and collecting; ready: closed, to be paid; processing: with the payment provider; then completed, failed or cancelled.';

create type partner_payment_outcome as enum ('succeeded', 'failed', 'unknown');
comment on type partner_payment_outcome is
    'succeeded: the provider pays; failed: the provider certainly does not pay; unknown: nobody knows which, and nobody pays again until somebody does.';

-- Derived from what is paid for, not from a random id: a run that is repeated after its first result was lost gives the
-- provider the same key, and the provider pays once. Bytes 6 and 8 carry version 8 and the variant of RFC 9562. PL/pgSQL
-- takes a third of the time of a function in SQL, and a check calls it for every change of a closed payout.
create function partner_provider_key(tenant text, partner uuid, currency char(3), cutoff timestamptz, number integer) returns varchar(255)
    language plpgsql immutable strict parallel safe
as $$
declare
    h bytea := sha256(convert_to(
        partner || '|' || currency || '|' || (extract(epoch from cutoff) * 1000000)::bigint || '|' || number || '|' || tenant, 'UTF8'));
begin
    return encode(substring(set_byte(set_byte(h, 6, get_byte(h, 6) & 15 | 128), 8, get_byte(h, 8) & 63 | 128) from 1 for 16), 'hex')::uuid;
end
$$;
comment on function partner_provider_key(text, uuid, char, timestamptz, integer) is
    'The idempotency key to give the payment provider for a payout: a UUID, version 8, from SHA-256 over partner, currency, cutoff, number at the cutoff and tenant. Null if one of them is null.';


create table partner_payouts (
    tenant_id         varchar(255)          not null,
    id                uuid                  not null default partner_time_ordered_uuid(),
    partner_id        uuid                  not null,
    currency          char(3)               not null,
    status            partner_payout_status not null default 'pending',
    total_amount      numeric(38, 4)        not null default 0,
    commission_count  integer               not null default 0,
    earliest_event_date timestamptz,
    latest_event_date timestamptz,
    period_start      timestamptz,
    period_end        timestamptz,
    opened_at         timestamptz           not null default now(),
    opened_by         varchar(255)          not null,
    closed_at         timestamptz,
    closed_by         varchar(255),
    close_key         varchar(255),
    cutoff_number     integer,
    provider_key      varchar(255),
    completed_at      timestamptz,
    payment_reference varchar(255),
    status_changed_at timestamptz           not null default now(),
    status_changed_by varchar(255)          not null,
    status_reason     varchar(500),
    cancel_evidence   varchar(500),
    constraint partner_payouts_pkey primary key (tenant_id, id),
    constraint payout_of_partner_and_currency unique (tenant_id, partner_id, currency, id),
    constraint payout_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint payout_closed_by_request foreign key (tenant_id, close_key) references partner_idempotency_keys,
    constraint payout_total_fits_currency check (partner_money_fits(total_amount, currency)),
    constraint payout_count_is_not_negative check (commission_count >= 0),
    constraint payout_without_commissions_is_zero check (commission_count > 0 or total_amount = 0),
    constraint payout_knows_the_dates_of_its_commissions check (
        commission_count = 0 or num_nulls(earliest_event_date, latest_event_date) = 0),
    constraint payout_pays_a_positive_amount check (
        status not in ('processing', 'completed', 'failed') or total_amount > 0),
    constraint payout_is_closed_with_its_period check (
        (status = 'pending' and num_nonnulls(period_start, period_end, closed_at, close_key, cutoff_number, provider_key) = 0)
        or (status <> 'pending' and num_nulls(period_start, period_end, closed_at, close_key, cutoff_number, provider_key) = 0)),
    constraint payout_number_at_cutoff_is_not_negative check (cutoff_number >= 0),
    constraint payout_key_is_of_what_it_pays check (
        provider_key = partner_provider_key(tenant_id, partner_id, currency, period_end, cutoff_number)),
    constraint payout_is_open_and_closed_by_nobody check (status <> 'pending' or closed_by is null),
    constraint payout_period_is_ordered check (period_start <= period_end),
    constraint payout_period_ends_before_closing check (period_end <= closed_at),
    constraint payout_is_completed_with_its_time check ((status = 'completed') = (completed_at is not null)),
    constraint payout_is_completed_with_its_reference check ((status = 'completed') = (payment_reference is not null)),
    constraint payout_reference_is_not_blank check (btrim(payment_reference) <> ''),
    constraint payout_evidence_is_of_a_cancelled_one check (cancel_evidence is null or status = 'cancelled'),
    constraint payout_evidence_is_not_blank check (btrim(cancel_evidence) <> '')
) with (fillfactor = 50); -- totals change often and no index holds them: room on the page keeps those updates HOT
create unique index partner_payouts_one_open on partner_payouts (tenant_id, partner_id, currency) where status = 'pending';
create unique index partner_payouts_by_period on partner_payouts (tenant_id, partner_id, currency, period_end, cutoff_number);
create index partner_payouts_ready on partner_payouts (tenant_id, closed_at, id) where status = 'ready';
create index partner_payouts_in_payment on partner_payouts (tenant_id, id) where status in ('processing', 'failed');
create index partner_payouts_by_close_key on partner_payouts (tenant_id, close_key) where close_key is not null;

comment on table partner_payouts is
    'An amount paid, or to be paid, to one partner in one currency. Total and count always equal the commission events linked to it; of an open payout partner_payout_parts may hold some.';
comment on column partner_payouts.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payouts.id is 'Time-ordered UUID.';
comment on column partner_payouts.partner_id is 'Partner who is paid.';
comment on column partner_payouts.currency is 'ISO 4217 code; every linked event has the same.';
comment on column partner_payouts.status is 'Status of the payout. A trigger guards its transitions and records them in partner_status_changes, except for the closing, which this row records itself.';
comment on column partner_payouts.total_amount is 'Sum of the linked events, in the currency''s major unit, without what partner_payout_parts holds of an open payout. A trigger of the events writes it; a trigger refuses any other write.';
comment on column partner_payouts.commission_count is 'Number of linked events, likewise; the same trigger writes it.';
comment on column partner_payouts.earliest_event_date is 'None of these events has an earlier date. The same trigger sets it when events enter; it does not change when an event leaves.';
comment on column partner_payouts.latest_event_date is 'None of these events has a later date: a run looks for events at or after its cutoff only in payouts that may hold some.';
comment on column partner_payouts.period_start is 'The previous cutoff, or the date of the first event in the payout; null while open.';
comment on column partner_payouts.period_end is 'The cutoff: every linked event has an earlier date; null while open.';
comment on column partner_payouts.opened_at is 'Database time of the transaction that opened the payout.';
comment on column partner_payouts.opened_by is 'Actor whose approval opened the payout.';
comment on column partner_payouts.closed_at is 'Database time of the transaction that closed it; null while open.';
comment on column partner_payouts.closed_by is 'Actor of the run that closed it; null while open, and null if it was adopted as a closed payout.';
comment on column partner_payouts.close_key is 'Idempotency key of the run that closed it; null while open.';
comment on column partner_payouts.cutoff_number is 'How many payouts of the partner and currency were closed before it at the same cutoff, whatever became of them; null while open.';
comment on column partner_payouts.provider_key is 'Idempotency key to give the payment provider: partner_provider_key of tenant, partner, currency, cutoff and number. Null while open.';
comment on column partner_payouts.completed_at is 'Database time of the transaction that marked it paid.';
comment on column partner_payouts.payment_reference is 'The payment provider''s reference; set when it is paid.';
comment on column partner_payouts.status_changed_at is 'Database time of the last change of status.';
comment on column partner_payouts.status_changed_by is 'Actor of the last change of status.';
comment on column partner_payouts.status_reason is 'Reason given for the last change of status.';
comment on column partner_payouts.cancel_evidence is 'How somebody knows that it was not paid and will not be; every payout has it that was cancelled after the outcome of an attempt was unknown.';
comment on index partner_payouts_pkey is 'Serves the lookup by id.';
comment on index payout_of_partner_and_currency is 'A commission event refers to this key, so it cannot be in a payout of another partner or currency.';
comment on index partner_payouts_one_open is 'Allows at most one open payout for a partner and currency; serves every approval.';
comment on index partner_payouts_by_period is 'Numbers the payouts of a partner and currency at one cutoff without a duplicate; serves the last cutoff of both, and the payouts of a partner in order.';
comment on index partner_payouts_ready is 'Serves closed payouts that wait for payment, oldest first.';
comment on index partner_payouts_in_payment is 'Serves the few payouts that are with the provider or wait for a decision.';
comment on index partner_payouts_by_close_key is 'Serves the replay of a run.';


create table partner_payout_parts (
    tenant_id           varchar(255)   not null,
    payout_id           uuid           not null,
    part                smallint       not null,
    total_amount        numeric(38, 4) not null default 0,
    commission_count    integer        not null default 0,
    earliest_event_date timestamptz,
    latest_event_date   timestamptz,
    constraint partner_payout_parts_pkey primary key (tenant_id, payout_id, part),
    constraint payout_part_of_payout foreign key (tenant_id, payout_id) references partner_payouts,
    constraint payout_has_at_most_15_parts check (part between 1 and 15),
    constraint payout_part_count_is_not_negative check (commission_count >= 0),
    constraint payout_part_without_commissions_is_zero check (commission_count > 0 or total_amount = 0),
    constraint payout_part_knows_the_dates_of_its_commissions check (
        commission_count = 0 or num_nulls(earliest_event_date, latest_event_date) = 0)
) with (fillfactor = 50); -- as partner_payouts

comment on table partner_payout_parts is
    'What has entered an open payout beside its own row, while several transactions entered it at the same time. The total of an open payout is its row and its parts (view partner_payouts_with_parts); a closed payout has no parts.';
comment on column partner_payout_parts.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payout_parts.payout_id is 'The open payout.';
comment on column partner_payout_parts.part is 'Number of the part, from 1.';
comment on column partner_payout_parts.total_amount is 'Sum of the events that entered by this part, in the major unit of the payout''s currency. A trigger of the events writes it.';
comment on column partner_payout_parts.commission_count is 'Number of those events; the same trigger writes it.';
comment on column partner_payout_parts.earliest_event_date is 'None of those events has an earlier date.';
comment on column partner_payout_parts.latest_event_date is 'None of those events has a later date.';
comment on index partner_payout_parts_pkey is 'Serves the parts of a payout, in order.';


create table partner_payout_attempts (
    tenant_id         varchar(255)   not null,
    id                uuid           not null default partner_time_ordered_uuid(),
    payout_id         uuid           not null,
    attempt_number    integer        not null,
    provider_key      varchar(255)   not null,
    amount            numeric(38, 4) not null,
    currency          char(3)        not null,
    worker            varchar(255)   not null,
    lease_until       timestamptz    not null,
    started_at        timestamptz    not null default now(),
    started_by        varchar(255)   not null,
    outcome           partner_payment_outcome,
    unknown_at        timestamptz,
    unknown_by        varchar(255),
    unknown_reason    varchar(500),
    ended_at          timestamptz,
    ended_by          varchar(255),
    payment_reference varchar(255),
    failure_reason    varchar(500),
    confirmed_amount  numeric(38, 4),
    confirmed_currency char(3),
    confirmed_reference varchar(255),
    constraint partner_payout_attempts_pkey primary key (tenant_id, id),
    constraint payout_attempt_number_is_unique unique (tenant_id, payout_id, attempt_number),
    constraint payout_attempt_of_payout foreign key (tenant_id, payout_id) references partner_payouts,
    constraint payout_attempt_number_is_positive check (attempt_number > 0),
    constraint payout_attempt_amount_is_positive check (amount > 0),
    constraint payout_attempt_amount_fits_currency check (partner_money_fits(amount, currency)),
    constraint payout_attempt_worker_is_not_blank check (btrim(worker) <> ''),
    constraint payout_attempt_lease_ends_after_start check (lease_until > started_at),
    constraint payout_attempt_is_unknown_with_its_time check (
        num_nulls(unknown_at, unknown_by, unknown_reason) in (0, 3)
        and (outcome is null or outcome <> 'unknown' or unknown_at is not null)
        and (outcome is not null or unknown_at is null)),
    constraint payout_attempt_is_ended_with_its_time check (
        (coalesce(outcome, 'unknown') <> 'unknown') = (ended_at is not null) and (ended_at is null) = (ended_by is null)),
    constraint payout_attempt_succeeds_with_its_reference check (
        (coalesce(outcome, 'unknown') = 'succeeded') = (payment_reference is not null)),
    constraint payout_attempt_reference_is_not_blank check (btrim(payment_reference) <> ''),
    constraint payout_attempt_fails_with_its_reason check (
        (coalesce(outcome, 'unknown') = 'failed') = (failure_reason is not null)),
    constraint payout_attempt_confirmation_has_all_parts check (
        num_nulls(confirmed_amount, confirmed_currency, confirmed_reference) in (0, 3)),
    constraint payout_attempt_confirmation_leaves_it_unknown check (confirmed_amount is null or unknown_at is not null),
    constraint payout_attempt_confirmation_differs check (
        confirmed_amount <> 'NaN' and (confirmed_amount <> amount or confirmed_currency <> currency)),
    constraint payout_attempt_confirmed_reference_is_not_blank check (btrim(confirmed_reference) <> '')
);
create unique index partner_payout_attempts_one_not_failed on partner_payout_attempts (tenant_id, payout_id)
    where outcome is null or outcome <> 'failed';
create index partner_payout_attempts_in_flight on partner_payout_attempts (tenant_id, lease_until) where outcome is null;
create index partner_payout_attempts_unknown on partner_payout_attempts (tenant_id, (confirmed_amount is not null), unknown_at, id)
    where outcome = 'unknown';
create index partner_payout_attempts_by_start on partner_payout_attempts (tenant_id, started_at);
create index partner_payout_attempts_by_key on partner_payout_attempts (tenant_id, provider_key, attempt_number);

comment on table partner_payout_attempts is
    'One row each time a worker claimed a payout in order to pay it. Nobody deletes a row; an outcome, once certain, is immutable.';
comment on column partner_payout_attempts.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payout_attempts.id is 'Time-ordered UUID; the worker reports the outcome by it.';
comment on column partner_payout_attempts.payout_id is 'The payout to be paid.';
comment on column partner_payout_attempts.attempt_number is 'From 1, without a gap.';
comment on column partner_payout_attempts.provider_key is 'Idempotency key to give the payment provider: that of the payout, the same in every attempt, so that the provider pays once.';
comment on column partner_payout_attempts.amount is 'What the worker had to pay, in the currency''s major unit; it does not change when the payout is cancelled later and its events leave it.';
comment on column partner_payout_attempts.currency is 'ISO 4217 code of the amount.';
comment on column partner_payout_attempts.worker is 'Who claimed it: a name that the worker gives itself.';
comment on column partner_payout_attempts.lease_until is 'An attempt without an outcome at this time becomes unknown. The worker may extend it before.';
comment on column partner_payout_attempts.started_at is 'Database time of the claiming transaction.';
comment on column partner_payout_attempts.started_by is 'Actor of the claim.';
comment on column partner_payout_attempts.outcome is 'Outcome of the attempt; null while it is in flight.';
comment on column partner_payout_attempts.unknown_at is 'When the outcome became unknown; it remains once the outcome is known.';
comment on column partner_payout_attempts.unknown_by is 'Actor who marked it unknown, or who found that the lease had ended.';
comment on column partner_payout_attempts.unknown_reason is 'Why it became unknown.';
comment on column partner_payout_attempts.ended_at is 'Database time at which somebody recorded that it succeeded or failed.';
comment on column partner_payout_attempts.ended_by is 'Actor who recorded that it succeeded or failed.';
comment on column partner_payout_attempts.payment_reference is 'The payment provider''s reference; set if the attempt succeeded.';
comment on column partner_payout_attempts.failure_reason is 'Why the attempt failed; set if it failed.';
comment on column partner_payout_attempts.confirmed_amount is 'What the provider says that it paid, if that is not what the attempt is over; in the major unit of its own currency. Set once, while the outcome is unknown.';
comment on column partner_payout_attempts.confirmed_currency is 'ISO 4217 code of the confirmed amount: the provider''s, not necessarily one of ours.';
comment on column partner_payout_attempts.confirmed_reference is 'The provider''s reference of the confirmed amount.';
comment on index partner_payout_attempts_pkey is 'Serves the lookup by id when a worker records an outcome.';
comment on index payout_attempt_number_is_unique is 'Serves the attempts of a payout, in order.';
comment on index partner_payout_attempts_one_not_failed is 'Allows another attempt only when every earlier attempt has certainly failed, so that a payout is never paid twice.';
comment on index partner_payout_attempts_in_flight is 'Serves leases that have ended.';
comment on index partner_payout_attempts_unknown is 'Serves unresolved attempts, oldest first, and last those of which the provider confirmed another amount.';
comment on index partner_payout_attempts_by_key is 'Serves the last attempt under a key of the provider''s file.';
comment on index partner_payout_attempts_by_start is 'Serves the attempts of a period, which a reconciliation compares with the provider''s file.';


create table partner_payment_servers (
    tenant_id    varchar(255) not null,
    server       varchar(255) not null,
    confirmed_at timestamptz  not null default now(),
    confirmed_by varchar(255) not null,
    reason       varchar(500) not null,
    constraint partner_payment_servers_pkey primary key (tenant_id, server),
    constraint payment_server_has_tenant check (btrim(tenant_id) <> ''),
    constraint payment_server_is_not_blank check (btrim(server) <> ''),
    constraint payment_server_reason_is_not_blank check (btrim(reason) <> '')
);

comment on table partner_payment_servers is
    'The database servers from which a tenant pays. A server that was promoted or restored may lack the last transactions: nobody claims a payout there before somebody confirms that the payment provider was reconciled. The table is append-only.';
comment on column partner_payment_servers.tenant_id is 'Tenant that pays; first column of every key.';
comment on column partner_payment_servers.server is 'What partner_server said: system identifier, timeline and the database''s oid.';
comment on column partner_payment_servers.confirmed_at is 'Database time of the confirmation.';
comment on column partner_payment_servers.confirmed_by is 'Actor who confirmed it, or who registered the tenant''s first partner.';
comment on column partner_payment_servers.reason is 'Why the tenant may pay from here: how the payment provider was reconciled.';
comment on index partner_payment_servers_pkey is 'Serves the question whether a tenant pays from this server, which every claim asks.';


create table partner_status_changes (
    tenant_id   varchar(255) not null,
    id          uuid         not null default partner_time_ordered_uuid(),
    partner_id  uuid         not null,
    payout_id   uuid,
    from_status varchar(20)  not null,
    to_status   varchar(20)  not null,
    reason      varchar(500),
    changed_by  varchar(255) not null,
    changed_at  timestamptz  not null default now(),
    constraint partner_status_changes_pkey primary key (tenant_id, id),
    constraint status_change_of_partner foreign key (tenant_id, partner_id) references partners,
    constraint status_change_of_payout foreign key (tenant_id, payout_id) references partner_payouts,
    constraint status_change_changes_something check (from_status <> to_status)
);
create index partner_status_changes_by_subject on partner_status_changes (tenant_id, partner_id, payout_id, changed_at);

comment on table partner_status_changes is
    'Audit trail of status changes of partners and payouts. A trigger writes it in the transaction that changes the status; the table is append-only. The closing of a payout is not here: the payout itself records when and by whom it was closed, because a run closes many at once.';
comment on column partner_status_changes.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_status_changes.id is 'Time-ordered UUID.';
comment on column partner_status_changes.partner_id is 'The partner, or the partner of the payout.';
comment on column partner_status_changes.payout_id is 'The payout whose status changed; null: the partner''s own.';
comment on column partner_status_changes.from_status is 'Status before.';
comment on column partner_status_changes.to_status is 'Status after.';
comment on column partner_status_changes.reason is 'Reason given by the actor, if any.';
comment on column partner_status_changes.changed_by is 'Actor who changed the status.';
comment on column partner_status_changes.changed_at is 'Database time of the changing transaction.';
comment on index partner_status_changes_pkey is 'Serves the lookup by id, in the order of time.';
comment on index partner_status_changes_by_subject is 'Serves the status changes of a partner, or of one of its payouts, in order.';
