package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static org.jooq.impl.DSL.noCondition;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.PagedList;
import com.dotmac.partner.dao.internal.References;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.PartnerAccount.Ending;
import com.dotmac.partner.dao.partners.internal.AssignmentEndSql;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerAccountsRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements of customer assignments: assign, end, list. */
final class CustomerAssignmentSql {

    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");

    private final Scope scope;
    private final DSLContext dsl;

    CustomerAssignmentSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<PartnerAccount> assign(CustomerAssignment assignment) {
        Request request = Request.of(assignment.key(), content(assignment));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(assignedBy(assignment.key()), true);
        }
        try {
            return new Outcome<>(insert(assignment), false);
        } catch (PartnerException.ConstraintViolated refused) {
            throw new References(assignment.partnerId(), assignment.customerId(), null, null).reason(refused);
        }
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
        AssignmentEndSql end = new AssignmentEndSql(scope, dsl);
        PartnerAccountsRecord account = end.lockToEnd(accountId, at);
        if (at.equals(account.getEndsAt())) {
            return new Outcome<>(account(account), true);
        }
        end.requireNothingEarnedSince(account, at);
        return new Outcome<>(account(end.putEnd(accountId, at, reason)), false);
    }

    Page<PartnerAccount> ofPartner(UUID partnerId, int size, @Nullable UUID after) {
        return list(scope, partnerId).page(rows(partnerId, size + 1, after), size, PartnerAccount::id);
    }

    static PagedList list(Scope scope, UUID partnerId) {
        return PagedList.of(scope, RequestContent.of("list assignments").id("partner", partnerId));
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
