package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * A line of a sale.
 *
 * @param productId what was sold, 1 to 255 characters; null: nothing in particular, only rules for every product apply
 * @param amount before a discount of the sale; negative for a return
 */
public record SaleLine(@Nullable String productId, Money amount) {

    /**
     * A line.
     *
     * @throws PartnerException.InvalidInput if the product is blank or longer than 255 characters
     * @throws PartnerException.InvalidInput if the amount is missing
     */
    public SaleLine {
        Checks.optionalText(productId, "productId", Checks.NAME_LENGTH);
        Checks.singleAmount(amount, "line amount");
    }
}
