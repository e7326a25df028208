package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;

/**
 * Records one attempt with an unknown outcome for each payout that was with the payment provider before attempts were
 * recorded. A worker then has to resolve it before anything else happens to the payout. A tenant that has no server to
 * pay from pays from the one on which it is adopted.
 */
final class AdoptedAttempts {

    private AdoptedAttempts() {}

    static void record(SchemaTransaction transaction) throws SQLException {
        transaction.execute("""
                insert into partner_payment_servers (tenant_id, server, confirmed_by, reason)
                select distinct tenant_id, partner_server(), 'adopted', 'adopted' from partners p
                where not exists (select from partner_payment_servers s where s.tenant_id = p.tenant_id)
                """);
        transaction.execute("alter table partner_payout_attempts disable trigger user");
        transaction.execute("""
                insert into partner_payout_attempts
                    (tenant_id, payout_id, attempt_number, provider_key, amount, currency, worker, lease_until, started_at,
                     started_by, outcome, unknown_at, unknown_by, unknown_reason)
                select p.tenant_id, p.id, 1 + (select count(*) from partner_payout_attempts t
                                               where t.tenant_id = p.tenant_id and t.payout_id = p.id),
                       p.provider_key, p.total_amount, p.currency, 'adopted', p.status_changed_at + interval '1 second',
                       p.status_changed_at, 'adopted', 'unknown', now(), 'adopted',
                       'adopted: with the provider since before attempts were recorded'
                from partner_payouts p
                where p.status = 'processing'
                  and not exists (select from partner_payout_attempts t
                                  where t.tenant_id = p.tenant_id and t.payout_id = p.id
                                    and (t.outcome is null or t.outcome <> 'failed'))
                """);
        transaction.execute("set constraints all immediate");
        transaction.execute("alter table partner_payout_attempts enable trigger user");
    }
}
