package com.dotmac.partner.testkit.attacks;

import java.util.List;

/**
 * One way by plain SQL. {@code ${my.partner}} and the like stand for ids of the attacker's rows, {@code ${their.partner}} for those of
 * the victim's: see {@link AttackedTenants}.
 *
 * @param area what it is about, in a word
 * @param name what it tries
 * @param kind when it succeeds
 * @param before statements that the victim has run before on the same connection, each committed
 * @param sql the statements of the attacker, in one transaction that has set the attacker's tenant
 */
record Attack(String area, String name, Kind kind, List<String> before, String sql) {

    enum Kind {
        /** Succeeds if the last statement returns or changes a row, or fails by a division by zero: a question that got its answer. */
        REACHES,
        /** Asks once with an id of the victim, once with one that nobody has, as {@code ${id}}; succeeds if the answers differ. */
        TELLS_APART,
        /** The text of one {@code copy ... to stdout}; succeeds if it copies anything. */
        COPIES,
        /** The victim works meanwhile on another connection; succeeds as {@link #REACHES}. */
        WATCHES
    }

    static Attack reaches(String area, String name, String sql) {
        return new Attack(area, name, Kind.REACHES, List.of(), sql);
    }

    static Attack tellsApart(String area, String name, String sql) {
        return new Attack(area, name, Kind.TELLS_APART, List.of(), sql);
    }

    static Attack copies(String name, String sql) {
        return new Attack("read", name, Kind.COPIES, List.of(), sql);
    }

    static Attack watches(String name, String sql) {
        return new Attack("infer", name, Kind.WATCHES, List.of(), sql);
    }

    /** On a connection of a pool that the victim has had before. */
    static Attack leftOver(String name, String before, String sql) {
        return new Attack("session", name, Kind.REACHES, List.of(before), sql);
    }
}
