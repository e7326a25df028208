package com.dotmac.partner.dao.statements;

import java.io.IOException;
import java.util.List;

/** Lines of comma-separated values (RFC 4180). */
final class CsvLines {

    /** The characters with which a formula begins for a spreadsheet. */
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

    /**
     * Puts an apostrophe in front of a text that a spreadsheet would run as a formula. For text that somebody typed.
     */
    static String harmless(String text) {
        return !text.isEmpty() && FORMULA_BEGINS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String value) {
        return value.chars().anyMatch(character -> NEEDS_QUOTES.indexOf(character) >= 0)
                ? '"' + value.replace("\"", "\"\"") + '"'
                : value;
    }
}
