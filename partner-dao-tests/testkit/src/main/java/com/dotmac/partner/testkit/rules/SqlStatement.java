package com.dotmac.partner.testkit.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One statement without its comments.
 *
 * @param text as written, on one line
 * @param code the text that rules match: in lower case, with empty literals
 * @param literals the contents of the literals and dollar quotes
 */
record SqlStatement(String text, String code, List<String> literals) {

    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern DO = Pattern.compile("do\\b.*");
    private static final Pattern EXECUTE = Pattern.compile("\\bexecute\\b");
    private static final Pattern BEFORE_A_STATEMENT = Pattern.compile("\\b(?:begin|then|else|loop)\\b");

    /** This statement, or those that a {@code do} block runs, dynamic ones too. */
    Stream<SqlStatement> run() {
        return DO.matcher(code).matches()
                ? literals.stream()
                        .flatMap(body -> SqlScanner.statements(body).stream())
                        .flatMap(SqlStatement::inBlock)
                : Stream.of(this);
    }

    private Stream<SqlStatement> inBlock() {
        Stream<SqlStatement> plain = BEFORE_A_STATEMENT
                .splitAsStream(code)
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .map(part -> new SqlStatement(part, part, List.of()));
        Stream<SqlStatement> dynamic = EXECUTE.matcher(code).find()
                ? literals.stream()
                        .flatMap(sql -> SqlScanner.statements(sql).stream())
                        .flatMap(SqlStatement::run)
                : Stream.empty();
        return Stream.concat(plain, dynamic);
    }

    static final class Builder {

        private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_$]*");
        /**
         * Names that are names only because of their quotes: without quotes, the rules would read them as something
         * else.
         */
        private static final Set<String> RESERVED = Set.of(
                "check",
                "column",
                "concurrently",
                "constraint",
                "default",
                "foreign",
                "not",
                "null",
                "on",
                "only",
                "primary",
                "references",
                "table",
                "unique",
                "using");

        private final StringBuilder text = new StringBuilder();
        private final StringBuilder code = new StringBuilder();
        private final List<String> literals = new ArrayList<>();

        void code(String part) {
            text.append(part);
            code.append(part.toLowerCase(Locale.ROOT));
        }

        void literal(String written, String content) {
            text.append(written);
            code.append("''");
            literals.add(content);
        }

        /**
         * {@code "partners"} is the same name as {@code partners}; any other quoted name differs from names and
         * keywords.
         */
        void quotedName(String written) {
            text.append(written);
            String name = written.replace("\"", "");
            code.append(
                    PLAIN_NAME.matcher(name).matches() && !RESERVED.contains(name)
                            ? name
                            : "\"_" + name.replaceAll("\\W", "_") + "\"");
        }

        SqlStatement build() {
            return new SqlStatement(onOneLine(text), onOneLine(code), List.copyOf(literals));
        }

        private static String onOneLine(CharSequence sql) {
            return BLANKS.matcher(sql).replaceAll(" ").strip();
        }
    }
}
