package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.RowSecurity;
import com.dotmac.partner.dao.internal.Transactions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Payouts of all tenants, for the service of an operator: claim what is ready, end leases, list what is unresolved. What
 * it returns says whose it is, {@link PayoutAttempt#tenantId}; report the outcome by the scope of that tenant.
 *
 * <p>Statements and cost: one more statement in each call, which asks whether the role sees all tenants.
 */
public final class AllTenantsDao {

    private final Transactions transactions;
    private final String actor;

    /** For PartnerStore; take it from there. */
    public AllTenantsDao(Transactions transactions, String actor) {
        this.transactions = transactions;
        this.actor = actor;
    }

    /**
     * Claims ready payouts for payment, of any tenant: {@code ready -> processing}. Otherwise as {@link
     * PayoutDao#claim(int, String, Duration)}.
     *
     * <p>Tenants take turns: the tenant whose last attempt began the longest ago comes first, and none gets more than its
     * share of a call while others wait. A tenant none of whose payouts may be paid takes no share. Of a tenant, payouts
     * closed first come before others. A call that returns fewer than {@code most} may have left some: go on until it
     * returns none.
     *
     * <p>Statements and cost: one statement that reads four index entries for each tenant with ready payouts, however
     * many it has. It also reads the ready payouts that may not be paid and were closed before the first that may: all of
     * a tenant that has no other. Tenants whose claims stop are left out: {@link PayoutDao#whyClaimsStop}.
     *
     * <p>Concurrency: exactly one caller gets a payout, also beside claims of one tenant. The call skips a payout that
     * another caller is claiming, and does not wait.
     *
     * @param most 1 to 1000
     * @param worker the name of who claims, 1 to 255 characters
     * @param lease from now, for all of them together, 1 second to 7 days
     * @return at most {@code most} payouts, those closed first before others; empty if there are none
     * @throws PartnerException.InvalidInput if row security hides tenants from the role
     */
    public List<ClaimedPayout> claim(int most, String worker, Duration lease) {
        Checks.within(most, "most", 1, Checks.PAGE_SIZE);
        PayoutPayments.check(worker, lease);
        return transactions.writeAtOnce(ofAll(dsl -> new AllTenantsSql(dsl).claim(most, worker, lease, actor)));
    }

    /**
     * Makes every attempt of every tenant unknown whose lease has ended: see {@link PayoutDao#expireLeases}.
     *
     * @return the attempts that this call made unknown, the oldest first
     * @throws PartnerException.InvalidInput if row security hides tenants from the role
     */
    public List<PayoutAttempt> expireLeases() {
        return transactions.writeAtOnce(ofAll(dsl -> new AllTenantsSql(dsl).expireLeases(actor)));
    }

    /**
     * Lists payouts whose last attempt has an unknown outcome: see {@link PayoutDao#listUnresolved}. Tenants take turns:
     * first the one of each tenant that {@link PayoutDao#listUnresolved} has first, the longest unknown first, then the
     * second of each.
     *
     * @param most 1 to 1000
     * @throws PartnerException.InvalidInput if row security hides tenants from the role
     */
    public List<ClaimedPayout> listUnresolved(int most) {
        Checks.within(most, "most", 1, Checks.PAGE_SIZE);
        return transactions.read(ofAll(dsl -> new AllTenantsSql(dsl).listUnresolved(most)));
    }

    /** Without it, an empty answer would look like nothing to do. */
    private static <T> Function<DSLContext, T> ofAll(Function<DSLContext, T> work) {
        return dsl -> {
            if (RowSecurity.hidesRows(dsl, Optional.empty())) {
                throw new PartnerException.InvalidInput(
                        "row security hides tenants from the role of this connection: give"
                                + " PartnerStore the operator's, which sees all tenants");
            }
            return work.apply(dsl);
        };
    }
}
