package com.dotmac.partner.dao.statements;

import java.io.IOException;
import java.util.List;

/** Lines of comma-separated values (RFC 4180). */
final class CsvLines {

    /** What a spreadsheet takes for the beginning of a formula. */
    private static final String FORMULA_BEGINS = "=+-@\t\r";

    private static final String NEEDS_QUOTES = ",\"\r\n";

    private final Appendable out;

    CsvLines(Appendable out) {
        this.out = out;
    }

    void add(List<String> values) throws IOException {
        for (int at = 0; at < values.size(); at++) {
            if (at > 0) {
                out.append(',');
            }
            out.append(quoted(values.get(at)));
        }
        out.append("\r\n");
    }

    /** Text that somebody gave: one that a spreadsheet would run as a formula gets an apostrophe in front, and stays text. */
    static String harmless(String text) {
        return !text.isEmpty() && FORMULA_BEGINS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String value) {
        return value.chars().anyMatch(character -> NEEDS_QUOTES.indexOf(character) >= 0)
                ? '"' + value.replace("\"", "\"\"") + '"'
                : value;
    }
}
