package com.dotmac.partner.schema.adoption;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Builds the statement that copies one table of another shape into ours, column by column. */
final class CopiedTable {

    /**
     * Where the statements of the copy find what they read.
     *
     * @param oldTables the schema of the old tables, with a dot
     * @param changes the table of the changes that need a consent
     * @param newPayouts the new payouts, which the copy of the events joins
     */
    record Places(String oldTables, String changes, String newPayouts) {

        /** During the copy. */
        static final Places OF_THE_COPY =
                new Places(CopySql.SCHEMA + ".", CopySql.SCHEMA + ".changes", "partner_payouts");

        String old(String table) {
            return oldTables + table;
        }
    }

    private final String table;
    private final LegacyTables legacy;
    private final Map<String, String> expressions = new LinkedHashMap<>();
    private final Map<String, String> unchanged;
    private final Set<String> used = new TreeSet<>();
    private String joins = "";

    /** @param columns name and type of each column of our table, in its order */
    CopiedTable(String table, LegacyTables legacy, Map<String, String> columns) {
        this.table = table;
        this.legacy = legacy;
        columns.forEach((column, type) -> legacy.expression(table, column, type).ifPresent(expression -> {
            expressions.put(column, expression);
            used.add(column);
        }));
        unchanged = Map.copyOf(expressions);
    }

    /**
     * If the column has no value, takes the first value among these columns, or else among the last resorts, in SQL.
     */
    CopiedTable orElse(String column, String type, List<String> alternatives, String... lastResorts) {
        List<String> values = new ArrayList<>();
        if (expressions.containsKey(column)) {
            values.add(expressions.get(column));
        }
        for (String alternative : alternatives) {
            legacy.expression(table, alternative, type).ifPresent(expression -> {
                values.add(expression);
                used.add(alternative);
            });
        }
        values.addAll(List.of(lastResorts));
        expressions.put(column, values.size() == 1 ? values.get(0) : "coalesce(" + String.join(", ", values) + ")");
        return this;
    }

    /**
     * Sets the column to this expression; {@code {}} in it stands for the expression before, or null if there was none.
     */
    CopiedTable set(String column, String expression) {
        expressions.put(column, expression.replace("{}", expressions.getOrDefault(column, "null")));
        return this;
    }

    /** The expression of a column, or null if it has none. */
    String expression(String column) {
        return expressions.getOrDefault(column, "null");
    }

    /** Marks columns that an expression reads as used. */
    CopiedTable using(String... columns) {
        for (String column : columns) {
            if (legacy.has(table, column)) {
                used.add(column);
            }
        }
        return this;
    }

    /** Adds a join that the expressions read from; the alias of the row itself is {@code o}. */
    CopiedTable joining(String join) {
        joins += " " + join;
        return this;
    }

    String name() {
        return table;
    }

    /** The columns of the old table that the copy leaves behind. */
    List<String> unused() {
        Set<String> unused = new TreeSet<>(legacy.columns(table).keySet());
        unused.removeAll(used);
        return List.copyOf(unused);
    }

    /** What the copy reads from: the old rows {@code o}, with its joins. */
    String from(Places places) {
        return " from " + places.old(table) + " o" + joins;
    }

    /** The expression of each column that the old table has too, before any rule changes it. */
    Map<String, String> unchanged() {
        return unchanged;
    }

    /** The expression of each column that the copy sets. */
    Map<String, String> expressions() {
        return expressions;
    }

    String statement(Places places) {
        return "insert into " + table + " (" + String.join(", ", expressions.keySet()) + ")\nselect "
                + String.join(",\n    ", expressions.values()) + "\n" + from(places);
    }
}
