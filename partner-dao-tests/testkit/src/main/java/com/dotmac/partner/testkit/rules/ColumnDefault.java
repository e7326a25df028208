package com.dotmac.partner.testkit.rules;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of a new column in existing rows: stored once in the catalog, or computed and written for each row. */
record ColumnDefault(String definition) {

    private static final Pattern COMPUTED =
            Pattern.compile("\\bgenerated (?:always|by default) as\\b|^(?:small|big)?serial\\b");
    private static final Pattern DEFAULT = Pattern.compile(
            "\\bdefault (.*?)(?= not null\\b| null\\b| check\\b| unique\\b| primary key\\b| references\\b| constraint\\b|$)");
    private static final Pattern TYPE =
            Pattern.compile("::\\s?[\\w. ]+(?:\\([\\d, ]*\\))?|\\bas [\\w. ]+\\([\\d, ]*\\)");
    private static final Pattern CALL = Pattern.compile("([\\w.]+) ?\\(");

    /** Immutable, or stable: the same throughout the statement. Any other function may be volatile. */
    private static final Set<String> SAME_FOR_EVERY_ROW = Set.of(
            "now",
            "transaction_timestamp",
            "statement_timestamp",
            "current_timestamp",
            "localtimestamp",
            "current_time",
            "localtime",
            "current_setting",
            "date_trunc",
            "timezone",
            "make_date",
            "make_interval",
            "cast",
            "coalesce",
            "nullif",
            "greatest",
            "least",
            "row",
            "lower",
            "upper",
            "btrim",
            "jsonb_build_object",
            "jsonb_build_array",
            "json_build_object",
            "json_build_array",
            "to_jsonb",
            "to_json");

    static ColumnDefault of(AddedColumn column) {
        return new ColumnDefault(column.code());
    }

    /** The reason why the value differs from row to row, if it does. */
    Optional<String> differsByRow() {
        Matcher computed = COMPUTED.matcher(definition);
        if (computed.find()) {
            return Optional.of(computed.group());
        }
        Matcher value = DEFAULT.matcher(definition);
        return value.find()
                ? CALL.matcher(TYPE.matcher(value.group(1)).replaceAll(""))
                        .results()
                        .map(call -> call.group(1))
                        .filter(function -> !SAME_FOR_EVERY_ROW.contains(function.replace("pg_catalog.", "")))
                        .findFirst()
                        .map(function -> "default " + function + "()")
                : Optional.empty();
    }
}
