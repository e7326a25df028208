package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks, for every constraint, unique index, type and obligatory column of the newest schema, which rows would break it.
 * The questions come from the catalog of that schema: a new constraint is asked without a line here.
 */
final class ConstraintQuestions {

    private static final Pattern CHECK =
            Pattern.compile("CHECK (\\(.*\\))(?: NO INHERIT)?(?: NOT VALID)?", Pattern.DOTALL);
    private static final Pattern UNIQUE = Pattern.compile("(?:UNIQUE|PRIMARY KEY)( NULLS NOT DISTINCT)? \\((.*)\\)");
    private static final Pattern UNIQUE_INDEX = Pattern.compile(
            "CREATE UNIQUE INDEX \\w+ ON (\\w+) USING btree \\((.*?)\\)( NULLS NOT DISTINCT)?(?: WITH \\([^)]*\\))?(?: WHERE (.*))?");
    private static final Pattern EXCLUSION = Pattern.compile("EXCLUDE USING gist \\((.*)\\)");
    private static final Pattern REFERENCE = Pattern.compile("FOREIGN KEY \\((.*?)\\) REFERENCES (\\w+)\\((.*?)\\).*");
    private static final Pattern ASKED_ELSEWHERE = Pattern.compile("^CHECK |REFERENCES \\$\\{host}");
    private static final Pattern WIDTH = Pattern.compile("character(?: varying)?\\((\\d+)\\).*");
    private static final Pattern DIGITS = Pattern.compile("numeric\\((\\d+),(\\d+)\\)");
    private static final Pattern RANGE = Pattern.compile("tstzrange\\((\\w+), (\\w+), '\\[\\)'::text\\)");
    private static final Map<String, String> WHOLE_NUMBERS = Map.of(
            "smallint", "between -32768 and 32767",
            "integer", "between -2147483648 and 2147483647",
            "bigint", "between -9223372036854775808 and 9223372036854775807");

    /**
     * A row that breaks a constraint.
     *
     * @param constraint its name; for a column {@code not null} or its type
     * @param isOfAType whether the type of the column refuses the value, and no constraint
     * @param columns the columns that it concerns, with commas
     * @param values their values
     */
    record Broken(String constraint, boolean isOfAType, String table, String id, String columns, String values) {}

    /** A condition that a row breaks by itself. */
    private record Question(String constraint, String isBroken, List<String> columns) {}

    private final SchemaTransaction transaction;
    private final TargetRows rows;
    private final boolean keysAreMade;
    private final Map<String, Map<String, String>> columns = new HashMap<>();
    private final Map<String, String> labels = new HashMap<>();
    private final Set<String> types = new HashSet<>();
    private final List<Broken> broken = new ArrayList<>();

    /** @param keysAreMade whether the adoption makes a request for each row, so that its key has one */
    ConstraintQuestions(SchemaTransaction transaction, TargetRows rows, boolean keysAreMade) {
        this.transaction = transaction;
        this.rows = rows;
        this.keysAreMade = keysAreMade;
        for (CatalogFact fact : SchemaVersions.ofThisJar().newestFacts()) {
            if (fact.kind().equals("column")) {
                types.add(fact.definition());
                columns.computeIfAbsent(fact.table(), table -> new LinkedHashMap<>())
                        .put(fact.part(), fact.definition());
            } else if (fact.kind().equals("enum")) {
                labels.put(fact.name(), fact.definition());
            }
        }
    }

    List<Broken> ask() throws SQLException {
        for (CopiedTable table : rows.tables()) {
            rowsByThemselves(table.name());
            for (CatalogFact fact : facts(fact -> isOf(table.name(), fact))) {
                amongRows(table.name(), fact);
            }
        }
        return broken;
    }

    private static boolean isOf(String table, CatalogFact fact) {
        return fact.kind().equals("constraint") && fact.table().equals(table)
                || fact.kind().equals("index") && fact.definition().contains(" ON " + table + " USING ");
    }

    private static List<CatalogFact> facts(Predicate<CatalogFact> wanted) {
        return SchemaVersions.ofThisJar().newestFacts().stream().filter(wanted).toList();
    }

    /** One pass over the table for all conditions that need no other row. */
    private void rowsByThemselves(String table) throws SQLException {
        List<Question> questions = new ArrayList<>();
        for (CatalogFact fact : facts(fact -> fact.name().startsWith(table + "."))) {
            Matcher check = CHECK.matcher(fact.definition());
            if (fact.kind().equals("constraint") && check.matches() && !isMade(fact.part())) {
                questions.add(new Question(
                        fact.part(),
                        "(" + LookObjects.temporary(check.group(1)) + ") is false",
                        named(table, check.group(1))));
            } else if (fact.kind().equals("not null")) {
                questions.add(new Question("not null", fact.part() + " is null", List.of(fact.part())));
            } else if (fact.kind().equals("column") && rows.sets(table, fact.part())) {
                String misfit = misfit(fact.part(), fact.definition());
                if (!misfit.isEmpty()) {
                    questions.add(new Question(fact.definition(), misfit, List.of(fact.part())));
                }
            }
        }
        String any = questions.stream().map(Question::isBroken).collect(joining(" or ", "(", ")"));
        String each = questions.stream()
                .map(question -> "(" + literal(question.constraint()) + ", " + question.isBroken() + ", "
                        + literal(String.join(", ", question.columns())) + ", " + values(question.columns()) + ")")
                .collect(joining(",\n"));
        ask(
                table,
                "select b.name, " + id(table) + ", b.columns, b.found from (select * from " + TargetRows.relation(table)
                        + " where " + any + ") n cross join lateral (values " + each
                        + ") b (name, is_broken, columns, found) where b.is_broken order by 2, 1");
    }

    /** The adoption makes the key that this constraint asks for, from the columns that it is of. */
    private boolean isMade(String constraint) {
        return keysAreMade && constraint.equals("payout_key_is_of_what_it_pays");
    }

    /** The condition under which the column cannot hold the value as it is; empty if there is none. */
    private String misfit(String column, String type) {
        boolean isArray = type.endsWith("[]");
        String value = isArray ? "v" : column;
        Matcher width = WIDTH.matcher(type);
        Matcher digits = DIGITS.matcher(type.replace("[]", ""));
        String misfit = "";
        if (width.matches()) {
            misfit = "length(" + value + ") > " + width.group(1);
        } else if (digits.matches()) {
            int scale = Integer.parseInt(digits.group(2));
            misfit = "abs(round(%1$s, %2$d)) >= 1e%3$d and %1$s <> 'NaN' or %1$s <> round(%1$s, %2$d)"
                    .formatted(value, scale, Integer.parseInt(digits.group(1)) - scale);
        } else if (labels.containsKey(type)) {
            misfit = value + " not in (" + labels.get(type) + ")";
        } else if (WHOLE_NUMBERS.containsKey(type)) {
            misfit =
                    "(" + value + " " + WHOLE_NUMBERS.get(type) + " and " + value + " = trunc(" + value + ")) is false";
        }
        return misfit.isEmpty() || !isArray
                ? misfit
                : "exists (select from unnest(" + column + ") v where " + misfit + ")";
    }

    private void amongRows(String table, CatalogFact fact) throws SQLException {
        String name = fact.name().substring(fact.name().indexOf('.') + 1);
        Matcher unique = UNIQUE.matcher(fact.definition());
        Matcher index = UNIQUE_INDEX.matcher(fact.definition());
        Matcher exclusion = EXCLUSION.matcher(fact.definition());
        Matcher reference = REFERENCE.matcher(fact.definition());
        if (unique.matches()) {
            unique(table, name, List.of(unique.group(2).split(", ")), unique.group(1) != null, "true");
        } else if (index.matches()) {
            String where = index.group(4) == null ? "true" : LookObjects.temporary(index.group(4));
            unique(table, name, List.of(index.group(2).split(", ")), index.group(3) != null, where);
        } else if (exclusion.matches()) {
            exclusion(table, name, exclusion.group(1));
        } else if (reference.matches()) {
            reference(
                    table,
                    name,
                    List.of(reference.group(1).split(", ")),
                    reference.group(2),
                    List.of(reference.group(3).split(", ")));
        } else if (fact.kind().equals("constraint")
                && !ASKED_ELSEWHERE.matcher(fact.definition()).find()) {
            throw new IllegalStateException("the look has no question for the constraint " + fact);
        }
    }

    private void unique(String table, String name, List<String> key, boolean nullsToo, String where)
            throws SQLException {
        if (keysAreMade
                && (key.contains("id") || key.contains("idempotency_key") && !rows.copies(table, "idempotency_key"))) {
            // The ids are unique already, and the adoption makes such a key of the id.
            return;
        }
        String complete = nullsToo ? "true" : "num_nulls(" + String.join(", ", key) + ") = 0";
        ask(
                table,
                "select " + literal(name) + ", " + id(table) + ", " + literal(String.join(", ", key)) + ", "
                        + values(key)
                        + " from (select *, count(*) over (partition by " + String.join(", ", key) + ") as alike from "
                        + TargetRows.relation(table) + " where (" + where + ") and " + complete
                        + ") n where alike > 1 order by 4, 2");
    }

    private void exclusion(String table, String name, String elements) throws SQLException {
        List<String> selected = new ArrayList<>();
        List<String> conflicts = new ArrayList<>();
        for (String element : elements.split("(?<= WITH (?:=|&&)), ")) {
            String[] part = element.split(" WITH ");
            // A range that ends before it begins is an error; another constraint finds it.
            selected.add(RANGE.matcher(part[0])
                            .replaceAll("case when ($1 <= $2) is not false then tstzrange($1, $2, '[)') end")
                    + " as x" + conflicts.size());
            conflicts.add("n.x" + conflicts.size() + " " + part[1] + " m.x" + conflicts.size());
        }
        List<String> columns = named(table, elements);
        String numbered = "(select *, row_number() over () as row_no, " + String.join(", ", selected) + " from "
                + TargetRows.relation(table) + ")";
        ask(
                table,
                "with numbered as materialized " + numbered + " select " + literal(name) + ", " + id(table) + ", "
                        + literal(String.join(", ", columns)) + ", " + values(columns)
                        + " from numbered n where exists (select from numbered m where n.row_no <> m.row_no and "
                        + String.join(" and ", conflicts) + ") order by 4, 2");
    }

    private void reference(String table, String name, List<String> from, String target, List<String> to)
            throws SQLException {
        String own = table.equals("partner_payouts") ? "close_key" : "idempotency_key";
        boolean isMade = keysAreMade && target.equals("partner_idempotency_keys") && from.contains(own);
        if (isMade || !from.stream().allMatch(column -> rows.sets(table, column))) {
            return;
        }
        List<String> same = new ArrayList<>();
        for (int column = 0; column < from.size(); column++) {
            same.add("t." + to.get(column) + " = n." + from.get(column));
        }
        ask(
                table,
                "select " + literal(name) + ", " + id(table) + ", " + literal(String.join(", ", from)) + ", "
                        + values(from)
                        + " from " + TargetRows.relation(table) + " n where "
                        + from.stream()
                                .map(column -> "n." + column + " is not null")
                                .collect(joining(" and "))
                        + (rows.has(target)
                                ? " and not exists (select from " + TargetRows.relation(target) + " t where "
                                        + String.join(" and ", same) + ")"
                                : "")
                        + " order by 2");
    }

    private void ask(String table, String question) throws SQLException {
        for (List<String> row : transaction.query(question)) {
            boolean isOfAType = types.contains(row.get(0));
            broken.add(new Broken(row.get(0), isOfAType, table, row.get(1), row.get(2), row.get(3)));
        }
    }

    /** The id of a row; for a table without ids, its key. */
    private String id(String table) {
        if (columns.get(table).containsKey("id")) {
            return "n.id::text";
        }
        String key = facts(fact -> fact.kind().equals("constraint")
                        && fact.name().startsWith(table + ".")
                        && fact.definition().startsWith("PRIMARY KEY"))
                .get(0)
                .definition();
        return "concat_ws('/', " + key.substring(key.indexOf("tenant_id, ") + "tenant_id, ".length());
    }

    /** The columns of the table that an expression names, in the table's order. */
    private List<String> named(String table, String expression) {
        Set<String> words =
                new HashSet<>(Arrays.asList(expression.replaceAll("'[^']*'", "").split("\\W+")));
        return columns.get(table).keySet().stream().filter(words::contains).toList();
    }

    private static String values(List<String> columns) {
        return "concat_ws(', ', "
                + columns.stream()
                        .map(column -> "coalesce(n." + column + "::text, 'null')")
                        .collect(joining(", ")) + ")";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
