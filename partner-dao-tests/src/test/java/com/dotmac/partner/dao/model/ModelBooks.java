package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.model.ModelEntries.Assigned;
import com.dotmac.partner.dao.model.ModelEntries.Attempted;
import com.dotmac.partner.dao.model.ModelEntries.Closed;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.model.ModelEntries.Earning;
import com.dotmac.partner.dao.model.ModelEntries.Refunded;
import com.dotmac.partner.dao.model.ModelEntries.Sent;
import com.dotmac.partner.dao.model.ModelEntries.Sold;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutRun;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
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
    final List<UUID> customers = new ArrayList<>();
    final Map<UUID, Assigned> assignments = new LinkedHashMap<>();
    final Map<String, Sold> sales = new LinkedHashMap<>();
    final Map<UUID, List<Earning>> eventsOfSales = new HashMap<>();
    final Map<String, Refunded> refunds = new LinkedHashMap<>();
    final Set<String> undosOfRefunds = new HashSet<>();
    final Set<String> restatements = new HashSet<>();
    private final Map<UUID, List<Consumer<Earning>>> postponed = new HashMap<>();
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
        Earning earning = new Earning(event);
        assertThat(events.put(event.id(), earning))
                .as("event %s is new", event.id())
                .isNull();
        event.origin().saleId().ifPresent(sale -> eventsOfSales
                .computeIfAbsent(sale, first -> new ArrayList<>())
                .add(earning));
        Optional.ofNullable(postponed.remove(event.id()))
                .ifPresent(effects -> effects.forEach(effect -> effect.accept(earning)));
    }

    /** At once, or when another call of the round has entered the event. */
    void whenKnown(UUID eventId, Consumer<Earning> effect) {
        if (events.containsKey(eventId)) {
            effect.accept(events.get(eventId));
        } else {
            postponed.computeIfAbsent(eventId, first -> new ArrayList<>()).add(effect);
        }
    }

    /** The partners to whom a customer is assigned at an instant. */
    Set<UUID> assigned(UUID customer, Instant at) {
        return assignments.values().stream()
                .filter(assigned -> assigned.customer.equals(customer) && assigned.applies(at))
                .map(assigned -> assigned.partner)
                .collect(Collectors.toSet());
    }

    List<Earning> eventsOf(Sold sold) {
        return eventsOfSales.getOrDefault(sold.id, List.of());
    }

    /** What each partner has of a sale, or should have. */
    List<ModelSide> sides(Sold sold) {
        Set<UUID> concerned = assigned(sold.customer, sold.at);
        eventsOf(sold).forEach(event -> concerned.add(event.first.partnerId()));
        return concerned.stream()
                .sorted()
                .map(partner -> ModelSide.of(sold, partners.get(partner), this))
                .toList();
    }

    Optional<ModelSide> side(Earning event) {
        return event.first.origin().saleId().map(sale -> sales.values().stream()
                .filter(sold -> sold.id.equals(sale))
                .findFirst()
                .map(sold -> ModelSide.of(sold, partners.get(event.first.partnerId()), this))
                .orElseThrow());
    }

    /** What is left of the base of an event, to claw back. */
    Money left(Earning event) {
        return side(event).map(ModelSide::left).orElseGet(event::left);
    }

    /** Whether reversals or corrections stand beside an event, or beside the one that it corrects. */
    boolean hasEntries(UUID eventId) {
        Earning event = events.get(eventId);
        return event.reversals > 0
                || event.first
                        .origin()
                        .correctsId()
                        .filter(id -> events.get(id).reversals > 0)
                        .isPresent();
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
                        && !wasClosedAfter(cutoff, partner, currency)
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

    /** By another call than the run itself, and not cancelled since. */
    private boolean wasClosedAfter(Instant cutoff, Earner partner, Currency currency) {
        return payouts.values().stream()
                .filter(payout -> payout.first.partnerId().equals(partner.id))
                .filter(payout -> payout.first.total().currency().equals(currency))
                .filter(payout -> payout.status() != PayoutStatus.CANCELLED)
                .anyMatch(payout -> payout.first.periodEnd().orElseThrow().isAfter(cutoff));
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
