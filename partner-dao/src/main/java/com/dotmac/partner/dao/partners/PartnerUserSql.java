package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_USERS;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.References;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.PartnerUser.Status;
import com.dotmac.partner.schema.jooq.tables.PartnerUsers;
import com.dotmac.partner.schema.jooq.tables.records.PartnerUsersRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.UpdateSetMoreStep;

/** The statements of {@link PartnerUserDao}. */
final class PartnerUserSql {

    private static final PartnerUsers U = PARTNER_USERS.as("u");

    private final Scope scope;
    private final DSLContext dsl;

    PartnerUserSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Outcome<PartnerUser> add(NewPartnerUser user) {
        Request request = Request.of(user.key(), content(user));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new Outcome<>(addedBy(user.key()), true);
        }
        try {
            return new Outcome<>(insert(user), false);
        } catch (PartnerException.ConstraintViolated refused) {
            throw new References(user.partnerId(), null, null, user.hostUserId()).reason(refused);
        }
    }

    static RequestContent content(NewPartnerUser user) {
        return RequestContent.of("add a partner user")
                .id("partner", user.partnerId())
                .text("email", user.email())
                .text("full_name", user.fullName())
                .text("role", user.role())
                .id("host_user", user.hostUserId());
    }

    /** Empty: the user has another version. */
    Optional<PartnerUser> change(PartnerUserUpdate update) {
        Optional<PartnerUser> changed;
        try {
            changed = put(update);
        } catch (PartnerException.ConstraintViolated refused) {
            throw new References(null, null, null, update.hostUserId().orElse(null)).reason(refused);
        }
        if (changed.isEmpty()) {
            requireActive(require(update.userId()));
        }
        return changed;
    }

    Outcome<PartnerUser> makePrimary(UUID userId) {
        UUID partnerId = require(userId).partnerId();
        new PartnerSql(scope, dsl).lock(partnerId);
        PartnerUser user = requireActive(require(userId));
        if (user.status() == Status.PRIMARY_CONTACT) {
            return new Outcome<>(user, true);
        }
        unmarkPrimary(partnerId);
        return markPrimary(userId)
                .map(marked -> new Outcome<>(marked, false))
                // Another transaction deactivated the user after the read: deactivate does not lock the partner.
                .orElseThrow(() -> inactive(userId));
    }

    Outcome<PartnerUser> deactivate(UUID userId, String reason) {
        return putInactive(userId, reason)
                .map(changed -> new Outcome<>(changed, false))
                .orElseGet(() -> {
                    PartnerUser user = require(userId);
                    // Another transaction reactivated the user after the statement.
                    return user.status() == Status.INACTIVE ? new Outcome<>(user, true) : deactivate(userId, reason);
                });
    }

    Outcome<PartnerUser> reactivate(UUID userId, String reason) {
        return putActive(userId, reason)
                .map(changed -> new Outcome<>(changed, false))
                .orElseGet(() -> {
                    PartnerUser user = require(userId);
                    // Another transaction deactivated the user after the statement.
                    return user.status() == Status.INACTIVE ? reactivate(userId, reason) : new Outcome<>(user, true);
                });
    }

    private PartnerUser require(UUID userId) {
        return find(userId).orElseThrow(() -> new NotFound(NotFound.Kind.PARTNER_USER, userId));
    }

    private static PartnerUser requireActive(PartnerUser user) {
        if (user.status() == Status.INACTIVE) {
            throw inactive(user.id());
        }
        return user;
    }

    private static PartnerException inactive(UUID userId) {
        return new PartnerException.IllegalTransition(
                userId, "partner user " + userId + " is inactive; reactivate the partner user first");
    }

    /** Index: partner_users_pkey. */
    Optional<PartnerUser> find(UUID userId) {
        return dsl.selectFrom(U).where(is(userId)).fetchOptional(PartnerUserSql::user);
    }

    /** Index: partner_user_email_is_unique. */
    List<PartnerUser> ofPartner(UUID partnerId) {
        return dsl.selectFrom(U).where(belongsTo(partnerId)).orderBy(U.EMAIL).fetch(PartnerUserSql::user);
    }

    /** Index: partner_users_one_primary_contact. */
    Optional<PartnerUser> primaryContact(UUID partnerId) {
        return dsl.selectFrom(U)
                .where(belongsTo(partnerId))
                .and(U.IS_PRIMARY_CONTACT)
                .fetchOptional(PartnerUserSql::user);
    }

    /** Index: partner_users_by_user. */
    List<PartnerUser> ofHostUser(UUID hostUserId) {
        return dsl.selectFrom(U)
                .where(U.TENANT_ID.eq(scope.tenantId()))
                .and(U.USER_ID.eq(hostUserId))
                .and(U.IS_ACTIVE)
                .orderBy(U.PARTNER_ID, U.ID)
                .fetch(PartnerUserSql::user);
    }

    /** Index: partner_user_added_once. */
    private PartnerUser addedBy(String key) {
        return dsl.selectFrom(U)
                .where(U.TENANT_ID.eq(scope.tenantId()))
                .and(U.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle(PartnerUserSql::user);
    }

    private PartnerUser insert(NewPartnerUser user) {
        return dsl.insertInto(PARTNER_USERS)
                .set(PARTNER_USERS.TENANT_ID, scope.tenantId())
                .set(PARTNER_USERS.PARTNER_ID, user.partnerId())
                .set(PARTNER_USERS.USER_ID, user.hostUserId())
                .set(PARTNER_USERS.EMAIL, user.email())
                .set(PARTNER_USERS.FULL_NAME, user.fullName())
                .set(PARTNER_USERS.ROLE, user.role())
                .set(PARTNER_USERS.IDEMPOTENCY_KEY, user.key())
                .set(PARTNER_USERS.CREATED_BY, scope.actor())
                .set(PARTNER_USERS.UPDATED_BY, scope.actor())
                .returning()
                .fetchSingle(PartnerUserSql::user);
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> put(PartnerUserUpdate update) {
        return change().set(U.USER_ID, update.hostUserId().orElse(null))
                .set(U.EMAIL, update.email())
                .set(U.FULL_NAME, update.fullName())
                .set(U.ROLE, update.role())
                .where(is(update.userId()))
                .and(U.ROW_VERSION.eq(update.rowVersion()))
                .and(U.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUserSql::user);
    }

    /** Runs before {@link #markPrimary}: the unique index allows one primary contact. Index: partner_users_one_primary_contact. */
    private void unmarkPrimary(UUID partnerId) {
        change().set(U.IS_PRIMARY_CONTACT, false)
                .where(belongsTo(partnerId))
                .and(U.IS_PRIMARY_CONTACT)
                .execute();
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> markPrimary(UUID userId) {
        return change().set(U.IS_PRIMARY_CONTACT, true)
                .where(is(userId))
                .and(U.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUserSql::user);
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> putInactive(UUID userId, String reason) {
        return change().set(U.IS_ACTIVE, false)
                .set(U.IS_PRIMARY_CONTACT, false)
                .set(U.STATUS_REASON, reason)
                .where(is(userId))
                .and(U.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUserSql::user);
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> putActive(UUID userId, String reason) {
        return change().set(U.IS_ACTIVE, true)
                .set(U.STATUS_REASON, reason)
                .where(is(userId))
                .andNot(U.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUserSql::user);
    }

    /** How each update of a user begins: it counts the change, and says when it happens and who makes it. */
    private UpdateSetMoreStep<PartnerUsersRecord> change() {
        return dsl.update(U)
                .set(U.ROW_VERSION, U.ROW_VERSION.plus(1))
                .set(U.UPDATED_AT, currentInstant())
                .set(U.UPDATED_BY, scope.actor());
    }

    private Condition is(UUID userId) {
        return U.TENANT_ID.eq(scope.tenantId()).and(U.ID.eq(userId));
    }

    private Condition belongsTo(UUID partnerId) {
        return U.TENANT_ID.eq(scope.tenantId()).and(U.PARTNER_ID.eq(partnerId));
    }

    private static PartnerUser user(PartnerUsersRecord row) {
        return new PartnerUser(
                row.getId(),
                row.getPartnerId(),
                row.getEmail(),
                row.getFullName(),
                row.getRole(),
                Optional.ofNullable(row.getUserId()),
                status(row),
                Optional.ofNullable(row.getStatusReason()),
                row.getRowVersion(),
                row.getCreatedAt(),
                row.getCreatedBy(),
                row.getUpdatedAt(),
                row.getUpdatedBy());
    }

    private static Status status(PartnerUsersRecord row) {
        if (!row.getIsActive()) {
            return Status.INACTIVE;
        }
        return row.getIsPrimaryContact() ? Status.PRIMARY_CONTACT : Status.ACTIVE;
    }
}
