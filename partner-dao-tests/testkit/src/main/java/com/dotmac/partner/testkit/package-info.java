/**
 * A database for each test in milliseconds: {@link com.dotmac.partner.testkit.PartnerDatabaseExtension}. Rules for migrations and
 * for classes: {@link com.dotmac.partner.testkit.MigrationRules}, {@link com.dotmac.partner.testkit.NoSchemaChanges}.
 */
@NullMarked
package com.dotmac.partner.testkit;

import org.jspecify.annotations.NullMarked;
