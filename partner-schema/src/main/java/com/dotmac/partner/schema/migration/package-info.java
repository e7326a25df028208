/**
 * Changes the schema: applies pending migrations, plans them as one script, undoes them, and retries when a table is
 * locked.
 */
@NullMarked
package com.dotmac.partner.schema.migration;

import org.jspecify.annotations.NullMarked;
