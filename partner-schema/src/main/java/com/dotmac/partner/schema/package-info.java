/**
 * The partner tables: {@link com.dotmac.partner.schema.PartnerSchema} migrates them, and
 * {@link com.dotmac.partner.schema.SchemaGuard} checks them when an application starts. Each package below this one
 * knows only the packages before it: {@code catalog}, {@code migration}, {@code adoption}; then this package, then
 * {@code cli}.
 */
@NullMarked
package com.dotmac.partner.schema;

import org.jspecify.annotations.NullMarked;
