/** A tenant with many events: reading, proofs, closing. */
@NullMarked
package com.dotmac.partner.benchmark.tenant;

import org.jspecify.annotations.NullMarked;
