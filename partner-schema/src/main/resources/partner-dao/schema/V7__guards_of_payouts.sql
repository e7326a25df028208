-- What the database refuses of payouts, of the servers from which they are paid and of the attempts to pay them. For the form of the functions, for
-- `execute` and for `one_row`, see V6. The totals of a payout follow its commission events by the triggers of V9.
set local lock_timeout = '${lock_timeout}';
select set_config('search_path', current_setting('search_path') || ', pg_temp', true);


-- Payouts -------------------------------------------------------------------------------------------------------------

create function partner_payout_status_transition_is_allowed(before partner_payout_status, after partner_payout_status) returns boolean
    language sql immutable parallel safe
return (before, after) in (
    ('pending', 'ready'),
    ('ready', 'processing'), ('ready', 'cancelled'),
    ('processing', 'completed'), ('processing', 'failed'),
    ('failed', 'ready'), ('failed', 'cancelled'));
comment on function partner_payout_status_transition_is_allowed(partner_payout_status, partner_payout_status) is
    'Whether a payout may change from the first status to the second.';

create function partner_guard_new_payouts() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from after where status <> 'pending' or total_amount <> 0 or commission_count <> 0
                                           or num_nonnulls(earliest_event_date, latest_event_date) > 0) then
        raise exception 'a new payout must be open and empty: its total, count and dates follow the events that enter it'
            using errcode = 'check_violation', constraint = 'payout_begins_open_and_empty', table = 'partner_payouts';
    end if;
    if exists (select from after where opened_at <> now() or status_changed_at <> now()) then
        raise exception 'a new payout must be opened at the database''s time: now()'
            using errcode = 'check_violation', constraint = 'payout_changes_now', table = 'partner_payouts';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_payouts() is 'Refuses a new payout that is not open and empty.';

create trigger partner_guard_new_payouts after insert on partner_payouts
    referencing new table as after
    for each statement execute function partner_guard_new_payouts();
comment on trigger partner_guard_new_payouts on partner_payouts is 'A payout begins open and empty.';

create function partner_guard_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    changed record;
    refused text;
begin
    execute $query$
        select bool_or(a.id is null) as any_identity,
               bool_or(a.status <> b.status and b.status <> 'pending') as any_recorded_transition,
               bool_or(a.status <> b.status and a.status in ('processing', 'completed', 'failed')) as any_payment,
               bool_or(a.status <> b.status and b.status = 'pending') as any_closing,
               bool_or(a.status <> b.status and a.status = 'cancelled') as any_cancelling,
               min(b.id || ' may not change from ' || b.status || ' to ' || a.status) filter (
                   where a.status <> b.status and not partner_payout_status_transition_is_allowed(b.status, a.status)) as transition,
               min(b.id::text) filter (
                   where (a.total_amount, a.commission_count, a.earliest_event_date, a.latest_event_date)
                         is distinct from (b.total_amount, b.commission_count, b.earliest_event_date, b.latest_event_date)) as total,
               min(b.id::text) filter (
                   where b.status <> 'pending'
                     and (a.period_start, a.period_end, a.closed_at, a.closed_by, a.close_key, a.cutoff_number, a.provider_key)
                         is distinct from (b.period_start, b.period_end, b.closed_at, b.closed_by, b.close_key, b.cutoff_number, b.provider_key)
                      or b.status = 'cancelled' and a.cancel_evidence is distinct from b.cancel_evidence
                      or b.status = 'completed'
                     and (a.completed_at, a.payment_reference) is distinct from (b.completed_at, b.payment_reference)
                      or a.status = b.status
                     and (a.status_changed_at, a.status_changed_by, a.status_reason)
                         is distinct from (b.status_changed_at, b.status_changed_by, b.status_reason)) as immutable,
               min(b.id::text) filter (
                   where a.status_changed_at <> b.status_changed_at and a.status_changed_at <> now()
                      or b.completed_at is null and a.completed_at <> now()) as another_time,
               min(b.id::text) filter (
                   where b.status = 'pending' and a.status <> 'pending'
                     and (a.closed_at <> now() or a.closed_by is distinct from a.status_changed_by)) as closing
        from before b left join after a using (tenant_id, id, partner_id, currency, opened_at, opened_by)
    $query$ into changed;
    if changed.any_identity then
        raise exception 'tenant, id, partner, currency and opening of a payout are immutable'
            using errcode = 'check_violation', constraint = 'payout_identity_is_immutable', table = 'partner_payouts';
    end if;
    if changed.transition is not null then
        raise exception 'payout %: its status allows no such transition', changed.transition
            using errcode = 'check_violation', constraint = 'payout_status_transition_is_allowed', table = 'partner_payouts';
    end if;
    -- Depth 1: a statement of the user fired this trigger. The totals trigger of the events has depth 1 itself and gets
    -- here at depth 2.
    if pg_trigger_depth() = 1 and changed.total is not null then
        raise exception 'total, count and dates of payout % may be written only by the triggers of its commission events', changed.total
            using errcode = 'check_violation', constraint = 'payout_total_matches_events', table = 'partner_payouts';
    end if;
    if changed.immutable is not null then
        raise exception 'payout %: its period, its payment, and who changed its status when and why, are immutable until it has another status', changed.immutable
            using errcode = 'check_violation', constraint = 'payout_closed_columns_are_immutable', table = 'partner_payouts';
    end if;
    if changed.another_time is not null then
        raise exception 'payout % may change only at the database''s time: now()', changed.another_time
            using errcode = 'check_violation', constraint = 'payout_changes_now', table = 'partner_payouts';
    end if;
    if changed.closing is not null then
        raise exception 'payout % must be closed at the current time, by the actor who changes its status', changed.closing
            using errcode = 'check_violation', constraint = 'payout_is_closed_now', table = 'partner_payouts';
    end if;
    if changed.any_cancelling then
        execute $query$
            select min(a.id::text)
            from (select tenant_id, id from before b join after a using (tenant_id, id)
                  where a.status = 'cancelled' and b.status <> 'cancelled' and a.cancel_evidence is null offset 0) a
                 join partner_payout_attempts t on t.tenant_id = a.tenant_id and t.payout_id = a.id
            where t.unknown_at is not null
        $query$ into refused;
        if refused is not null then
            raise exception 'payout % has an attempt whose outcome was unknown: cancel it only with the evidence that it was not paid and will not be', refused
                using errcode = 'check_violation', constraint = 'payout_is_cancelled_with_evidence', table = 'partner_payouts';
        end if;
    end if;
    if changed.any_closing then
        -- Whoever closes a payout holds its row, and parts are made only under that lock: none comes after this look.
        execute $query$
            select min(a.id::text)
            from (select tenant_id, id from before b join after a using (tenant_id, id)
                  where b.status = 'pending' and a.status <> 'pending' offset 0) a
                 join partner_payout_parts t on t.tenant_id = a.tenant_id and t.payout_id = a.id
        $query$ into refused;
        if refused is not null then
            raise exception 'payout % still has parts: lock it, then call partner_fold_payout_parts, then close it', refused
                using errcode = 'check_violation', constraint = 'payout_is_closed_without_parts', table = 'partner_payouts';
        end if;
        execute $query$
            select min(a.id::text)
            from (select tenant_id, id, a.partner_id, a.currency, a.period_end, a.cutoff_number
                  from before b join after a using (tenant_id, id)
                  where b.status = 'pending' and a.status <> 'pending' offset 0) a
            where a.cutoff_number <> (select count(*) from partner_payouts p
                                      where p.tenant_id = a.tenant_id and p.partner_id = a.partner_id
                                        and p.currency = a.currency and p.period_end = a.period_end and p.id <> a.id)
        $query$ into refused;
        if refused is not null then
            raise exception 'payout % must have as its number how many payouts of its partner and currency were closed before it at the same cutoff', refused
                using errcode = 'check_violation', constraint = 'payout_is_numbered_at_its_cutoff', table = 'partner_payouts';
        end if;
    end if;
    -- The triggers of a statement fire when the whole statement is done, including its common table expressions. A
    -- payout and its attempt change in one statement, and the guard of each finds the other as the statement leaves it.
    if changed.any_payment then
        execute $query$
            select min(a.id || ' may become ' || a.status)
            from (select tenant_id, id, a.status, a.payment_reference from before b join after a using (tenant_id, id)
                  where a.status <> b.status offset 0) a
                 left join lateral (
                     select t.id, t.outcome, t.payment_reference
                     from partner_payout_attempts t
                     where t.tenant_id = a.tenant_id and t.payout_id = a.id
                     order by t.attempt_number desc
                     limit 1) last on true
            where case a.status
                      when 'processing' then last.id is null or last.outcome is not null
                      when 'completed' then (last.outcome::text, last.payment_reference)
                                            is distinct from ('succeeded', a.payment_reference)
                      when 'failed' then last.outcome is distinct from 'failed'
                      else false
                  end
        $query$ into refused;
        if refused is not null then
            raise exception 'payout % only together with its attempt, in one statement', refused
                using errcode = 'check_violation', constraint = 'payout_is_paid_by_an_attempt', table = 'partner_payouts';
        end if;
        execute $query$
            select min(a.id::text)
            from (select tenant_id, id from before b join after a using (tenant_id, id)
                  where a.status = 'completed' and b.status <> 'completed' offset 0) a
                 join partner_commission_events e on e.tenant_id = a.tenant_id and e.payout_id = a.id
            where e.status <> 'paid'
        $query$ into refused;
        if refused is not null then
            raise exception 'payout % may be completed only together with its commission events, in one statement: they become paid', refused
                using errcode = 'check_violation', constraint = 'payout_is_completed_with_its_events', table = 'partner_payouts';
        end if;
    end if;

    -- The payout itself records its closing: closed_at and closed_by are immutable.
    if changed.any_recorded_transition then
        execute $query$
            insert into partner_status_changes (tenant_id, partner_id, payout_id, from_status, to_status, reason, changed_by)
            select a.tenant_id, a.partner_id, a.id, b.status, a.status, a.status_reason, a.status_changed_by
            from before b join after a using (tenant_id, id)
            where a.status <> b.status and b.status <> 'pending'
        $query$;
    end if;
    return null;
end
$$;
comment on function partner_guard_payouts() is
    'Refuses status transitions that are not allowed or that no attempt makes, totals set by a statement, and changed immutable columns; records every status change after the closing.';

create trigger partner_guard_payouts after update on partner_payouts
    referencing old table as before new table as after
    for each statement execute function partner_guard_payouts();
comment on trigger partner_guard_payouts on partner_payouts is 'Guards and records status changes; keeps the columns of a closed payout immutable.';

create function partner_refuse_delete_of_closed_payouts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    refused record;
begin
    select id, status into refused from before where status <> 'pending' limit 1;
    if found then
        raise exception 'payout % is % and may not be deleted: only an open payout may be deleted', refused.id, refused.status
            using errcode = 'check_violation', constraint = 'payout_is_deleted_only_while_open', table = 'partner_payouts';
    end if;
    return null;
end
$$;
comment on function partner_refuse_delete_of_closed_payouts() is 'Refuses to delete a payout that a run has closed.';

create trigger partner_refuse_delete_of_closed_payouts after delete on partner_payouts
    referencing old table as before
    for each statement execute function partner_refuse_delete_of_closed_payouts();
comment on trigger partner_refuse_delete_of_closed_payouts on partner_payouts is 'Only an open payout may be deleted.';
create trigger partner_refuse_truncate_of_payouts before truncate on partner_payouts
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_payouts on partner_payouts is 'Nobody truncates the payouts.';


-- Servers from which a tenant pays ------------------------------------------------------------------------------------

-- The timeline is that of the WAL that the server writes: it changes at the moment of a promotion, while the control
-- file follows with the next checkpoint only.
create function partner_server() returns text
    language plpgsql stable
as $$
begin
    if lower(current_setting('partner.synchronous_replication', true)) in ('on', 'true', 'yes', '1') then
        return 'synchronous replication';
    end if;
    return (select system_identifier from pg_control_system()) || '/'
        || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer || '/'
        || (select oid from pg_database where datname = current_database());
exception
    when undefined_function or insufficient_privilege or feature_not_supported then
        raise exception 'this database server does not say which server it is (%). If no promotion of it can lose a transaction, say so: alter database ... set partner.synchronous_replication = on, or, without the right to set that, -c partner.synchronous_replication=on in the options of each connection', sqlerrm
            using errcode = 'feature_not_supported';
end
$$;
comment on function partner_server() is
    'Which database on which server this is: system identifier, timeline and the database''s oid, for example 7301234567890123456/1/16384. A promotion and a recovery to a point in time change the timeline, a new cluster changes the identifier, and a dump restored beside the old database changes the oid. If partner.synchronous_replication is on, no promotion loses a transaction, and the server is not asked.';

create function partner_why_claims_stop(tenant text) returns text
    language plpgsql stable set search_path from current
as $$
declare
    current_server text;
begin
    if pg_is_in_recovery() then
        return null; -- a standby changes nothing; whoever pays asks the primary
    end if;
    current_server := partner_server();
    if current_server = 'synchronous replication'
       or exists (select from partner_payment_servers s where s.tenant_id = tenant and s.server = current_server) then
        return null;
    end if;
    return format('nobody has confirmed for tenant %s that the payment provider was reconciled since the database server became %s: '
                  'it was promoted or restored, and may lack the last payments. Reconcile, then confirm it', tenant, current_server);
end
$$;
comment on function partner_why_claims_stop(text) is
    'Why nobody may claim a payout of the tenant on this server; null if workers may. The one place of this rule.';

create function partner_guard_payment_servers() returns trigger
    language plpgsql set search_path from current
as $$
declare
    current_server text := partner_server();
    refused text;
begin
    select min(server) into refused from after where server <> current_server or confirmed_at <> now();
    if refused is not null then
        raise exception 'server % cannot be confirmed: only the current one can, which is %, and at the current time', refused, current_server
            using errcode = 'check_violation', constraint = 'payment_server_is_the_current_one', table = 'partner_payment_servers';
    end if;
    return null;
end
$$;
comment on function partner_guard_payment_servers() is 'Refuses to confirm another server than the current one, or another time.';

create trigger partner_guard_payment_servers after insert on partner_payment_servers
    referencing new table as after
    for each statement execute function partner_guard_payment_servers();
comment on trigger partner_guard_payment_servers on partner_payment_servers is 'Nobody confirms a server before it is there.';
create trigger partner_refuse_update_of_payment_servers after update on partner_payment_servers
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_update_of_payment_servers on partner_payment_servers is 'A confirmation never changes.';
create trigger partner_refuse_delete_of_payment_servers after delete on partner_payment_servers
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_payment_servers on partner_payment_servers is 'Nobody deletes a confirmation.';
create trigger partner_refuse_truncate_of_payment_servers before truncate on partner_payment_servers
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_payment_servers on partner_payment_servers is 'Nobody truncates the confirmations.';

-- Written this early, the row is older than every payment of the tenant: a promotion that loses payments still finds it,
-- and finds that it names another server. A promotion may also lose the whole tenant. So if other tenants were confirmed
-- elsewhere and none on this server yet, a new tenant waits for its confirmation too.
-- Row security shows a tenant its own confirmations only. This function sees those of all tenants, as the owner, and says
-- nothing but yes or no.
create function partner_no_tenant_waits(current_server text) returns boolean
    language plpgsql stable security definer set search_path from current
as $$
begin
    return not exists (select from partner_payment_servers)
        or exists (select from partner_payment_servers s where s.server = current_server);
end
$$;
comment on function partner_no_tenant_waits(text) is
    'Whether a new tenant may pay from this server at once: nobody was confirmed anywhere yet, or somebody here. Reads the rows of all tenants.';

create function partner_add_to_payment_servers() returns trigger
    language plpgsql set search_path from current
as $$
begin
    if exists (select from after a where not exists (select from partner_payment_servers s where s.tenant_id = a.tenant_id))
       and partner_no_tenant_waits(partner_server()) then
        insert into partner_payment_servers (tenant_id, server, confirmed_by, reason)
        select a.tenant_id, partner_server(), min(a.created_by), 'the tenant''s first partner'
        from after a
        where not exists (select from partner_payment_servers s where s.tenant_id = a.tenant_id)
        group by a.tenant_id
        on conflict do nothing;
    end if;
    return null;
end
$$;
comment on function partner_add_to_payment_servers() is
    'Adds the current server when the first partner of a tenant is registered, unless other tenants wait for a confirmation there.';

create trigger partner_add_to_payment_servers after insert on partners
    referencing new table as after
    for each statement execute function partner_add_to_payment_servers();
comment on trigger partner_add_to_payment_servers on partners is 'A new tenant pays from the server on which it begins, unless other tenants wait there for a confirmation.';


-- Attempts to pay -----------------------------------------------------------------------------------------------------

create function partner_guard_new_payout_attempts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from after limit 2) few) < 2;
    refused text;
begin
    execute $query$
        select min(a.id::text)
        from after a
             left join partner_payouts p on p.tenant_id = a.tenant_id and p.id = a.payout_id
                                        and p.status = 'processing' and p.total_amount = a.amount and p.currency = a.currency
                                        and p.provider_key = a.provider_key
        where p.id is null or a.outcome is not null or a.started_at <> now()
           or a.attempt_number <> (select count(*) from partner_payout_attempts t
                                   where t.tenant_id = a.tenant_id and t.payout_id = a.payout_id)
    $query$ into refused;
    if refused is not null then
        raise exception 'attempt % must begin together with its payout: without an outcome, as the next attempt, over the payout''s total, under its key, now', refused
            using errcode = 'check_violation', constraint = 'payout_attempt_begins_with_its_payout', table = 'partner_payout_attempts';
    end if;
    select min(partner_why_claims_stop(tenant_id)) into refused from (select distinct tenant_id from after) attempted;
    if refused is not null then
        raise exception 'no attempt may begin: %', refused
            using errcode = 'check_violation', constraint = 'payout_attempt_begins_on_a_confirmed_server', table = 'partner_payout_attempts';
    end if;
    select min(currency || ' was retired at ' || (partner_currency_retired_at(currency) at time zone 'UTC') || ' UTC') into refused
    from (select distinct currency from after) attempted
    where partner_currency_retired_at(currency) <= now();
    if refused is not null then
        raise exception 'no attempt may begin: %, and nobody can be paid in it any more; record what is owed in the currency that replaced it', refused
            using errcode = 'check_violation', constraint = 'payout_attempt_is_in_a_currency_of_today', table = 'partner_payout_attempts';
    end if;
    return null;
end
$$;
comment on function partner_guard_new_payout_attempts() is
    'Refuses a new attempt unless the server is confirmed, the currency is not retired, and the attempt has no outcome, is the next one of a processing payout, is over the total of that payout and has its key.';

create trigger partner_guard_new_payout_attempts after insert on partner_payout_attempts
    referencing new table as after
    for each statement execute function partner_guard_new_payout_attempts();
comment on trigger partner_guard_new_payout_attempts on partner_payout_attempts is 'An attempt begins when its payout goes to the provider.';

create function partner_guard_payout_attempts() returns trigger
    language plpgsql set search_path from current
as $$
declare
    one_row boolean := (select count(*) from (select from before limit 2) few) < 2;
    changed record;
begin
    execute $query$
        select min(b.id::text) filter (
                   where a.id is null
                      or b.unknown_at is not null
                     and (a.unknown_at, a.unknown_by, a.unknown_reason)
                         is distinct from (b.unknown_at, b.unknown_by, b.unknown_reason)
                      or b.ended_at is not null
                     and (a.outcome, a.ended_at, a.ended_by, a.payment_reference, a.failure_reason, a.unknown_at)
                         is distinct from (b.outcome, b.ended_at, b.ended_by, b.payment_reference, b.failure_reason, b.unknown_at)
                      or (a.confirmed_amount, a.confirmed_currency, a.confirmed_reference)
                         is distinct from (b.confirmed_amount, b.confirmed_currency, b.confirmed_reference)
                     and (b.confirmed_amount is not null or a.outcome is distinct from 'unknown')
                      or a.lease_until <> b.lease_until
                     and (b.outcome is not null or a.outcome is not null or a.lease_until < b.lease_until)
                      or b.outcome = 'unknown' and a.outcome is null
                      or b.outcome is null and a.ended_at is not null and a.unknown_at is not null
                      or b.unknown_at is null and a.unknown_at <> now()
                      or b.ended_at is null and a.ended_at <> now()) as immutable,
               min(b.id::text) filter (
                   where a.ended_at is not null and b.ended_at is null
                     and p.status is distinct from case a.outcome when 'succeeded' then 'completed' else 'failed' end::partner_payout_status)
                   as without_its_payout
        from before b
             left join after a using (tenant_id, id, payout_id, attempt_number, provider_key, amount, currency, worker,
                                      started_at, started_by)
             left join partner_payouts p on p.tenant_id = b.tenant_id and p.id = b.payout_id
    $query$ into changed;
    if changed.immutable is not null then
        raise exception 'attempt % is immutable: record only an outcome that is missing or unknown, now', changed.immutable
            using errcode = 'check_violation', constraint = 'payout_attempt_columns_are_immutable', table = 'partner_payout_attempts';
    end if;
    if changed.without_its_payout is not null then
        raise exception 'attempt % may end only together with its payout, in one statement', changed.without_its_payout
            using errcode = 'check_violation', constraint = 'payout_attempt_ends_with_its_payout', table = 'partner_payout_attempts';
    end if;
    return null;
end
$$;
comment on function partner_guard_payout_attempts() is 'Refuses to change what an attempt has recorded, and to end an attempt without its payout.';

create trigger partner_guard_payout_attempts after update on partner_payout_attempts
    referencing old table as before new table as after
    for each statement execute function partner_guard_payout_attempts();
comment on trigger partner_guard_payout_attempts on partner_payout_attempts is 'An outcome is recorded once, together with the status of the payout.';
create trigger partner_refuse_delete_of_payout_attempts after delete on partner_payout_attempts
    referencing old table as before for each statement execute function partner_refuse_changed_rows();
comment on trigger partner_refuse_delete_of_payout_attempts on partner_payout_attempts is 'Nobody deletes an attempt.';
create trigger partner_refuse_truncate_of_payout_attempts before truncate on partner_payout_attempts
    for each statement execute function partner_refuse_truncate();
comment on trigger partner_refuse_truncate_of_payout_attempts on partner_payout_attempts is 'Nobody truncates the attempts.';


-- Every `execute` above gets its query a second time, as a static statement for one row: see V6.
select partner_prepare_one_row(guard) from unnest(array[
    'partner_guard_payouts()',
    'partner_guard_new_payout_attempts()',
    'partner_guard_payout_attempts()'
]::regprocedure[]) guard;
