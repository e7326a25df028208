/** What payouts ask that knows no payout: may a tenant pay from this database server. No user calls it. */
@NullMarked
package com.dotmac.partner.dao.payouts.internal;

import org.jspecify.annotations.NullMarked;
