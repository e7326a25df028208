/** Who earns: partners, their users, and the customers assigned to them. */
@NullMarked
package com.dotmac.partner.dao.partners;

import org.jspecify.annotations.NullMarked;
