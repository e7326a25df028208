package com.dotmac.partner.testkit.attacks;

import static com.dotmac.partner.testkit.attacks.Attack.reaches;

import java.util.List;
import java.util.stream.Stream;

/** Changes, adds, deletes and moves rows of the victim, and calls functions on them. */
final class ChangingAttacks {

    private ChangingAttacks() {}

    static List<Attack> all() {
        return Stream.of(changes(), additions(), moves(), functions())
                .flatMap(List::stream)
                .toList();
    }

    private static Attack changes(String name, String sql) {
        return reaches("change", name, sql);
    }

    private static List<Attack> changes() {
        return List.of(
                changes("rename a partner", "update partners set company_name = 'taken' where tenant_id = '${theirs}'"),
                changes(
                        "returning",
                        "update partners set company_name = company_name where tenant_id = '${theirs}'"
                                + " returning *"),
                changes(
                        "suspend a partner",
                        "update partners set status = 'suspended', status_reason = 'x', updated_by = 'x',"
                                + " updated_at = now() where tenant_id = '${theirs}'"),
                changes(
                        "hold payouts",
                        "update partners set payout_hold_reason = 'x', updated_by = 'x', updated_at = now()"
                                + " where tenant_id = '${theirs}'"),
                changes(
                        "change a user's address",
                        "update partner_users set email = 'taken@example.com', updated_by = 'x',"
                                + " updated_at = now() where tenant_id = '${theirs}'"),
                changes(
                        "end an account",
                        "update partner_accounts set ends_at = now(), end_reason = 'x',"
                                + " end_decided_at = now(), end_decided_by = 'x' where tenant_id = '${theirs}'"),
                changes(
                        "end a rule",
                        "update partner_commissions set effective_to = now()"
                                + " where tenant_id = '${theirs}' and effective_to is null"),
                changes(
                        "cancel an event",
                        "update partner_commission_events set status = 'cancelled', status_reason = 'x',"
                                + " status_changed_by = 'x', status_changed_at = now() where tenant_id = '${theirs}' and status = 'pending'"),
                changes(
                        "cancel a payout",
                        "update partner_payouts set status = 'cancelled', status_reason = 'x',"
                                + " status_changed_by = 'x', status_changed_at = now() where tenant_id = '${theirs}' and status = 'ready'"),
                changes(
                        "change a minimum",
                        "update partner_payout_minimums set minimum_amount = 0" + " where tenant_id = '${theirs}'"),
                changes("by id", "update partners set company_name = 'taken' where id = '${their.partner}'"),
                changes(
                        "merge",
                        "merge into partners p using (select '${theirs}' t) x on p.tenant_id = x.t"
                                + " when matched then update set company_name = 'taken'"),
                changes(
                        "update from",
                        "update partners p set company_name = a.company_name from partners a"
                                + " where a.tenant_id = '${mine}' and p.tenant_id = '${theirs}'"),
                changes(
                        "copy a value",
                        "update partners set website = (select max(company_name) from partners"
                                + " where tenant_id = '${theirs}') where id = '${my.partner}'"
                                + " and exists (select from partners where tenant_id = '${theirs}')"),
                changes(
                        "where current of a cursor",
                        "declare c cursor for select * from partners"
                                + " where tenant_id = '${theirs}' for update; move next from c;"
                                + " update partners set company_name = 'taken' where current of c"),
                changes("delete a part", "delete from partner_payout_parts where tenant_id = '${theirs}'"),
                changes("delete a partner", "delete from partners where tenant_id = '${theirs}'"),
                changes("delete an event", "delete from partner_commission_events where tenant_id = '${theirs}'"),
                changes(
                        "delete using",
                        "delete from partner_payouts p using partners a"
                                + " where p.tenant_id = '${theirs}' and a.tenant_id = '${mine}'"),
                changes("truncate", "truncate partners cascade; select 1"),
                changes("truncate without others", "truncate partner_commission_events; select 1"));
    }

    private static List<Attack> additions() {
        String key =
                "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)";
        return List.of(
                changes("use a key", key + " values ('${theirs}', 'taken', 'accrue', sha256('x'), 'x')"),
                changes(
                        "insert from",
                        key + " select tenant_id, 'taken', operation, request_hash, 'x'"
                                + " from partner_idempotency_keys where tenant_id = '${theirs}' limit 1"),
                changes(
                        "on conflict do nothing",
                        "with i as (" + key + " values ('${theirs}', '${their.key}', 'accrue',"
                                + " sha256('x'), 'x') on conflict do nothing returning 1) select where not exists (select from i)"),
                changes(
                        "on conflict do update",
                        "insert into partner_payout_minimums values ('${theirs}', '${their.partner}',"
                                + " 'USD', 0) on conflict (tenant_id, partner_id, currency) do update set minimum_amount = 0"),
                changes(
                        "register a partner",
                        "with k as (" + key + " values ('${theirs}', 'taken', 'register', sha256('x'), 'x'))"
                                + " insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)"
                                + " values ('${theirs}', 'P-99999999', 'Taken', 'taken', 'x', 'x')"),
                changes(
                        "add a minimum",
                        "insert into partner_payout_minimums values ('${theirs}', '${their.partner}', 'JPY', 1)"),
                changes(
                        "confirm a server",
                        "insert into partner_payment_servers (tenant_id, server, confirmed_by, reason)"
                                + " values ('${theirs}', partner_server() || '', 'x', 'x') on conflict do nothing"),
                changes(
                        "open a payout",
                        "insert into partner_payouts (tenant_id, partner_id, currency, opened_by,"
                                + " status_changed_by) values ('${theirs}', '${their.partner}', 'JPY', 'x', 'x')"),
                changes("copy from", "copy partner_idempotency_keys from stdin"),
                changes(
                        "a merge that inserts",
                        "merge into partner_payout_minimums m using (select 1) x on false"
                                + " when not matched then insert values ('${theirs}', '${their.partner}', 'KWD', 1)"));
    }

    private static List<Attack> moves() {
        return List.of(
                reaches(
                        "move",
                        "an own partner to the other tenant",
                        "update partners set tenant_id = '${theirs}'" + " where id = '${my.partner}'"),
                reaches(
                        "move",
                        "an own minimum to the other tenant",
                        "update partner_payout_minimums"
                                + " set tenant_id = '${theirs}', partner_id = '${their.partner}', currency = 'JPY'"
                                + " where tenant_id = '${mine}'"),
                reaches(
                        "move",
                        "an own event to the other tenant",
                        "update partner_commission_events"
                                + " set tenant_id = '${theirs}', partner_id = '${their.partner}' where id = '${my.pending}'"),
                reaches(
                        "move",
                        "a partner of the other tenant here",
                        "update partners set tenant_id = '${mine}'" + " where id = '${their.partner}'"),
                reaches(
                        "move",
                        "an event of the other tenant here",
                        "update partner_commission_events"
                                + " set tenant_id = '${mine}', partner_id = '${my.partner}' where id = '${their.pending}'"));
    }

    private static List<Attack> functions() {
        return List.of(
                changes(
                        "open a payout by function",
                        "select where partner_take_open_payout('${theirs}',"
                                + " '${their.partner}', 'JPY', 'x') is not null"),
                changes(
                        "enter a payout by function",
                        "select where partner_enter_open_payout('${theirs}'," + " '${their.open}') is not null"),
                changes(
                        "add to a payout by function",
                        "select partner_add_to_open_payout('${theirs}', '${their.open}', 1, now());"
                                + " select where exists (select from partner_payouts where id = '${their.open}')"),
                changes(
                        "fold parts by function",
                        "select where partner_fold_payout_parts('${theirs}'," + " array['${their.open}']::uuid[]) > 0"),
                changes(
                        "add to a monthly total by function",
                        "select partner_add_to_monthly_total('${theirs}',"
                                + " '${their.partner}', 'USD', '2026-01-01', 'approved', 1, 1, 1);"
                                + " select from partner_commission_totals where tenant_id = '${theirs}'"),
                changes("rebuild the totals of all by function", "select partner_rebuild_commission_totals()"),
                changes(
                        "rewrite a guard by function",
                        "select partner_prepare_one_row('partner_guard_payouts()'::regprocedure)"),
                changes("fence the other tenant", "select where partner_fence_tenant('${theirs}', 'x') > 0"),
                changes("lift a fence", "select where partner_lift_fence('${theirs}') > 0"));
    }
}
