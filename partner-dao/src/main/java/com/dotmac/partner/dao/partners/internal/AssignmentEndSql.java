package com.dotmac.partner.dao.partners.internal;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.INSTANT;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerAccountsRecord;
import java.time.Instant;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements that end a customer assignment. */
public final class AssignmentEndSql {

    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");

    private final Scope scope;
    private final DSLContext dsl;

    public AssignmentEndSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * Locks an assignment that is to end at an instant, also before what it earned.
     *
     * @throws PartnerException.NotFound if this tenant has no such account
     * @throws PartnerException.InvalidInput if the instant is before the start
     * @throws PartnerException.IllegalTransition if the account ends earlier
     */
    public PartnerAccountsRecord lockToEnd(UUID accountId, Instant at) {
        PartnerAccountsRecord account = lock(accountId);
        requireEarlier(account, at);
        return account;
    }

    private static void requireEarlier(PartnerAccountsRecord account, Instant at) {
        if (at.isBefore(account.getStartsAt())) {
            throw new PartnerException.InvalidInput("at " + at + " is before the start of account " + account.getId()
                    + ", " + account.getStartsAt() + "; end it there if it should never have applied");
        }
        if (account.getEndsAt() != null && at.isAfter(account.getEndsAt())) {
            throw new PartnerException.IllegalTransition(
                    account.getId(),
                    "account " + account.getId() + " ends at " + account.getEndsAt() + " and cannot end later, at " + at
                            + "; assign the customer again from its end on");
        }
    }

    /**
     * @throws PartnerException.IllegalTransition if the account earned something at the instant or after it
     */
    public void requireNothingEarnedSince(PartnerAccountsRecord account, Instant at) {
        Instant last = lastEarned(account, at);
        if (last != null) {
            throw new PartnerException.IllegalTransition(
                    account.getId(),
                    "account " + account.getId() + " earned a commission at " + last + " and cannot end at " + at
                            + "; end it after that, or with sales().endAssignment, which restates those sales");
        }
    }

    /** For update, the strongest lock: an accrual through the account locks it for key share until it commits. Index: partner_accounts_pkey. */
    private PartnerAccountsRecord lock(UUID accountId) {
        Transactions.requireReadCommitted(
                dsl.select(Transactions.ISOLATION).fetchSingle().value1(),
                "an assignment ends after the last commission accrued meanwhile by others");
        return dsl.selectFrom(A)
                .where(is(accountId))
                .forUpdate()
                .fetchOptional()
                .orElseThrow(() -> new NotFound(NotFound.Kind.ACCOUNT, accountId));
    }

    /**
     * When the account last earned something that reversals and corrections have not taken back. The calculation in force
     * says which account: of a corrected event its last correction. Indexes: partner_commission_events_by_partner,
     * partner_commission_events_reversals, partner_commission_events_corrections.
     */
    private @Nullable Instant lastEarned(PartnerAccountsRecord account, Instant since) {
        return dsl.resultQuery(
                        """
                        select max(e.event_date)
                        from partner_commission_events e
                        join partner_commission_events o on o.tenant_id = e.tenant_id and o.id = case when e.corrects_id is null then e.id else e.corrects_id end
                        where e.tenant_id = {0} and e.partner_id = {1} and e.event_date >= {2} and e.account_id = {3}
                          and e.reverses_id is null and (e.corrects_id is null or num_nonnulls(e.refund_id, e.undoes_id) = 0)
                          and e.status not in ('cancelled', 'clawback')
                          and not exists (select from partner_commission_events c
                                          where c.tenant_id = e.tenant_id and c.corrects_id = o.id and num_nonnulls(c.refund_id, c.undoes_id) = 0
                                            and (c.recorded_at, c.id) > (e.recorded_at, e.id) and c.status not in ('cancelled', 'clawback'))
                          and o.commission_amount + coalesce((
                                  select sum(r.commission_amount) from partner_commission_events r
                                  where r.tenant_id = o.tenant_id and (r.reverses_id = o.id or r.corrects_id = o.id)
                                    and r.status not in ('cancelled', 'clawback')), 0) <> 0
                        """,
                        val(scope.tenantId()), val(account.getPartnerId()), val(since, INSTANT), val(account.getId()))
                .fetchSingle()
                .get(0, Instant.class);
    }

    /** Index: partner_accounts_pkey. */
    public PartnerAccountsRecord putEnd(UUID accountId, Instant at, String reason) {
        return dsl.update(A)
                .set(A.ENDS_AT, at)
                .set(A.END_REASON, reason)
                .set(A.END_DECIDED_AT, currentInstant())
                .set(A.END_DECIDED_BY, scope.actor())
                .where(is(accountId))
                .returning()
                .fetchSingle();
    }

    private Condition is(UUID accountId) {
        return A.TENANT_ID.eq(scope.tenantId()).and(A.ID.eq(accountId));
    }
}
