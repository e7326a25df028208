-- What is kept: money rows, keys, history and rules are never deleted, and what was written once stays written.
-- For the form of the functions see V6.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);

create function partner_keep_rows() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from before) then
        raise exception 'rows of % are kept: a correction is a new row', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_are_kept', table = tg_table_name;
    end if;
    return null;
end
$$;
comment on function partner_keep_rows() is 'Refuses to delete rows of the table, or to change them where a trigger on update says so.';

-- A separate function: the transition table of partner_keep_rows does not exist in a truncate trigger.
create function partner_keep_table() returns trigger
    language plpgsql set search_path from current
as $$
begin
    raise exception 'rows of % are kept: a correction is a new row', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_are_kept', table = tg_table_name;
end
$$;
comment on function partner_keep_table() is 'Refuses to truncate the table.';

create trigger partner_keep_commission_events after delete on partner_commission_events
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_commission_events on partner_commission_events is 'Events are never deleted.';
create trigger partner_keep_all_commission_events before truncate on partner_commission_events
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_commission_events on partner_commission_events is 'Events are never truncated away.';
create trigger partner_keep_all_payouts before truncate on partner_payouts
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_payouts on partner_payouts is 'Payouts are never truncated away.';

create trigger partner_keep_payout_attempts after delete on partner_payout_attempts
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_payout_attempts on partner_payout_attempts is 'Attempts are never deleted.';
create trigger partner_keep_all_payout_attempts before truncate on partner_payout_attempts
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_payout_attempts on partner_payout_attempts is 'Attempts are never truncated away.';

create trigger partner_keep_all_status_changes before truncate on partner_status_changes
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_status_changes on partner_status_changes is 'History is never truncated away.';
create trigger partner_keep_all_payout_hold_changes before truncate on partner_payout_hold_changes
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_payout_hold_changes on partner_payout_hold_changes is 'Holds are never truncated away.';
create trigger partner_keep_all_idempotency_keys before truncate on partner_idempotency_keys
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_idempotency_keys on partner_idempotency_keys is 'Keys are never truncated away.';
create trigger partner_keep_all_commissions before truncate on partner_commissions
    for each statement execute function partner_keep_table();
comment on trigger partner_keep_all_commissions on partner_commissions is 'Rules are never truncated away.';

create trigger partner_keep_commissions after delete on partner_commissions
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_commissions on partner_commissions is 'Versions of rules are never deleted.';
create trigger partner_keep_status_changes after delete on partner_status_changes
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_status_changes on partner_status_changes is 'History is never deleted.';
create trigger partner_keep_status_changes_as_they_are after update on partner_status_changes
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_status_changes_as_they_are on partner_status_changes is 'History is never rewritten.';
create trigger partner_keep_payout_hold_changes after delete on partner_payout_hold_changes
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_payout_hold_changes on partner_payout_hold_changes is 'Holds are never deleted.';
create trigger partner_keep_payout_hold_changes_as_they_are after update on partner_payout_hold_changes
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_payout_hold_changes_as_they_are on partner_payout_hold_changes is 'Holds are never rewritten.';
create trigger partner_keep_idempotency_keys after delete on partner_idempotency_keys
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_idempotency_keys on partner_idempotency_keys is 'A key never expires.';
create trigger partner_keep_idempotency_keys_as_they_are after update on partner_idempotency_keys
    referencing old table as before for each statement execute function partner_keep_rows();
comment on trigger partner_keep_idempotency_keys_as_they_are on partner_idempotency_keys is 'A key''s request never changes.';


create function partner_guard_commission_rules() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
begin
    select b.id into refused
    from before b left join after a using (tenant_id, id)
    where a.id is null or to_jsonb(a) - 'effective_to' <> to_jsonb(b) - 'effective_to'
    limit 1;
    if found then
        raise exception 'version % of a commission rule never changes but for its end: write a new version', refused.id
            using errcode = 'check_violation', constraint = 'commission_rule_versions_are_fixed', table = 'partner_commissions';
    end if;
    return null;
end
$$;
comment on function partner_guard_commission_rules() is 'Refuses to change a version of a rule but for its end.';

create trigger partner_guard_commission_rules after update on partner_commissions
    referencing old table as before new table as after
    for each statement execute function partner_guard_commission_rules();
comment on trigger partner_guard_commission_rules on partner_commissions is 'A version of a rule is written once.';

create function partner_guard_status_changes() returns trigger
    language plpgsql set search_path from current
as $$
begin
    -- Depth 1 is this trigger itself: nothing but the statement of a user has fired it.
    if pg_trigger_depth() = 1 then
        raise exception 'history is written by the guards of partners and payouts, not by hand'
            using errcode = 'check_violation', constraint = 'status_change_is_recorded_by_its_guard', table = 'partner_status_changes';
    end if;
    return null;
end
$$;
comment on function partner_guard_status_changes() is 'Refuses history written by hand.';

create trigger partner_guard_status_changes before insert on partner_status_changes
    for each statement execute function partner_guard_status_changes();
comment on trigger partner_guard_status_changes on partner_status_changes is 'History is written by the guards.';

create function partner_guard_payout_hold_changes() returns trigger
    language plpgsql set search_path from current
as $$
begin
    -- Depth 1, as above.
    if pg_trigger_depth() = 1 then
        raise exception 'holds of payouts are recorded by the guard of partners, not by hand'
            using errcode = 'check_violation', constraint = 'payout_hold_change_is_recorded_by_its_guard', table = 'partner_payout_hold_changes';
    end if;
    return null;
end
$$;
comment on function partner_guard_payout_hold_changes() is 'Refuses holds recorded by hand.';

create trigger partner_guard_payout_hold_changes before insert on partner_payout_hold_changes
    for each statement execute function partner_guard_payout_hold_changes();
comment on trigger partner_guard_payout_hold_changes on partner_payout_hold_changes is 'Holds are recorded by the guard.';


create function partner_guard_accounts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    changed record;
    refused record;
begin
    execute $query$
        select min(b.id::text) filter (
                   where a.id is null
                      or a.customer_id <> b.customer_id or a.customer_id is not null and b.customer_id is null
                      or to_jsonb(a) - '{customer_id,ends_at,end_reason,end_decided_at,end_decided_by}'::text[]
                         <> to_jsonb(b) - '{customer_id,ends_at,end_reason,end_decided_at,end_decided_by}'::text[]) as fact,
               min(b.id::text) filter (where a.ends_at > b.ends_at or a.ends_at is null and b.ends_at is not null) as later_end,
               count(*) filter (where a.ends_at is distinct from b.ends_at) as moved
        from before b left join after a using (tenant_id, id)
    $query$ into changed;
    if changed.fact is not null then
        raise exception 'account % never changes but for an earlier end: assign the customer anew', changed.fact
            using errcode = 'check_violation', constraint = 'partner_accounts_are_fixed', table = 'partner_accounts';
    end if;
    if changed.later_end is not null then
        raise exception 'the end of account % never moves to a later instant: assign the customer anew', changed.later_end
            using errcode = 'check_violation', constraint = 'partner_account_end_only_comes_nearer', table = 'partner_accounts';
    end if;
    if changed.moved > 0 then
        -- A reversal names the account of its original and has none of its own date to answer for.
        execute $query$
            select a.id, max(e.event_date) as event_date
            from before b join after a using (tenant_id, id)
            join partner_commission_events e on e.tenant_id = a.tenant_id and e.partner_id = a.partner_id
                and e.event_date >= a.ends_at and e.account_id = a.id
            where a.ends_at is distinct from b.ends_at
              and e.reverses_id is null and e.status not in ('cancelled', 'clawback')
            group by a.id
            order by a.id
        $query$ into refused;
        if refused.id is not null then
            raise exception 'account % earned a commission as late as %: it cannot end before', refused.id, refused.event_date
                using errcode = 'check_violation', constraint = 'partner_account_end_is_after_its_commissions', table = 'partner_accounts';
        end if;
    end if;
    return null;
end
$$;
comment on function partner_guard_accounts() is 'Refuses to change an assignment but for an earlier end that takes no commission''s basis away.';

create trigger partner_guard_accounts after update on partner_accounts
    referencing old table as before new table as after
    for each statement execute function partner_guard_accounts();
comment on trigger partner_guard_accounts on partner_accounts is 'An assignment is written once; only its end comes nearer.';
