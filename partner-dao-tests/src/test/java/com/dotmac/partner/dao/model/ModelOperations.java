package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelCalls.Operation;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Calls of a model run: drawn, sent, and entered into the books with what was answered. */
abstract class ModelOperations {

    static final Duration LEASE = Duration.ofDays(7);
    static final List<Currency> CURRENCIES = List.of(Currency.getInstance("USD"), Currency.getInstance("JPY"));
    private static final int PATIENCE = 50;

    final PartnerScope acme;
    final ModelBooks books;
    final Manner manner;
    private final ModelRun run;

    ModelOperations(ModelRun run) {
        this.run = run;
        this.acme = run.acme;
        this.books = run.books;
        this.manner = run.manner;
    }

    Call nothing(String said) {
        return new Call(said + ": there is none", self -> new Answer(() -> {}, () -> {}));
    }

    Answer entered(Operation operation, String key, Call call, boolean replayed, Set<UUID> ids, Runnable effect) {
        return new Answer(
                () -> books.enter(key, call, replayed, ids, () -> {
                    count(operation);
                    effect.run();
                }),
                () -> {});
    }

    void count(Operation operation) {
        synchronized (run.effects) {
            run.effects.merge(operation, 1, Integer::sum);
        }
    }

    <T> Answer answer(Call call, Supplier<T> sending, Function<T, Answer> answered) {
        return answer(call, sending, answered, refusal -> false);
    }

    /**
     * Sends the call, and sends it again if the library says that this helps. The check of a refusal follows the entry
     * of the round.
     */
    <T> Answer answer(
            Call call, Supplier<T> sending, Function<T, Answer> answered, Predicate<PartnerException> isRight) {
        try {
            return answered.apply(patiently(sending));
        } catch (PartnerException refusal) {
            return new Answer(() -> run.refused++, () -> assertThat(isRight.test(refusal))
                    .as("%s was refused, rightly: %s", call.said(), refusal)
                    .isTrue());
        }
    }

    private <T> T patiently(Supplier<T> sending) {
        for (int times = 1; ; times++) {
            try {
                return sending.get();
            } catch (PartnerException.TryAgain inBetween) {
                run.triedAgain.incrementAndGet();
                if (times == PATIENCE) {
                    throw inBetween;
                }
            }
        }
    }

    Earner partner(Random draw) {
        return pick(List.copyOf(books.partners.values()), draw);
    }

    static Instant date(Random draw, Instant now) {
        return now.minusSeconds(draw.nextInt(3 * 86_400)).plusMillis(draw.nextInt(5) == 0 ? 3 * 86_400_000L : 0);
    }

    static Instant cutoff(Random draw, Instant now) {
        return draw.nextInt(5) == 0 ? now.minusSeconds(draw.nextInt(2 * 86_400)) : now;
    }

    /** Now and then a credit note. */
    static Money amount(Random draw) {
        long minorUnits = 1_000 + draw.nextInt(20_000);
        return amount(draw.nextInt(12) == 0 ? -minorUnits : minorUnits, pick(CURRENCIES, draw));
    }

    static Money amount(long minorUnits, Currency currency) {
        return new Money(BigDecimal.valueOf(minorUnits, currency.getDefaultFractionDigits()), currency);
    }

    /** Nine times of ten one of those that fit, when there are any. */
    static <T> Optional<T> prefer(Collection<T> all, Predicate<T> fitting, Random draw) {
        int chance = draw.nextInt(10);
        int place = draw.nextInt(Integer.MAX_VALUE);
        List<T> fit = all.stream().filter(fitting).toList();
        List<T> from = chance > 0 && !fit.isEmpty() ? fit : new ArrayList<>(all);
        return from.isEmpty() ? Optional.empty() : Optional.of(from.get(place % from.size()));
    }

    static <T> T pick(List<T> from, Random draw) {
        return from.get(draw.nextInt(Integer.MAX_VALUE) % from.size());
    }
}
