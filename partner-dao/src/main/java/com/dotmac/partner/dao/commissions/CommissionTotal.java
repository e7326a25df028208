package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.util.Currency;

/**
 * Sums over commission events of one currency and one status.
 *
 * @param count how many; one or more
 * @param base what they were reckoned on
 * @param commission what they come to; those that take back count negative
 */
public record CommissionTotal(Currency currency, CommissionStatus status, long count, Money base, Money commission) {}
