/** The library at work on a file of invoices: {@link com.dotmac.partner.quickstart.Quickstart}. */
@NullMarked
package com.dotmac.partner.quickstart;

import org.jspecify.annotations.NullMarked;
