package com.dotmac.partner.dao.support;

import java.time.Instant;
import java.util.Collection;
import java.util.UUID;
import org.jooq.DSLContext;

/** Pending events by the thousand, inserted by plain SQL. */
public final class ManyEvents {

    private final DSLContext sql;

    public ManyEvents(DSLContext sql) {
        this.sql = sql;
    }

    /**
     * Every tenth is in JPY, the others in USD; the partners take turns, and a hundred events follow each other in
     * steps of a minute: many share a date.
     */
    public void insert(Collection<UUID> partnerIds, int count, Instant date) {
        String prefix = Programme.newKey() + "-";
        UUID[] partners = partnerIds.toArray(UUID[]::new);
        sql.execute("""
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                select 'acme', ? || n, 'import', sha256(n::text::bytea), 'job:import' from generate_series(1, ?) n
                """, prefix, count);
        // PostgreSQL reads the array once; it would parse a parameter again for every row.
        sql.execute("""
                with given as materialized (select ?::uuid[] as partners)
                insert into partner_commission_events (tenant_id, partner_id, event_date, currency, base_amount, commission_rate,
                    commission_amount, calculation, idempotency_key, recorded_by, status_changed_by)
                select 'acme', given.partners[1 + n % ?], ?::timestamptz + (n * 7 % 100) * interval '1 minute',
                    case when n % 10 = 0 then 'JPY' else 'USD' end, 10 * n, 0.1, n,
                    jsonb_build_object('format', 1, 'model', 'manual', 'base', (10 * n)::text, 'exact', n::text), ? || n, 'job:import', 'job:import'
                from given cross join generate_series(1, ?) n
                """, partners, partners.length, date.toString(), prefix, count);
    }
}
