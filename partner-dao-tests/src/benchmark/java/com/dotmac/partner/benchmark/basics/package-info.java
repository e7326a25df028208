/** What every part uses: a database, the rows that it finds, a ratio, a line of the table. */
@NullMarked
package com.dotmac.partner.benchmark.basics;

import org.jspecify.annotations.NullMarked;
