package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.PageToken;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.dao.partners.PartnerAccount.Ending;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.records.PartnerAccountsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** The statements of customer assignments: assign, end, list. */
public final class CustomerAssignmentSql {

    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");
    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS.as("e");
    private static final PartnerCommissionEvents R = PARTNER_COMMISSION_EVENTS.as("r");
    private static final String LIST = "customer assignments";

    private final Scope scope;
    private final DSLContext dsl;

    public CustomerAssignmentSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<PartnerAccount> assign(CustomerAssignment assignment) {
        Request request = Request.of(assignment.key(), content(assignment));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(assignedBy(assignment.key()), true);
        }
        new PartnerSql(scope, dsl).require(assignment.partnerId());
        return new Outcome<>(insert(assignment), false);
    }

    static RequestContent content(CustomerAssignment assignment) {
        return RequestContent.of("assign a customer")
                .id("partner", assignment.partnerId())
                .id("customer", assignment.customerId())
                .number("custom_rate", assignment.customCommissionRate())
                .instant("starts_at", assignment.startsAt())
                .instant("ends_at", assignment.endsAt());
    }

    Outcome<PartnerAccount> end(UUID accountId, Instant at, String reason) {
        PartnerAccountsRecord account = lock(accountId);
        if (at.equals(account.getEndsAt())) {
            return new Outcome<>(account(account), true);
        }
        requireEarlier(account, at);
        requireNothingEarnedSince(account, at);
        return new Outcome<>(putEnd(accountId, at, reason), false);
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

    private void requireNothingEarnedSince(PartnerAccountsRecord account, Instant at) {
        Instant last = lastEarned(account, at);
        if (last != null) {
            throw new PartnerException.IllegalTransition(
                    account.getId(),
                    "account " + account.getId() + " earned a commission at " + last + " and cannot end at " + at
                            + "; end it after that, or with sales().endAssignment, which restates those sales");
        }
    }

    Page<PartnerAccount> ofPartner(UUID partnerId, int size, @Nullable UUID after) {
        return PageToken.page(rows(partnerId, size + 1, after), size, last -> PageToken.encode(LIST, last.id()));
    }

    static UUID position(String token) {
        return PageToken.decode(LIST, token).id(0);
    }

    /** Index: partner_account_of_partner. */
    private List<PartnerAccount> rows(UUID partnerId, int limit, @Nullable UUID after) {
        return dsl.selectFrom(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.PARTNER_ID.eq(partnerId))
                .and(after == null ? noCondition() : A.ID.gt(after))
                .orderBy(A.ID)
                .limit(limit)
                .fetch(CustomerAssignmentSql::account);
    }

    /** Index: partner_accounts_by_customer. */
    List<PartnerAccount> ofCustomer(UUID customerId, Instant at) {
        return dsl.selectFrom(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.CUSTOMER_ID.eq(customerId))
                .and(A.STARTS_AT.le(at))
                .and(A.ENDS_AT.isNull().or(A.ENDS_AT.gt(at)))
                .orderBy(A.PARTNER_ID)
                .fetch(CustomerAssignmentSql::account);
    }

    private PartnerAccount insert(CustomerAssignment assignment) {
        return dsl.insertInto(PARTNER_ACCOUNTS)
                .set(PARTNER_ACCOUNTS.TENANT_ID, scope.tenantId())
                .set(PARTNER_ACCOUNTS.PARTNER_ID, assignment.partnerId())
                .set(PARTNER_ACCOUNTS.CUSTOMER_ID, assignment.customerId())
                .set(PARTNER_ACCOUNTS.CUSTOM_COMMISSION_RATE, assignment.customCommissionRate())
                .set(PARTNER_ACCOUNTS.STARTS_AT, assignment.startsAt())
                .set(PARTNER_ACCOUNTS.ENDS_AT, assignment.endsAt())
                .set(PARTNER_ACCOUNTS.IDEMPOTENCY_KEY, assignment.key())
                .set(PARTNER_ACCOUNTS.CREATED_BY, scope.actor())
                .returning()
                .fetchSingle(CustomerAssignmentSql::account);
    }

    /** Index: partner_account_assigned_once. */
    private PartnerAccount assignedBy(String key) {
        return dsl.selectFrom(A)
                .where(A.TENANT_ID.eq(scope.tenantId()))
                .and(A.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle(CustomerAssignmentSql::account);
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
    public PartnerAccount putEnd(UUID accountId, Instant at, String reason) {
        return dsl.update(A)
                .set(A.ENDS_AT, at)
                .set(A.END_REASON, reason)
                .set(A.END_DECIDED_AT, currentInstant())
                .set(A.END_DECIDED_BY, scope.actor())
                .where(is(accountId))
                .returning()
                .fetchSingle(CustomerAssignmentSql::account);
    }

    private Condition is(UUID accountId) {
        return A.TENANT_ID.eq(scope.tenantId()).and(A.ID.eq(accountId));
    }

    private static PartnerAccount account(PartnerAccountsRecord row) {
        return new PartnerAccount(
                row.getId(),
                row.getPartnerId(),
                Optional.ofNullable(row.getCustomerId()),
                Optional.ofNullable(row.getCustomCommissionRate()),
                row.getStartsAt(),
                Optional.ofNullable(row.getEndsAt()),
                Optional.ofNullable(row.getEndReason())
                        .map(reason -> new Ending(reason, row.getEndDecidedBy(), row.getEndDecidedAt())),
                row.getCreatedAt(),
                row.getCreatedBy());
    }
}
