package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.schema.types.CommissionStatus.APPROVED;
import static com.dotmac.partner.schema.types.CommissionStatus.PAID;
import static org.jooq.impl.DSL.inline;

import com.dotmac.partner.schema.types.CommissionStatus;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.Field;

/**
 * What counts as earned, clawed back, paid and returned. The view {@code partner_ledger} defines it. These conditions
 * say the same for statements that read monthly totals or events instead, because those are fewer rows.
 */
public final class Ledger {

    private Ledger() {}

    /** Whether the ledger has the commission events of this status. */
    public static Condition has(Field<CommissionStatus> status) {
        return status.in(inline(APPROVED, status), inline(PAID, status));
    }

    /** Whether commission events of this status are owed and not paid yet: the whole ledger adds up to these events. */
    public static Condition owes(Field<CommissionStatus> status) {
        return status.eq(inline(APPROVED, status));
    }

    /**
     * Whether a commission event is a payment that the bank returned: owed again, but neither earned nor a commission.
     */
    public static Condition isReturnedPayment(Field<UUID> returnsPayoutId) {
        return returnsPayoutId.isNotNull();
    }

    /**
     * Whether a commission event is a payment that the bank returned, or one that an attempt does not say. Indexes:
     * partner_commission_events_returns, partner_commission_events_of_attempts.
     */
    public static Condition isNoCommission(Field<UUID> returnsPayoutId, Field<UUID> attemptId) {
        return isReturnedPayment(returnsPayoutId).or(attemptId.isNotNull());
    }

    /**
     * Whether an entry of the ledger is the payment of a completed payout. PostgreSQL then reads no commission event; with a condition on the
     * entry's kind it would.
     */
    public static Condition isPayment(Field<UUID> eventId) {
        return eventId.isNull();
    }
}
