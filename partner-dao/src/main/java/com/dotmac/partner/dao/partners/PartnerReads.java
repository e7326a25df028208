package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The methods of {@link PartnerDao} that only read. */
abstract sealed class PartnerReads permits PartnerDao {

    final Scope scope;

    PartnerReads(Scope scope) {
        this.scope = scope;
    }

    /**
     * The partner with an id; empty: this tenant has no such partner.
     *
     * <p>Statements and cost: one statement, one row. Index: partners_pkey.
     */
    public Optional<Partner> find(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> new PartnerSql(scope, dsl).find(partnerId));
    }

    /**
     * The partner with a number; empty: this tenant has no such partner.
     *
     * <p>Statements and cost: one statement, one row. Index: partner_number_is_unique.
     *
     * @param number 1 to 50 characters
     * @throws PartnerException.InvalidInput if the number has another length
     */
    public Optional<Partner> findByNumber(String number) {
        Checks.text(number, "number", Checks.SHORT_NAME_LENGTH);
        return scope.transactions().read(dsl -> new PartnerSql(scope, dsl).findByNumber(number));
    }

    /**
     * The first page of the partners that match a query.
     *
     * <p>Statements and cost: one statement. It reads as many rows of the order's index as the page has, and the rows between them that
     * have another status.
     *
     * <p>Concurrency: if somebody renames or renumbers a partner between two pages, a page has the partner where it is when the page is
     * read. The next page begins where it would have begun. If both partners between which it begins got another name or number, the
     * token is refused: begin again.
     *
     * @param size of the page, 1 to 1000
     * @throws PartnerException.InvalidInput if the size is out of range
     */
    public Page<Partner> search(PartnerQuery query, int size) {
        return search(query, size, null);
    }

    /**
     * The page after another one.
     *
     * <p>Statements and cost: as {@link #search(PartnerQuery, int)}, at any depth.
     *
     * @param query the query of the first page
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before; null for the first page
     * @throws PartnerException.InvalidInput if the size is out of range
     * @throws PartnerException.InvalidInput if no page of this query gave the token out
     * @throws PartnerException.InvalidInput if the partners at which the page begins have other names or numbers now
     */
    public Page<Partner> search(PartnerQuery query, int size, @Nullable String after) {
        Checks.present(query, "query");
        Checks.pageSize(size);
        @Nullable
        PartnerPosition position =
                after == null ? null : PartnerPosition.of(after, PartnerSearchSql.list(scope, query));
        return scope.transactions().read(dsl -> new PartnerSearchSql(scope, dsl).page(query, size, position));
    }

    /**
     * The status transitions of a partner, in their order; empty: it had none.
     *
     * <p>Statements and cost: one statement, one row for each transition. Index: partner_status_changes_by_subject.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<Partner.StatusChange> history(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new PartnerHistorySql(scope, dsl).statusChanges(partnerId)));
    }

    /**
     * The changes of a partner's payout hold, in their order; empty: it had none.
     *
     * <p>Statements and cost: one statement, one row for each change. Index: partner_payout_hold_changes_by_partner.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<Partner.HoldChange> holds(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new PartnerHistorySql(scope, dsl).holdChanges(partnerId)));
    }

    /**
     * The payout minimums of a partner above 0, in the order of currencies; empty: it has none.
     *
     * <p>Statements and cost: one statement, one row for each currency. Index: partner_payout_minimums_pkey.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<Money> payoutMinimums(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new PayoutMinimumSql(scope, dsl).of(partnerId)));
    }

    /**
     * The first page of a partner's accounts, in the order in which they were assigned. The list has accounts that have ended too.
     *
     * <p>Statements and cost: one statement, {@code size} rows and one. Index: partner_account_of_partner.
     *
     * @param size of the page, 1 to 1000
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if the size is out of range
     */
    public Page<PartnerAccount> assignments(UUID partnerId, int size) {
        return assignments(partnerId, size, null);
    }

    /**
     * The page after another one.
     *
     * <p>Statements and cost: as {@link #assignments(UUID, int)}, at any depth.
     *
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before; null for the first page
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if the size is out of range
     * @throws PartnerException.InvalidInput if no page of this partner's accounts gave the token out
     */
    public Page<PartnerAccount> assignments(UUID partnerId, int size, @Nullable String after) {
        Checks.present(partnerId, "partnerId");
        Checks.pageSize(size);
        @Nullable
        UUID last = after == null
                ? null
                : CustomerAssignmentSql.list(scope, partnerId).last(after);
        return accounts(partnerId, size, last);
    }

    private Page<PartnerAccount> accounts(UUID partnerId, int size, @Nullable UUID after) {
        return scope.transactions().read(dsl -> {
            Page<PartnerAccount> page = new CustomerAssignmentSql(scope, dsl).ofPartner(partnerId, size, after);
            KnownPartner.requireIfEmpty(scope, dsl, partnerId, page.items());
            return page;
        });
    }

    /**
     * The accounts through which a sale to the customer at an instant earns, in the order of partners.
     *
     * <p>Statements and cost: one statement, one row for each account. Index: partner_accounts_by_customer.
     *
     * @throws PartnerException.InvalidInput if the instant is before year 1 or after year 9999
     */
    public List<PartnerAccount> assignmentsOfCustomer(UUID customerId, Instant at) {
        Checks.present(customerId, "customerId");
        Instant instant = Checks.instant(at, "at");
        return scope.transactions().read(dsl -> new CustomerAssignmentSql(scope, dsl).ofCustomer(customerId, instant));
    }
}
