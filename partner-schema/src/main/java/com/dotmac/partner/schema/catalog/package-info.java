/**
 * What the database has and what the migrations of this jar require: reads the history and the catalog, compares them
 * with the versions in this jar, and names each difference and its repair. Nothing here writes to the database.
 */
@NullMarked
package com.dotmac.partner.schema.catalog;

import org.jspecify.annotations.NullMarked;
