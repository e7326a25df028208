package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sales: find what was accrued, refund it by line, and restate what was decided wrongly. */
public final class SaleDao {

    private final Scope scope;

    /** For PartnerScope; take it from there. */
    public SaleDao(Scope scope) {
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
     * One page of the sales that the query matches, in the order of their dates.
     *
     * <p>Statements and cost: two, one for {@code size} sales and one more, one for their refunds. A page continues
     * after the last sale of the page before. Sales by which nobody earned are found among the others on the way: give a
     * period. Indexes: partner_sales_by_date, partner_sales_by_host_customer, partner_sales_by_host_invoice.
     *
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next} of the page before, for the same query; null for the first page
     * @throws PartnerException.InvalidInput if the size is out of range
     * @throws PartnerException.InvalidInput if no list of sales gave the token out
     */
    public Page<RecordedSale> list(SaleQuery query, int size, @Nullable String after) {
        Checks.present(query, "query");
        return new SaleSql(scope).list(query, size, after);
    }

    /**
     * Refunds a sale: claws back what each partner earned on the refunded lines.
     *
     * <p>A line claws back in proportion to what it earned: of a course of 100.00 at 50 % and a laptop of 1000.00 at 2 %
     * the refund of the laptop claws back 20.00. The events change as {@link
     * com.dotmac.partner.dao.commissions.CommissionDao#clawBack} says. The refund is stored also if nobody earned
     * anything.
     *
     * <p>Statements and cost: in one transaction seven statements by key, and two or three for each partner.
     *
     * <p>Units: for each partner what was earned x (sum over the lines: share x refunded / base), rounded once,
     * half-even, less the earlier clawbacks. Refunds that add up to the sale claw back exactly what was earned, however
     * they are split. An amount without lines is spread over the lines by what is left of each, in minor units, by the
     * largest remainder.
     *
     * <p>Concurrency: locks the sale, so refunds and restatements of one sale wait for each other; then its events by id
     * and the open payouts. A second delivery of the key changes nothing.
     *
     * @throws PartnerException.NotFound if this tenant has no such sale
     * @throws PartnerException.InvalidInput if the refund is more than what is left, unless it is of at most that
     * @throws PartnerException.InvalidInput if it names a line that the sale does not have, or another currency
     * @throws PartnerException.InvalidInput if the sale is a credit note
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Refund refund(NewRefund refund) {
        Checks.present(refund, "refund");
        return scope.transactions().write(dsl -> new RefundSql(scope, dsl).refund(refund));
    }

    /**
     * Undoes a refund that failed, or a dispute that was won: every partner gets back what the refund clawed back, once.
     * The lines can then be refunded again.
     *
     * <p>Statements and cost: as {@link #refund}.
     *
     * <p>Units: afterwards the clawbacks that remain come to what the remaining refunds together claw back, rounded
     * once; see {@link com.dotmac.partner.dao.commissions.CommissionDao#undoClawback}.
     *
     * <p>Concurrency: as {@link #refund}.
     *
     * @param key idempotency key
     * @param refundKey key of the refund
     * @param reason why, 1 to 500 characters
     * @throws PartnerException.NotFound if this tenant has no such refund
     * @throws PartnerException.IllegalTransition if the refund was undone before, or is itself an undo
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Refund undoRefund(String key, String refundKey, String reason) {
        Checks.key(key);
        Checks.text(refundKey, "refundKey", Checks.KEY_LENGTH);
        Checks.reason(reason);
        return scope.transactions().write(dsl -> new RefundSql(scope, dsl).undo(key, refundKey, reason));
    }
}
