package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Partner users: the people who act for partners.
 *
 * <p>Every method throws {@link PartnerException.InvalidInput} if an argument is missing, or if a reason does not have 1 to 500
 * characters.
 */
public final class PartnerUserDao {

    private final Scope scope;

    /** For PartnerScope; take it from there. */
    public PartnerUserDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * Adds an active user to a partner.
     *
     * <p>Statements and cost: inserts one row of {@code partner_users}.
     *
     * <p>Concurrency: a repeated key returns the first user, replayed.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner; the key stays free
     * @throws PartnerException.NotFound if this tenant has no such user of the host, and the schema has the references to the host's
     *     tables; the key stays free
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     * @throws PartnerException.ConstraintViolated {@code partner_user_email_is_unique} if the partner has a user with that address; an
     *     inactive user counts: {@link #reactivate} it
     */
    public Outcome<PartnerUser> add(NewPartnerUser user) {
        Checks.present(user, "user");
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).add(user));
    }

    /**
     * The user with an id; empty: this tenant has no such user.
     *
     * <p>Statements and cost: one statement, one row. Index: partner_users_pkey.
     */
    public Optional<PartnerUser> find(UUID userId) {
        Checks.present(userId, "userId");
        return scope.transactions().read(dsl -> new PartnerUserSql(scope, dsl).find(userId));
    }

    /**
     * All users of a partner, inactive ones too, in the order of their email addresses; empty: the partner has none.
     *
     * <p>Statements and cost: one statement, one row for each user. Index: partner_user_email_is_unique.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<PartnerUser> list(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new PartnerUserSql(scope, dsl).ofPartner(partnerId)));
    }

    /**
     * The primary contact of a partner; empty: the partner has none.
     *
     * <p>Statements and cost: one statement, one row. Index: partner_users_one_primary_contact.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public Optional<PartnerUser> primaryContact(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> {
            Optional<PartnerUser> contact = new PartnerUserSql(scope, dsl).primaryContact(partnerId);
            if (contact.isEmpty()) {
                KnownPartner.require(scope, dsl, partnerId);
            }
            return contact;
        });
    }

    /**
     * The active partner users that are linked to a user of the host, in the order of partners.
     *
     * <p>Statements and cost: one statement, one row for each partner user. Index: partner_users_by_user.
     */
    public List<PartnerUser> ofHostUser(UUID hostUserId) {
        Checks.present(hostUserId, "hostUserId");
        return scope.transactions().read(dsl -> new PartnerUserSql(scope, dsl).ofHostUser(hostUserId));
    }

    /**
     * Changes a user if it still has the version that the caller read; empty: it has another version, and nothing has changed. Find the
     * user again and decide again.
     *
     * <p>Statements and cost: one row; the statement writes every value.
     *
     * <p>Concurrency: exactly one of several changes of one version succeeds.
     *
     * @throws PartnerException.NotFound if this tenant has no such user
     * @throws PartnerException.NotFound if this tenant has no such user of the host, and the schema has the references to the host's
     *     tables
     * @throws PartnerException.IllegalTransition if the user is inactive
     * @throws PartnerException.ConstraintViolated {@code partner_user_email_is_unique} if the partner has another user with that address
     */
    public Optional<PartnerUser> change(PartnerUserUpdate update) {
        Checks.present(update, "update");
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).change(update));
    }

    /**
     * Makes a user the primary contact, instead of the present one.
     *
     * <p>Statements and cost: changes two rows of {@code partner_users} at most.
     *
     * <p>Concurrency: locks the partner, so calls for one partner wait for each other, and the last call decides. If the user is the
     * primary contact already, the call is a replay.
     *
     * @throws PartnerException.NotFound if this tenant has no such user
     * @throws PartnerException.IllegalTransition if the user is inactive
     */
    public Outcome<PartnerUser> makePrimary(UUID userId) {
        Checks.present(userId, "userId");
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).makePrimary(userId));
    }

    /**
     * Deactivates a user: it acts for the partner no longer, and is no primary contact.
     *
     * <p>Statements and cost: one row.
     *
     * <p>Concurrency: one statement. If the user is inactive already, the call is a replay.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such user
     */
    public Outcome<PartnerUser> deactivate(UUID userId, String reason) {
        Checks.present(userId, "userId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).deactivate(userId, reason));
    }

    /**
     * Makes an inactive user active again.
     *
     * <p>Statements and cost: one row.
     *
     * <p>Concurrency: one statement. If the user is active already, the call is a replay.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such user
     */
    public Outcome<PartnerUser> reactivate(UUID userId, String reason) {
        Checks.present(userId, "userId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).reactivate(userId, reason));
    }
}
