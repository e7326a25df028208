package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Routines.partnerCurrencyRetiredAt;
import static com.dotmac.partner.schema.types.PartnerStatus.ACTIVE;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.when;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.jooq.tables.Partners;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/**
 * When a partner may be paid, in which currency, and when a balance is due. Each rule is a condition for SQL, and beside it the blockers
 * for the same rule: there are none if the condition holds.
 */
final class Payable {

    private static final Field<BigDecimal> ZERO = inline(BigDecimal.ZERO);

    private Payable() {}

    /** The partner is active and not on payout hold. */
    static Condition mayBePaid(Partners partner) {
        return partner.STATUS.eq(inline(ACTIVE, partner.STATUS)).and(partner.PAYOUT_HOLD_REASON.isNull());
    }

    /** Every reason why {@link #mayBePaid} does not hold. */
    static List<Blocker> partnerBlockers(
            PartnerStatus status, @Nullable String statusReason, @Nullable String holdReason) {
        List<Blocker> blockers = new ArrayList<>();
        if (status != ACTIVE) {
            blockers.add(new Blocker.PartnerNotActive(status, Optional.ofNullable(statusReason)));
        }
        if (holdReason != null) {
            blockers.add(new Blocker.PayoutsOnHold(holdReason));
        }
        return blockers;
    }

    /** No other currency has replaced it by now, by the database's clock. */
    static Condition isOfToday(Field<Currency> currency) {
        return retiredSince(currency).isNull();
    }

    /** Since when {@link #isOfToday} does not hold; null if it holds. */
    static Field<Instant> retiredSince(Field<Currency> currency) {
        Field<Instant> at = partnerCurrencyRetiredAt(currency);
        return when(at.le(currentInstant()), at);
    }

    /** The reason why {@link #isOfToday} does not hold. */
    static Optional<Blocker> currencyBlocker(Currency currency, @Nullable Instant retiredSince) {
        return Optional.ofNullable(retiredSince).map(since -> new Blocker.CurrencyRetired(currency, since));
    }

    /** The balance is positive and at least the minimum. */
    static Condition isDue(Field<BigDecimal> balance, Field<BigDecimal> minimum) {
        return balance.gt(ZERO).and(balance.ge(minimum));
    }

    /** The reason why {@link #isDue} does not hold. */
    static Optional<Blocker> balanceBlocker(Money balance, Money minimum) {
        if (balance.signum() <= 0) {
            return Optional.of(new Blocker.NothingDue(balance));
        }
        return balance.compareTo(minimum) < 0
                ? Optional.of(new Blocker.BelowMinimum(balance, minimum))
                : Optional.empty();
    }
}
