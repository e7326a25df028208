/**
 * Rules for the migrations and the classes of a service: {@link com.dotmac.partner.testkit.rules.MigrationRules} for migrations that
 * run on tables in use, {@link com.dotmac.partner.testkit.rules.NoSchemaChanges} for code that leaves the schema alone.
 */
@NullMarked
package com.dotmac.partner.testkit.rules;

import org.jspecify.annotations.NullMarked;
