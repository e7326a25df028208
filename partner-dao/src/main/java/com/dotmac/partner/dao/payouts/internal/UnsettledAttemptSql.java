package com.dotmac.partner.dao.payouts.internal;

import static org.jooq.impl.DSL.inline;

import com.dotmac.partner.dao.internal.RowSecurity;
import java.util.Optional;
import org.jooq.DSLContext;

/** The statement that counts, over all tenants, the payment attempts that an operator has to look after. */
public final class UnsettledAttemptSql {

    /** Where counting ends, so that a scrape stays cheap however long nobody has looked. */
    private static final int MOST = 10_000;

    private final DSLContext dsl;

    public UnsettledAttemptSql(DSLContext dsl) {
        this.dsl = dsl;
    }

    /**
     * @param unresolved attempts of which nobody knows the outcome, at most 10,000
     * @param secondsUnresolved since the oldest of them became unknown; 0 if there is none
     * @param expiredLeases attempts without an outcome whose lease has ended, at most 10,000
     */
    public record Count(int unresolved, double secondsUnresolved, int expiredLeases) {}

    /**
     * Indexes: partner_payout_attempts_unknown, partner_payout_attempts_in_flight. They hold such attempts only, of all
     * tenants.
     *
     * @return empty if row security hides tenants from the role: a count would look like nothing to do
     */
    public Optional<Count> count() {
        if (RowSecurity.hidesRows(dsl, Optional.empty())) {
            return Optional.empty();
        }
        return dsl.fetchOptional("""
                        select count(*)::int,
                               coalesce(extract(epoch from clock_timestamp() - (
                                   select min(unknown_at) from partner_payout_attempts where outcome = 'unknown')), 0)::double precision,
                               (select count(*)::int
                                from (select from partner_payout_attempts
                                      where outcome is null and lease_until <= clock_timestamp() limit {0}) expired)
                        from (select unknown_at from partner_payout_attempts where outcome = 'unknown' limit {0}) unresolved
                        """, inline(MOST))
                .map(row -> new Count(row.get(0, Integer.class), row.get(1, Double.class), row.get(2, Integer.class)));
    }
}
