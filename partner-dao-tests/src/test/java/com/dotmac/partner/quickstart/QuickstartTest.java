package com.dotmac.partner.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(PartnerDatabaseExtension.class)
class QuickstartTest {

    private static final Path EXAMPLE = Path.of("src/main/quickstart/invoices.csv");
    private static final String HEADER =
            "tenant,invoice_number,date,customer,partner,partner_rate,customer_rate,currency,amount,refunds_invoice";
    private static final String FINISHED = "Quickstart finished: every statement adds up.";

    @TempDir
    private Path directory;

    @Test
    void the_example_adds_up_and_a_second_run_changes_nothing(@EmptyDatabase PartnerDatabase database) {
        Run first = run(database, EXAMPLE);
        Map<String, String> contents = contents(database);
        Run second = run(database, EXAMPLE);

        assertThat(first.status()).isZero();
        assertThat(first.lines())
                .endsWith(
                        "1,283 invoices, 1,376 commissions, 35 payouts paid in 3 currencies (JPY, KWD, USD); 0 rows refused.",
                        FINISHED)
                .contains(
                        "northwind, Alder Networks (P-00000001), JPY",
                        "  2026-08                177,996        33,581       148,389             0        63,188",
                        "  total                    0.000       150.893        11.593       139.300         0.000")
                .noneMatch(line -> line.startsWith("Nothing changed"));
        assertThat(second.status()).isZero();
        assertThat(second.lines())
                .contains("Nothing changed: all 1,283 invoices were accrued before, all payouts paid before.")
                .endsWith(first.lines().get(first.lines().size() - 2), FINISHED);
        assertThat(contents(database)).isEqualTo(contents);
    }

    @Test
    void nothing_outside_the_schema_is_touched_and_dropping_it_removes_everything(
            @EmptyDatabase PartnerDatabase database) {
        database.sql().execute("create table customers (name text)");
        database.sql().execute("create schema tools");
        database.sql().execute("create extension btree_gist schema tools");

        assertThat(run(database, EXAMPLE).lines())
                .endsWith(FINISHED)
                .contains("The data stays in the schema partner_quickstart of your database. To remove it: drop schema"
                        + " partner_quickstart cascade");
        database.sql().execute("drop schema partner_quickstart cascade");

        assertThat(database.sql()
                        .fetch("select relname::text from pg_class where relnamespace = 'public'::regnamespace")
                        .into(String.class))
                .containsExactly("customers");
        assertThat(database.sql().fetchValue("select count(*) from pg_extension where extname = 'btree_gist'"))
                .isEqualTo(1L);
    }

    @Test
    void bad_rows_are_reported_by_line_and_reason_and_the_rest_goes_on(@EmptyDatabase PartnerDatabase database)
            throws IOException {
        Run run = run(
                database,
                file(
                        "acme,A-1,2026-07-01,Shop,Reseller,0.1,,USD,1000.00,",
                        "acme,A-2,2026-07-01,Shop,Reseller,0.1,,USD",
                        "acme,A-3,2026-07-01,Shop,Reseller,0.1,,DOL,10.00,",
                        "acme,A-4,2026-07-01,Shop,Reseller,0.1,,JPY,10.5,",
                        "acme,A-5,01.07.2026,Shop,Reseller,0.1,,USD,10.00,",
                        "acme,A-6,2026-07-01,Shop,Reseller,0.1,,USD,ten,",
                        "acme,,2026-07-01,Shop,Reseller,0.1,,USD,10.00,",
                        "acme,A-1,2026-07-01,Shop,Reseller,0.1,,USD,1000.01,",
                        "acme,A-9,2026-07-01,Shop,Reseller,0.2,,USD,10.00,",
                        "acme,A-10,2026-07-01,Shop,Reseller,10%,,USD,10.00,",
                        "acme,A-11,2026-07-01,Shop,Other,0.1,,USD,10.00,",
                        "acme,\"A-12,2026-07-01,Shop,Reseller,0.1,,USD,10.00,",
                        "acme,A-13,2026-07-01,Shop,Reseller,0.1,,USD,10.00,A-1",
                        "acme,A-14,2026-07-01,Store,Reseller,0.1,,USD,-10.00,A-1",
                        "acme,A-15,2026-07-01,Shop,Reseller,0.1;0.2,,USD,10.00,",
                        "acme,A-1,2026-07-01,Shop,Reseller,0.10,,USD,1000,",
                        "acme,A-17,2026-07-02,Shop,Reseller,0.1,,USD,-100.00,A-1"));

        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .containsSubsequence(
                        "Read invoices.csv: 3 rows, 14 refused.",
                        "  line 3: 8 values instead of 10",
                        "  line 4: currency \"DOL\" is not a code of ISO 4217; give three capital letters like USD",
                        "  line 5: amount 10.5 JPY has more than 0 decimal digits; give a whole number of the currency's"
                                + " minor unit",
                        "  line 6: date \"01.07.2026\" is not a date like 2026-07-31",
                        "  line 7: amount \"ten\" is not a plain decimal number; write it like 1250.75 or -3",
                        "  line 8: invoice_number is blank",
                        "  line 9: the content of invoice A-1 is \"2026-07-01, Shop, 1000.01 USD\" here and"
                                + " \"2026-07-01, Shop, 1000.00 USD\" on line 2",
                        "  line 10: the default rate of partner Reseller is \"0.2\" here and \"0.1\" on line 2",
                        "  line 11: partner_rate \"10%\" is not a fraction from 0 to 1 with at most 6 decimals; twelve and a"
                                + " half percent is 0.125",
                        "  line 12: the partners of customer Shop is \"Other\" here and \"Reseller\" on line 2",
                        "  line 13: not comma-separated values; a quote is not closed, or something follows one",
                        "  line 14: refunds_invoice is given, and the amount 10.00 USD is not negative; only a credit note"
                                + " refunds",
                        "  line 15: the customer and currency of invoice A-1 is \"Store, USD\" here and \"Shop, USD\" on line"
                                + " 2",
                        "  line 16: partner_rate \"0.1;0.2\" has 2 rates, and partner \"Reseller\" names 1; give as many,"
                                + " separated by ;",
                        "  2 invoices accrued, 1 replayed, 0 refused",
                        "  total                     0.00        100.00         10.00         90.00          0.00",
                        "2 invoices, 2 commissions, 1 payout paid in 1 currency (USD); 14 rows refused.",
                        FINISHED);
    }

    /**
     * A code of funds, never a currency to pay in, is known to Java and not to the database, so the last statement of the
     * row is refused.
     */
    @Test
    void a_row_refused_half_way_leaves_nothing_behind(@EmptyDatabase PartnerDatabase database) throws IOException {
        Path invoices = file("acme,A-1,2026-07-01,Shop,Reseller,0.1,,USS,10.00,");

        Run run = run(database, invoices);

        assertThat(run.status()).isZero();
        assertThat(run.lines())
                .anyMatch(line -> line.startsWith("  line 2: the database refused the change, constraint "))
                .endsWith("0 invoices, 0 commissions, 0 payouts paid in 0 currencies; 1 row refused.", FINISHED);
        assertThat(counts(database).values()).containsOnly(0L);
    }

    @Test
    void rows_added_to_the_file_later_are_paid_as_arrears(@EmptyDatabase PartnerDatabase database) throws IOException {
        String july = "acme,A-1,2026-07-01,Shop,Reseller,0.1,,USD,1000.00,";
        String september = "acme,A-2,2026-09-01,Shop,Reseller,0.1,,USD,1000.00,";
        run(database, file(july, september));

        Run more = run(database, file(july, "acme,A-3,2026-08-15,Shop,Reseller,0.1,,USD,2000.00,", september));
        Run older = run(database, file("acme,A-0,2026-06-30,Shop,Reseller,0.1,,USD,700.00,"));

        assertThat(more.lines())
                .containsSubsequence(
                        "Arrears:",
                        "  acme: 1 payout closed, 1 paid",
                        "  since 2026-10-01        400.00          0.00          0.00        400.00          0.00");
        assertThat(older.lines())
                .containsSubsequence("Arrears:", "  acme: 1 payout closed, 1 paid")
                .endsWith(FINISHED);
        assertThat(run(database, file("acme,A-0,2026-06-30,Shop,Reseller,0.1,,USD,700.00,"))
                        .lines())
                .contains("Nothing changed: all 1 invoices were accrued before, all payouts paid before.");
    }

    @Test
    void a_payout_that_a_killed_run_left_processing_is_paid(@EmptyDatabase PartnerDatabase database)
            throws IOException {
        Path invoices = file("acme,A-1,2026-07-01,Shop,Reseller,0.1,,USD,1000.00,");
        run(database, invoices);
        PartnerScope killed = scope(database, "acme");
        UUID shop = UUID.nameUUIDFromBytes("acme\ncustomer\nShop".getBytes(StandardCharsets.UTF_8));
        Accrual accrual = killed.commissions()
                .accrue(new Sale(
                        "by hand", shop, null, Money.of("900.00", "USD"), Instant.parse("2026-08-01T00:00:00Z")));
        killed.commissions().approve(List.of(accrual.events().get(0).id()));
        Payout payout = killed.payouts()
                .closeAll("by hand too", Instant.parse("2026-09-01T00:00:00Z"))
                .closed()
                .get(0);
        killed.payouts().claim(payout.id(), "killed", Duration.ofHours(1));

        Run next = run(database, invoices);

        assertThat(next.lines())
                .contains("  acme: closed by an earlier run, 1 paid")
                .noneMatch(line -> line.startsWith("Nothing changed"))
                .endsWith(FINISHED);
        assertThat(killed.payouts().find(payout.id()).flatMap(Payout::paymentReference))
                .contains("quickstart-" + payout.id());
    }

    @Test
    void a_month_that_has_not_ended_stays_open_and_the_program_says_so(@EmptyDatabase PartnerDatabase database)
            throws IOException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);

        Run run = run(database, file("acme,A-1," + today + ",Shop,Reseller,0.1,,USD,1000.00,"));

        String month = today.toString().substring(0, 7);
        assertThat(run.lines())
                .contains("  " + month + " has not ended: its commissions stay in the open payouts.")
                .endsWith("1 invoice, 1 commission, 0 payouts paid in 0 currencies; 0 rows refused.", FINISHED);
    }

    @Test
    void the_assignments_of_an_earlier_run_count(@EmptyDatabase PartnerDatabase database) throws IOException {
        run(database, file("acme,A-1,2026-07-01,Shop,Reseller,0.1,,USD,1000.00,"));

        Run run = run(database, file("acme,A-1,2026-07-01,Shop,Reseller,0.1,,USD,1000.01,"));

        assertThat(run.lines())
                .containsSubsequence(
                        "  line 2: the idempotency key \"invoice:A-1\" was used before, to accrue a sale with other content;"
                                + " nothing was changed. Send the first content again, or use a new key for a new request");
        Run other = run(database, file("acme,A-3,2026-07-01,Shop,Reseller;Other,0.1;,,USD,10.00,"));
        assertThat(other.lines()).contains("  line 2: customer Shop was assigned to other partners by an earlier run");
    }

    @Test
    void a_missing_file_or_one_without_the_columns_is_one_clear_line(@EmptyDatabase PartnerDatabase database)
            throws IOException {
        Path missing = directory.resolve("missing.csv");
        Path other = Files.writeString(directory.resolve("other.csv"), "number;amount\n1;2\n");

        assertThat(run(database, missing))
                .isEqualTo(new Run(1, List.of("Quickstart stopped: there is no file " + missing)));
        assertThat(run(database, other))
                .isEqualTo(new Run(
                        1,
                        List.of("Quickstart stopped: " + other + " must name its columns on its first line: "
                                + HEADER)));
    }

    @Test
    void a_database_that_does_not_answer_is_one_clear_line() throws IOException {
        Run run = run(new Options(file(), "jdbc:postgresql://localhost:1/none", "nobody", "none"));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("Quickstart stopped: the schema partner_quickstart cannot be made: Connection");
    }

    /** What the user sees. */
    private record Run(int status, List<String> lines) {}

    private static Run run(PartnerDatabase database, Path invoices) {
        return run(new Options(invoices, database.url(), database.user(), database.password()));
    }

    private static Run run(Options options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = Quickstart.run(options, new PrintStream(out, true, StandardCharsets.UTF_8));
        return new Run(status, out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    private static PartnerScope scope(PartnerDatabase database, String tenant) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        dataSource.setCurrentSchema(QuickstartDatabase.SCHEMA);
        return PartnerStore.create(dataSource).tenant(tenant).actingAs("test");
    }

    private Path file(String... rows) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        lines.addAll(List.of(rows));
        return Files.write(directory.resolve("invoices.csv"), lines);
    }

    /** Every table of the schema, with a hash of all its rows. */
    private static Map<String, String> contents(PartnerDatabase database) {
        Map<String, String> contents = new TreeMap<>();
        tables(database)
                .forEach(table -> contents.put(
                        table,
                        database.sql()
                                .fetchValue("select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from "
                                        + table + " t")
                                .toString()));
        return contents;
    }

    private static Map<String, Long> counts(PartnerDatabase database) {
        Map<String, Long> counts = new TreeMap<>();
        tables(database)
                .forEach(table -> counts.put(table, (Long) database.sql().fetchValue("select count(*) from " + table)));
        counts.remove("partner_quickstart.partner_schema_history");
        return counts;
    }

    private static List<String> tables(PartnerDatabase database) {
        return database.sql()
                .fetch("select schemaname || '.' || tablename from pg_tables where schemaname = 'partner_quickstart'")
                .into(String.class);
    }
}
