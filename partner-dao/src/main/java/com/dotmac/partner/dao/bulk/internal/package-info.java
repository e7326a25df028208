/** How the library works through a stream in batches. No user calls it. */
@NullMarked
package com.dotmac.partner.dao.bulk.internal;

import org.jspecify.annotations.NullMarked;
