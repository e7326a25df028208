package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_IDEMPOTENCY_KEYS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.PaymentOutcome;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.math.BigDecimal;
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
import java.util.stream.Collectors;

/**
 * What a model run knows from the answers alone, and what the rows must therefore say.
 *
 * <p>Answers are entered as facts that only add up: an event was approved, a payout was claimed once more. So calls that ran at
 * the same moment may be entered in any order.
 */
final class ModelBooks {

    /** A partner of the programme. */
    static final class Earner {
        final UUID id;
        final String name;
        final BigDecimal rate;
        final Map<Currency, Money> minimums;
        int suspensions;
        int holds;
        int lastTouched;

        Earner(Partner partner, String name, String rate, Money... minimums) {
            this.id = partner.id();
            this.name = name;
            this.rate = new BigDecimal(rate);
            this.minimums = new HashMap<>();
            for (Money minimum : minimums) {
                this.minimums.put(minimum.currency(), minimum);
            }
        }

        boolean isPayable() {
            return suspensions == 0 && holds == 0;
        }
    }

    /** A commission event, and what was done to it. */
    static final class Earning {
        final CommissionEvent first;
        final boolean held;
        boolean approved;
        boolean cancelled;
        boolean clawedBack;
        boolean paid;
        BigDecimal refunded = BigDecimal.ZERO;
        BigDecimal takenBack = BigDecimal.ZERO;
        int reversals;

        Earning(CommissionEvent first) {
            this.first = first;
            this.held = first.progress().holdUntil().isPresent();
            this.approved = first.status() == CommissionStatus.APPROVED;
        }

        UUID id() {
            return first.id();
        }

        Money amount() {
            return first.amount();
        }

        boolean isPending() {
            return !approved && !cancelled && !clawedBack;
        }

        boolean counts() {
            return approved && !clawedBack;
        }

        boolean canBeTakenBack() {
            return !cancelled
                    && !clawedBack
                    && first.base().signum() > 0
                    && first.amount().signum() >= 0
                    && first.origin().reversesId().isEmpty();
        }

        Money left() {
            return first.base().minus(new Money(refunded, first.base().currency()));
        }

        CommissionStatus status() {
            assertThat(List.of(approved && cancelled, cancelled && clawedBack, paid && clawedBack))
                    .as("event %s was approved and cancelled, cancelled and taken back, paid and taken back", id())
                    .containsOnly(false);
            if (cancelled) {
                return CommissionStatus.CANCELLED;
            }
            if (clawedBack) {
                return CommissionStatus.CLAWBACK;
            }
            if (paid) {
                return CommissionStatus.PAID;
            }
            return approved ? CommissionStatus.APPROVED : CommissionStatus.PENDING;
        }
    }

    /** A payout that was closed, and what was done to it. */
    static final class Closed {
        final Payout first;
        int claims;
        int failures;
        int retries;
        int successes;
        int cancellations;
        int returns;
        int lastTouched;

        Closed(Payout first) {
            this.first = first;
        }

        PayoutStatus status() {
            assertThat(List.of(
                            claims - failures - successes,
                            failures - retries,
                            successes + cancellations,
                            returns == 0 ? 0 : returns - successes + 1))
                    .as(
                            "payout %s: attempts in flight, failures to decide over, ends, returns of what was paid; %s claims",
                            first.id(), claims)
                    .allMatch(count -> count == 0 || count == 1);
            if (cancellations == 1) {
                return PayoutStatus.CANCELLED;
            }
            if (successes == 1) {
                return PayoutStatus.COMPLETED;
            }
            if (claims > failures) {
                return PayoutStatus.PROCESSING;
            }
            return failures > retries ? PayoutStatus.FAILED : PayoutStatus.READY;
        }
    }

    /** An attempt to pay, and what was reported of it. */
    static final class Attempted {
        final PayoutAttempt first;
        boolean succeeded;
        boolean failed;
        boolean unknown;
        String reference = "";

        Attempted(PayoutAttempt first) {
            this.first = first;
        }

        boolean isSettled() {
            return succeeded || failed;
        }
    }

    /** What an idempotency key did, and what it was answered with when it was sent again. */
    static final class Sent {
        final ModelCalls.Call call;
        final List<Set<UUID>> effects = new ArrayList<>();
        final List<Set<UUID>> replays = new ArrayList<>();

        Sent(ModelCalls.Call call) {
            this.call = call;
        }
    }

    final Map<UUID, Earner> partners = new LinkedHashMap<>();
    final Map<UUID, Earning> events = new LinkedHashMap<>();
    final Map<UUID, Closed> payouts = new LinkedHashMap<>();
    final Map<UUID, Attempted> attempts = new LinkedHashMap<>();
    final Map<String, Sent> keys = new LinkedHashMap<>();
    final Map<UUID, Set<UUID>> earningPartners = new LinkedHashMap<>();
    int round;

    private final Programme programme;
    private final Set<String> keysBefore;
    private final Map<UUID, UUID> payoutOfEvent = new HashMap<>();

    ModelBooks(Programme programme) {
        this.programme = programme;
        this.keysBefore = keysInDatabase();
    }

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

    /** The rows against the books: nothing missing, nothing twice, nothing that no answer told of. */
    void compare() {
        compareKeys();
        Map<UUID, PayoutStatus> statuses = comparePayouts();
        compareEvents(statuses);
        compareAttempts();
        comparePartners();
        compareBalances();
    }

    private Set<String> keysInDatabase() {
        return new HashSet<>(programme
                .sql
                .select(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY)
                .from(PARTNER_IDEMPOTENCY_KEYS)
                .fetch(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY));
    }

    private void compareKeys() {
        keys.forEach((key, sent) -> {
            assertThat(sent.effects).as("effects of key %s", key).hasSize(1);
            assertThat(sent.replays)
                    .as("answers to key %s when it was sent again", key)
                    .allMatch(sent.effects.get(0)::equals);
        });
        Set<String> expected = new HashSet<>(keysBefore);
        expected.addAll(keys.keySet());
        assertThat(keysInDatabase()).as("keys on record").isEqualTo(expected);
    }

    private Map<UUID, PayoutStatus> comparePayouts() {
        Map<UUID, PayoutStatus> expected = new HashMap<>();
        payouts.forEach((id, payout) -> expected.put(id, payout.status()));
        Map<UUID, PayoutStatus> found = new HashMap<>();
        List<Payout> rows = programme
                .sql
                .selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.STATUS.ne(PayoutStatus.PENDING))
                .fetch(Payout::of);
        rows.forEach(payout -> found.put(payout.id(), payout.status()));
        assertThat(found).as("closed payouts").isEqualTo(expected);
        rows.forEach(payout -> assertThat(payout.total())
                .as("total of payout %s, %s", payout.id(), payout.status())
                .isEqualTo(
                        payout.status() == PayoutStatus.CANCELLED
                                ? Money.zero(payout.total().currency())
                                : payouts.get(payout.id()).first.total()));
        return found;
    }

    private void compareEvents(Map<UUID, PayoutStatus> payoutStatuses) {
        List<CommissionEvent> rows = programme
                .sql
                .select(CommissionEvent.COLUMNS)
                .from(PARTNER_COMMISSION_EVENTS)
                .fetch(CommissionEvent::of);
        Map<UUID, String> found = new HashMap<>();
        Map<UUID, String> expected = new HashMap<>();
        for (CommissionEvent row : rows) {
            found.put(
                    row.id(),
                    row.status() + " " + row.amount() + " " + row.partnerId() + " "
                            + row.origin().idempotencyKey());
            Earning known = events.get(row.id());
            if (known != null) {
                known.paid = row.payoutId()
                        .filter(id -> payoutStatuses.get(id) == PayoutStatus.COMPLETED)
                        .isPresent();
            }
        }
        events.forEach((id, event) -> expected.put(
                id,
                event.status() + " " + event.amount() + " " + event.first.partnerId() + " "
                        + event.first.origin().idempotencyKey()));
        assertThat(found).as("commission events").isEqualTo(expected);
        events.values().stream().filter(event -> event.reversals > 0).forEach(event -> assertThat(
                        new Money(event.takenBack, event.amount().currency()))
                .as("taken back of event %s, of whose base %s was refunded", event.id(), event.refunded)
                .isEqualTo(CommissionClawback.target(event.amount(), event.first.base(), event.refunded)));
    }

    private void compareAttempts() {
        Map<UUID, PayoutAttempt> found = new HashMap<>();
        programme
                .sql
                .selectFrom(PARTNER_PAYOUT_ATTEMPTS)
                .fetch(PayoutAttempt::of)
                .forEach(attempt -> found.put(attempt.id(), attempt));
        assertThat(found.keySet()).as("attempts").isEqualTo(attempts.keySet());
        attempts.forEach((id, known) -> {
            PayoutAttempt row = found.get(id);
            Optional<PaymentOutcome> settled = row.endedAt().flatMap(ended -> row.outcome());
            assertThat(settled)
                    .as("outcome of attempt %s", id)
                    .isEqualTo(
                            known.succeeded
                                    ? Optional.of(PaymentOutcome.SUCCEEDED)
                                    : known.failed ? Optional.of(PaymentOutcome.FAILED) : Optional.empty());
            if (known.unknown) {
                assertThat(row.unknownSince())
                        .as("attempt %s was unknown since", id)
                        .isPresent();
            }
            assertThat(row.paymentReference().orElse(""))
                    .as("reference of attempt %s", id)
                    .isEqualTo(known.reference);
        });
    }

    private void comparePartners() {
        Map<UUID, String> expected = new HashMap<>();
        partners.forEach((id, partner) -> {
            assertThat(List.of(partner.suspensions, partner.holds))
                    .as("%s is suspended and on hold once at most", partner.name)
                    .allMatch(count -> count == 0 || count == 1);
            expected.put(
                    id,
                    (partner.suspensions == 1 ? PartnerStatus.SUSPENDED : PartnerStatus.ACTIVE) + " "
                            + (partner.holds == 1));
        });
        assertThat(programme
                        .sql
                        .select(PARTNERS.ID, PARTNERS.STATUS, PARTNERS.PAYOUT_HOLD_REASON)
                        .from(PARTNERS)
                        .fetchMap(row -> row.value1(), row -> row.value2() + " " + (row.value3() != null)))
                .as("partners, their status and whether they are on hold")
                .isEqualTo(expected);
    }

    /** Earned, less taken back, less paid, and what was returned: from the answers. Outstanding: as the library says. */
    private void compareBalances() {
        Map<String, BigDecimal> expected = new TreeMap<>();
        events.values().stream()
                .filter(Earning::counts)
                .forEach(event -> add(
                        expected,
                        event.first.partnerId(),
                        event.amount(),
                        event.amount().amount()));
        payouts.values().stream()
                .filter(payout -> payout.successes == 1)
                .map(payout -> payout.first)
                .forEach(payout -> add(
                        expected,
                        payout.partnerId(),
                        payout.total(),
                        payout.total().amount().negate()));
        Map<String, BigDecimal> found = new TreeMap<>();
        partners.keySet().forEach(id -> programme
                .acme
                .statements()
                .balance(id)
                .forEach(
                        balance -> add(found, id, balance.owed(), balance.owed().amount())));
        expected.values().removeIf(sum -> sum.signum() == 0);
        found.values().removeIf(sum -> sum.signum() == 0);
        assertThat(found).as("outstanding").isEqualTo(expected);
    }

    private static void add(Map<String, BigDecimal> sums, UUID partnerId, Money of, BigDecimal amount) {
        sums.merge(partnerId + " " + of.currency(), amount.setScale(4), (before, more) -> before.add(more));
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

    /** What a run must close, when nothing else happens meanwhile: from the books. */
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

    /** Of a run whose calls came one after another: each event is in the payout that the books say. */
    void comparePlaces() {
        assertThat(programme
                        .sql
                        .select(PARTNER_COMMISSION_EVENTS.ID, PARTNER_COMMISSION_EVENTS.PAYOUT_ID)
                        .from(PARTNER_COMMISSION_EVENTS)
                        .join(PARTNER_PAYOUTS)
                        .on(PARTNER_PAYOUTS.TENANT_ID.eq(PARTNER_COMMISSION_EVENTS.TENANT_ID))
                        .and(PARTNER_PAYOUTS.ID.eq(PARTNER_COMMISSION_EVENTS.PAYOUT_ID))
                        .and(PARTNER_PAYOUTS.STATUS.ne(PayoutStatus.PENDING))
                        .fetchMap(row -> row.value1(), row -> row.value2()))
                .as("events in closed payouts")
                .isEqualTo(payoutOfEvent);
    }

    Instant now() {
        return programme.sql.fetchSingle("select now()").get(0, Instant.class);
    }
}
