package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.Programme.FEBRUARY;
import static com.dotmac.partner.dao.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The worked cases, each through the public API against the database. {@code -Dacceptance.vectors=FILE} reads another file of the
 * same columns.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionVectorsTest {

    @Test
    void every_worked_case_is_exact(PartnerDatabase database) throws IOException {
        Programme programme = new Programme(database);
        List<CSVRecord> all = vectors();
        try (HikariDataSource pool = Pool.of(database)) {
            Programme pooled = new Programme(database, PartnerStore.create(pool));
            for (CSVRecord vector : all) {
                assertThat(actual(pooled, vector)).as(vector.toString()).isEqualTo(expected(vector));
            }
        }
        System.out.println("Compared " + all.size() + " worked cases.");
        assertThat(all).isNotEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private static List<Money> expected(CSVRecord vector) {
        return Stream.of(vector.get("expected").split(";"))
                .map(amount -> Money.of(amount, vector.get("currency")))
                .toList();
    }

    private static List<Money> actual(Programme programme, CSVRecord vector) {
        return vector.get("model").equals("clawback")
                ? clawedBack(programme, vector)
                : List.of(accrued(programme, vector));
    }

    /** A partner without a default rate: the rule alone decides. A sale before, in the same period, makes up the volume. */
    private static Money accrued(Programme programme, CSVRecord vector) {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        String currency = vector.get("currency");
        programme.acme.rules().define(NewRule.from(Programme.newKey(), partner.id(), currency, terms(vector), JANUARY));
        String before = vector.get("volume_before");
        if (!before.isEmpty() && new BigDecimal(before).signum() != 0) {
            programme.sale(customer, before, currency, FEBRUARY);
        }
        return programme
                .sale(customer, vector.get("base_amount"), currency, FEBRUARY)
                .get(0)
                .amount();
    }

    private static CommissionTerms terms(CSVRecord vector) {
        Supplier<Money> fee = () -> Money.of(vector.get("flat_fee"), vector.get("currency"));
        return switch (vector.get("model")) {
            case "revenue_share" -> CommissionTerms.revenueShare(vector.get("rate"));
            case "flat_fee" -> CommissionTerms.flatFee(fee.get());
            case "hybrid" -> CommissionTerms.hybrid(fee.get(), vector.get("rate"));
            case "tiered" ->
                CommissionTerms.tiered(
                        TierMode.valueOf(vector.get("tier_mode")),
                        TierPeriod.MONTH,
                        Stream.of(vector.get("tiers").split(";"))
                                .map(tier -> Tier.from(tier.split(":")[0], tier.split(":")[1]))
                                .toArray(Tier[]::new));
            default -> throw new AssertionError("no such model: " + vector.get("model"));
        };
    }

    private static List<Money> clawedBack(Programme programme, CSVRecord vector) {
        String currency = vector.get("currency");
        UUID event = programme
                .acme
                .commissions()
                .record(NewCommission.on(
                        Programme.newKey(),
                        programme.partnerWithoutRate().id(),
                        Money.of(vector.get("base_amount"), currency),
                        Money.of(vector.get("original_commission"), currency),
                        FEBRUARY))
                .value()
                .id();
        return Stream.of(vector.get("refunds").split(";"))
                .map(refund -> programme
                        .acme
                        .commissions()
                        .clawBack(Programme.newKey(), event, Money.of(refund, currency), "refunded")
                        .takenBack())
                .toList();
    }

    private static List<CSVRecord> vectors() throws IOException {
        try (Reader reader = open()) {
            return CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(reader)
                    .getRecords();
        }
    }

    private static Reader open() throws IOException {
        String file = System.getProperty("acceptance.vectors");
        if (file != null) {
            return Files.newBufferedReader(Path.of(file));
        }
        InputStream committed = CommissionVectorsTest.class.getResourceAsStream("/acceptance/commission-vectors.csv");
        return new InputStreamReader(Objects.requireNonNull(committed), StandardCharsets.UTF_8);
    }
}
