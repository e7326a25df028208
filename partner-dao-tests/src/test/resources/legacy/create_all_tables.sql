-- The partner tables as create_all() of the replaced system makes them: one-column keys, two decimals, upper-case labels, a
-- tenant that may be missing, no reference from an event to its invoice or its payout.
create type partnerstatus as enum ('PENDING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED');
create type partnertier as enum ('BRONZE', 'SILVER', 'GOLD', 'PLATINUM', 'DIRECT');
create type commissionmodel as enum ('REVENUE_SHARE', 'FLAT_FEE', 'TIERED', 'HYBRID');
create type commissionstatus as enum ('PENDING', 'APPROVED', 'PAID', 'CLAWBACK', 'CANCELLED');
create type payoutstatus as enum ('PENDING', 'READY', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED');

create table partners (
    id uuid not null primary key,
    partner_number varchar(50) not null,
    company_name varchar(255) not null,
    legal_name varchar(255),
    website varchar(500),
    status partnerstatus not null,
    tier partnertier not null,
    commission_model commissionmodel not null,
    default_commission_rate numeric(5, 4),
    primary_email varchar(255) not null,
    billing_email varchar(255),
    phone varchar(50),
    total_customers integer not null default 0,
    total_revenue_generated numeric(15, 2) not null default 0,
    total_commissions_earned numeric(15, 2) not null default 0,
    metadata json not null default '{}',
    tenant_id varchar(255),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz,
    created_by varchar(255),
    updated_by varchar(255),
    unique (partner_number)
);
create index ix_partners_partner_number on partners (partner_number);

create table partner_users (
    id uuid not null primary key,
    partner_id uuid not null references partners (id) on delete cascade,
    first_name varchar(100) not null,
    last_name varchar(100) not null,
    email varchar(255) not null,
    role varchar(50) not null,
    is_primary_contact boolean not null,
    is_active boolean not null,
    user_id uuid references users (id) on delete set null,
    tenant_id varchar(255),
    created_at timestamptz not null default now()
);

create table partner_accounts (
    id uuid not null primary key,
    partner_id uuid not null references partners (id) on delete cascade,
    customer_id uuid not null references customers (id) on delete cascade,
    engagement_type varchar(50) not null,
    custom_commission_rate numeric(5, 4),
    start_date timestamp not null,
    end_date timestamp,
    is_active boolean not null,
    tenant_id varchar(255),
    created_at timestamptz not null default now()
);

create table partner_commissions (
    id uuid not null primary key,
    partner_id uuid not null references partners (id) on delete cascade,
    commission_type commissionmodel not null,
    commission_rate numeric(5, 4),
    flat_fee_amount numeric(10, 2),
    tier_config json,
    effective_from timestamptz not null,
    effective_to timestamptz,
    is_active boolean not null,
    tenant_id varchar(255)
);

create table partner_payouts (
    id uuid not null primary key,
    partner_id uuid not null references partners (id) on delete cascade,
    total_amount numeric(15, 2) not null,
    currency varchar(3) not null,
    commission_count integer not null,
    payment_reference varchar(255),
    payment_method varchar(50),
    status payoutstatus not null,
    payout_date timestamptz,
    completed_at timestamptz,
    period_start timestamptz not null,
    period_end timestamptz not null,
    notes text,
    tenant_id varchar(255),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table partner_commission_events (
    id uuid not null primary key,
    partner_id uuid not null references partners (id) on delete cascade,
    invoice_id uuid,
    customer_id uuid references customers (id) on delete set null,
    commission_amount numeric(15, 2) not null,
    currency varchar(3) not null,
    base_amount numeric(15, 2),
    commission_rate numeric(5, 4),
    status commissionstatus not null,
    event_type varchar(50) not null,
    event_date timestamptz not null,
    payout_id uuid,
    paid_at timestamptz,
    notes text,
    tenant_id varchar(255),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index ix_partner_commission_events_payout_id on partner_commission_events (payout_id);
create index ix_partner_commission_events_invoice_id on partner_commission_events (invoice_id);
