/**
 * A bank in a box: tries the payment adapter of a service against timeouts, denials, wrong amounts and returned payments.
 * Begin at {@link com.dotmac.partner.testkit.bank.PaymentAdapterCheck}.
 */
@NullMarked
package com.dotmac.partner.testkit.bank;

import org.jspecify.annotations.NullMarked;
