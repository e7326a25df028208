/**
 * Plumbing of the library: checks of arguments, idempotency keys, statements, transactions. No user calls it, and it may change in any
 * release.
 */
@NullMarked
package com.dotmac.partner.dao.internal;

import org.jspecify.annotations.NullMarked;
