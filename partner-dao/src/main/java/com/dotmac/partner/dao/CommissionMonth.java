package com.dotmac.partner.dao;

import java.time.YearMonth;

/**
 * Sums over commission events of one month, currency and status.
 *
 * @param month of the event dates, in UTC
 */
public record CommissionMonth(YearMonth month, CommissionTotal total) {}
