package com.dotmac.partner.quickstart;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jooq.exception.DataAccessException;

/**
 * From a file of invoices to paid partners: {@code mvn -q verify -Pquickstart}.
 *
 * <p>Month by month it imports the invoices, approves what they earned, closes the payouts of the month and pays them;
 * then it prints each partner's statement and checks that it adds up. It plays two parts that are not the library's:
 * the host, with customers and invoices of its own, and the bank.
 *
 * <p>{@code -Dquickstart.invoices=FILE} takes the user's own invoices, see {@link InvoiceFile} for the columns; {@code
 * -Dquickstart.url=jdbc:postgresql://...}, with {@code -Dquickstart.user} and {@code -Dquickstart.password}, keeps the
 * data in a database of the user's. There a second run on the same file changes nothing, and continues a run that was
 * killed.
 */
public final class Quickstart {

    private Quickstart() {}

    /** Exit status 0: every statement adds up, though rows may have been refused. 1: one line says what is wrong. */
    public static void main(String[] arguments) {
        int status = run(Options.fromSystemProperties(), System.out);
        System.out.flush();
        System.exit(status);
    }

    static int run(Options options, PrintStream out) {
        try {
            tell(options, out);
            return 0;
        } catch (QuickstartException stopped) {
            out.println("Quickstart stopped: " + stopped.getMessage());
        } catch (PartnerException | DataAccessException failed) {
            out.println(new QuickstartException(
                            "Quickstart stopped; run again on a database of yours, it goes on from here", failed)
                    .getMessage());
        }
        return 1;
    }

    private static void tell(Options options, PrintStream out) {
        InvoiceFile file = InvoiceFile.read(options.invoices(), LocalDate.now(ZoneOffset.UTC));
        out.printf(
                "Read %s: %s, %,d refused.%n",
                options.invoices().getFileName(),
                count(file.rows().size(), "row"),
                file.refused().size());
        file.refused().forEach(row -> out.println("  " + row));

        Tally tally = new Tally();
        tally.refused = file.refused().size();
        try (QuickstartDatabase database = QuickstartDatabase.open(options, out)) {
            payMonthByMonth(file, database, tally, out);
            String summary = printStatements(file, database, tally, out);
            out.println();
            if (tally.nothingChanged()) {
                out.printf(
                        "Nothing changed: all %,d invoices were accrued before, all payouts paid before.%n",
                        tally.invoices.size());
            }
            database.tellWhatStays(out);
            out.println(summary);
        }
        out.println("Quickstart finished: every statement adds up.");
    }

    private static void payMonthByMonth(InvoiceFile file, QuickstartDatabase database, Tally tally, PrintStream out) {
        Instant now = database.now();
        out.println("Partners are paid from "
                + InvoiceImport.PAYOUT_MINIMUMS.stream().map(Money::toString).collect(Collectors.joining(", "))
                + " on; less is carried forward. The quickstart plays the bank: every payment succeeds.");
        MonthImport invoices = new MonthImport(database.sql(), tally, out);
        MonthEnd payouts = new MonthEnd(database.sql(), tally, out);
        for (YearMonth month : file.months()) {
            invoices.run(month, file.of(month));
            payouts.close(month, now);
        }
        payouts.closeArrears(file, now);
    }

    private static String printStatements(InvoiceFile file, QuickstartDatabase database, Tally tally, PrintStream out) {
        PartnerStatements statements =
                new PartnerStatements(database.sql(), Period.upTo(database.now(), file.months()), out);
        tally.partners.forEach((tenant, partners) -> partners.forEach(partner -> statements.print(tenant, partner)));
        return count(tally.invoices.size(), "invoice") + ", " + count(tally.commissions.size(), "commission") + ", "
                + count(statements.paidPayouts(), "payout") + " paid in "
                + count(statements.paidCurrencies().size(), "currency")
                + (statements.paidCurrencies().isEmpty()
                        ? ""
                        : " (" + String.join(", ", statements.paidCurrencies()) + ")")
                + "; " + count(tally.refused, "row") + " refused.";
    }

    /** A number and what is counted, in the singular or the plural. */
    static String count(int number, String noun) {
        String plural = noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : plural);
    }
}
