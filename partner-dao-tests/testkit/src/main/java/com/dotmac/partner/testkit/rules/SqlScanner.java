package com.dotmac.partner.testkit.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a script as PostgreSQL does: not within comments, literals, quoted names, dollar quotes and parentheses. */
final class SqlScanner {

    private static final Pattern DOLLAR_TAG = Pattern.compile("\\$(?:[\\p{L}_][\\p{L}\\p{N}_]*)?\\$");

    private final String sql;
    private final List<SqlStatement> statements = new ArrayList<>();
    private SqlStatement.Builder statement = new SqlStatement.Builder();
    private int at;
    private int depth;

    private SqlScanner(String sql) {
        this.sql = sql;
    }

    static List<SqlStatement> statements(String sql) {
        SqlScanner scanner = new SqlScanner(sql);
        while (scanner.at < sql.length()) {
            scanner.next();
        }
        scanner.endStatement();
        return List.copyOf(scanner.statements);
    }

    private void next() {
        if (sql.startsWith("--", at)) {
            skipTo(indexOrEnd("\n", at));
        } else if (sql.startsWith("/*", at)) {
            skipTo(endOfComment());
        } else if (sql.charAt(at) == '\'') {
            literal();
        } else if (sql.charAt(at) == '"') {
            quotedName();
        } else if (sql.charAt(at) == '$' && !afterName(at)) {
            dollarQuote();
        } else if (sql.charAt(at) == ';' && depth == 0) {
            at++;
            endStatement();
        } else {
            plain();
        }
    }

    private void plain() {
        char character = sql.charAt(at++);
        if (character == '(') {
            depth++;
        } else if (character == ')') {
            depth--;
        }
        statement.code(String.valueOf(character));
    }

    private void skipTo(int end) {
        statement.code(" ");
        at = end;
    }

    private int endOfComment() {
        int open = 0;
        int end = at;
        do {
            if (sql.startsWith("/*", end)) {
                open++;
                end += 2;
            } else if (sql.startsWith("*/", end)) {
                open--;
                end += 2;
            } else {
                end++;
            }
        } while (open > 0 && end < sql.length());
        return end;
    }

    private void literal() {
        boolean escapes = at > 0 && "eE".indexOf(sql.charAt(at - 1)) >= 0 && !afterName(at - 1);
        int end = endOfQuote('\'', escapes);
        statement.literal(
                sql.substring(at, end),
                sql.substring(at + 1, Math.max(at + 1, end - 1)).replace("''", "'"));
        at = end;
    }

    private void quotedName() {
        int end = endOfQuote('"', false);
        statement.quotedName(sql.substring(at, end));
        at = end;
    }

    /** The position after the closing quote, which is not one of a pair. */
    private int endOfQuote(char quote, boolean escapes) {
        for (int end = at + 1; end < sql.length(); end++) {
            if (escapes && sql.charAt(end) == '\\') {
                end++;
            } else if (sql.charAt(end) == quote) {
                if (end + 1 == sql.length() || sql.charAt(end + 1) != quote) {
                    return end + 1;
                }
                end++;
            }
        }
        return sql.length();
    }

    private void dollarQuote() {
        Matcher opening = DOLLAR_TAG.matcher(sql).region(at, sql.length());
        if (!opening.lookingAt()) {
            plain();
            return;
        }
        int begin = opening.end();
        int close = indexOrEnd(opening.group(), begin);
        int end = Math.min(sql.length(), close + opening.group().length());
        statement.literal(sql.substring(at, end), sql.substring(begin, close));
        at = end;
    }

    /** Whether a name or a keyword continues here: {@code a$b$c} is one name. */
    private boolean afterName(int index) {
        return index > 0
                && (Character.isLetterOrDigit(sql.charAt(index - 1)) || "_$".indexOf(sql.charAt(index - 1)) >= 0);
    }

    private int indexOrEnd(String searched, int from) {
        int index = sql.indexOf(searched, from);
        return index < 0 ? sql.length() : index;
    }

    private void endStatement() {
        SqlStatement ended = statement.build();
        if (!ended.code().isEmpty()) {
            statements.add(ended);
        }
        statement = new SqlStatement.Builder();
        depth = 0;
    }
}
