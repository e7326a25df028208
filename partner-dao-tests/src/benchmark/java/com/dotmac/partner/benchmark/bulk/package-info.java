/** Many rows in one call: recording, refunds, restatements, memory. */
@NullMarked
package com.dotmac.partner.benchmark.bulk;

import org.jspecify.annotations.NullMarked;
