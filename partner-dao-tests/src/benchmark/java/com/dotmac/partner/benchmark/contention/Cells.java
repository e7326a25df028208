package com.dotmac.partner.benchmark.contention;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What each cell achieved in all its turns so far. */
final class Cells {

    static final int[] CONNECTIONS = {1, 8, 32};
    static final int[] WORKERS = {1, 4, 16, 64};

    /** What one cell repeats. */
    enum Kind {
        TRANSFER("transfer"),
        ACCRUE_SPREAD("accrue, 64 partners"),
        ACCRUE_HOT("accrue, one partner"),
        PAIR_SPREAD("accrue + approve, 64 partners"),
        PAIR_HOT("accrue + approve, one partner"),
        QUEUE("bare queue"),
        PAYMENT("claim + succeed");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** So many connections that repeat one kind of call. */
    record Cell(Kind kind, int connections) {}

    /**
     * @param retries calls that a concurrent transaction ended, and that were made again
     */
    record Result(Load load, long retries, Waits.Seen waits) {

        Result and(Result other) {
            return new Result(load.and(other.load), retries + other.retries, waits.and(other.waits));
        }
    }

    private final Map<Cell, Result> results = new LinkedHashMap<>();

    void add(Cell cell, Result turn) {
        results.merge(cell, turn, Result::and);
    }

    Load load(Kind kind, int connections) {
        return Optional.ofNullable(results.get(new Cell(kind, connections)))
                .orElseThrow()
                .load();
    }

    /** Calls per second of one kind / those of another, with as many connections. */
    double ratio(Kind ours, Kind peer, int connections) {
        return load(ours, connections).perSecond() / load(peer, connections).perSecond();
    }

    Map<Cell, Result> all() {
        return results;
    }

    long retries() {
        return results.values().stream().mapToLong(Result::retries).sum();
    }
}
