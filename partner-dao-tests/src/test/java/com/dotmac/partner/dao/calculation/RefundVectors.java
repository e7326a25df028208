package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** The worked cases of refunds by line. {@code -Dacceptance.refunds=FILE} reads another file of the same columns. */
public final class RefundVectors {

    private RefundVectors() {}

    /**
     * A line of a sale.
     *
     * @param number in the sale, from 1
     * @param rate decides about this line alone
     */
    public record Line(int number, Money base, String rate) {}

    /**
     * A refund.
     *
     * @param line empty: of the sale without naming lines
     */
    public record Refund(Optional<Integer> line, Money amount) {}

    /** One worked case, a row of the file. */
    public record Vector(CSVRecord row) {

        public String currency() {
            return row.get("currency");
        }

        public List<Line> lines() {
            String[] lines = row.get("lines").split(";");
            return IntStream.range(0, lines.length)
                    .mapToObj(i -> new Line(i + 1, money(lines[i].split(":")[0]), lines[i].split(":")[1]))
                    .toList();
        }

        /** In order. */
        public List<Refund> refunds() {
            return Stream.of(row.get("refunds").split(";"))
                    .map(refund -> refund.split(":"))
                    .map(refund -> new Refund(
                            refund[0].equals("*") ? Optional.empty() : Optional.of(Integer.valueOf(refund[0])),
                            money(refund[1])))
                    .toList();
        }

        public Money expectedCommission() {
            return money(row.get("expected_commission"));
        }

        /** One amount a refund, zero or negative. */
        public List<Money> expectedClawbacks() {
            return Stream.of(row.get("expected_clawbacks").split(";"))
                    .map(this::money)
                    .toList();
        }

        private Money money(String amount) {
            return Money.of(amount, currency());
        }

        @Override
        public String toString() {
            return row.toString();
        }
    }

    public static List<Vector> all() throws IOException {
        try (Reader reader = open()) {
            return CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader).stream()
                    .map(Vector::new)
                    .toList();
        }
    }

    private static Reader open() throws IOException {
        String file = System.getProperty("acceptance.refunds");
        if (file != null) {
            return Files.newBufferedReader(Path.of(file));
        }
        InputStream committed = RefundVectors.class.getResourceAsStream("/acceptance/refund-vectors.csv");
        return new InputStreamReader(Objects.requireNonNull(committed), StandardCharsets.UTF_8);
    }
}
