package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.Money;
import java.time.Instant;
import java.util.UUID;

/**
 * What a partner is owed in one currency.
 *
 * @param at the instant at which the partner is owed the amount
 * @param owed everything earned and returned, less what was clawed back and paid; negative if that was more
 */
public record Balance(UUID partnerId, Instant at, Money owed) {}
