package com.dotmac.partner.dao.payouts;

import java.util.Optional;

/**
 * A line of a payment provider's file, as it stands there; what is empty there is empty here.
 *
 * @param line from 2, as the header is 1; a record that spans several lines counts as one
 */
public record PaymentLine(
        long line,
        Optional<String> key,
        Optional<String> amount,
        Optional<String> currency,
        Optional<String> status,
        Optional<String> reference) {}
