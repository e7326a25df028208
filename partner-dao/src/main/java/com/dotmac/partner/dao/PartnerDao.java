package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_MINIMUMS;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.active;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.pending;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.suspended;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.enums.PartnerStatus;
import com.dotmac.partner.schema.jooq.tables.records.PartnersRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Partners: register, find, move, and assign customers to them. */
public final class PartnerDao {

    private static final int REASON_LENGTH = 500;

    private final Scope scope;
    private final IdempotencyKeys keys;

    PartnerDao(Scope scope) {
        this.scope = scope;
        this.keys = new IdempotencyKeys(scope);
    }

    /**
     * Registers a partner, status pending.
     *
     * <p>Shape: one row of {@code partners}, one of {@code partner_payout_minimums} for each minimum.
     *
     * <p>Concurrency: registrations that leave the number to the library wait for each other, one tenant at a time; numbers
     * have no gap but for partners with numbers of their own. A repeated key returns the first partner, replayed.
     *
     * <p>Errors: {@link PartnerException.IdempotencyConflict} for a key used with other content; {@link
     * PartnerException.ConstraintViolated} {@code partner_number_is_unique} for a number that is taken.
     */
    public Outcome<Partner> register(NewPartner partner) {
        Checks.present(partner, "partner");
        Request request = Request.of(
                partner.key(),
                "register a partner",
                partner.companyName(),
                partner.number(),
                partner.defaultCommissionRate(),
                partner.payoutMinimums());
        return scope.transactions().write(dsl -> {
            if (!keys.accept(dsl, request)) {
                return new Outcome<>(Partner.of(registeredBy(dsl, partner.key())), true);
            }
            String number = partner.number() != null ? partner.number() : new PartnerNumbers(scope).next(dsl);
            PartnersRecord row = insert(dsl, partner, number);
            partner.payoutMinimums().forEach(minimum -> insertMinimum(dsl, row.getId(), minimum));
            return new Outcome<>(Partner.of(row), false);
        });
    }

    /** The partner, or empty when this tenant has none with the id. Index: partners_pkey. */
    public Optional<Partner> find(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(partnerId))
                .fetchOptional(Partner::of));
    }

    /**
     * Makes a pending or suspended partner active: its payouts can be closed.
     *
     * <p>Concurrency: one statement that moves the partner only from a state it may leave; of several callers one makes the
     * move, and the others get the active partner back, replayed. The move is recorded with actor and reason.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     * @throws PartnerException.IllegalMove when it is terminated or archived
     */
    public Outcome<Partner> activate(UUID partnerId, String reason) {
        return move(partnerId, List.of(pending, suspended), active, reason);
    }

    /**
     * Suspends an active partner: it goes on earning, and its payouts stay open until it is active again.
     *
     * <p>Concurrency: as {@link #activate}.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such partner
     * @throws PartnerException.IllegalMove when it is neither active nor suspended
     */
    public Outcome<Partner> suspend(UUID partnerId, String reason) {
        return move(partnerId, List.of(active), suspended, reason);
    }

    /**
     * Assigns a customer to a partner.
     *
     * <p>Shape: one row of {@code partner_accounts}. A customer may have several partners at once, but each only once at a
     * time. A repeated key returns the first account, replayed.
     *
     * <p>Errors: {@link PartnerException.NotFound} when this tenant has no such partner; {@link
     * PartnerException.IdempotencyConflict} for a key used with other content; {@link PartnerException.ConstraintViolated}
     * {@code partner_account_periods_do_not_overlap} when the customer is the partner's already for some of the time, {@code
     * partner_account_is_of_a_host_customer} when the host has no such customer.
     */
    public Outcome<PartnerAccount> assign(CustomerAssignment assignment) {
        Checks.present(assignment, "assignment");
        Request request = Request.of(
                assignment.key(),
                "assign a customer",
                assignment.partnerId(),
                assignment.customerId(),
                assignment.customCommissionRate(),
                assignment.startsAt(),
                assignment.endsAt());
        return scope.transactions().write(dsl -> {
            if (!keys.accept(dsl, request)) {
                return new Outcome<>(assignedBy(dsl, assignment.key()), true);
            }
            requirePartner(dsl, assignment.partnerId());
            return new Outcome<>(insert(dsl, assignment), false);
        });
    }

    private Outcome<Partner> move(UUID partnerId, List<PartnerStatus> from, PartnerStatus to, String reason) {
        Checks.present(partnerId, "partnerId");
        Checks.text(reason, "reason", REASON_LENGTH);
        return scope.transactions().write(dsl -> dsl.update(PARTNERS)
                .set(PARTNERS.STATUS, to)
                .set(PARTNERS.STATUS_REASON, reason)
                .set(PARTNERS.ROW_VERSION, PARTNERS.ROW_VERSION.plus(1))
                .set(PARTNERS.UPDATED_AT, DSL.currentInstant())
                .set(PARTNERS.UPDATED_BY, scope.actor())
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(partnerId))
                .and(PARTNERS.STATUS.in(from))
                .returning()
                .fetchOptional(row -> new Outcome<>(Partner.of(row), false))
                .orElseGet(() -> movedAlready(dsl, partnerId, to)));
    }

    private Outcome<Partner> movedAlready(DSLContext dsl, UUID partnerId, PartnerStatus to) {
        Partner partner = requirePartner(dsl, partnerId);
        if (partner.status() != to) {
            throw new PartnerException.IllegalMove(
                    partnerId, "partner " + partnerId + " is " + partner.status() + " and may not become " + to);
        }
        return new Outcome<>(partner, true);
    }

    private Partner requirePartner(DSLContext dsl, UUID partnerId) {
        return dsl.selectFrom(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(partnerId))
                .fetchOptional(Partner::of)
                .orElseThrow(() -> new PartnerException.NotFound("partner", partnerId));
    }

    private PartnersRecord insert(DSLContext dsl, NewPartner partner, String number) {
        return dsl.insertInto(PARTNERS)
                .set(PARTNERS.TENANT_ID, scope.tenantId())
                .set(PARTNERS.PARTNER_NUMBER, number)
                .set(PARTNERS.COMPANY_NAME, partner.companyName())
                .set(PARTNERS.DEFAULT_COMMISSION_RATE, partner.defaultCommissionRate())
                .set(PARTNERS.IDEMPOTENCY_KEY, partner.key())
                .set(PARTNERS.CREATED_BY, scope.actor())
                .set(PARTNERS.UPDATED_BY, scope.actor())
                .returning()
                .fetchSingle();
    }

    private void insertMinimum(DSLContext dsl, UUID partnerId, Money minimum) {
        dsl.insertInto(PARTNER_PAYOUT_MINIMUMS)
                .set(PARTNER_PAYOUT_MINIMUMS.TENANT_ID, scope.tenantId())
                .set(PARTNER_PAYOUT_MINIMUMS.PARTNER_ID, partnerId)
                .set(PARTNER_PAYOUT_MINIMUMS.CURRENCY, minimum.currency())
                .set(PARTNER_PAYOUT_MINIMUMS.MINIMUM_AMOUNT, minimum.amount())
                .execute();
    }

    /** Index: partner_registered_once. */
    private PartnersRecord registeredBy(DSLContext dsl, String key) {
        return dsl.selectFrom(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle();
    }

    private PartnerAccount insert(DSLContext dsl, CustomerAssignment assignment) {
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
                .fetchSingle(PartnerAccount::of);
    }

    /** Index: partner_account_assigned_once. */
    private PartnerAccount assignedBy(DSLContext dsl, String key) {
        return dsl.selectFrom(PARTNER_ACCOUNTS)
                .where(PARTNER_ACCOUNTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_ACCOUNTS.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle(PartnerAccount::of);
    }
}
