/**
 * What partners are paid: close, claim, pay, retry, cancel, record returned payments, reconcile; and why something is
 * not paid.
 */
@NullMarked
package com.dotmac.partner.dao.payouts;

import org.jspecify.annotations.NullMarked;
