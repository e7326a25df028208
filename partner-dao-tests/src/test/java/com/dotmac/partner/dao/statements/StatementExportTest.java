package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.BusyProgramme;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class StatementExportTest {

    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");
    private static final String HEADER =
            "partner_id,partner_number,at,kind,currency,amount,event_id,payout_id,customer_id,invoice_id,payment_reference";

    private final Programme programme;

    StatementExportTest(PartnerDatabase database) {
        programme = new Programme(database);
    }

    @Test
    void it_writes_what_a_statement_adds_up_line_by_line() throws IOException {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        CommissionEvent earned =
                programme.approvedSale(customer, "100.5", "USD", JANUARY).get(0);
        CommissionEvent credit = programme
                .approvedSale(customer, "-20", "USD", FEBRUARY.minusNanos(1000))
                .get(0);
        CommissionEvent yen =
                programme.approvedSale(customer, "7000", "JPY", FEBRUARY).get(0);
        programme.sale(customer, "900", "USD", JANUARY); // pending: not in a statement
        Payout payout = programme.closeAll(FEBRUARY).closed().get(0);
        Payout paid = programme.pay(payout.id(), "bank, \"7\"");
        String who = partner.id() + "," + partner.number() + ",";

        assertThat(export(partner, JANUARY, LATER))
                .containsExactly(
                        HEADER,
                        who + "2026-01-01T00:00:00Z,earned,USD,10.05," + earned.id() + "," + payout.id() + ","
                                + customer + ",,",
                        who + "2026-01-31T23:59:59.999999Z,clawed_back,USD,-2.00," + credit.id() + "," + payout.id()
                                + "," + customer + ",,",
                        who + "2026-02-01T00:00:00Z,earned,JPY,700," + yen.id() + ","
                                + yen.payoutId().orElseThrow() + "," + customer + ",,",
                        who + paid.completedAt().orElseThrow() + ",paid,USD,-8.05,," + payout.id()
                                + ",,,\"bank, \"\"7\"\"\"");
        assertThat(export(partner, FEBRUARY, MARCH))
                .hasSize(2)
                .last()
                .asString()
                .contains(",JPY,700,");
    }

    @Test
    void the_lines_add_up_to_the_statement_and_their_number_is_returned() throws IOException {
        BusyProgramme busy = new BusyProgramme(programme);
        StringBuilder csv = new StringBuilder();

        long lines = programme.acme.statements().exportCsv(busy.partner.id(), JANUARY, LATER, csv);

        assertThat(csv.toString().split("\r\n")).hasSize((int) lines + 1);
        for (CommissionStatement statement :
                programme.acme.statements().statements(busy.partner.id(), JANUARY, LATER)) {
            BigDecimal sum = Arrays.stream(csv.toString().split("\r\n"))
                    .map(line -> line.split(","))
                    .filter(values -> values[4].equals(statement.currency().getCurrencyCode()))
                    .map(values -> new BigDecimal(values[5]))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(sum)
                    .isEqualTo(statement.closing().minus(statement.opening()).amount());
        }
    }

    @Test
    void all_partners_of_the_tenant_are_exported_and_no_others() throws IOException {
        BusyProgramme busy = new BusyProgramme(programme);
        StringBuilder all = new StringBuilder();
        StringBuilder others = new StringBuilder();

        programme.acme.statements().exportCsv(JANUARY, LATER, all);
        programme.other.statements().exportCsv(JANUARY, LATER, others);

        assertThat(all.toString().lines().skip(1))
                .containsExactlyInAnyOrderElementsOf(Stream.of(busy.partner, busy.second)
                        .flatMap(partner ->
                                export(partner, JANUARY, LATER).stream().skip(1))
                        .toList());
        assertThat(others).hasToString(HEADER + "\r\n");
    }

    @Test
    void what_a_spreadsheet_would_run_stays_text() throws IOException {
        for (String text : List.of("=1+1", "+1", "-1", "@x", "\tx")) {
            assertThat(CsvLines.harmless(text)).isEqualTo("'" + text);
        }
        assertThat(CsvLines.harmless("P-1")).isEqualTo("P-1");
        Partner partner = programme
                .acme
                .partners()
                .register(NewPartner.named(Programme.newKey(), "Evil")
                        .withNumber("=HYPERLINK(\"http://x\",\"a\")")
                        .withDefaultRate("0.1"))
                .value();
        programme.acme.partners().activate(partner.id(), "signed");
        programme.approvedSale(programme.customerOf(partner), "-10", "USD", JANUARY);

        assertThat(export(partner, JANUARY, LATER).get(1))
                .startsWith(partner.id()
                        + ",\"'=HYPERLINK(\"\"http://x\"\",\"\"a\"\")\",2026-01-01T00:00:00Z,clawed_back,USD,-1.00,");
    }

    @Test
    void a_writer_that_fails_ends_it_and_the_store_goes_on() throws IOException {
        BusyProgramme busy = new BusyProgramme(programme);
        IOException full = new IOException("disk full");

        assertThatThrownBy(() -> programme.acme.statements().exportCsv(JANUARY, LATER, new Writer() {
                    @Override
                    public void write(char[] text, int offset, int length) throws IOException {
                        throw full;
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                }))
                .isSameAs(full);
        assertThat(export(busy.second, JANUARY, LATER)).hasSize(2);
    }

    private List<String> export(Partner partner, Instant from, Instant to) {
        StringBuilder csv = new StringBuilder();
        try {
            programme.acme.statements().exportCsv(partner.id(), from, to, csv);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        assertThat(csv.toString()).endsWith("\r\n");
        return List.of(csv.toString().split("\r\n"));
    }
}
