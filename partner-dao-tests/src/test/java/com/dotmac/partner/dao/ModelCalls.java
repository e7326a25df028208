package com.dotmac.partner.dao;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.ModelBooks.Attempted;
import com.dotmac.partner.dao.ModelBooks.Closed;
import com.dotmac.partner.dao.ModelBooks.Earner;
import com.dotmac.partner.dao.ModelBooks.Earning;
import com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Draws the calls of a model run, and says of every answer what it means and of every refusal whether it was right. */
final class ModelCalls {

    private static final Duration LEASE = Duration.ofDays(7);
    private static final List<Currency> CURRENCIES = List.of(Currency.getInstance("USD"), Currency.getInstance("JPY"));
    private static final int PATIENCE = 50;

    /** A call to be sent, by any thread, now or once more. */
    record Call(String said, Function<Call, Answer> sending) {
        Answer send() {
            return sending.apply(this);
        }
    }

    /**
     * @param entry into the books; of all calls of a round before any of their proofs
     * @param proof that the answer is right, given everything that happened in the round
     */
    record Answer(Runnable entry, Runnable proof) {}

    /** What can be called, and how often of a hundred. */
    enum Operation {
        ACCRUE(17),
        RECORD(8),
        APPROVE(20),
        CANCEL_EVENTS(4),
        CLAW_BACK(10),
        CLOSE(6),
        CLOSE_ALL(3),
        CLAIM_SOME(4),
        CLAIM_ONE(3),
        SUCCEED(6),
        FAIL(4),
        UNKNOWN(2),
        RETRY(2),
        CANCEL_PAYOUT(2),
        RETURNED(2),
        MOVE_PARTNER(2),
        HOLD_PARTNER(2),
        SEND_AGAIN(3);

        final int share;

        Operation(int share) {
            this.share = share;
        }

        static Operation draw(Random random) {
            int left = random.nextInt(100);
            for (Operation operation : values()) {
                left -= operation.share;
                if (left < 0) {
                    return operation;
                }
            }
            throw new IllegalStateException("the shares are less than a hundred");
        }
    }

    /** How calls come to the library: one after another, when the books can foretell everything, or at once. */
    enum Manner {
        ALONE,
        AT_ONCE
    }

    final Map<Operation, Integer> effects = new EnumMap<>(Operation.class);
    final AtomicInteger triedAgain = new AtomicInteger();
    int refused;

    private final PartnerScope acme;
    private final ModelBooks books;
    private final Manner manner;

    ModelCalls(PartnerScope acme, ModelBooks books, Manner manner) {
        this.acme = acme;
        this.books = books;
        this.manner = manner;
    }

    /** @param now of the database, before the call */
    Call draw(Random draw, String key, Instant now) {
        Operation operation = Operation.draw(draw);
        return switch (operation) {
            case ACCRUE -> accrue(draw, key, now);
            case RECORD -> record(draw, key, now);
            case APPROVE -> approve(draw);
            case CANCEL_EVENTS -> cancelEvents(draw);
            case CLAW_BACK -> clawBack(draw, key);
            case CLOSE -> close(draw, key, now);
            case CLOSE_ALL -> closeAll(draw, key, now);
            case CLAIM_SOME -> claimSome(draw, key);
            case CLAIM_ONE -> claimOne(draw, key);
            case SUCCEED -> succeed(draw);
            case FAIL -> fail(draw);
            case UNKNOWN -> unknown(draw);
            case RETRY -> retry(draw);
            case CANCEL_PAYOUT -> cancelPayout(draw);
            case RETURNED -> returned(draw, key);
            case MOVE_PARTNER -> movePartner(draw);
            case HOLD_PARTNER -> holdPartner(draw);
            case SEND_AGAIN -> sendAgain(draw);
        };
    }

    private Call accrue(Random draw, String key, Instant now) {
        UUID customer = pick(List.copyOf(books.earningPartners.keySet()), draw);
        Sale sale = new Sale(key, customer, null, amount(draw), date(draw, now));
        return new Call(
                "accrue " + sale,
                self -> answer(self, () -> acme.commissions().accrue(sale), accrual -> {
                    Set<UUID> ids = new HashSet<>(accrual.eventIds());
                    return entered(Operation.ACCRUE, key, self, accrual.replayed(), ids, () -> {
                        assertThat(accrual.events().stream()
                                        .collect(Collectors.toMap(CommissionEvent::partnerId, CommissionEvent::amount)))
                                .as(self.said)
                                .isEqualTo(books.earningPartners.get(customer).stream()
                                        .collect(Collectors.toMap(
                                                id -> id, id -> sale.amount().share(books.partners.get(id).rate))));
                        accrual.events().forEach(books::add);
                    });
                }));
    }

    private Call record(Random draw, String key, Instant now) {
        Earner partner = partner(draw);
        Money base = amount(draw);
        Money amount = base.share(new BigDecimal(draw.nextBoolean() ? "0.5" : "0.05"));
        NewCommission bonus = NewCommission.on(key, partner.id, base, amount, date(draw, now));
        NewCommission commission = draw.nextInt(8) == 0 ? bonus.heldUntil(now.plus(Duration.ofDays(30))) : bonus;
        return new Call(
                "record " + commission,
                self -> answer(
                        self,
                        () -> acme.commissions().record(commission),
                        outcome -> entered(
                                Operation.RECORD,
                                key,
                                self,
                                outcome.replayed(),
                                Set.of(outcome.value().id()),
                                () -> {
                                    assertThat(outcome.value().amount())
                                            .as(self.said)
                                            .isEqualTo(amount);
                                    books.add(outcome.value());
                                })));
    }

    private Call approve(Random draw) {
        Set<UUID> ids = someEvents(draw);
        return new Call(
                "approve " + ids,
                self -> answer(self, () -> acme.commissions().approve(ids), approval -> {
                    Set<UUID> approved = approval.approved().stream()
                            .map(CommissionEvent::id)
                            .collect(Collectors.toSet());
                    return new Answer(
                            () -> approved.forEach(id -> {
                                count(Operation.APPROVE);
                                assertThat(books.events.get(id).approved)
                                        .as("event %s was approved before", id)
                                        .isFalse();
                                books.events.get(id).approved = true;
                            }),
                            () -> requireOthers(ids, approved, approval.notPending(), id -> !books.events
                                    .get(id)
                                    .isPending()));
                }));
    }

    private Call cancelEvents(Random draw) {
        Set<UUID> ids = someEvents(draw);
        return new Call(
                "cancel events " + ids,
                self -> answer(
                        self,
                        () -> acme.commissions().cancel(ids, "entered in error"),
                        cancellation -> {
                            Set<UUID> cancelled = cancellation.cancelled().stream()
                                    .map(CommissionEvent::id)
                                    .collect(Collectors.toSet());
                            return new Answer(
                                    () -> cancelled.forEach(id -> {
                                        count(Operation.CANCEL_EVENTS);
                                        assertThat(books.events.get(id).cancelled)
                                                .as("event %s was cancelled before", id)
                                                .isFalse();
                                        books.events.get(id).cancelled = true;
                                    }),
                                    // What was taken back in part is left out while it is pending.
                                    () -> requireOthers(
                                            ids,
                                            cancelled,
                                            cancellation.notPending(),
                                            id -> !books.events.get(id).isPending()
                                                    || books.events.get(id).reversals > 0));
                        },
                        refusal -> refusal instanceof PartnerException.ConstraintViolated violated
                                && violated.constraint().equals("commission_event_with_reversals_is_not_cancelled")
                                && ids.stream().anyMatch(id -> books.events.get(id).reversals > 0)));
    }

    private static void requireOthers(
            Set<UUID> ids, Set<UUID> changed, List<UUID> leftOut, Predicate<UUID> mayBeLeftOut) {
        Set<UUID> others = new HashSet<>(ids);
        others.removeAll(changed);
        assertThat(new HashSet<>(leftOut)).as("the others").isEqualTo(others);
        assertThat(others).as("left out").allMatch(mayBeLeftOut);
    }

    private Call clawBack(Random draw, String key) {
        Optional<Earning> drawn = prefer(books.events.values(), Earning::canBeTakenBack, draw);
        if (drawn.isEmpty()) {
            return nothing("claw back");
        }
        Earning event = drawn.get();
        Money smallest = amount(1, event.amount().currency());
        Money part = event.left().signum() <= 0
                ? smallest
                : draw.nextBoolean() ? event.left() : event.left().share(new BigDecimal("0.37"));
        Money refund = part.signum() <= 0 ? smallest : part;
        return new Call(
                "claw back event " + event.id() + " for " + refund,
                self -> answer(
                        self,
                        () -> acme.commissions().clawBack(key, event.id(), refund, "returned goods"),
                        clawback -> entered(
                                Operation.CLAW_BACK,
                                key,
                                self,
                                clawback.replayed(),
                                clawback.reversal().map(CommissionEvent::id).stream()
                                        .collect(Collectors.toSet()),
                                () -> tookBack(event, refund, clawback)),
                        refusal -> refusal instanceof PartnerException.IllegalMove
                                ? !event.canBeTakenBack()
                                : refusal instanceof PartnerException.InvalidInput
                                        && event.left().compareTo(refund) < 0));
    }

    private void tookBack(Earning event, Money refund, Clawback clawback) {
        if (manner == Manner.ALONE) {
            boolean whole = event.reversals == 0 && refund.equals(event.left()) && !books.isInClosedPayout(event.id());
            assertThat(clawback.reversal().isEmpty())
                    .as("event %s itself became clawback", event.id())
                    .isEqualTo(whole);
        }
        if (clawback.reversal().isEmpty()) {
            event.clawedBack = true;
            return;
        }
        CommissionEvent reversal = clawback.reversal().get();
        books.add(reversal);
        event.reversals++;
        event.refunded = event.refunded.add(refund.amount());
        event.takenBack = event.takenBack.subtract(reversal.amount().amount());
    }

    private Call close(Random draw, String key, Instant now) {
        Earner partner = partner(draw);
        Currency currency = pick(CURRENCIES, draw);
        Instant cutoff = cutoff(draw, now);
        return closing(
                "close " + partner.name + " " + currency + " at " + cutoff,
                Operation.CLOSE,
                key,
                cutoff,
                (id, in) -> id.equals(partner.id) && in.equals(currency),
                () -> acme.payouts().close(key, partner.id, currency, cutoff));
    }

    private Call closeAll(Random draw, String key, Instant now) {
        Instant cutoff = cutoff(draw, now);
        return closing(
                "close all at " + cutoff, Operation.CLOSE_ALL, key, cutoff, (id, in) -> true, () -> acme.payouts()
                        .closeAll(key, cutoff));
    }

    private Call closing(
            String said,
            Operation operation,
            String key,
            Instant cutoff,
            ModelBooks.Extent extent,
            Supplier<PayoutRun> sending) {
        return new Call(
                said,
                self -> answer(
                        self,
                        sending,
                        run -> entered(
                                operation,
                                key,
                                self,
                                run.replayed(),
                                run.closed().stream().map(Payout::id).collect(Collectors.toSet()),
                                () -> {
                                    if (manner == Manner.ALONE) {
                                        books.foretellClosing(extent, cutoff, run);
                                    }
                                    run.closed().forEach(books::close);
                                }),
                        refusal -> refusal instanceof PartnerException.InvalidInput
                                && books.payouts.values().stream()
                                        .anyMatch(payout -> extent.includes(
                                                        payout.first.partnerId(),
                                                        payout.first.total().currency())
                                                && payout.first
                                                        .periodEnd()
                                                        .orElseThrow()
                                                        .isAfter(cutoff)
                                                && (payout.cancellations == 0 || books.touchedNow(payout)))));
    }

    private Call claimSome(Random draw, String key) {
        int most = 1 + draw.nextInt(3);
        long ready = books.payouts.values().stream().filter(this::isClaimable).count();
        return new Call(
                "claim " + most,
                self -> answer(self, () -> acme.payouts().claim(most, "worker " + key, LEASE), claimed -> {
                    Answer answer = claimed(claimed);
                    return new Answer(answer.entry, () -> {
                        answer.proof.run();
                        if (manner == Manner.ALONE) {
                            assertThat(claimed).as(self.said).hasSize((int) Math.min(most, ready));
                        }
                    });
                }));
    }

    private Call claimOne(Random draw, String key) {
        Optional<Closed> drawn = prefer(books.payouts.values(), this::isClaimable, draw);
        if (drawn.isEmpty()) {
            return nothing("claim a payout");
        }
        Closed payout = drawn.get();
        boolean claimable = isClaimable(payout);
        return new Call(
                "claim payout " + payout.first.id(),
                self -> answer(self, () -> acme.payouts().claim(payout.first.id(), "worker " + key, LEASE), claimed -> {
                    Answer answer = claimed(claimed.stream().toList());
                    return new Answer(answer.entry, () -> {
                        answer.proof.run();
                        if (manner == Manner.ALONE) {
                            assertThat(claimed.isPresent()).as(self.said).isEqualTo(claimable);
                        }
                    });
                }));
    }

    private boolean isClaimable(Closed payout) {
        return payout.status() == PartnerPayoutStatus.ready
                && books.partners.get(payout.first.partnerId()).isPayable();
    }

    private Answer claimed(List<ClaimedPayout> claimed) {
        return new Answer(
                () -> claimed.forEach(each -> {
                    count(Operation.CLAIM_SOME);
                    Closed payout = books.payout(each.payout().id());
                    payout.claims++;
                    books.touch(payout);
                    assertThat(each.attempt().amount())
                            .as("amount of attempt %s", each.attempt().id())
                            .isEqualTo(payout.first.total());
                    books.attempts.put(each.attempt().id(), new Attempted(each.attempt()));
                }),
                () -> claimed.forEach(each -> {
                    Earner partner = books.partners.get(each.payout().partnerId());
                    assertThat(partner.isPayable() || books.touchedNow(partner))
                            .as(
                                    "%s was payable when payout %s was claimed",
                                    partner.name, each.payout().id())
                            .isTrue();
                }));
    }

    private Call succeed(Random draw) {
        return report(draw, Operation.SUCCEED, (attempt, draws) -> {
            String reference = "bank-" + attempt.first.id() + (draws.nextInt(10) == 0 ? "-b" : "");
            return new Call(
                    "succeed attempt " + attempt.first.id() + " as " + reference,
                    self -> answer(
                            self,
                            () -> acme.payouts().succeed(attempt.first.id(), reference),
                            outcome -> settled(
                                    Operation.SUCCEED,
                                    attempt,
                                    outcome,
                                    payout -> {
                                        attempt.succeeded = true;
                                        attempt.reference = reference;
                                        payout.successes++;
                                        assertThat(outcome.value().total())
                                                .as("what payout %s paid", payout.first.id())
                                                .isEqualTo(payout.first.total());
                                    },
                                    () -> attempt.succeeded && attempt.reference.equals(reference)),
                            refusal -> refusal instanceof PartnerException.IllegalMove
                                    && (attempt.failed || attempt.succeeded && !attempt.reference.equals(reference))));
        });
    }

    private Call fail(Random draw) {
        return report(
                draw,
                Operation.FAIL,
                (attempt, draws) -> new Call(
                        "fail attempt " + attempt.first.id(),
                        self -> answer(
                                self,
                                () -> acme.payouts().fail(attempt.first.id(), "account closed"),
                                outcome -> settled(
                                        Operation.FAIL,
                                        attempt,
                                        outcome,
                                        payout -> {
                                            attempt.failed = true;
                                            payout.failures++;
                                        },
                                        () -> attempt.failed),
                                refusal -> refusal instanceof PartnerException.IllegalMove && attempt.succeeded)));
    }

    private Call unknown(Random draw) {
        return report(
                draw,
                Operation.UNKNOWN,
                (attempt, draws) -> new Call(
                        "unknown outcome of attempt " + attempt.first.id(),
                        self -> answer(
                                self,
                                () -> acme.payouts().unknown(attempt.first.id(), "no answer in time"),
                                outcome -> new Answer(
                                        () -> {
                                            count(Operation.UNKNOWN);
                                            attempt.unknown = true;
                                        },
                                        () -> {}),
                                refusal -> refusal instanceof PartnerException.IllegalMove && attempt.isSettled())));
    }

    private interface Report {
        Call on(Attempted attempt, Random draw);
    }

    private Call report(Random draw, Operation operation, Report report) {
        return prefer(books.attempts.values(), attempt -> !attempt.isSettled(), draw)
                .map(attempt -> report.on(attempt, draw))
                .orElseGet(() -> nothing("report " + operation));
    }

    private Answer settled(
            Operation operation,
            Attempted attempt,
            Outcome<Payout> outcome,
            Consumer<Closed> entry,
            Supplier<Boolean> wasBefore) {
        return new Answer(
                () -> {
                    if (!outcome.replayed()) {
                        count(operation);
                        assertThat(attempt.isSettled())
                                .as("attempt %s was settled before", attempt.first.id())
                                .isFalse();
                        Closed payout = books.payout(attempt.first.payoutId());
                        books.touch(payout);
                        entry.accept(payout);
                    }
                },
                () -> assertThat(outcome.replayed() && !wasBefore.get())
                        .as("%s of attempt %s was replayed for nothing", operation, attempt.first.id())
                        .isFalse());
    }

    private Call retry(Random draw) {
        return move(
                draw,
                Operation.RETRY,
                PartnerPayoutStatus.ready,
                Set.of(PartnerPayoutStatus.failed),
                payout -> acme.payouts().retry(payout.first.id(), "account corrected"),
                payout -> payout.retries++);
    }

    private Call cancelPayout(Random draw) {
        return move(
                draw,
                Operation.CANCEL_PAYOUT,
                PartnerPayoutStatus.cancelled,
                Set.of(PartnerPayoutStatus.ready, PartnerPayoutStatus.failed),
                payout -> acme.payouts().cancel(payout.first.id(), "not to be paid yet"),
                payout -> {
                    payout.cancellations++;
                    books.reopen(payout);
                });
    }

    private Call move(
            Random draw,
            Operation operation,
            PartnerPayoutStatus to,
            Set<PartnerPayoutStatus> from,
            Function<Closed, Outcome<Payout>> sending,
            Consumer<Closed> entry) {
        Optional<Closed> drawn = prefer(books.payouts.values(), payout -> from.contains(payout.status()), draw);
        if (drawn.isEmpty()) {
            return nothing(operation.name());
        }
        Closed payout = drawn.get();
        PartnerPayoutStatus before = payout.status();
        return new Call(
                operation + " payout " + payout.first.id(),
                self -> answer(
                        self,
                        () -> sending.apply(payout),
                        outcome -> new Answer(
                                () -> {
                                    if (!outcome.replayed()) {
                                        count(operation);
                                        entry.accept(payout);
                                        books.touch(payout);
                                    }
                                },
                                () -> assertThat(outcome.replayed() ? Set.of(to) : from)
                                        .as("%s was %s and the answer %s", self.said, before, outcome)
                                        .matches(right -> right.contains(before) || touchedByOthers(payout))),
                        refusal -> refusal instanceof PartnerException.IllegalMove
                                && (!from.contains(before) && before != to || books.touchedNow(payout))));
    }

    private boolean touchedByOthers(Closed payout) {
        return manner == Manner.AT_ONCE && books.touchedNow(payout);
    }

    private Call returned(Random draw, String key) {
        Optional<Closed> drawn = prefer(
                books.payouts.values(),
                payout -> payout.status() == PartnerPayoutStatus.completed && payout.returns == 0,
                draw);
        if (drawn.isEmpty()) {
            return nothing("return a payout");
        }
        Closed payout = drawn.get();
        PartnerPayoutStatus before = payout.status();
        return new Call(
                "returned payout " + payout.first.id(),
                self -> answer(
                        self,
                        () -> acme.payouts().returned(key, payout.first.id(), "account closed"),
                        outcome -> entered(
                                Operation.RETURNED,
                                key,
                                self,
                                outcome.replayed(),
                                Set.of(outcome.value().id()),
                                () -> {
                                    assertThat(outcome.value().amount())
                                            .as(self.said)
                                            .isEqualTo(payout.first.total());
                                    books.add(outcome.value());
                                    payout.returns++;
                                }),
                        refusal -> refusal instanceof PartnerException.IllegalMove
                                && (before != PartnerPayoutStatus.completed || payout.returns > 0)));
    }

    private Call movePartner(Random draw) {
        Earner partner = partner(draw);
        boolean suspended = partner.suspensions == 1;
        boolean suspend = draw.nextInt(4) == 0;
        return new Call(
                (suspend ? "suspend " : "activate ") + partner.name,
                self -> answer(
                        self,
                        () -> suspend
                                ? acme.partners().suspend(partner.id, "looked into")
                                : acme.partners().activate(partner.id, "cleared"),
                        outcome -> changed(
                                Operation.MOVE_PARTNER,
                                partner,
                                outcome,
                                suspended == suspend,
                                () -> partner.suspensions += suspend ? 1 : -1)));
    }

    private Call holdPartner(Random draw) {
        Earner partner = partner(draw);
        boolean held = partner.holds == 1;
        boolean hold = draw.nextInt(4) == 0;
        return new Call(
                (hold ? "hold " : "release ") + partner.name,
                self -> answer(
                        self,
                        () -> hold
                                ? acme.partners().hold(partner.id, "disputed")
                                : acme.partners().releaseHold(partner.id, "settled"),
                        outcome -> changed(
                                Operation.HOLD_PARTNER,
                                partner,
                                outcome,
                                held == hold,
                                () -> partner.holds += hold ? 1 : -1)));
    }

    private Answer changed(
            Operation operation, Earner partner, Outcome<Partner> outcome, boolean wasSo, Runnable entry) {
        return new Answer(
                () -> {
                    if (!outcome.replayed()) {
                        count(operation);
                        entry.run();
                        books.touch(partner);
                    }
                },
                () -> assertThat(outcome.replayed())
                        .as("%s of %s was replayed", operation, partner.name)
                        .matches(replayed ->
                                replayed == wasSo || manner == Manner.AT_ONCE && books.touchedNow(partner)));
    }

    /** A key once more: with the same content it is replayed, with other content refused. */
    private Call sendAgain(Random draw) {
        if (books.keys.isEmpty()) {
            return nothing("send again");
        }
        String key = pick(List.copyOf(books.keys.keySet()), draw);
        Call first = books.keys.get(key).call;
        if (draw.nextInt(4) > 0) {
            return new Call("again: " + first.said, self -> {
                count(Operation.SEND_AGAIN);
                int before = books.keys.get(key).replays.size();
                Answer answer = first.send();
                return new Answer(answer.entry, () -> {
                    answer.proof.run();
                    assertThat(books.keys.get(key).replays.size()).as(self.said).isGreaterThan(before);
                });
            });
        }
        NewCommission other = NewCommission.on(
                key, partner(draw).id, amount(7, CURRENCIES.get(0)), amount(7, CURRENCIES.get(0)), Programme.JANUARY);
        return new Call(
                "the key of another call: " + first.said,
                self -> answer(
                        self,
                        () -> acme.commissions().record(other),
                        outcome -> {
                            throw new AssertionError(self.said + " was accepted: " + outcome);
                        },
                        refusal -> refusal instanceof PartnerException.IdempotencyConflict));
    }

    private Call nothing(String said) {
        return new Call(said + ": there is none", self -> new Answer(() -> {}, () -> {}));
    }

    private Answer entered(
            Operation operation, String key, Call call, boolean replayed, Set<UUID> ids, Runnable effect) {
        return new Answer(
                () -> books.enter(key, call, replayed, ids, () -> {
                    count(operation);
                    effect.run();
                }),
                () -> {});
    }

    private void count(Operation operation) {
        synchronized (effects) {
            effects.merge(operation, 1, Integer::sum);
        }
    }

    private <T> Answer answer(Call call, Supplier<T> sending, Function<T, Answer> answered) {
        return answer(call, sending, answered, refusal -> false);
    }

    /** Sends; again when the library says that this helps. A refusal has to be right once the round is entered. */
    private <T> Answer answer(
            Call call, Supplier<T> sending, Function<T, Answer> answered, Predicate<PartnerException> isRight) {
        try {
            return answered.apply(patiently(sending));
        } catch (PartnerException refusal) {
            return new Answer(() -> refused++, () -> assertThat(isRight.test(refusal))
                    .as("%s was refused, rightly: %s", call.said, refusal)
                    .isTrue());
        }
    }

    private <T> T patiently(Supplier<T> sending) {
        for (int times = 1; ; times++) {
            try {
                return sending.get();
            } catch (PartnerException.TryAgain inBetween) {
                triedAgain.incrementAndGet();
                if (times == PATIENCE) {
                    throw inBetween;
                }
            }
        }
    }

    private Set<UUID> someEvents(Random draw) {
        int wanted = 1 + draw.nextInt(3);
        Set<UUID> ids = new LinkedHashSet<>();
        for (int i = 0; i < wanted; i++) {
            prefer(books.events.values(), Earning::isPending, draw).ifPresent(event -> ids.add(event.id()));
        }
        return ids;
    }

    private Earner partner(Random draw) {
        return pick(List.copyOf(books.partners.values()), draw);
    }

    private static Instant date(Random draw, Instant now) {
        return now.minusSeconds(draw.nextInt(3 * 86_400)).plusMillis(draw.nextInt(5) == 0 ? 3 * 86_400_000L : 0);
    }

    private static Instant cutoff(Random draw, Instant now) {
        return draw.nextInt(5) == 0 ? now.minusSeconds(draw.nextInt(2 * 86_400)) : now;
    }

    /** Now and then a credit note. */
    private static Money amount(Random draw) {
        long minorUnits = 1_000 + draw.nextInt(20_000);
        return amount(draw.nextInt(12) == 0 ? -minorUnits : minorUnits, pick(CURRENCIES, draw));
    }

    private static Money amount(long minorUnits, Currency currency) {
        return new Money(BigDecimal.valueOf(minorUnits, currency.getDefaultFractionDigits()), currency);
    }

    /** Nine times of ten one of those that fit, when there are any. */
    private static <T> Optional<T> prefer(Collection<T> all, Predicate<T> fitting, Random draw) {
        int chance = draw.nextInt(10);
        int place = draw.nextInt(Integer.MAX_VALUE);
        List<T> fit = all.stream().filter(fitting).toList();
        List<T> from = chance > 0 && !fit.isEmpty() ? fit : new ArrayList<>(all);
        return from.isEmpty() ? Optional.empty() : Optional.of(from.get(place % from.size()));
    }

    private static <T> T pick(List<T> from, Random draw) {
        return from.get(draw.nextInt(Integer.MAX_VALUE) % from.size());
    }
}
