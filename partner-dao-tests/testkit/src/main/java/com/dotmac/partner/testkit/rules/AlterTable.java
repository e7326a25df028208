package com.dotmac.partner.testkit.rules;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** @param action one {@code add}, {@code drop}, {@code alter column} or so */
record AlterTable(String table, String action) {

    private static final Pattern ALTER =
            Pattern.compile("alter table (?:if exists )?(?:only )?([^\\s(),]+)(?: ?\\*)? (.+)");

    /** One for each action; none if the statement is another one. */
    static Stream<AlterTable> in(SqlStatement statement) {
        Matcher alter = ALTER.matcher(statement.code());
        return alter.matches()
                ? SqlParts.betweenCommas(alter.group(2)).stream().map(action -> new AlterTable(alter.group(1), action))
                : Stream.empty();
    }

    /** The column that the action adds, if it adds one. */
    Stream<AddedColumn> addedColumn() {
        return AddedColumn.in(action);
    }

    @Override
    public String toString() {
        return "alter table " + table + " " + action;
    }
}
