package com.dotmac.partner.dao.basics;

/**
 * The result of a request that can be delivered more than once.
 *
 * @param value the row as it is now
 * @param replayed true: an earlier delivery had the effect, and this delivery changed nothing
 */
public record Outcome<T>(T value, boolean replayed) {}
