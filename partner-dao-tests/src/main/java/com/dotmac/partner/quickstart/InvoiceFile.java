package com.dotmac.partner.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * A file of invoices: comma-separated values in UTF-8, one invoice or credit note on a line. The first line names the
 * columns, in any order:
 *
 * <table>
 *   <caption>Columns</caption>
 *   <tr><th>Column</th><th>Value</th></tr>
 *   <tr><td>tenant</td><td>whose invoice it is; tenants share nothing</td></tr>
 *   <tr><td>invoice_number</td><td>unique in the tenant, credit notes included</td></tr>
 *   <tr><td>date</td><td>like 2026-07-31, a day in UTC, from 2000-01-01 to today</td></tr>
 *   <tr><td>customer</td><td>the customer's name or number</td></tr>
 *   <tr><td>partner</td><td>the partner to whom the customer is assigned; several are separated by {@code ;}; empty: none, and
 *       nothing is earned</td></tr>
 *   <tr><td>partner_rate</td><td>the partner's default rate, a fraction like 0.125; for several partners as many, separated
 *       by {@code ;}; empty: no default</td></tr>
 *   <tr><td>customer_rate</td><td>what the partner earns on this customer instead of the default, 0 included; for several
 *       partners as many, separated by {@code ;}; empty: the default</td></tr>
 *   <tr><td>currency</td><td>ISO 4217, like USD</td></tr>
 *   <tr><td>amount</td><td>like 1250.75, with no more decimals than the currency has; negative on a credit note</td></tr>
 *   <tr><td>refunds_invoice</td><td>on a credit note, the number of the invoice it refunds; else empty</td></tr>
 * </table>
 *
 * <p>A value may be in double quotes, and must be if it contains a comma; it must not contain a line break. Rates and
 * partners of a customer are the same on every line; the import refuses a row that contradicts an earlier one.
 *
 * @param rows the rows that can be read, in the order of the file
 * @param refused the other rows, each as {@code line N: reason}
 * @param fingerprint of the content: the same for the same file, another for another
 */
record InvoiceFile(List<InvoiceRow> rows, List<String> refused, String fingerprint) {

    private static final List<String> COLUMNS = List.of(
            "tenant",
            "invoice_number",
            "date",
            "customer",
            "partner",
            "partner_rate",
            "customer_rate",
            "currency",
            "amount",
            "refunds_invoice");

    /**
     * Reads a file.
     *
     * @param today the last date to accept
     * @throws QuickstartException if the file cannot be read, or its first line does not name the columns
     */
    static InvoiceFile read(Path path, LocalDate today) {
        String content = content(path);
        List<String> lines = content.lines().toList();
        CSVFormat format = format(path, lines);
        List<InvoiceRow> rows = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        EarlierRows earlier = new EarlierRows();
        for (int line = 2; line <= lines.size(); line++) {
            String text = lines.get(line - 1);
            if (text.isBlank()) {
                continue;
            }
            try {
                InvoiceRow row = new InvoiceRowReader(values(format, text)).read(line, today);
                earlier.add(row);
                rows.add(row);
            } catch (BadRowException bad) {
                refused.add("line " + line + ": " + bad.getMessage());
            }
        }
        return new InvoiceFile(
                List.copyOf(rows),
                List.copyOf(refused),
                UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8)).toString());
    }

    /** The months in which there are invoices, in order. */
    List<YearMonth> months() {
        return rows.stream().map(InvoiceRow::month).distinct().sorted().toList();
    }

    List<InvoiceRow> of(YearMonth month) {
        return rows.stream().filter(row -> row.month().equals(month)).toList();
    }

    private static String content(Path path) {
        try {
            String content = Files.readString(path);
            return content.startsWith("\uFEFF") ? content.substring(1) : content; // a spreadsheet's byte order mark
        } catch (NoSuchFileException missing) {
            throw new QuickstartException("there is no file " + path.toAbsolutePath());
        } catch (CharacterCodingException foreign) {
            throw new QuickstartException(path.toAbsolutePath() + " is not text in UTF-8");
        } catch (IOException unreadable) {
            throw new QuickstartException(path.toAbsolutePath() + " cannot be read", unreadable);
        }
    }

    private static CSVFormat format(Path path, List<String> lines) {
        CSVFormat anyColumns = CSVFormat.DEFAULT
                .builder()
                .setIgnoreSurroundingSpaces(true)
                .setTrim(true)
                .get();
        List<String> named;
        try {
            named = lines.isEmpty()
                    ? List.of()
                    : parse(anyColumns, lines.get(0)).toList();
        } catch (BadRowException unreadable) {
            named = List.of();
        }
        if (named.size() != COLUMNS.size() || !named.containsAll(COLUMNS)) {
            throw new QuickstartException(
                    path.toAbsolutePath() + " must name its columns on its first line: " + String.join(",", COLUMNS));
        }
        return anyColumns.builder().setHeader(named.toArray(String[]::new)).get();
    }

    private static CSVRecord values(CSVFormat format, String line) {
        CSVRecord values = parse(format, line);
        if (!values.isConsistent()) {
            throw new BadRowException(values.size() + " values instead of " + COLUMNS.size());
        }
        return values;
    }

    /** Line by line: a quote that is not closed spoils its own line and no other. */
    private static CSVRecord parse(CSVFormat format, String line) {
        try (CSVParser parser = CSVParser.parse(line, format)) {
            return parser.iterator().next();
        } catch (IOException | UncheckedIOException unreadable) {
            throw new BadRowException("not comma-separated values; a quote is not closed, or something follows one");
        }
    }
}
