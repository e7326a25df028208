package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The people who act for partners. */
public final class PartnerUserDao {

    private final Scope scope;

    public PartnerUserDao(Scope scope) {
        this.scope = scope;
    }

    /**
     * Adds a person to a partner, active. A repeated key returns the first person, replayed.
     *
     * <p>Errors: {@link PartnerException.NotFound} when this tenant has no such partner; {@link
     * PartnerException.IdempotencyConflict} for a key used with other content; {@link PartnerException.ConstraintViolated}
     * {@code partner_user_email_is_unique} when the partner has somebody with that address, also somebody who has left ({@link
     * #reactivate}), {@code partner_user_is_a_host_user} when the host has no such user.
     */
    public Outcome<PartnerUser> add(NewPartnerUser user) {
        Checks.present(user, "user");
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).add(user));
    }

    /** The person, or empty when this tenant has none with the id. Index: partner_users_pkey. */
    public Optional<PartnerUser> find(UUID userId) {
        Checks.present(userId, "userId");
        return scope.transactions().read(dsl -> new PartnerUserSql(scope, dsl).find(userId));
    }

    /** Everybody of a partner, also who has left, by e-mail address; empty also when this tenant has no such partner. */
    public List<PartnerUser> list(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PartnerUserSql(scope, dsl).ofPartner(partnerId));
    }

    /** The one to turn to; empty when nobody was made that, or has left. Index: partner_users_one_primary_contact. */
    public Optional<PartnerUser> primaryContact(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PartnerUserSql(scope, dsl).primaryContact(partnerId));
    }

    /** For whom a user of the host acts: active people linked to the user, in the order of partners. Index: partner_users_by_user. */
    public List<PartnerUser> ofHostUser(UUID hostUserId) {
        Checks.present(hostUserId, "hostUserId");
        return scope.transactions().read(dsl -> new PartnerUserSql(scope, dsl).ofHostUser(hostUserId));
    }

    /**
     * Changes what is said of a person, if nobody has changed it since the caller looked.
     *
     * <p>Concurrency: of several changes of one version one is made. Empty: the row was changed since, and nothing is now; find it
     * again and decide anew.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.IllegalTransition} for a person who has left; {@link
     * PartnerException.ConstraintViolated} as by {@link #add}.
     */
    public Optional<PartnerUser> change(PartnerUserUpdate update) {
        Checks.present(update, "update");
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).change(update));
    }

    /**
     * Makes a person the one to turn to, instead of whoever was.
     *
     * <p>Concurrency: holds the partner, then moves the mark; calls for one partner wait for each other, and the last one stands. The
     * person is that already: replayed.
     *
     * @throws PartnerException.NotFound when this tenant has no such person
     * @throws PartnerException.IllegalTransition when the person has left
     */
    public Outcome<PartnerUser> makePrimary(UUID userId) {
        Checks.present(userId, "userId");
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).makePrimary(userId));
    }

    /**
     * A person has left, and is no longer the one to turn to. Again: replayed.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such person
     */
    public Outcome<PartnerUser> deactivate(UUID userId, String reason) {
        Checks.present(userId, "userId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).deactivate(userId, reason));
    }

    /**
     * A person who had left is back. There already: replayed.
     *
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound when this tenant has no such person
     */
    public Outcome<PartnerUser> reactivate(UUID userId, String reason) {
        Checks.present(userId, "userId");
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new PartnerUserSql(scope, dsl).reactivate(userId, reason));
    }
}
