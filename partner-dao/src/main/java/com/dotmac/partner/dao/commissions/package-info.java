/** What partners earned: accrue, record, approve, cancel, claw back, list, add up and explain commissions. */
@NullMarked
package com.dotmac.partner.dao.commissions;

import org.jspecify.annotations.NullMarked;
