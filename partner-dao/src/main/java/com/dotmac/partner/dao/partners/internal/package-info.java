/** Statements about partners that restatements use too. No user calls it. */
@NullMarked
package com.dotmac.partner.dao.partners.internal;

import org.jspecify.annotations.NullMarked;
