-- How a commission is calculated: the rules of a partner, each in all its versions.
set local lock_timeout = '${lock_timeout}';

create type partner_commission_model as enum ('revenue_share', 'flat_fee', 'tiered', 'hybrid');
comment on type partner_commission_model is
    'revenue_share: base x rate; flat_fee: a fixed fee; tiered: rate by accrued volume; hybrid: fee + base x rate.';

create type partner_tier_mode as enum ('marginal', 'whole');
comment on type partner_tier_mode is 'marginal: the rate of each tier applies to the volume inside that tier; whole: the tier reached sets the rate of the whole base.';

create type partner_tier_period as enum ('month', 'quarter', 'year', 'lifetime');
comment on type partner_tier_period is 'Calendar period in UTC over which volume counts towards a tier, or commissions count against a cap.';


create function partner_tiers_are_ordered(minimums numeric[], rates numeric[]) returns boolean
    language sql immutable parallel safe
return case when num_nonnulls(minimums, rates) > 0 then coalesce(
    array_ndims(minimums) = 1 and array_ndims(rates) = 1 and cardinality(minimums) = cardinality(rates)
    and (select bool_and(coalesce(rate between 0 and 1, false)) from unnest(rates) rate)
    and (select bool_and(coalesce(minimum <> 'NaN' and case n when 1 then minimum = 0 else minimum > previous end, false))
         from (select n, minimum, lag(minimum) over (order by n) as previous
               from unnest(minimums) with ordinality as each (minimum, n)) tier),
    false)
end;
comment on function partner_tiers_are_ordered(numeric[], numeric[]) is
    'Whether each minimum has a rate that is a fraction, the first minimum is 0, and each minimum is above the one before; null for no tiers at all.';


create table partner_commissions (
    tenant_id       varchar(255)             not null,
    id              uuid                     not null default partner_time_ordered_uuid(),
    rule_id         uuid                     not null default partner_time_ordered_uuid(),
    version         integer                  not null default 1,
    partner_id      uuid                     not null,
    model           partner_commission_model not null,
    currency        char(3)                  not null,
    rate            numeric(7, 6),
    flat_fee        numeric(19, 4),
    tier_minimums   numeric(19, 4)[],
    tier_rates      numeric(7, 6)[],
    tier_mode       partner_tier_mode,
    tier_period     partner_tier_period,
    event_cap       numeric(19, 4),
    period_cap      numeric(19, 4),
    cap_period      partner_tier_period,
    hold_days       integer,
    product_id      varchar(255),
    customer_id     uuid,
    priority        integer                  not null default 100,
    effective_from  timestamptz              not null,
    effective_to    timestamptz,
    idempotency_key varchar(255)             not null,
    created_at      timestamptz              not null default now(),
    created_by      varchar(255)             not null,
    constraint partner_commissions_pkey primary key (tenant_id, id),
    constraint commission_rule_version_of_partner unique (tenant_id, rule_id, version, partner_id),
    constraint commission_rule_version_is_unique unique (tenant_id, rule_id, version),
    constraint commission_rule_written_once unique (tenant_id, idempotency_key),
    constraint commission_rule_written_by_request foreign key (tenant_id, idempotency_key) references partner_idempotency_keys,
    constraint commission_rule_belongs_to_partner foreign key (tenant_id, partner_id) references partners,
    constraint commission_rule_product_is_not_blank check (btrim(product_id) <> ''),
    constraint commission_rule_version_is_positive check (version > 0),
    constraint commission_rule_currency_is_known check (partner_currency_minor_unit(currency) is not null),
    constraint commission_rule_rate_is_fraction check (rate between 0 and 1),
    constraint commission_rule_fee_is_not_negative check (flat_fee >= 0),
    constraint commission_rule_fee_fits_currency check (partner_money_fits(flat_fee, currency)),
    constraint commission_rule_rate_fits_model check ((rate is not null) = (model in ('revenue_share', 'hybrid'))),
    constraint commission_rule_fee_fits_model check ((flat_fee is not null) = (model in ('flat_fee', 'hybrid'))),
    constraint commission_rule_tiers_fit_model check (
        (tier_minimums is not null) = (model = 'tiered')
        and (tier_rates is not null) = (model = 'tiered')
        and (tier_mode is not null) = (model = 'tiered')
        and (tier_period is not null) = (model = 'tiered')),
    constraint commission_rule_tiers_are_ordered check (partner_tiers_are_ordered(tier_minimums, tier_rates)),
    constraint commission_rule_event_cap_is_positive check (event_cap > 0),
    constraint commission_rule_event_cap_fits_currency check (partner_money_fits(event_cap, currency)),
    constraint commission_rule_period_cap_is_positive check (period_cap > 0),
    constraint commission_rule_period_cap_fits_currency check (partner_money_fits(period_cap, currency)),
    constraint commission_rule_period_cap_has_period check ((period_cap is null) = (cap_period is null)),
    constraint commission_rule_hold_days_are_in_range check (hold_days between 0 and 3650),
    constraint commission_rule_period_is_ordered check (effective_from <= effective_to),
    -- In an exclusion, null never equals null; so "every product" and "every customer" need a value that equals itself.
    constraint commission_rules_do_not_overlap exclude using gist (
        tenant_id with =, partner_id with =, currency with =, priority with =,
        coalesce(product_id, '') with =, coalesce(customer_id, '00000000-0000-0000-0000-000000000000'::uuid) with =,
        tstzrange(effective_from, effective_to, '[)') with &&)
);

comment on table partner_commissions is
    'Commission rules. A row is one version of a rule and is immutable except for its end: an event names the version that calculated it.';
comment on column partner_commissions.tenant_id is 'Tenant that owns the row; first column of every key.';
comment on column partner_commissions.id is 'Time-ordered UUID of this version.';
comment on column partner_commissions.rule_id is 'The rule, the same over all its versions.';
comment on column partner_commissions.version is 'Counts the versions of the rule from 1.';
comment on column partner_commissions.partner_id is 'Partner the rule applies to.';
comment on column partner_commissions.model is 'How the commission is calculated.';
comment on column partner_commissions.currency is 'ISO 4217 code of the sales it applies to, of the fee and of the tiers.';
comment on column partner_commissions.rate is 'Fraction of the base, 0 to 1; revenue_share and hybrid only.';
comment on column partner_commissions.flat_fee is 'Fee for each sale; flat_fee and hybrid only.';
comment on column partner_commissions.tier_minimums is 'Volume from which each tier applies, ascending from 0, in the currency; tiered only.';
comment on column partner_commissions.tier_rates is 'Fraction of each tier, in the same order; tiered only.';
comment on column partner_commissions.tier_mode is 'Whether tiers are marginal or whole; tiered only.';
comment on column partner_commissions.tier_period is 'Calendar period over which volume counts; tiered only.';
comment on column partner_commissions.event_cap is 'The most that one sale earns by this rule; null: no cap.';
comment on column partner_commissions.period_cap is 'The most that all sales of a period earn by this rule, less refunds; null: no cap.';
comment on column partner_commissions.cap_period is 'Calendar period in UTC of the period cap, by the date of the sale.';
comment on column partner_commissions.hold_days is 'Days after the sale before the commission may be paid; null: the days of the partner apply.';
comment on column partner_commissions.product_id is 'The one product it applies to; null: every product.';
comment on column partner_commissions.customer_id is 'The one customer it applies to; null: every customer. It does not reference the host''s table: if it became null when the host deletes the customer, the rule would apply to every customer.';
comment on column partner_commissions.priority is 'The lowest number wins.';
comment on column partner_commissions.effective_from is 'First instant at which it applies.';
comment on column partner_commissions.effective_to is 'First instant at which it no longer applies; null while open-ended.';
comment on column partner_commissions.idempotency_key is 'Key of the request that wrote this version.';
comment on column partner_commissions.created_at is 'Database time of the creating transaction.';
comment on column partner_commissions.created_by is 'Actor who wrote this version.';
comment on index partner_commissions_pkey is 'Serves the lookup by id.';
comment on index commission_rule_version_of_partner is 'A commission event refers to this key, so it cannot name the rule of another partner.';
comment on index commission_rule_written_once is 'Serves the replay of a request that wrote a rule.';
comment on index commission_rule_version_is_unique is 'Allows one row for each version of a rule; serves its versions in order.';
comment on index commission_rules_do_not_overlap is 'Two rules of equal scope and priority never apply at once. Serves the rules of a partner at an instant.';
