package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.model.ModelEntries.Attempted;
import com.dotmac.partner.dao.model.ModelEntries.Closed;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.model.ModelEntries.Earning;
import com.dotmac.partner.dao.model.ModelEntries.Sent;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Instant;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What a model run knows from the answers alone.
 *
 * <p>Entries only add up: an event was approved, a payout was claimed once more. So calls that ran at
 * the same moment may be entered in any order.
 */
final class ModelBooks {

    final Map<UUID, Earner> partners = new LinkedHashMap<>();
    final Map<UUID, Earning> events = new LinkedHashMap<>();
    final Map<UUID, Closed> payouts = new LinkedHashMap<>();
    final Map<UUID, Attempted> attempts = new LinkedHashMap<>();
    final Map<String, Sent> keys = new LinkedHashMap<>();
    final Map<UUID, Set<UUID>> earningPartners = new LinkedHashMap<>();
    int round;

    final Map<UUID, UUID> payoutOfEvent = new HashMap<>();

    /** Once for each key; an answer that says it was replayed has no effect of its own. */
    void enter(String key, ModelCalls.Call call, boolean replayed, Set<UUID> ids, Runnable effect) {
        Sent sent = keys.computeIfAbsent(key, first -> new Sent(call));
        if (replayed) {
            sent.replays.add(ids);
        } else {
            sent.effects.add(ids);
            effect.run();
        }
    }

    void add(CommissionEvent event) {
        assertThat(events.put(event.id(), new Earning(event)))
                .as("event %s is new", event.id())
                .isNull();
    }

    void touch(Closed payout) {
        payout.lastTouched = round;
    }

    void touch(Earner partner) {
        partner.lastTouched = round;
    }

    boolean touchedNow(Closed payout) {
        return payout.lastTouched == round;
    }

    boolean touchedNow(Earner partner) {
        return partner.lastTouched == round;
    }

    /** The partners and currencies of a run. */
    interface Extent {
        boolean includes(UUID partnerId, Currency currency);
    }

    Closed payout(UUID id) {
        assertThat(payouts).as("payouts that a run closed").containsKey(id);
        return payouts.get(id);
    }

    void close(Payout payout) {
        assertThat(payout.status()).as("status of payout %s", payout.id()).isEqualTo(PayoutStatus.READY);
        assertThat(payouts.put(payout.id(), new Closed(payout)))
                .as("payout %s is closed once", payout.id())
                .isNull();
        touch(payouts.get(payout.id()));
    }

    /** What a run must close if nothing else happens meanwhile, calculated from the books. */
    void foretellClosing(Extent extent, Instant cutoff, PayoutRun run) {
        Map<String, Set<UUID>> due = new TreeMap<>();
        for (Earner partner : partners.values()) {
            for (Currency currency : List.of(Currency.getInstance("USD"), Currency.getInstance("JPY"))) {
                Set<UUID> open = openBefore(partner, currency, cutoff);
                Money sum = open.stream().map(id -> events.get(id).amount()).reduce(Money.zero(currency), Money::plus);
                Money minimum = partner.minimums.getOrDefault(currency, Money.zero(currency));
                if (extent.includes(partner.id, currency)
                        && partner.isPayable()
                        && sum.signum() > 0
                        && sum.compareTo(minimum) >= 0) {
                    due.put(partner.id + " " + sum + " for " + open.size(), open);
                }
            }
        }
        Map<String, UUID> closed = new TreeMap<>();
        run.closed()
                .forEach(payout -> closed.put(
                        payout.partnerId() + " " + payout.total() + " for " + payout.commissionCount(), payout.id()));
        assertThat(closed.keySet()).as("closed at %s", cutoff).isEqualTo(due.keySet());
        closed.forEach((payout, id) -> due.get(payout).forEach(event -> payoutOfEvent.put(event, id)));
    }

    private Set<UUID> openBefore(Earner partner, Currency currency, Instant cutoff) {
        return events.values().stream()
                .filter(event -> event.counts() && !event.held && !isInClosedPayout(event.id()))
                .filter(event -> event.first.partnerId().equals(partner.id))
                .filter(event -> event.amount().currency().equals(currency))
                .filter(event -> event.first.eventDate().isBefore(cutoff))
                .map(Earning::id)
                .collect(Collectors.toSet());
    }

    boolean isInClosedPayout(UUID eventId) {
        return payoutOfEvent.containsKey(eventId);
    }

    void reopen(Closed payout) {
        payoutOfEvent.values().removeIf(payout.first.id()::equals);
    }
}
