package com.dotmac.partner.quickstart;

import static com.dotmac.partner.schema.types.CommissionStatus.PENDING;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.quickstart.InvoiceImport.Imported;
import java.io.PrintStream;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jooq.DSLContext;

/** Imports the invoices of one month, then approves what they earned. */
final class MonthImport {

    private static final int ROWS_A_LINE = 250;

    private final DSLContext sql;
    private final Tally tally;
    private final PrintStream out;

    MonthImport(DSLContext sql, Tally tally, PrintStream out) {
        this.sql = sql;
        this.tally = tally;
        this.out = out;
    }

    void run(YearMonth month, List<InvoiceRow> rows) {
        out.println(month + ": " + Quickstart.count(rows.size(), "row"));
        int accruedBefore = tally.accrued;
        int refusedBefore = tally.refused;
        Map<String, List<UUID>> toApprove = new TreeMap<>();
        for (int done = 0; done < rows.size(); done++) {
            if (done > 0 && done % ROWS_A_LINE == 0) {
                out.printf("  %,d of %,d%n", done, rows.size());
            }
            take(rows.get(done), toApprove);
        }
        int accrued = tally.accrued - accruedBefore;
        int refused = tally.refused - refusedBefore;
        out.printf(
                "  %,d invoices accrued, %,d replayed, %,d refused%n",
                accrued, rows.size() - accrued - refused, refused);
        toApprove.forEach(this::approve);
    }

    private void take(InvoiceRow row, Map<String, List<UUID>> toApprove) {
        try {
            Imported imported = new InvoiceImport(sql).take(row);
            tally.add(row, imported);
            imported.accrual().events().stream()
                    .filter(event -> event.status() == PENDING) // a run that was killed may have left some
                    .map(CommissionEvent::id)
                    .forEach(toApprove.computeIfAbsent(row.tenant(), tenant -> new ArrayList<>())::add);
        } catch (BadRowException bad) {
            refuse(row, bad);
        } catch (PartnerException refused) {
            if (!isAboutTheRow(refused)) {
                throw refused;
            }
            refuse(row, refused);
        }
    }

    /** The transaction was rolled back: the row left nothing. */
    private void refuse(InvoiceRow row, RuntimeException reason) {
        tally.refused++;
        out.println("  line " + row.line() + ": " + reason.getMessage());
    }

    /** Any other failure, for example a lost connection, would affect every other row too. */
    private static boolean isAboutTheRow(PartnerException refused) {
        return switch (refused.code()) {
            case INVALID_INPUT, IDEMPOTENCY_CONFLICT, CONSTRAINT_VIOLATED -> true;
            case NOT_FOUND, ILLEGAL_TRANSITION, TRY_AGAIN, DATABASE -> false;
        };
    }

    private void approve(String tenant, List<UUID> events) {
        int approved = PartnerStore.create(sql)
                .tenant(tenant)
                .actingAs(InvoiceImport.ACTOR)
                .commissions()
                .approve(events)
                .approved()
                .size();
        tally.approved += approved;
        out.println("  " + tenant + ": " + Quickstart.count(approved, "commission") + " approved");
    }
}
