package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.types.CommissionStatus.CANCELLED;
import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;
import static org.jooq.impl.DSL.any;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Approved;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Entry;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Links;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Pending;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.commissions.internal.OpenPayoutSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.sales.RestatedCommission.Change;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Books what a restatement found. The events are locked. */
final class RestatementBookingSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    private final Scope scope;
    private final DSLContext dsl;
    private final String key;
    private final String reason;
    private final Map<Side, UUID> openPayouts = new TreeMap<>();

    private record Side(UUID partnerId, Currency currency) implements Comparable<Side> {

        private static final Comparator<Side> ORDER = Comparator.comparing(Side::partnerId)
                .thenComparing(side -> side.currency().getCurrencyCode());

        @Override
        public int compareTo(Side other) {
            return ORDER.compare(this, other);
        }
    }

    RestatementBookingSql(Scope scope, DSLContext dsl, String key, String reason) {
        this.scope = scope;
        this.dsl = dsl;
        this.key = key;
        this.reason = reason;
    }

    /** Takes the open payouts in the order of partner and currency, as every operation does. */
    void book(List<RestatedCommission> restated) {
        Instant now = dsl.select(currentInstant()).fetchSingle().value1();
        List<RestatedCommission> toInsert = restated.stream()
                .filter(each -> each.change() == Change.CORRECT || each.earnsAnything())
                .toList();
        toInsert.stream()
                .filter(each -> entersPayout(each, now))
                .map(RestatementBookingSql::side)
                .sorted()
                .distinct()
                .forEach(side ->
                        openPayouts.put(side, new OpenPayoutSql(scope).take(dsl, side.partnerId(), side.currency())));
        cancel(restated);
        for (RestatedCommission each : toInsert) {
            insert(each, now);
        }
    }

    private static Side side(RestatedCommission restated) {
        return new Side(restated.partnerId(), restated.sale().row().getCurrency());
    }

    /** Index: partner_commission_events_pkey. */
    private void cancel(List<RestatedCommission> restated) {
        List<UUID> replaced = new ArrayList<>();
        for (RestatedCommission each : restated) {
            if (each.change() == Change.REPLACE) {
                replaced.add(each.booked().orElseThrow().head().getId());
            }
        }
        if (!replaced.isEmpty()) {
            dsl.update(E)
                    .set(E.STATUS, CANCELLED)
                    .set(E.ENDED_BY_KEY, key)
                    .set(E.STATUS_CHANGED_AT, currentInstant())
                    .set(E.STATUS_CHANGED_BY, scope.actor())
                    .set(E.STATUS_REASON, reason)
                    .where(E.TENANT_ID.eq(scope.tenantId()))
                    .and(E.ID.eq(any(replaced.toArray(UUID[]::new))))
                    .execute();
        }
    }

    private static boolean entersPayout(RestatedCommission restated, Instant now) {
        return restated.change() == Change.CORRECT && !isPending(restated) && heldUntil(restated, now) == null;
    }

    /** What corrects a pending event upwards waits for approval as that does. */
    private static boolean isPending(RestatedCommission restated) {
        return restated.booked().orElseThrow().head().getStatus() == PENDING && isMore(restated);
    }

    private static boolean isMore(RestatedCommission restated) {
        return restated.after().compareTo(restated.before()) > 0;
    }

    private static @Nullable Instant heldUntil(RestatedCommission restated, Instant now) {
        return restated.earning()
                .flatMap(Earning::holdUntil)
                .filter(hold -> isMore(restated) && hold.isAfter(now))
                .orElse(null);
    }

    private void insert(RestatedCommission restated, Instant now) {
        boolean corrects = restated.change() == Change.CORRECT;
        new CommissionEventSql(scope, dsl)
                .insert(new NewEvent(
                        key,
                        restated.partnerId(),
                        sold(restated),
                        amounts(restated),
                        corrects
                                ? Links.correcting(
                                        restated.booked().orElseThrow().head().getId())
                                : Links.NONE,
                        entry(restated, now),
                        reason));
    }

    private Entry entry(RestatedCommission restated, Instant now) {
        Instant date = restated.sale().row().getOccurredAt();
        if (restated.change() != Change.CORRECT || isPending(restated)) {
            return new Pending(
                    date, restated.earning().flatMap(Earning::holdUntil).orElse(null));
        }
        Instant hold = heldUntil(restated, now);
        return hold == null
                ? new Approved(openPayouts.get(side(restated)), date, null)
                : new Approved(null, date, hold);
    }

    private static Sold sold(RestatedCommission restated) {
        Optional<Earning> earning = restated.earning();
        return new Sold(
                restated.sale().row().getId(),
                earning.map(earned -> earned.account().id())
                        .orElseGet(() -> restated.booked().orElseThrow().head().getAccountId()),
                restated.sale().row().getCustomerId(),
                restated.sale().row().getInvoiceId(),
                earning.flatMap(Earning::rule).map(CommissionRule::ruleId).orElse(null),
                earning.flatMap(Earning::rule).map(CommissionRule::version).orElse(null));
    }

    private static Amounts amounts(RestatedCommission restated) {
        boolean corrects = restated.change() == Change.CORRECT;
        Money zero = Money.zero(restated.after().currency());
        Money before = corrects ? restated.before() : zero;
        Money baseBefore = corrects ? restated.booked().orElseThrow().bookedBase() : zero;
        Money base = restated.shares().base().minus(restated.shares().refundedBase(restated.refunded()));
        BigDecimal rate = restated.earning().map(Earning::rate).orElse(BigDecimal.ZERO);
        return new Amounts(base.minus(baseBefore), rate, restated.after().minus(before), calculation(restated, before));
    }

    /** A first event of which nothing was refunded has the calculation of an accrual. */
    private static String calculation(RestatedCommission restated, Money before) {
        if (restated.change() == Change.RECORD && restated.refunded().isEmpty()) {
            return CalculationJson.of(restated.earning().orElseThrow());
        }
        return CalculationJson.restated(
                restated.earning().map(Earning::parts).orElse(List.of()),
                restated.change() == Change.RECORD
                        ? Optional.empty()
                        : restated.booked().map(BookedCommission::head).map(head -> head.getId()),
                restated.shares().earned(),
                restated.refunded(),
                restated.clawedBack(),
                before);
    }
}
