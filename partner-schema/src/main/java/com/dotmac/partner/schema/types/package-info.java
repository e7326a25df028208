/** The Java types of columns of the partner tables: the converters that the generated code in {@code .jooq} uses. */
@NullMarked
package com.dotmac.partner.schema.types;

import org.jspecify.annotations.NullMarked;
