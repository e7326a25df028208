/** What every signature uses: money, the outcome of a call that may be a replay, pages, and the exceptions. */
@NullMarked
package com.dotmac.partner.dao.basics;

import org.jspecify.annotations.NullMarked;
