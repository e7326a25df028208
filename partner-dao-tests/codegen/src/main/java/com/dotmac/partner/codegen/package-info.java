/** Generates jOOQ code from the migrations in the jar of partner-schema, in the build of another project. */
@NullMarked
package com.dotmac.partner.codegen;

import org.jspecify.annotations.NullMarked;
