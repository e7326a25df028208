package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Statements that restore what the migrations leave. Names are unqualified: the search path begins with the schema. */
final class Repair {

    /** The table and key of the host that each of our foreign keys refers to, by its column. */
    private static final Map<String, String> HOST_BY_COLUMN = Map.of(
            "customer_id", "${customers_table} (${customers_key})",
            "invoice_id", "${invoices_table} (${invoices_key})",
            "user_id", "${users_table} (${users_key})");

    private static final Pattern OPTIONS = Pattern.compile(" with \\((.*)\\)$");

    private Repair() {}

    /** Creates the object, and the comments that it had. */
    static String create(CatalogFact fact) {
        return statement(fact) + comments(fact);
    }

    private static String statement(CatalogFact fact) {
        return switch (fact.kind()) {
            case "extension" -> "create extension " + fact.name() + ";";
            case "enum" -> "create type " + fact.name() + " as enum (" + fact.definition() + ");";
            case "table" ->
                "create table " + fact.name() + " (\n" + columns(fact.name()) + "\n)"
                        + fact.definition()
                                .replaceFirst("^permanent table ?", " ")
                                .stripTrailing() + ";";
            case "view" -> "create view " + fact.name() + " " + fact.definition();
            case "column" -> alter(fact) + "add column " + column(fact) + ";";
            case "not null" -> alter(fact) + "alter column " + fact.part() + " set not null;";
            case "default" -> alter(fact) + "alter column " + fact.part() + " set default " + fact.definition() + ";";
            case "constraint" -> addConstraint(fact);
            case "index" -> concurrently(fact.definition()) + ";";
            case "row security" ->
                "alter table " + fact.name() + " enable row level security;"
                        + (fact.definition().contains("forced")
                                ? " alter table " + fact.name() + " force row level security;"
                                : "");
            case "policy" -> "create policy " + fact.part() + " on " + fact.table() + " as " + fact.definition() + ";";
            case "comment" -> "comment on " + fact.name() + " is " + literal(fact.definition()) + ";";
            // As PostgreSQL prints it: a function, a trigger.
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
            case "row security" -> "alter table " + fact.name() + " disable row level security;";
            case "comment" -> "comment on " + fact.name() + " is null;";
            case "enum" -> "drop type " + fact.name() + ";";
            case "table" -> "drop table " + fact.name() + "; -- loses what it holds";
            default -> "drop " + fact.kind() + " " + fact.name() + ";";
        };
    }

    static String rename(CatalogFact expected, CatalogFact found) {
        return expected.kind().equals("index")
                ? "alter index " + found.name() + " rename to " + expected.name() + ";"
                : expected.kind().equals("constraint")
                        ? alter(expected) + "rename constraint " + found.part() + " to " + expected.part() + ";"
                        : "alter " + expected.kind() + " " + found.part() + " on " + expected.table() + " rename to "
                                + expected.part() + ";";
    }

    static String change(CatalogFact expected, CatalogFact found) {
        return switch (expected.kind()) {
            case "table" -> changeTable(expected, found);
            case "view" -> changeView(expected, found);
            case "column" ->
                alter(expected) + "alter column " + expected.part() + " type " + expected.definition() + " using "
                        + expected.part() + "::" + type(expected) + "; -- rewrites the table under a lock";
            case "default", "function", "comment" -> statement(expected);
            case "constraint" ->
                found.definition().equals(expected.definition() + " NOT VALID")
                        ? validate(expected)
                        : drop(found) + " " + create(expected);
            case "index" ->
                found.definition().equals(expected.definition() + " (invalid)")
                        ? "reindex index concurrently " + expected.name() + ";"
                        : drop(found) + " " + create(expected);
            case "trigger state" -> alter(expected) + "enable trigger " + expected.part() + ";";
            case "row security" -> create(expected);
            case "enum" -> changeEnum(expected, found);
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

    /** Of {@code permanent table with (fillfactor=50)}: {@code fillfactor=50}. */
    private static Set<String> options(CatalogFact table) {
        Matcher options = OPTIONS.matcher(table.definition());
        return options.find() ? new LinkedHashSet<>(List.of(options.group(1).split(", "))) : Set.of();
    }

    private static String changeEnum(CatalogFact expected, CatalogFact found) {
        List<String> labels = List.of(expected.definition().split(", "));
        List<String> there = List.of(found.definition().split(", "));
        return there.stream().allMatch(labels::contains)
                ? labels.stream()
                        .filter(label -> !there.contains(label))
                        .map(label ->
                                "alter type " + expected.name() + " add value " + label + place(label, labels) + ";")
                        .collect(joining(" "))
                : "-- no statement takes a label out of " + expected.name() + ": expected " + expected.definition();
    }

    private static String place(String label, List<String> labels) {
        int at = labels.indexOf(label);
        return at == 0 ? " before " + labels.get(1) : " after " + labels.get(at - 1);
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
        return newest("constraint")
                .filter(constraint -> constraint.name().equals(foreignKeyState.name()))
                .map(constraint -> drop(constraint) + " " + create(constraint))
                .findFirst()
                .orElseThrow();
    }

    private static String validate(CatalogFact constraint) {
        return alter(constraint) + "validate constraint " + constraint.part() + ";";
    }

    private static String withHost(String foreignKey) {
        if (!foreignKey.contains("${host}")) {
            return foreignKey;
        }
        String column = foreignKey.substring(foreignKey.indexOf('(') + 1, foreignKey.indexOf(')'));
        return foreignKey.replace("${host}", HOST_BY_COLUMN.get(column));
    }

    /** The columns of a missing table, as the newest version has them. */
    private static String columns(String table) {
        return newest("column")
                .filter(column -> column.table().equals(table))
                .map(fact -> "    " + column(fact))
                .collect(joining(",\n"));
    }

    private static String column(CatalogFact column) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        StringBuilder text = new StringBuilder(column.part() + " " + column.definition());
        for (CatalogFact fact : known.newestFacts()) {
            if (fact.name().equals(column.name())) {
                switch (fact.kind()) {
                    case "default" -> text.append(" default ").append(fact.definition());
                    case "not null" -> text.append(" not null");
                    default -> {}
                }
            }
        }
        return text.toString();
    }

    private static String comments(CatalogFact object) {
        Set<String> subjects = new HashSet<>(object.subjectsOfItsComments());
        if (object.kind().equals("view")) {
            newest("comment")
                    .map(CatalogFact::subject)
                    .filter(subject -> subject.startsWith("comment column " + object.name() + "."))
                    .forEach(subjects::add);
        }
        if (object.kind().equals("table")) {
            newest("column")
                    .filter(column -> column.table().equals(object.name()))
                    .map(CatalogFact::subjectsOfItsComments)
                    .forEach(subjects::addAll);
        }
        return newest("comment")
                .filter(comment -> subjects.contains(comment.subject()))
                .map(comment -> "\n" + statement(comment))
                .collect(joining());
    }

    /** The facts of this kind that the newest version of this jar has. */
    private static Stream<CatalogFact> newest(String kind) {
        SchemaVersions known = SchemaVersions.ofThisJar();
        return known.newestFacts().stream().filter(fact -> fact.kind().equals(kind));
    }

    private static String type(CatalogFact column) {
        return column.definition().replaceFirst(" collate .*", "");
    }

    private static String concurrently(String createIndex) {
        return createIndex.replaceFirst("INDEX ", "INDEX CONCURRENTLY ");
    }

    private static String alter(CatalogFact part) {
        return "alter table " + part.table() + " ";
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
