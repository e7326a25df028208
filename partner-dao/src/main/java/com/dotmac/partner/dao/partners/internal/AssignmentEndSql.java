package com.dotmac.partner.dao.partners.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerAccountsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** The statements that end a customer assignment. */
public final class AssignmentEndSql {

    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");
    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerCommissionEvents R = PARTNER_COMMISSION_EVENTS.as("r");

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
                .orElseThrow(() -> new PartnerException.NotFound("account", accountId));
    }

    /**
     * When the account last earned something that reversals and corrections have not taken back. Indexes:
     * partner_commission_events_by_partner, partner_commission_events_reversals,
     * partner_commission_events_corrections.
     */
    private @Nullable Instant lastEarned(PartnerAccountsRecord account, Instant since) {
        Field<BigDecimal> entries = field(select(coalesce(sum(R.COMMISSION_AMOUNT), inline(BigDecimal.ZERO)))
                .from(R)
                .where(R.TENANT_ID.eq(E.TENANT_ID))
                .and(R.REVERSES_ID.eq(E.ID).or(R.CORRECTS_ID.eq(E.ID)))
                .and(R.STATUS.notIn(CANCELLED, CLAWBACK)));
        return dsl.select(max(E.EVENT_DATE))
                .from(E)
                .where(E.TENANT_ID.eq(scope.tenantId()))
                .and(E.PARTNER_ID.eq(account.getPartnerId()))
                .and(E.EVENT_DATE.ge(since))
                .and(E.ACCOUNT_ID.eq(account.getId()))
                .and(E.REVERSES_ID.isNull())
                .and(E.CORRECTS_ID.isNull())
                .and(E.STATUS.notIn(CANCELLED, CLAWBACK))
                .and(E.COMMISSION_AMOUNT.plus(entries).ne(inline(BigDecimal.ZERO)))
                .fetchSingle()
                .value1();
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
