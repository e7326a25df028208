-- Who earns: partners, the people who act for them, the customers assigned to them, and the least they are paid.
set local lock_timeout = '${lock_timeout}';

create type partner_status as enum ('pending', 'active', 'suspended', 'terminated', 'archived');
comment on type partner_status is 'Where a partner stands; only an active partner is paid.';

create type partner_tier as enum ('bronze', 'silver', 'gold', 'platinum', 'direct');
comment on type partner_tier is 'Standing of a partner in the programme; carries no rate by itself.';


create table partner_idempotency_keys (
    tenant_id       varchar(255) not null,
    idempotency_key varchar(255) not null,
    operation       varchar(50)  not null,
    request_hash    bytea        not null,
    requested_by    varchar(255) not null,
    requested_at    timestamptz  not null default now(),
    constraint partner_idempotency_keys_pkey primary key (tenant_id, idempotency_key),
    constraint idempotency_key_has_tenant check (btrim(tenant_id) <> ''),
    constraint idempotency_key_is_not_blank check (btrim(idempotency_key) <> ''),
    constraint idempotency_request_hash_is_sha256 check (octet_length(request_hash) = 32)
);

comment on table partner_idempotency_keys is
    'One row for every accepted request that created something. Never expires: a second delivery of the key finds it here.';
comment on column partner_idempotency_keys.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_idempotency_keys.idempotency_key is 'The caller''s key; unique in the tenant over all operations.';
comment on column partner_idempotency_keys.operation is 'What was asked for, for example accrue.';
comment on column partner_idempotency_keys.request_hash is 'SHA-256 of the request''s content: the same key with other content is refused.';
comment on column partner_idempotency_keys.requested_by is 'Actor of the first request.';
comment on column partner_idempotency_keys.requested_at is 'Database time of the transaction that accepted the request.';
comment on index partner_idempotency_keys_pkey is 'At most one effect for a key; serves the replay of a request.';


create table partners (
    tenant_id               varchar(255)            not null,
    id                      uuid                    not null default partner_time_ordered_uuid(),
    partner_number          varchar(50) collate "C" not null,
    company_name            varchar(255)            not null,
    legal_name              varchar(255),
    primary_email           varchar(255),
    billing_email           varchar(255),
    phone                   varchar(50),
    website                 varchar(500),
    status                  partner_status          not null default 'pending',
    tier                    partner_tier            not null default 'bronze',
    default_commission_rate numeric(7, 6),
    commission_hold_days    integer                 not null default 0,
    payout_hold_reason      varchar(500),
    payout_release_reason   varchar(500),
    metadata                jsonb                   not null default '{}',
    idempotency_key         varchar(255)            not null,
    row_version             bigint                  not null default 1,
    created_at              timestamptz             not null default now(),
    created_by              varchar(255)            not null,
    updated_at              timestamptz             not null default now(),
    updated_by              varchar(255)            not null,
    status_reason           varchar(500),
    constraint partners_pkey primary key (tenant_id, id),
    constraint partner_number_is_unique unique (tenant_id, partner_number),
    constraint partner_registered_once unique (tenant_id, idempotency_key),
    constraint partner_registered_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint partner_has_tenant check (btrim(tenant_id) <> ''),
    constraint partner_number_is_not_blank check (btrim(partner_number) <> ''),
    constraint partner_company_name_is_not_blank check (btrim(company_name) <> ''),
    constraint partner_default_rate_is_fraction check (default_commission_rate between 0 and 1),
    constraint partner_hold_days_are_in_range check (commission_hold_days between 0 and 3650),
    constraint partner_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);
create index partners_by_name on partners (tenant_id, (lower(company_name) collate "C"), id);

comment on table partners is 'A company that earns commissions on the sales of the customers assigned to it.';
comment on column partners.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partners.id is 'Time-ordered UUID.';
comment on column partners.partner_number is 'Human-readable number, unique in the tenant; the library hands out P-00000001, P-00000002 and so on. Collation C: the highest number is the last in the index.';
comment on column partners.company_name is 'Trading name.';
comment on column partners.legal_name is 'Registered name, where it differs.';
comment on column partners.primary_email is 'Address for the relationship.';
comment on column partners.billing_email is 'Address for statements and payout notices.';
comment on column partners.phone is 'Telephone number as given.';
comment on column partners.website is 'Web site as given.';
comment on column partners.status is 'Where the partner stands; moves are guarded and recorded in partner_status_changes.';
comment on column partners.tier is 'Standing in the programme.';
comment on column partners.default_commission_rate is 'Fraction of the sale, 0 to 1, when neither the account nor a rule says otherwise. Null: no default, nothing is earned; 0: earns zero.';
comment on column partners.commission_hold_days is 'Days after a sale before its commission may be paid, where the rule does not say; 0: at once.';
comment on column partners.payout_hold_reason is 'Why payouts are held back; null when they are not. A held partner goes on earning. Every change is recorded in partner_payout_hold_changes.';
comment on column partners.payout_release_reason is 'Why the last hold of payouts was released.';
comment on column partners.metadata is 'Free attributes of the host, a JSON object.';
comment on column partners.idempotency_key is 'Key of the request that registered the partner.';
comment on column partners.row_version is 'Counts the changes of the partner and of its payout minimums; for optimistic updates.';
comment on column partners.created_at is 'Database time of the registering transaction.';
comment on column partners.created_by is 'Actor who registered the partner.';
comment on column partners.updated_at is 'Database time of the last change.';
comment on column partners.updated_by is 'Actor of the last change.';
comment on column partners.status_reason is 'Reason given for the last change of status.';
comment on index partners_pkey is 'Lookup by id; target of every reference to a partner.';
comment on index partner_number_is_unique is 'Lookup by number, numbers that begin with a text, and the next free number.';
comment on index partners_by_name is 'Partners by trading name, capitals or not, and those whose name begins with a text. Collation C: what begins with a text is one range.';
comment on index partner_registered_once is 'Replay of a registration.';


create table partner_payout_hold_changes (
    tenant_id   varchar(255) not null,
    id          uuid         not null default partner_time_ordered_uuid(),
    partner_id  uuid         not null,
    from_hold   varchar(500),
    to_hold     varchar(500),
    reason      varchar(500),
    changed_by  varchar(255) not null,
    changed_at  timestamptz  not null default now(),
    constraint partner_payout_hold_changes_pkey primary key (tenant_id, id),
    constraint payout_hold_change_of_partner foreign key (tenant_id, partner_id) references partners,
    constraint payout_hold_change_changes_something check (from_hold is distinct from to_hold)
);
create index partner_payout_hold_changes_by_partner on partner_payout_hold_changes (tenant_id, partner_id, id);

comment on table partner_payout_hold_changes is
    'Every time that a partner''s payouts were held back or released, written by trigger in the transaction that did it. Only ever added to.';
comment on column partner_payout_hold_changes.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payout_hold_changes.id is 'Time-ordered UUID.';
comment on column partner_payout_hold_changes.partner_id is 'The partner.';
comment on column partner_payout_hold_changes.from_hold is 'Why payouts were held back before; null: they were not.';
comment on column partner_payout_hold_changes.to_hold is 'Why they are from then on; null: released.';
comment on column partner_payout_hold_changes.reason is 'Why they were released, if the actor said so; null where they are held back.';
comment on column partner_payout_hold_changes.changed_by is 'Actor.';
comment on column partner_payout_hold_changes.changed_at is 'Database time of the changing transaction.';
comment on index partner_payout_hold_changes_pkey is 'Lookup by id.';
comment on index partner_payout_hold_changes_by_partner is 'Holds of a partner''s payouts, in order.';


create table partner_payout_minimums (
    tenant_id      varchar(255)   not null,
    partner_id     uuid           not null,
    currency       char(3)        not null,
    minimum_amount numeric(19, 4) not null,
    constraint partner_payout_minimums_pkey primary key (tenant_id, partner_id, currency),
    constraint payout_minimum_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint payout_minimum_is_not_negative check (minimum_amount >= 0),
    constraint payout_minimum_fits_currency check (partner_money_fits(minimum_amount, currency))
);

comment on table partner_payout_minimums is
    'The least a partner is paid at once in a currency; less than that carries forward. No row: any positive amount is paid.';
comment on column partner_payout_minimums.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payout_minimums.partner_id is 'Partner the minimum applies to.';
comment on column partner_payout_minimums.currency is 'ISO 4217 code of the payouts it applies to and of the amount.';
comment on column partner_payout_minimums.minimum_amount is 'A payout is due at this amount or above; 0, like no row: any positive amount is paid.';
comment on index partner_payout_minimums_pkey is 'Read when payouts are closed.';


create table partner_users (
    tenant_id          varchar(255) not null,
    id                 uuid         not null default partner_time_ordered_uuid(),
    partner_id         uuid         not null,
    user_id            uuid,
    email              varchar(255) not null,
    full_name          varchar(255) not null,
    role               varchar(50)  not null,
    is_primary_contact boolean      not null default false,
    is_active          boolean      not null default true,
    status_reason      varchar(500),
    idempotency_key    varchar(255) not null,
    row_version        bigint       not null default 1,
    created_at         timestamptz  not null default now(),
    created_by         varchar(255) not null,
    updated_at         timestamptz  not null default now(),
    updated_by         varchar(255) not null,
    constraint partner_users_pkey primary key (tenant_id, id),
    constraint partner_user_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint partner_user_added_once unique (tenant_id, idempotency_key),
    constraint partner_user_added_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint partner_user_email_is_unique unique (tenant_id, partner_id, email),
    constraint partner_user_email_is_not_blank check (btrim(email) <> ''),
    constraint partner_user_primary_contact_is_active check (is_active or not is_primary_contact)
);
create unique index partner_users_one_primary_contact on partner_users (tenant_id, partner_id) where is_primary_contact;
create index partner_users_by_user on partner_users (user_id) where user_id is not null;

comment on table partner_users is 'A person who acts for a partner.';
comment on column partner_users.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_users.id is 'Time-ordered UUID.';
comment on column partner_users.partner_id is 'Partner the person acts for.';
comment on column partner_users.user_id is 'The host''s user, if the person can log in; null once the host has deleted the user.';
comment on column partner_users.email is 'Address of the person, unique for the partner.';
comment on column partner_users.full_name is 'Name as shown.';
comment on column partner_users.role is 'What the person may do, in the host''s words.';
comment on column partner_users.is_primary_contact is 'Whether this is the one person to turn to.';
comment on column partner_users.is_active is 'False for a person who has left.';
comment on column partner_users.status_reason is 'Reason given when the person left, or came back.';
comment on column partner_users.idempotency_key is 'Key of the request that added the person.';
comment on column partner_users.row_version is 'Counts the changes; for optimistic updates.';
comment on column partner_users.created_at is 'Database time of the creating transaction.';
comment on column partner_users.created_by is 'Actor who added the person.';
comment on column partner_users.updated_at is 'Database time of the last change; of a person who has left: when.';
comment on column partner_users.updated_by is 'Actor of the last change.';
comment on index partner_users_pkey is 'Lookup by id.';
comment on index partner_user_added_once is 'Replay of a request that added a person.';
comment on index partner_user_email_is_unique is 'People of a partner; one row for an address.';
comment on index partner_users_one_primary_contact is 'At most one primary contact for a partner.';
comment on index partner_users_by_user is 'Found by the host when it deletes a user.';


create table partner_accounts (
    tenant_id              varchar(255) not null,
    id                     uuid         not null default partner_time_ordered_uuid(),
    partner_id             uuid         not null,
    customer_id            uuid,
    custom_commission_rate numeric(7, 6),
    starts_at              timestamptz  not null,
    ends_at                timestamptz,
    end_reason             varchar(500),
    end_decided_at         timestamptz,
    end_decided_by         varchar(255),
    idempotency_key        varchar(255) not null,
    created_at             timestamptz  not null default now(),
    created_by             varchar(255) not null,
    constraint partner_accounts_pkey primary key (tenant_id, id),
    constraint partner_account_of_partner unique (tenant_id, partner_id, id),
    constraint partner_account_assigned_once unique (tenant_id, idempotency_key),
    constraint partner_account_assigned_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint partner_account_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint partner_account_rate_is_fraction check (custom_commission_rate between 0 and 1),
    constraint partner_account_period_is_ordered check (starts_at < ends_at),
    constraint partner_account_end_is_decided_by_somebody check (
        num_nonnulls(end_reason, end_decided_at, end_decided_by) in (0, 3)
        and (end_decided_at is null or ends_at is not null)),
    constraint partner_account_periods_do_not_overlap exclude using gist
        (tenant_id with =, partner_id with =, customer_id with =, tstzrange(starts_at, ends_at, '[)') with &&)
);
create index partner_accounts_by_customer on partner_accounts (tenant_id, customer_id, starts_at);
create index partner_accounts_by_host_customer on partner_accounts (customer_id) where customer_id is not null;

comment on table partner_accounts is
    'A customer assigned to a partner for a time. A customer may have several partners at once; each of them earns. Never rewritten but for an earlier end.';
comment on column partner_accounts.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_accounts.id is 'Time-ordered UUID.';
comment on column partner_accounts.partner_id is 'Partner who earns.';
comment on column partner_accounts.customer_id is 'The host''s customer whose sales earn; null once the host has deleted the customer.';
comment on column partner_accounts.custom_commission_rate is 'Fraction of the sale, 0 to 1, that comes before every rule and default. Null: not set; 0: earns zero.';
comment on column partner_accounts.starts_at is 'First instant at which sales earn.';
comment on column partner_accounts.ends_at is 'First instant at which they no longer do; null while open-ended. Moves only to an earlier instant, and never past a commission that was earned through the account.';
comment on column partner_accounts.end_reason is 'Why it ends earlier than first agreed; null: it does not.';
comment on column partner_accounts.end_decided_at is 'Database time of the transaction that ended it early.';
comment on column partner_accounts.end_decided_by is 'Actor who ended it early.';
comment on column partner_accounts.idempotency_key is 'Key of the request that assigned the customer.';
comment on column partner_accounts.created_at is 'Database time of the assigning transaction.';
comment on column partner_accounts.created_by is 'Actor who assigned the customer.';
comment on index partner_accounts_pkey is 'Lookup by id.';
comment on index partner_account_of_partner is 'Accounts of a partner; what a commission event refers to, so that it cannot name another partner''s account.';
comment on index partner_account_assigned_once is 'Replay of an assignment.';
comment on index partner_account_periods_do_not_overlap is 'One assignment of a customer to a partner at a time.';
comment on index partner_accounts_by_customer is 'Accounts active for a customer at an instant: read by every accrual.';
comment on index partner_accounts_by_host_customer is 'Found by the host when it deletes a customer.';
