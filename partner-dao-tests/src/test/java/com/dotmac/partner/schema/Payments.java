package com.dotmac.partner.schema;

/** The status transitions of a payout with its attempts: each statement changes both, and pays the events. */
final class Payments {

    /** What closing a payout at the first of March sets too, if it is the first at that cutoff. */
    static final String KEY_OF_MARCH =
            "cutoff_number = 0, provider_key = partner_provider_key(tenant_id, partner_id, currency, '2026-03-01Z', 0)";

    private static final String ATTEMPT = """
            insert into partner_payout_attempts
                (tenant_id, payout_id, attempt_number, provider_key, amount, currency, worker, lease_until, started_by)
            select t.tenant_id, t.id, 1 + (select count(*) from partner_payout_attempts a where a.payout_id = t.id), coalesce(t.provider_key, t.id::text),
                   t.total_amount, t.currency, 'worker-1', now() + interval '1 hour', 'user:1'
            from taken t
            """;

    static String take(String payout) {
        return "with taken as (update partner_payouts set status = 'processing' where id = md5('" + payout
                + "')::uuid returning *) " + ATTEMPT;
    }

    static String succeed(String payout) {
        return ended(
                payout,
                "outcome = 'succeeded', payment_reference = 'r'",
                "completed as (update partner_payouts p set status = 'completed', completed_at = now(),"
                        + " payment_reference = 'r', status_reason = null from ended e where p.id = e.payout_id returning p.*)",
                "update partner_commission_events c set status = 'paid', paid_at = p.completed_at"
                        + " from completed p where c.tenant_id = p.tenant_id and c.payout_id = p.id");
    }

    static String succeedWithoutEvents(String payout) {
        return ended(
                payout,
                "outcome = 'succeeded', payment_reference = 'r'",
                "status = 'completed', completed_at = now(), payment_reference = 'r'");
    }

    static String fail(String payout) {
        return ended(payout, "outcome = 'failed', failure_reason = 'refused'", "status = 'failed'");
    }

    /** An attempt without its payout, for role replica, which disables the guards. */
    static String attempt(String payout) {
        return "with taken as (select * from partner_payouts where id = md5('" + payout + "')::uuid) " + ATTEMPT;
    }

    static String outcome(String payout, String columns) {
        return "update partner_payout_attempts set " + columns + " where payout_id = md5('" + payout
                + "')::uuid and ended_at is null";
    }

    private static String ended(String payout, String attempt, String completed, String paid) {
        return "with ended as (" + outcome(payout, attempt + ", ended_at = now(), ended_by = 'user:1'")
                + " returning payout_id), " + completed + " " + paid;
    }

    private static String ended(String payout, String attempt, String status) {
        return """
               with ended as (%s returning payout_id)
               update partner_payouts p set %s, status_reason = null from ended e where p.id = e.payout_id
               """.formatted(outcome(payout, attempt + ", ended_at = now(), ended_by = 'user:1'"), status);
    }

    private Payments() {}
}
