package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Statements that restore what the migrations leave. Names are unqualified: the search path begins with the schema. */
final class Repair {

    private static final Pattern HOST_LINK =
            Pattern.compile("\\((\\w+)_id\\) REFERENCES \\$\\{host}( ON DELETE SET NULL)");

    private static final Pattern OPTIONS = Pattern.compile(" with \\((.*)\\)$");

    /** Functions that only the owner may call. */
    private static final Pattern CLOSED_FUNCTION =
            Pattern.compile("partner_(prepare_one_row|rebuild_commission_totals)\\(");

    private Repair() {}

    /** Creates the object, and the comments that it had. */
    static String create(CatalogFact fact) {
        return statement(fact) + NewestFacts.comments(fact);
    }

    private static String statement(CatalogFact fact) {
        return switch (fact.kind()) {
            case "extension" -> "create extension " + fact.name() + ";";
            case "enum" -> "create type " + fact.name() + " as enum (" + fact.definition() + ");";
            case "table" ->
                "create table " + fact.name() + " (\n" + ColumnRepair.columns(fact.name()) + "\n)"
                        + fact.definition()
                                .replaceFirst("^permanent table ?", " ")
                                .stripTrailing() + ";";
            case "view" -> "create or replace view " + fact.name() + " " + fact.definition();
            case "column" -> ColumnRepair.add(fact);
            case "not null" -> alter(fact) + "alter column " + fact.part() + " set not null;";
            case "default" -> alter(fact) + "alter column " + fact.part() + " set default " + fact.definition() + ";";
            case "constraint" -> addConstraint(fact);
            case "index" -> concurrently(fact.definition()) + ";";
            case "function" ->
                fact.definition() + ";"
                        + (CLOSED_FUNCTION.matcher(fact.name()).lookingAt()
                                ? "\nrevoke all on function " + fact.name() + " from public;"
                                : "");
            case "row security" ->
                "alter table " + fact.name() + " enable row level security;"
                        + (fact.definition().contains("forced")
                                ? " alter table " + fact.name() + " force row level security;"
                                : "");
            case "policy" -> "create policy " + fact.part() + " on " + fact.table() + " as " + fact.definition() + ";";
            case "comment" -> NewestFacts.comment(fact);
            // As PostgreSQL prints it: a trigger, a rule.
            default -> fact.definition() + ";";
        };
    }

    static String drop(CatalogFact fact) {
        return switch (fact.kind()) {
            case "column" -> alter(fact) + "drop column " + fact.part() + "; -- loses what it holds";
            case "not null" -> alter(fact) + "alter column " + fact.part() + " drop not null;";
            case "default" -> alter(fact) + "alter column " + fact.part() + " drop default;";
            case "constraint" -> alter(fact) + "drop constraint " + fact.part() + ";";
            case "foreign key state" -> addAgain(fact);
            case "index" -> "drop index concurrently " + fact.name() + ";";
            case "trigger", "rule", "policy" -> "drop " + fact.kind() + " " + fact.part() + " on " + fact.table() + ";";
            case "row security" ->
                "alter table " + fact.name() + " disable row level security; alter table " + fact.name()
                        + " no force row level security;";
            case "comment" -> "comment on " + fact.name() + " is null;";
            case "inheritance",
                    "subscription",
                    "setting",
                    "extension member",
                    "replica identity",
                    "owner",
                    "grant",
                    "revoke" -> Administration.undo(fact);
            case "enum" -> "drop type " + fact.name() + ";";
            case "table" -> "drop table " + fact.name() + "; -- loses what it holds";
            default -> "drop " + fact.kind() + " " + fact.name() + ";";
        };
    }

    static String rename(CatalogFact expected, CatalogFact found) {
        return switch (expected.kind()) {
            case "index" -> "alter index " + found.name() + " rename to " + expected.name() + ";";
            case "constraint", "column" ->
                alter(expected) + "rename " + expected.kind() + " " + found.part() + " to " + expected.part() + ";";
            case "table" -> renameOrMove("table", expected, found);
            case "enum" -> renameOrMove("type", expected, found);
            default ->
                "alter " + expected.kind() + " " + found.part() + " on " + expected.table() + " rename to "
                        + expected.part() + ";";
        };
    }

    /** Found under another name, in another schema, or both. */
    private static String renameOrMove(String kind, CatalogFact expected, CatalogFact found) {
        int dot = found.name().lastIndexOf('.');
        String bare = found.name().substring(dot + 1);
        return (dot < 0 ? "" : "alter " + kind + " " + found.name() + " set schema ${schema_name}; ")
                + (bare.equals(expected.name())
                        ? ""
                        : "alter " + kind + " " + (dot < 0 ? "" : "${schema_name}.") + bare + " rename to "
                                + expected.name() + ";");
    }

    static String change(CatalogFact expected, CatalogFact found) {
        return switch (expected.kind()) {
            case "table" -> changeTable(expected, found);
            case "view" -> changeView(expected, found);
            case "column" -> ColumnRepair.change(expected, found);
            case "default", "function", "comment" -> statement(expected);
            case "constraint" ->
                found.definition().equals(expected.definition() + " NOT VALID")
                        ? validate(expected)
                        : drop(found) + " " + create(expected);
            case "index" ->
                found.definition().equals(expected.definition() + " (invalid)")
                        ? "reindex index concurrently " + expected.name() + ";"
                        : found.isIndexWithOtherParameters(expected)
                                ? "alter index " + expected.name() + " reset (" + parameters(found) + ");"
                                : drop(found) + " " + create(expected);
            case "trigger state" -> alter(expected) + "enable trigger " + expected.part() + ";";
            case "row security" -> create(expected);
            case "enum" -> EnumLabels.change(expected, found);
            case "host table" -> addAgain(expected);
            default -> drop(found) + " " + create(expected);
        };
    }

    /** Replaces the view if possible, because other views may read it. */
    private static String changeView(CatalogFact expected, CatalogFact found) {
        return found.definition().startsWith("permanent ")
                ? "drop table " + expected.name() + "; -- loses what it holds\n" + create(expected)
                : "create or replace view " + expected.name() + " " + expected.definition();
    }

    private static String changeTable(CatalogFact expected, CatalogFact found) {
        if (!found.definition().contains(" table")) {
            return "-- by hand: " + expected.name() + " is another kind of relation (" + found.definition()
                    + "). No statement makes a table of it: find the table with the rows, drop what has its name, and rename"
                    + " the table";
        }
        if (!found.definition().matches("(?s)(permanent|unlogged) table.*")) {
            return "-- by hand: " + expected.name() + " is a " + found.definition()
                    + ". No statement makes an ordinary table of it: create one and copy the rows, with the triggers of"
                    + " this table disabled, while nothing runs";
        }
        String alter = "alter table " + expected.name();
        List<String> statements = new ArrayList<>();
        if (found.definition().startsWith("unlogged")) {
            statements.add(alter + " set logged; -- rewrites the table under a lock");
        }
        Set<String> wanted = options(expected);
        String others = options(found).stream()
                .filter(option -> !wanted.contains(option))
                .map(option -> option.replaceFirst("=.*", ""))
                .collect(joining(", "));
        if (!others.isEmpty()) {
            statements.add(alter + " reset (" + others + ");");
        }
        if (!wanted.isEmpty()) {
            statements.add(alter + " set (" + String.join(", ", wanted) + ");");
        }
        return String.join("\n", statements);
    }

    /** Of an index {@code ... WITH (fillfactor='70')}: {@code fillfactor}. */
    private static String parameters(CatalogFact index) {
        return index.definition()
                .replaceFirst("(?s).* WITH \\(([^()]*)\\).*", "$1")
                .replaceAll("\\s*=\\s*'?[^',]*'?", "");
    }

    /** Of {@code permanent table with (fillfactor=50)}: {@code fillfactor=50}. */
    private static Set<String> options(CatalogFact table) {
        Matcher options = OPTIONS.matcher(table.definition());
        return options.find() ? new LinkedHashSet<>(List.of(options.group(1).split(", "))) : Set.of();
    }

    /**
     * Adds the constraint not valid first, so that the lock is brief. Does not validate one that is expected to be not
     * valid.
     */
    private static String addConstraint(CatalogFact fact) {
        String definition = fact.definition();
        boolean validated = !definition.endsWith(" NOT VALID");
        boolean checkable = Stream.of("FOREIGN KEY", "CHECK").anyMatch(definition::startsWith);
        return alter(fact) + "add constraint " + fact.part() + " " + withHost(definition)
                + (checkable && validated ? " NOT VALID; " + validate(fact) : ";");
    }

    /**
     * Checks every row again, because nothing has guarded them, and needs no superuser, who alone may enable hidden
     * triggers.
     */
    private static String addAgain(CatalogFact foreignKeyState) {
        return NewestFacts.of("constraint")
                .filter(constraint -> constraint.name().equals(foreignKeyState.name()))
                .map(constraint -> drop(constraint) + " " + create(constraint))
                .findFirst()
                .orElseThrow();
    }

    private static String validate(CatalogFact constraint) {
        return alter(constraint) + "validate constraint " + constraint.part() + ";";
    }

    /** Of {@code FOREIGN KEY (user_id) REFERENCES ${host}}: with the columns, the table and the key of the host's users. */
    private static String withHost(String foreignKey) {
        return HOST_LINK
                .matcher(foreignKey)
                .replaceFirst("(\\${$1s_columns}) REFERENCES \\${$1s_table} (\\${$1s_key})$2 ($1_id)");
    }

    private static String alter(CatalogFact part) {
        return "alter table " + part.table() + " ";
    }

    private static String concurrently(String createIndex) {
        return createIndex.replaceFirst("INDEX ", "INDEX CONCURRENTLY ");
    }
}
