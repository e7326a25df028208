package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_USERS;
import static org.jooq.impl.DSL.currentInstant;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.PartnerUser.Standing;
import com.dotmac.partner.schema.jooq.tables.records.PartnerUsersRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.UpdateSetMoreStep;

/** The statements of {@link PartnerUserDao}. */
public final class PartnerUserSql {

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
        new PartnerSql(scope, dsl).require(user.partnerId());
        return new Outcome<>(insert(user), false);
    }

    static RequestContent content(NewPartnerUser user) {
        return RequestContent.of("add a partner user")
                .id("partner", user.partnerId())
                .text("email", user.email())
                .text("full_name", user.fullName())
                .text("role", user.role())
                .id("host_user", user.hostUserId().orElse(null));
    }

    /** Empty: the person is not of that version. */
    Optional<PartnerUser> change(PartnerUserUpdate update) {
        Optional<PartnerUser> changed = put(update);
        if (changed.isEmpty()) {
            requireActive(require(update.userId()));
        }
        return changed;
    }

    Outcome<PartnerUser> makePrimary(UUID userId) {
        UUID partnerId = require(userId).partnerId();
        new PartnerSql(scope, dsl).lock(partnerId);
        PartnerUser user = requireActive(require(userId));
        if (user.standing() == Standing.PRIMARY_CONTACT) {
            return new Outcome<>(user, true);
        }
        unmarkPrimary(partnerId);
        return markPrimary(userId)
                .map(marked -> new Outcome<>(marked, false))
                // Gone since it was looked at: deactivate does not wait for the partner.
                .orElseThrow(() -> inactive(userId));
    }

    Outcome<PartnerUser> deactivate(UUID userId, String reason) {
        return leave(userId, reason).map(left -> new Outcome<>(left, false)).orElseGet(() -> {
            PartnerUser user = require(userId);
            // Another brought the person back since the statement.
            return user.standing() == Standing.INACTIVE ? new Outcome<>(user, true) : deactivate(userId, reason);
        });
    }

    Outcome<PartnerUser> reactivate(UUID userId, String reason) {
        return comeBack(userId, reason).map(back -> new Outcome<>(back, false)).orElseGet(() -> {
            PartnerUser user = require(userId);
            // Another let the person go since the statement.
            return user.standing() == Standing.INACTIVE ? reactivate(userId, reason) : new Outcome<>(user, true);
        });
    }

    private PartnerUser require(UUID userId) {
        return find(userId).orElseThrow(() -> new PartnerException.NotFound("person", userId));
    }

    private static PartnerUser requireActive(PartnerUser user) {
        if (user.standing() == Standing.INACTIVE) {
            throw inactive(user.id());
        }
        return user;
    }

    private static PartnerException inactive(UUID userId) {
        return new PartnerException.IllegalTransition(
                userId, "person " + userId + " has left the partner; reactivate the person first");
    }

    /** Index: partner_users_pkey. */
    Optional<PartnerUser> find(UUID userId) {
        return dsl.selectFrom(PARTNER_USERS).where(is(userId)).fetchOptional(PartnerUser::of);
    }

    /** Index: partner_user_email_is_unique. */
    List<PartnerUser> ofPartner(UUID partnerId) {
        return dsl.selectFrom(PARTNER_USERS)
                .where(ofThe(partnerId))
                .orderBy(PARTNER_USERS.EMAIL)
                .fetch(PartnerUser::of);
    }

    /** Index: partner_users_one_primary_contact. */
    Optional<PartnerUser> primaryContact(UUID partnerId) {
        return dsl.selectFrom(PARTNER_USERS)
                .where(ofThe(partnerId))
                .and(PARTNER_USERS.IS_PRIMARY_CONTACT)
                .fetchOptional(PartnerUser::of);
    }

    /** Index: partner_users_by_user. */
    List<PartnerUser> ofHostUser(UUID hostUserId) {
        return dsl.selectFrom(PARTNER_USERS)
                .where(PARTNER_USERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_USERS.USER_ID.eq(hostUserId))
                .and(PARTNER_USERS.IS_ACTIVE)
                .orderBy(PARTNER_USERS.PARTNER_ID, PARTNER_USERS.ID)
                .fetch(PartnerUser::of);
    }

    /** Index: partner_user_added_once. */
    private PartnerUser addedBy(String key) {
        return dsl.selectFrom(PARTNER_USERS)
                .where(PARTNER_USERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_USERS.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle(PartnerUser::of);
    }

    private PartnerUser insert(NewPartnerUser user) {
        return dsl.insertInto(PARTNER_USERS)
                .set(PARTNER_USERS.TENANT_ID, scope.tenantId())
                .set(PARTNER_USERS.PARTNER_ID, user.partnerId())
                .set(PARTNER_USERS.USER_ID, user.hostUserId().orElse(null))
                .set(PARTNER_USERS.EMAIL, user.email())
                .set(PARTNER_USERS.FULL_NAME, user.fullName())
                .set(PARTNER_USERS.ROLE, user.role())
                .set(PARTNER_USERS.IDEMPOTENCY_KEY, user.key())
                .set(PARTNER_USERS.CREATED_BY, scope.actor())
                .set(PARTNER_USERS.UPDATED_BY, scope.actor())
                .returning()
                .fetchSingle(PartnerUser::of);
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> put(PartnerUserUpdate update) {
        return counted()
                .set(PARTNER_USERS.USER_ID, update.hostUserId().orElse(null))
                .set(PARTNER_USERS.EMAIL, update.email())
                .set(PARTNER_USERS.FULL_NAME, update.fullName())
                .set(PARTNER_USERS.ROLE, update.role())
                .where(is(update.userId()))
                .and(PARTNER_USERS.ROW_VERSION.eq(update.rowVersion()))
                .and(PARTNER_USERS.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUser::of);
    }

    /** Before the other is marked: the index allows one at every moment. Index: partner_users_one_primary_contact. */
    private void unmarkPrimary(UUID partnerId) {
        counted()
                .set(PARTNER_USERS.IS_PRIMARY_CONTACT, false)
                .where(ofThe(partnerId))
                .and(PARTNER_USERS.IS_PRIMARY_CONTACT)
                .execute();
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> markPrimary(UUID userId) {
        return counted()
                .set(PARTNER_USERS.IS_PRIMARY_CONTACT, true)
                .where(is(userId))
                .and(PARTNER_USERS.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUser::of);
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> leave(UUID userId, String reason) {
        return counted()
                .set(PARTNER_USERS.IS_ACTIVE, false)
                .set(PARTNER_USERS.IS_PRIMARY_CONTACT, false)
                .set(PARTNER_USERS.STATUS_REASON, reason)
                .where(is(userId))
                .and(PARTNER_USERS.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUser::of);
    }

    /** Index: partner_users_pkey. */
    private Optional<PartnerUser> comeBack(UUID userId, String reason) {
        return counted()
                .set(PARTNER_USERS.IS_ACTIVE, true)
                .set(PARTNER_USERS.STATUS_REASON, reason)
                .where(is(userId))
                .andNot(PARTNER_USERS.IS_ACTIVE)
                .returning()
                .fetchOptional(PartnerUser::of);
    }

    private UpdateSetMoreStep<PartnerUsersRecord> counted() {
        return dsl.update(PARTNER_USERS)
                .set(PARTNER_USERS.ROW_VERSION, PARTNER_USERS.ROW_VERSION.plus(1))
                .set(PARTNER_USERS.UPDATED_AT, currentInstant())
                .set(PARTNER_USERS.UPDATED_BY, scope.actor());
    }

    private Condition is(UUID userId) {
        return PARTNER_USERS.TENANT_ID.eq(scope.tenantId()).and(PARTNER_USERS.ID.eq(userId));
    }

    private Condition ofThe(UUID partnerId) {
        return PARTNER_USERS.TENANT_ID.eq(scope.tenantId()).and(PARTNER_USERS.PARTNER_ID.eq(partnerId));
    }
}
