package com.dotmac.partner.dao.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.model.ModelCalls.Answer;
import com.dotmac.partner.dao.model.ModelCalls.Call;
import com.dotmac.partner.dao.model.ModelCalls.Manner;
import com.dotmac.partner.dao.model.ModelEntries.Assigned;
import com.dotmac.partner.dao.model.ModelEntries.Earner;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random calls on a small programme, checked after each against what the answers say.
 *
 * <p>The seed is always the same, except in the tests tagged search, which draw a new one and belong to no lane. {@code -Dmodel.seed=} and
 * {@code -Dmodel.steps=} draw the same calls once more: operation, target and content of each step follow from the seed
 * and from what was there before it. The order of concurrent calls within a round does not.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class LifeCycleModelTest {

    private static final int THREADS = 4;
    private static final long SEED = Long.getLong("model.seed", 20_261_123);
    private static final long NEW_SEED = Long.getLong("model.seed", System.currentTimeMillis());
    private static final int STEPS = Integer.getInteger("model.steps", 2_000);

    @Test
    void four_threads_at_random_break_no_invariant(PartnerDatabase database) throws Exception {
        run(database, Manner.AT_ONCE, THREADS, SEED, STEPS);
    }

    @Test
    void one_thread_at_random_does_exactly_what_the_model_expects(PartnerDatabase database) throws Exception {
        run(database, Manner.ALONE, 1, SEED, STEPS / THREADS);
    }

    @Test
    @Tag("search")
    void four_threads_by_a_new_seed_break_no_invariant(PartnerDatabase database) throws Exception {
        run(database, Manner.AT_ONCE, THREADS, NEW_SEED, STEPS);
    }

    @Test
    @Tag("search")
    void one_thread_by_a_new_seed_does_exactly_what_the_model_expects(PartnerDatabase database) throws Exception {
        run(database, Manner.ALONE, 1, NEW_SEED, STEPS / THREADS);
    }

    private static void run(PartnerDatabase database, Manner manner, int threads, long seed, int steps)
            throws Exception {
        System.out.println(options(seed) + ", threads=" + threads);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(database.dataSource());
        pool.setMaximumPoolSize(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (HikariDataSource pooled = new HikariDataSource(pool)) {
            Programme programme = new Programme(database, database.store(pooled));
            List<Earner> partners = List.of(
                    earner(programme, "north", "0.1"),
                    earner(programme, "south", "0.2", Money.of("5", "USD"), Money.of("700", "JPY")),
                    earner(programme, "west", "0.075"));
            ModelBooks books = new ModelBooks();
            partners.forEach(partner -> books.partners.put(partner.id, partner));
            List.of(partners.get(0), partners.get(2))
                    .forEach(partner -> partner.isRuledBy(programme
                            .acme
                            .rules()
                            .define(NewRule.from(
                                    Programme.newKey(),
                                    partner.id,
                                    "USD",
                                    CommissionTerms.revenueShare(partner.rate.toPlainString()),
                                    Programme.JANUARY))
                            .value()));
            for (List<Earner> assigned : List.of(
                    List.of(partners.get(0)),
                    List.of(partners.get(1)),
                    List.of(partners.get(2)),
                    List.of(partners.get(0), partners.get(1)))) {
                UUID customer = programme.customer();
                books.customers.add(customer);
                assigned.forEach(partner -> assign(programme, books, partner, customer));
            }
            ModelRun run = new ModelRun(programme.acme, books, manner);
            ModelCalls calls = new ModelCalls(run);
            ModelComparison comparison = new ModelComparison(programme, books);

            for (int step = 1; step <= steps; step += threads) {
                round(programme, run, calls, comparison, executor, threads, seed, step);
            }

            System.out.println(options(seed) + ", threads=" + threads + ": effects " + run.effects + ", refused "
                    + run.refused + ", tried again " + run.triedAgain);
            if (steps >= 500) {
                assertThat(run.effects.keySet())
                        .as("operations that had an effect, of seed %d", seed)
                        .hasSizeGreaterThan(ModelCalls.Operation.values().length - 4);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static String options(long seed) {
        return "-Dmodel.seed=" + seed + " -Dmodel.steps=" + STEPS;
    }

    private static Earner earner(Programme programme, String name, String rate, Money... minimums) {
        return new Earner(programme.activePartner(rate, minimums), name, rate, minimums);
    }

    private static void assign(Programme programme, ModelBooks books, Earner partner, UUID customer) {
        UUID id = programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(Programme.newKey(), partner.id, customer, Programme.JANUARY))
                .value()
                .id();
        books.assignments.put(id, new Assigned(id, partner.id, customer, Programme.JANUARY));
    }

    private static void round(
            Programme programme,
            ModelRun run,
            ModelCalls calls,
            ModelComparison comparison,
            ExecutorService executor,
            int threads,
            long seed,
            int step)
            throws Exception {
        List<Call> drawn = new ArrayList<>();
        try {
            run.books.round = step;
            Instant now = programme.sql.fetchSingle("select now()").get(0, Instant.class);
            Random round = new Random(seed * 1_000_003 + step);
            if (round.nextInt(100) == 0) {
                programme.leasesAreOver();
            }
            // Every third round all threads draw alike: the same call, by the same key, at the same moment.
            boolean alike = round.nextInt(3) == 0;
            long common = round.nextLong();
            boolean settles = step / threads % 25 == 24;
            for (int thread = 0; thread < threads; thread++) {
                drawn.add(
                        settles
                                ? calls.restate("settled-" + step)
                                : alike
                                        ? calls.draw(new Random(common), "steps-" + step, now)
                                        : calls.draw(new Random(round.nextLong()), "step-" + (step + thread), now));
            }
            List<Answer> answers = sendAtOnce(drawn, executor);
            answers.forEach(answer -> answer.entry().run());
            answers.forEach(answer -> answer.proof().run());
            comparison.compare();
            if (settles) {
                comparison.sales.compareRestated();
            }
            if (run.manner == Manner.ALONE) {
                comparison.comparePlaces();
            }
            assertThat(programme.brokenInvariants()).isEmpty();
        } catch (AssertionError | Exception broken) {
            String said = drawn.stream().map(call -> "\n  " + call.said()).reduce("", String::concat);
            throw new AssertionError(
                    "with " + options(seed) + ", steps " + step + " to " + (step + threads - 1) + " of " + threads
                            + " threads:" + said + "\n" + broken.getMessage(),
                    broken);
        }
    }

    private static List<Answer> sendAtOnce(List<Call> calls, ExecutorService executor) throws Exception {
        CyclicBarrier start = new CyclicBarrier(calls.size());
        List<Future<Answer>> sent = new ArrayList<>();
        for (Call call : calls) {
            sent.add(executor.submit(() -> {
                start.await(60, TimeUnit.SECONDS);
                return call.send();
            }));
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> answer : sent) {
            answers.add(answer.get(120, TimeUnit.SECONDS));
        }
        return answers;
    }
}
