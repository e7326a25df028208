package com.dotmac.partner.quickstart;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.PROCESSING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import com.dotmac.partner.dao.payouts.PayoutRun;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Closes the payouts of a month that has ended, and pays them. This program plays the bank; every payment succeeds. */
final class MonthEnd {

    private static final Duration LEASE = Duration.ofMinutes(5);

    private final DSLContext sql;
    private final Tally tally;
    private final PrintStream out;

    MonthEnd(DSLContext sql, Tally tally, PrintStream out) {
        this.sql = sql;
        this.tally = tally;
        this.out = out;
    }

    /** Closes every tenant's payouts of the month; a second run with the same key closes nothing. */
    void close(YearMonth month, Instant now) {
        Instant cutoff = Period.endOf(month);
        if (cutoff.isAfter(now)) {
            out.println("  " + month + " has not ended: its commissions stay in the open payouts.");
            return;
        }
        for (String tenant : tally.partners.keySet()) {
            // The library refuses a cutoff before an earlier one: this program pays what an older file adds as arrears.
            boolean closedBefore = lastCutoff(tenant).filter(cutoff::isBefore).isPresent();
            closeAndPay(tenant, closedBefore ? Optional.empty() : Optional.of("close:" + month), cutoff);
        }
    }

    /**
     * Pays what was approved after the run of its month. The key contains the file's fingerprint: the same file again
     * is a replay, and a file with more rows is a new run.
     */
    void closeArrears(InvoiceFile file, Instant now) {
        Optional<Instant> lastMonth = file.months().stream()
                .map(Period::endOf)
                .filter(end -> !end.isAfter(now))
                .max(Instant::compareTo);
        out.println("Arrears:");
        for (String tenant : tally.partners.keySet()) {
            Stream.of(lastMonth, lastCutoff(tenant))
                    .flatMap(Optional::stream)
                    .max(Instant::compareTo)
                    .ifPresent(cutoff ->
                            closeAndPay(tenant, Optional.of("arrears:" + cutoff + ":" + file.fingerprint()), cutoff));
        }
    }

    private void closeAndPay(String tenant, Optional<String> key, Instant cutoff) {
        PartnerScope scope = PartnerStore.create(sql).tenant(tenant).actingAs(InvoiceImport.ACTOR);
        Optional<PayoutRun> run =
                key.map(given -> scope.payouts().closeAll(given, cutoff)).filter(done -> !done.replayed());
        int closed = run.map(done -> done.closed().size()).orElse(0);
        int paid = pay(tenant, scope.payouts());
        tally.closed += closed;
        tally.paid += paid;
        out.printf(
                "  %s: %s, %,d paid%n",
                tenant,
                run.isPresent() ? Quickstart.count(closed, "payout") + " closed" : "closed by an earlier run",
                paid);
    }

    /**
     * Pays every closed payout of the tenant, including those that a killed run left.
     *
     * <p>If a payout is {@code processing}, such a run claimed it, and nobody knows whether the bank paid. A program
     * asks a real bank by the attempt's key, which is the same in every attempt. This bank always pays what the attempt
     * says, under the same reference for a payout.
     */
    private int pay(String tenant, PayoutDao payouts) {
        int paid = 0;
        for (UUID payout : toPay(tenant)) {
            payouts.claim(payout, InvoiceImport.ACTOR, LEASE);
            List<PayoutAttempt> attempts = payouts.attempts(payout);
            PayoutAttempt last = attempts.get(attempts.size() - 1);
            paid += payouts.succeed(last.id(), "quickstart-" + payout, last.amount())
                            .replayed()
                    ? 0
                    : 1;
        }
        return paid;
    }

    private List<UUID> toPay(String tenant) {
        return sql.select(PARTNER_PAYOUTS.ID)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(tenant))
                .and(PARTNER_PAYOUTS.STATUS.in(READY, PROCESSING))
                .orderBy(PARTNER_PAYOUTS.CLOSED_AT, PARTNER_PAYOUTS.ID)
                .fetch(PARTNER_PAYOUTS.ID);
    }

    private Optional<Instant> lastCutoff(String tenant) {
        return sql.select(DSL.max(PARTNER_PAYOUTS.PERIOD_END))
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(tenant))
                .fetchOptional(0, Instant.class);
    }
}
