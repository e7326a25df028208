/** Single calls beside the same work by other libraries, and what each guarantee costs. */
@NullMarked
package com.dotmac.partner.benchmark.calls;

import org.jspecify.annotations.NullMarked;
