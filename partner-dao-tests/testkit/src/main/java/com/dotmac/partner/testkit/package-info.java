/** A database for each test in milliseconds: {@link com.dotmac.partner.testkit.PartnerDatabaseExtension}. */
@NullMarked
package com.dotmac.partner.testkit;

import org.jspecify.annotations.NullMarked;
