package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** The worked cases. {@code -Dacceptance.vectors=FILE} reads another file of the same columns. */
final class CommissionVectors {

    private CommissionVectors() {}

    /** One worked case, a row of the file. */
    record Vector(CSVRecord row) {

        boolean isClawback() {
            return row.get("model").equals("clawback");
        }

        String currency() {
            return row.get("currency");
        }

        Money base() {
            return money(row.get("base_amount"));
        }

        /** What the partner sold earlier in the period. */
        BigDecimal volumeBefore() {
            String before = row.get("volume_before");
            return before.isEmpty() ? BigDecimal.ZERO : new BigDecimal(before);
        }

        CommissionTerms terms() {
            return switch (row.get("model")) {
                case "revenue_share" -> CommissionTerms.revenueShare(row.get("rate"));
                case "flat_fee" -> CommissionTerms.flatFee(money(row.get("flat_fee")));
                case "hybrid" -> CommissionTerms.hybrid(money(row.get("flat_fee")), row.get("rate"));
                case "tiered" ->
                    CommissionTerms.tiered(
                            TierMode.valueOf(row.get("tier_mode").toUpperCase(Locale.ROOT)),
                            TierPeriod.MONTH,
                            Stream.of(row.get("tiers").split(";"))
                                    .map(tier -> Tier.from(tier.split(":")[0], tier.split(":")[1]))
                                    .toArray(Tier[]::new));
                default -> throw new AssertionError("no such model: " + row.get("model"));
            };
        }

        Money originalCommission() {
            return money(row.get("original_commission"));
        }

        List<Money> refunds() {
            return amounts("refunds");
        }

        /** The commission of a sale, or what each refund claws back. */
        List<Money> expected() {
            return amounts("expected");
        }

        private List<Money> amounts(String column) {
            return Stream.of(row.get(column).split(";")).map(this::money).toList();
        }

        private Money money(String amount) {
            return Money.of(amount, currency());
        }

        @Override
        public String toString() {
            return row.toString();
        }
    }

    static List<Vector> all() throws IOException {
        try (Reader reader = open()) {
            return CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader).stream()
                    .map(Vector::new)
                    .toList();
        }
    }

    private static Reader open() throws IOException {
        String file = System.getProperty("acceptance.vectors");
        if (file != null) {
            return Files.newBufferedReader(Path.of(file));
        }
        InputStream committed = CommissionVectors.class.getResourceAsStream("/acceptance/commission-vectors.csv");
        return new InputStreamReader(Objects.requireNonNull(committed), StandardCharsets.UTF_8);
    }
}
