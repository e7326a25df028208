package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.Money;
import java.time.Instant;
import java.util.UUID;

/**
 * What a partner is owed in one currency.
 *
 * @param at as of when
 * @param owed everything earned, less what was taken back and paid; negative when more was taken back or paid than earned
 */
public record Balance(UUID partnerId, Instant at, Money owed) {}
