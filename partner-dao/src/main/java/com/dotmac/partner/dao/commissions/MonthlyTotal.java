package com.dotmac.partner.dao.commissions;

import java.time.YearMonth;

/**
 * The total of the commission events of one month, currency and status.
 *
 * @param month of the event dates, in UTC
 */
public record MonthlyTotal(YearMonth month, CommissionTotal total) {}
