package com.dotmac.partner.testkit.attacks;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * What became of every way that an {@link AttackKit} tried.
 *
 * @param ways in the order in which they were tried
 */
public record AttackReport(List<Way> ways) {

    /** What became of a way. */
    public enum Outcome {
        /** The database refused the statement. */
        REFUSED,
        /** The statement ran, and reached and told nothing. */
        REACHED_NOTHING,
        /** It reached, changed, told or forged something. */
        SUCCEEDED
    }

    /**
     * One way.
     *
     * @param area {@code read}, {@code infer}, {@code link}, {@code change}, {@code move}, {@code lock}, {@code session}, {@code define}
     *     or {@code forge}
     * @param name what it tried
     * @param answer of the database: the SQLSTATE and the message, or how many rows
     */
    public record Way(String area, String name, Outcome outcome, String answer) {

        /** Like {@code read: join}. */
        @Override
        public String toString() {
            return area + ": " + name;
        }
    }

    /** Copies the list. */
    public AttackReport {
        ways = List.copyOf(ways);
    }

    /** The ways that succeeded; empty: the tenants are isolated from each other. */
    public List<Way> succeeded() {
        return ways.stream().filter(way -> way.outcome() == Outcome.SUCCEEDED).toList();
    }

    /** Each way on a line: its outcome, its name and the answer. */
    @Override
    public String toString() {
        return ways.stream()
                .map(way -> "%-15s %s (%s)".formatted(way.outcome(), way, way.answer()))
                .collect(joining("\n", "", "\n" + succeeded().size() + " of " + ways.size() + " ways succeeded"));
    }
}
