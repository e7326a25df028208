package com.dotmac.partner.lifecycle;

import java.util.List;

/**
 * A change that a person may make, and what becomes of it: a row of the table in docs/drift.md.
 *
 * @param words what was changed
 * @param sql how; {@code ${role}} is a role that may log in, {@code ${database}} the database
 */
record HandMade(String words, Fate fate, String sql) {

    /** What becomes of it. */
    enum Fate {
        REFUSED("reported", "refuses", "by the statement"),
        REFUSED_BY_HAND("reported", "refuses", "by hand"),
        ACCEPTED("reported", "starts", "by the statement"),
        DAMAGED("reported", "refuses", "by the statement, of the history"),
        DAMAGED_BY_HAND("reported", "refuses", "by hand, of the history"),
        IGNORED("ignored by design", "starts", "");

        private final String drift;
        private final String guard;
        private final String mending;

        Fate(String drift, String guard, String mending) {
            this.drift = drift;
            this.guard = guard;
            this.mending = mending;
        }

        boolean isRefused() {
            return guard.equals("refuses");
        }

        boolean isByHand() {
            return mending.startsWith("by hand");
        }

        boolean isOfTheHistory() {
            return mending.endsWith("of the history");
        }
    }

    /** The row in docs/drift.md. */
    String row() {
        return "| " + words + " | " + fate.drift + " | " + fate.guard + " | " + fate.mending + " |";
    }

    @Override
    public String toString() {
        return words;
    }

    static List<HandMade> refused(String... wordsAndSql) {
        return of(Fate.REFUSED, wordsAndSql);
    }

    static List<HandMade> of(Fate fate, String... wordsAndSql) {
        List<HandMade> changes = new java.util.ArrayList<>();
        for (int at = 0; at < wordsAndSql.length; at += 2) {
            changes.add(new HandMade(wordsAndSql[at], fate, wordsAndSql[at + 1]));
        }
        return changes;
    }
}
