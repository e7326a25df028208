/** How a stream of millions of rows is written in bounded memory, and what became of each row. */
@NullMarked
package com.dotmac.partner.dao.bulk;

import org.jspecify.annotations.NullMarked;
