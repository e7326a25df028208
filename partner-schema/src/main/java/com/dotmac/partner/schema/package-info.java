/** The partner tables: their migrations, and what the generated code in {@code .jooq} needs. */
@NullMarked
package com.dotmac.partner.schema;

import org.jspecify.annotations.NullMarked;
