/** Many connections at once, one partner and many, beside a bare ledger and a bare queue. */
@NullMarked
package com.dotmac.partner.benchmark.contention;

import org.jspecify.annotations.NullMarked;
