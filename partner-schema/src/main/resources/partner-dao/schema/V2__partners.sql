-- Who earns: partners, their users, the customers assigned to them, and the least amount that they are paid.
set local lock_timeout = '${lock_timeout}';

create type partner_status as enum ('pending', 'active', 'suspended', 'terminated', 'archived');
comment on type partner_status is 'Status of a partner; only an active partner is paid.';

create type partner_tier as enum ('bronze', 'silver', 'gold', 'platinum', 'direct');
comment on type partner_tier is 'Level of a partner in the programme; it carries no rate by itself.';


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
    'One row for every accepted request that created something. A row never expires: a second delivery of the request finds it here.';
comment on column partner_idempotency_keys.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_idempotency_keys.idempotency_key is 'The caller''s key; unique in the tenant over all operations.';
comment on column partner_idempotency_keys.operation is 'Operation that the request asked for, for example accrue.';
comment on column partner_idempotency_keys.request_hash is 'SHA-256 of the content of the request: the library refuses the same key with other content.';
comment on column partner_idempotency_keys.requested_by is 'Actor of the first request.';
comment on column partner_idempotency_keys.requested_at is 'Database time of the transaction that accepted the request.';
comment on index partner_idempotency_keys_pkey is 'Allows at most one effect for a key; serves the replay of a request.';


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
comment on column partners.legal_name is 'Registered name, if it differs.';
comment on column partners.primary_email is 'Email address for general contact.';
comment on column partners.billing_email is 'Email address for statements and payout notices.';
comment on column partners.phone is 'Telephone number as given.';
comment on column partners.website is 'Web site as given.';
comment on column partners.status is 'Status of the partner. A trigger guards its transitions and records them in partner_status_changes.';
comment on column partners.tier is 'Level in the programme.';
comment on column partners.default_commission_rate is 'Fraction of the sale, 0 to 1, which applies when neither the account nor a rule sets another. Null: no default, the partner earns nothing; 0: the partner earns zero.';
comment on column partners.commission_hold_days is 'Days after a sale before its commission may be paid, if the rule sets none; 0: at once.';
comment on column partners.payout_hold_reason is 'Why payouts are on hold; null: they are not. A partner on hold goes on earning. A trigger records every change in partner_payout_hold_changes.';
comment on column partners.payout_release_reason is 'Why the last payout hold was released.';
comment on column partners.metadata is 'Free attributes of the host, a JSON object.';
comment on column partners.idempotency_key is 'Key of the request that registered the partner.';
comment on column partners.row_version is 'Counts the changes of the partner and of its payout minimums; serves optimistic updates.';
comment on column partners.created_at is 'Database time of the registering transaction.';
comment on column partners.created_by is 'Actor who registered the partner.';
comment on column partners.updated_at is 'Database time of the last change.';
comment on column partners.updated_by is 'Actor of the last change.';
comment on column partners.status_reason is 'Reason given for the last change of status.';
comment on index partners_pkey is 'Serves the lookup by id; every reference to a partner targets it.';
comment on index partner_number_is_unique is 'Serves the lookup by number, numbers that begin with a text, and the next free number.';
comment on index partners_by_name is 'Serves partners by trading name, in any case, and those whose name begins with a text. Collation C: the names that begin with a text are one range.';
comment on index partner_registered_once is 'Serves the replay of a registration.';


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
    'Audit trail of payout holds: one row each time the payouts of a partner were put on hold or released. A trigger writes it in the same transaction; the table is append-only.';
comment on column partner_payout_hold_changes.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payout_hold_changes.id is 'Time-ordered UUID.';
comment on column partner_payout_hold_changes.partner_id is 'The partner.';
comment on column partner_payout_hold_changes.from_hold is 'Why payouts were on hold before; null: they were not.';
comment on column partner_payout_hold_changes.to_hold is 'Why payouts are on hold from then on; null: released.';
comment on column partner_payout_hold_changes.reason is 'Why payouts were released, if the actor gave a reason; null for a new hold.';
comment on column partner_payout_hold_changes.changed_by is 'Actor who put payouts on hold or released them.';
comment on column partner_payout_hold_changes.changed_at is 'Database time of the changing transaction.';
comment on index partner_payout_hold_changes_pkey is 'Serves the lookup by id.';
comment on index partner_payout_hold_changes_by_partner is 'Serves the payout holds of a partner, in order.';


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
    'The least amount that a payout of a partner pays in a currency; a smaller amount carries forward. No row: any positive amount is paid.';
comment on column partner_payout_minimums.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_payout_minimums.partner_id is 'Partner the minimum applies to.';
comment on column partner_payout_minimums.currency is 'ISO 4217 code of the payouts it applies to and of the amount.';
comment on column partner_payout_minimums.minimum_amount is 'A payout is due at this amount or above; 0, like no row: any positive amount is paid.';
comment on index partner_payout_minimums_pkey is 'Serves the closing of payouts.';


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

comment on table partner_users is 'A partner user: a person who acts for a partner.';
comment on column partner_users.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_users.id is 'Time-ordered UUID.';
comment on column partner_users.partner_id is 'Partner for whom the user acts.';
comment on column partner_users.user_id is 'The host''s user, if the partner user can log in; null once the host has deleted that user.';
comment on column partner_users.email is 'Email address of the user, unique for the partner.';
comment on column partner_users.full_name is 'Name as shown.';
comment on column partner_users.role is 'What the user may do, in the host''s words.';
comment on column partner_users.is_primary_contact is 'Whether this user is the one primary contact of the partner.';
comment on column partner_users.is_active is 'False for a user who has left.';
comment on column partner_users.status_reason is 'Reason given when the user left or came back.';
comment on column partner_users.idempotency_key is 'Key of the request that added the user.';
comment on column partner_users.row_version is 'Counts the changes; serves optimistic updates.';
comment on column partner_users.created_at is 'Database time of the creating transaction.';
comment on column partner_users.created_by is 'Actor who added the user.';
comment on column partner_users.updated_at is 'Database time of the last change; for a user who has left, the time of leaving.';
comment on column partner_users.updated_by is 'Actor of the last change.';
comment on index partner_users_pkey is 'Serves the lookup by id.';
comment on index partner_user_added_once is 'Serves the replay of a request that added a user.';
comment on index partner_user_email_is_unique is 'Serves the users of a partner; allows one row for an email address.';
comment on index partner_users_one_primary_contact is 'Allows at most one primary contact for a partner.';
comment on index partner_users_by_user is 'Serves the host when it deletes a user.';


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
    constraint partner_account_period_is_ordered check (starts_at <= ends_at),
    constraint partner_account_end_is_decided_by_somebody check (
        num_nonnulls(end_reason, end_decided_at, end_decided_by) in (0, 3)
        and (end_decided_at is null or ends_at is not null)),
    constraint partner_account_periods_do_not_overlap exclude using gist
        (tenant_id with =, partner_id with =, customer_id with =, tstzrange(starts_at, ends_at, '[)') with &&)
);
create index partner_accounts_by_customer on partner_accounts (tenant_id, customer_id, starts_at);
create index partner_accounts_by_host_customer on partner_accounts (customer_id) where customer_id is not null;

comment on table partner_accounts is
    'A customer assigned to a partner for a time. A customer may have several partners at once; each of them earns. A row is immutable except for an earlier end.';
comment on column partner_accounts.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_accounts.id is 'Time-ordered UUID.';
comment on column partner_accounts.partner_id is 'Partner who earns.';
comment on column partner_accounts.customer_id is 'The host''s customer whose sales earn; null once the host has deleted the customer.';
comment on column partner_accounts.custom_commission_rate is 'Fraction of the sale, 0 to 1, which takes precedence over every rule and default. Null: not set; 0: the sale earns zero.';
comment on column partner_accounts.starts_at is 'First instant at which sales earn.';
comment on column partner_accounts.ends_at is 'First instant at which sales no longer earn; null while open-ended. It may change only to an earlier instant that is after every commission earned through the account.';
comment on column partner_accounts.end_reason is 'Why the assignment ends earlier than first agreed; null: it does not.';
comment on column partner_accounts.end_decided_at is 'Database time of the transaction that set the earlier end.';
comment on column partner_accounts.end_decided_by is 'Actor who set the earlier end.';
comment on column partner_accounts.idempotency_key is 'Key of the request that assigned the customer.';
comment on column partner_accounts.created_at is 'Database time of the assigning transaction.';
comment on column partner_accounts.created_by is 'Actor who assigned the customer.';
comment on index partner_accounts_pkey is 'Serves the lookup by id.';
comment on index partner_account_of_partner is 'Serves the accounts of a partner. A commission event refers to this key, so it cannot name the account of another partner.';
comment on index partner_account_assigned_once is 'Serves the replay of an assignment.';
comment on index partner_account_periods_do_not_overlap is 'Allows one assignment of a customer to a partner at a time.';
comment on index partner_accounts_by_customer is 'Serves every accrual: the accounts of a customer that are active at an instant.';
comment on index partner_accounts_by_host_customer is 'Serves the host when it deletes a customer.';
