/**
 * What a sale earns. The calculation is pure: it knows no database and no jOOQ, and the same input gives the same
 * amount.
 */
@NullMarked
package com.dotmac.partner.dao.calculation;

import org.jspecify.annotations.NullMarked;
