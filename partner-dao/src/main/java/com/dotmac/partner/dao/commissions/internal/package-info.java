/** Statements about commissions that payouts use too. No user calls it. */
@NullMarked
package com.dotmac.partner.dao.commissions.internal;

import org.jspecify.annotations.NullMarked;
