package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms.Tiered;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.EarningAccountSql.OfAnyPartner;
import com.dotmac.partner.dao.rules.internal.EarningSql;
import com.dotmac.partner.dao.rules.internal.PastSaleSql;
import com.dotmac.partner.dao.rules.internal.UsedBefore;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jooq.DSLContext;

/**
 * Calculates sales again, in the order of recording, under the assignments and rules as they are now. Writes nothing.
 * Tiers and caps see the sales that it has calculated before as it has calculated them.
 */
final class RestatedSales {

    private final Scope scope;
    private final BiPredicate<UUID, Instant> isLeftOut;
    private final Instant earliest;
    private final Map<Side, PastUse> pasts = new HashMap<>();
    private final Map<Side, List<Again>> calculated = new HashMap<>();

    private record Side(UUID partnerId, Currency currency) {}

    /** @param isInDatabase whether the database says so once it is booked */
    private record Again(StoredSale sale, List<CommissionPart> parts, boolean isInDatabase) {}

    /**
     * @param isLeftOut whether an account does not count for a sale at an instant
     * @param earliest not after the first of the sales
     */
    RestatedSales(Scope scope, BiPredicate<UUID, Instant> isLeftOut, Instant earliest) {
        this.scope = scope;
        this.isLeftOut = isLeftOut;
        this.earliest = earliest;
    }

    /**
     * One for each partner who earns by the sale or has earned by it, in the order of ids. None once the host has
     * deleted the customer: nobody knows any more who was assigned.
     */
    List<RestatedCommission> of(DSLContext dsl, StoredSale sale, Map<UUID, BookedCommission> booked) {
        Sale again = sale.afterDiscount();
        if (again == null) {
            return List.of();
        }
        Map<UUID, Earning> earnings = new TreeMap<>();
        EarningSql.ofPast(scope, dsl, again, account -> counts(account, sale, booked), new Before(dsl, sale))
                .earned()
                .forEach(earning -> earnings.put(earning.account().partnerId(), earning));
        TreeSet<UUID> partners = new TreeSet<>(booked.keySet());
        partners.addAll(earnings.keySet());
        List<RestatedCommission> restated = new ArrayList<>();
        for (UUID partner : partners) {
            RestatedCommission commission = RestatedCommission.of(
                    sale,
                    partner,
                    Optional.ofNullable(booked.get(partner)),
                    Optional.ofNullable(earnings.get(partner)));
            restated.add(commission);
            remember(commission);
        }
        return restated;
    }

    /** A partner who was terminated since keeps what the sale earned, and earns by no other. */
    private boolean counts(OfAnyPartner assigned, StoredSale sale, Map<UUID, BookedCommission> booked) {
        BookedCommission its = booked.get(assigned.account().partnerId());
        boolean mayEarn = !assigned.isOver() || its != null && its.isLive();
        return mayEarn && !isLeftOut.test(assigned.account().id(), sale.row().getOccurredAt());
    }

    private void remember(RestatedCommission commission) {
        Side side = new Side(commission.partnerId(), commission.sale().row().getCurrency());
        Again again = new Again(
                commission.sale(),
                commission.earning().map(Earning::parts).orElse(List.of()),
                commission.isLive() || commission.change() != RestatedCommission.Change.NONE);
        PastUse past = pasts.get(side);
        if (past == null) {
            calculated.computeIfAbsent(side, key -> new ArrayList<>()).add(again);
        } else {
            add(past, again);
        }
    }

    private static void add(PastUse past, Again again) {
        past.reach(again.sale());
        past.calculatedAgain(again.sale(), again.parts());
    }

    /** The database has what was calculated so far, except what no event says. */
    void booked() {
        calculated.values().forEach(sales -> sales.removeIf(Again::isInDatabase));
    }

    /** What counts as used before a sale. */
    private final class Before implements UsedBefore {

        private final DSLContext dsl;
        private final StoredSale sale;

        Before(DSLContext dsl, StoredSale sale) {
            this.dsl = dsl;
            this.sale = sale;
        }

        @Override
        public BigDecimal volume(CommissionRule rule, TierPeriod period, Instant at) {
            return past(rule).volume(CalendarPeriod.around(at, period));
        }

        @Override
        public BigDecimal cap(CommissionRule rule, CalendarPeriod period) {
            return past(rule).granted(rule.ruleId(), period);
        }

        private PastUse past(CommissionRule rule) {
            PastUse past = pasts.computeIfAbsent(new Side(rule.partnerId(), rule.currency()), this::read);
            past.reach(sale);
            return past;
        }

        private PastUse read(Side side) {
            PastUse past = new PastUseSql(scope, dsl).read(side.partnerId(), side.currency(), start(side));
            List<Again> before = calculated.remove(side);
            if (before != null) {
                before.forEach(again -> add(past, again));
            }
            return past;
        }

        /** The earliest instant whose sales count towards a volume or cap; empty: all of them. */
        private Optional<Instant> start(Side side) {
            Instant start = earliest;
            for (CommissionRule rule : new PastSaleSql(scope, dsl, side.partnerId(), side.currency()).rules()) {
                for (TierPeriod length : lengths(rule).toList()) {
                    Optional<Instant> begin =
                            CalendarPeriod.around(earliest, length).fromInstant();
                    if (begin.isEmpty()) {
                        return Optional.empty();
                    }
                    start = begin.get().isBefore(start) ? begin.get() : start;
                }
            }
            return Optional.of(start);
        }
    }

    private static Stream<TierPeriod> lengths(CommissionRule rule) {
        return Stream.concat(
                rule.terms() instanceof Tiered tiered ? Stream.of(tiered.period()) : Stream.empty(),
                rule.caps().perPeriod().map(CommissionCaps.PeriodCap::period).stream());
    }
}
