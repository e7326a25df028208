package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.Programme.FEBRUARY;
import static com.dotmac.partner.dao.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The worked cases of model revenue_share, each through the public API against the database: once as the partner's default
 * rate, once as the account's. {@code -Dacceptance.vectors=FILE} reads another file of the same columns.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionVectorsTest {

    @Test
    void every_worked_case_of_a_revenue_share_is_exact(PartnerDatabase database) throws IOException {
        Programme programme = new Programme(database);
        List<CSVRecord> all = vectors();
        List<CSVRecord> shares = all.stream()
                .filter(vector -> vector.get("model").equals("revenue_share"))
                .toList();
        for (CSVRecord vector : shares) {
            Money expected = Money.of(vector.get("expected"), vector.get("currency"));
            assertThat(commission(programme, vector, byPartner(programme, vector.get("rate"))))
                    .as(vector.toString())
                    .isEqualTo(expected);
            assertThat(commission(programme, vector, byAccount(programme, vector.get("rate"))))
                    .as(vector.toString())
                    .isEqualTo(expected);
        }
        System.out.println("Compared " + shares.size() + " worked cases of " + all.size() + ": model revenue_share.");
        assertThat(shares).isNotEmpty();
    }

    private static Money commission(Programme programme, CSVRecord vector, UUID customer) {
        return programme
                .sale(customer, vector.get("base_amount"), vector.get("currency"), FEBRUARY)
                .get(0)
                .amount();
    }

    private static UUID byPartner(Programme programme, String rate) {
        return programme.customerOf(programme.activePartner(rate));
    }

    private static UUID byAccount(Programme programme, String rate) {
        UUID customer = programme.customer();
        programme
                .acme
                .partners()
                .assign(CustomerAssignment.from(
                                Programme.newKey(), programme.activePartner("1").id(), customer, JANUARY)
                        .withCustomRate(rate));
        return customer;
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
