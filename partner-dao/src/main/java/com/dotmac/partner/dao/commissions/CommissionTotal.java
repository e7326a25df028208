package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.util.Currency;

/**
 * The total of the commission events of one currency and one status.
 *
 * @param count how many; one or more
 * @param base the sum of their bases
 * @param commission the sum of their amounts; reversals are negative
 */
public record CommissionTotal(Currency currency, CommissionStatus status, long count, Money base, Money commission) {}
