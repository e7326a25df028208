/**
 * Partner commissions and payouts on PostgreSQL. Begin at {@link com.dotmac.partner.dao.PartnerStore}.
 *
 * <p>Conventions of every operation here:
 *
 * <ul>
 *   <li>Money is {@link com.dotmac.partner.dao.basics.Money}: exact, in one currency, whole minor units. A rate is a fraction in
 *       [0, 1].
 *   <li>Time is {@link java.time.Instant}, kept to the microsecond (what is finer is cut off); periods are half-open:
 *       the start belongs, the end does not.
 *   <li>An expected outcome is a value: a repeated request returns the first result marked as replayed, a lost race is an
 *       empty {@link java.util.Optional}. A broken contract is a {@link com.dotmac.partner.dao.basics.PartnerException}, and the
 *       refused call has changed nothing.
 *   <li>An operation is atomic by itself, or takes part in the caller's transaction: see {@link
 *       com.dotmac.partner.dao.PartnerStore#create(org.jooq.DSLContext)}.
 * </ul>
 */
@NullMarked
package com.dotmac.partner.dao;

import org.jspecify.annotations.NullMarked;
