/**
 * Takes over partner tables that another tool created: checks their rows, repairs or rebuilds the tables, copies the
 * rows, and records every link that it cleared.
 */
@NullMarked
package com.dotmac.partner.schema.adoption;

import org.jspecify.annotations.NullMarked;
