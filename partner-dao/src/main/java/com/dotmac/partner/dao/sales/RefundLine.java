package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;

/**
 * What is refunded of one line of a sale.
 *
 * <p>For a line in full, give {@link RecordedSale.RecordedLine#left}, or more and {@link NewRefund#atMostWhatIsLeft}.
 *
 * @param number of the line in the sale, from 1
 * @param amount of what the line sold for after the discount, its base: above zero; below zero for a returned line;
 *     zero for a line that sold for nothing, which is refunded in full
 */
public record RefundLine(int number, Money amount) {

    /**
     * A line of a refund.
     *
     * @throws PartnerException.InvalidInput if the number is below 1
     * @throws PartnerException.InvalidInput if the amount is missing
     */
    public RefundLine {
        Checks.within(number, "line number", 1, Integer.MAX_VALUE);
        Checks.singleAmount(amount, "amount of line " + number);
    }

    /** Of the first line, second line, and so on. */
    public static RefundLine of(int number, Money amount) {
        return new RefundLine(number, amount);
    }
}
