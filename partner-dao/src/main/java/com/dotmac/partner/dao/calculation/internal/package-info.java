/** Arithmetic that refunds use too. No user calls it. */
@NullMarked
package com.dotmac.partner.dao.calculation.internal;

import org.jspecify.annotations.NullMarked;
