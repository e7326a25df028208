/**
 * Attacks on the isolation of tenants: what the application's role tries by plain SQL, in a transaction of one tenant, to reach the rows
 * of another one and to forge its own.
 */
@NullMarked
package com.dotmac.partner.testkit.attacks;

import org.jspecify.annotations.NullMarked;
