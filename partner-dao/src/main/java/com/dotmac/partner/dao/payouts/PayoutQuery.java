package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.Currency;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which payouts of the tenant: {@code PayoutQuery.all().ofPartner(id).inCurrency(usd).withStatus(ready, failed)}.
 * Immutable.
 *
 * @param partnerId null: of every partner
 * @param currency null: in every currency
 * @param statuses empty: of every status
 */
public record PayoutQuery(
        @Nullable UUID partnerId, @Nullable Currency currency, Set<PayoutStatus> statuses) {

    public PayoutQuery {
        statuses = Set.copyOf(Checks.present(statuses, "statuses"));
    }

    /** Every payout of the tenant. */
    public static PayoutQuery all() {
        return new PayoutQuery(null, null, Set.of());
    }

    /** Only payouts of this partner. */
    public PayoutQuery ofPartner(UUID only) {
        return new PayoutQuery(Checks.present(only, "partnerId"), currency, statuses);
    }

    /** Only payouts in this currency. */
    public PayoutQuery inCurrency(Currency only) {
        return new PayoutQuery(partnerId, Checks.present(only, "currency"), statuses);
    }

    /** Only payouts with one of these statuses. */
    public PayoutQuery withStatus(PayoutStatus first, PayoutStatus... others) {
        return new PayoutQuery(partnerId, currency, EnumSet.of(Checks.present(first, "status"), others));
    }
}
