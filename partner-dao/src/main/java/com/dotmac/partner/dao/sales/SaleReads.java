package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The methods of {@link SaleDao} that only read. */
abstract sealed class SaleReads permits SaleDao {

    final Scope scope;

    SaleReads(Scope scope) {
        this.scope = scope;
    }

    /**
     * The sale that was accrued with this key, with what was refunded and what is left of each line. Empty if this
     * tenant has none.
     *
     * <p>Statements and cost: two by key. Indexes: sale_recorded_once, partner_refunds_by_sale.
     *
     * @throws PartnerException.InvalidInput if the key is missing, or out of its range
     */
    public Optional<RecordedSale> find(String saleKey) {
        Checks.text(saleKey, "saleKey", Checks.KEY_LENGTH);
        return scope.transactions().read(dsl -> new SaleSql(scope).find(dsl, saleKey));
    }

    /**
     * The first page of the sales that the query matches, in the order of their dates.
     *
     * <p>Statements and cost: two, one for {@code size} sales and one more, one for their refunds. A page continues
     * after the last sale of the page before. Sales by which nobody earned are found among the others on the way: give
     * a period. Indexes: partner_sales_by_date, partner_sales_by_host_customer, partner_sales_by_host_invoice.
     *
     * @param size of the page, 1 to 1000
     * @throws PartnerException.InvalidInput if the size is out of range
     */
    public Page<RecordedSale> list(SaleQuery query, int size) {
        return list(query, size, null);
    }

    /**
     * The page after another one.
     *
     * <p>Statements and cost: as {@link #list(SaleQuery, int)}, at any depth.
     *
     * @param query the query of the first page
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before; null for the first page
     * @throws PartnerException.InvalidInput if the size is out of range
     * @throws PartnerException.InvalidInput if no page of this query gave the token out
     */
    public Page<RecordedSale> list(SaleQuery query, int size, @Nullable String after) {
        Checks.present(query, "query");
        return new SaleSql(scope).list(query, size, after);
    }

    /**
     * The refunds of a sale and their undos, in the order of recording, each with what it clawed back or gave back.
     * Empty if nothing was refunded.
     *
     * <p>Statements and cost: three by key; returns every refund of the sale. Indexes: sale_recorded_once,
     * partner_refunds_by_sale, partner_commission_events_by_sale.
     *
     * <p>A clawback of one event alone is no refund of the sale: {@code CommissionQuery.ofSale} finds its events.
     *
     * @throws PartnerException.NotFound if this tenant has no such sale
     * @throws PartnerException.InvalidInput if the key is missing, or out of its range
     */
    public List<Refund> refunds(String saleKey) {
        Checks.text(saleKey, "saleKey", Checks.KEY_LENGTH);
        return scope.transactions().read(dsl -> new RecordedRefundSql(scope, dsl).ofSale(saleKey));
    }

    /**
     * Says what {@link SaleDao#restate(String, SaleQuery, String)} would change, and writes nothing. For what {@code
     * endAssignment}, {@code reviseRule} and {@code retireRule} would change, call them in your own transaction and roll
     * it back.
     *
     * <p>Statements and cost: as restating, without the writes; the result holds every difference.
     *
     * <p>Concurrency: locks nothing.
     *
     * @throws PartnerException.InvalidInput if the query is missing
     */
    public RestatementPreview previewRestatement(SaleQuery query) {
        Checks.present(query, "query");
        return scope.transactions().read(dsl -> RestatementRun.preview(scope, dsl, SaleSql.matches(query)));
    }

    /**
     * {@link #previewRestatement(SaleQuery) Previews} the restatement of the sales with these keys.
     *
     * @throws PartnerException.NotFound if this tenant has no sale with one of the keys
     */
    public RestatementPreview previewRestatement(Collection<String> saleKeys) {
        List<String> keys = keys(saleKeys);
        requireSales(keys);
        return scope.transactions().read(dsl -> RestatementRun.preview(scope, dsl, RestatementRun.withKeys(keys)));
    }

    static List<String> keys(Collection<String> saleKeys) {
        Checks.present(saleKeys, "saleKeys");
        saleKeys.forEach(saleKey -> Checks.text(saleKey, "saleKeys: a key", Checks.KEY_LENGTH));
        if (saleKeys.isEmpty()) {
            throw new PartnerException.InvalidInput("saleKeys is empty; name at least one sale");
        }
        return saleKeys.stream().distinct().toList();
    }

    final void requireSales(List<String> keys) {
        scope.transactions().read(dsl -> new SaleSql(scope).missing(dsl, keys)).ifPresent(key -> {
            throw new NotFound(NotFound.Kind.SALE, key);
        });
    }
}
