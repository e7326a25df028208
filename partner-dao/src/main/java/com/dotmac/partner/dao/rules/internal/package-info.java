/** Statements that decide what a sale earns, which accruals use too. No user calls it. */
@NullMarked
package com.dotmac.partner.dao.rules.internal;

import org.jspecify.annotations.NullMarked;
