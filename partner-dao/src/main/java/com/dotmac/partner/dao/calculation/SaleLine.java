package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * A line of a sale.
 *
 * @param productId what was sold, 1 to 255 characters; null: nothing in particular, only rules for every product apply
 * @param amount negative for a discount or a return
 */
public record SaleLine(@Nullable String productId, Money amount) {

    public SaleLine {
        Checks.optionalText(productId, "productId", Checks.NAME_LENGTH);
        Checks.present(amount, "line amount");
    }
}
