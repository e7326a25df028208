package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.internal.BulkTally;
import com.dotmac.partner.dao.bulk.internal.BulkWork;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * The work of {@link PayoutDao#succeedAll} and {@link PayoutDao#failAll}: one statement reports a batch. If an attempt
 * comes more than once, a further statement reports its second row, as if a second call had sent it. A batch that the
 * database refuses is halved, each half with a savepoint of its own, until the refused row is alone.
 */
final class ReportBatch<R> implements BulkWork<R, Outcome<Payout>> {

    /** A batch locks its payouts and events until it commits: not much longer than one call. */
    static final int SIZE = 1_000;

    private final Function<R, UUID> attemptId;
    private final Consumer<R> check;
    private final BiFunction<DSLContext, List<R>, Function<R, Outcome<Payout>>> report;

    private ReportBatch(
            Function<R, UUID> attemptId,
            Consumer<R> check,
            BiFunction<DSLContext, List<R>, Function<R, Outcome<Payout>>> report) {
        this.attemptId = attemptId;
        this.check = check;
        this.report = report;
    }

    static ReportBatch<Success> successes(Scope scope) {
        return new ReportBatch<>(
                Success::attemptId, ReportBatch::check, (dsl, reports) -> new AttemptOutcomeSql(scope, dsl)
                        .succeedAll(reports));
    }

    static ReportBatch<Failure> failures(Scope scope) {
        return new ReportBatch<>(
                Failure::attemptId, ReportBatch::check, (dsl, reports) -> new AttemptOutcomeSql(scope, dsl)
                        .failAll(reports));
    }

    static void check(Success report) {
        Checks.present(report.attemptId(), "attemptId");
        Checks.text(report.paymentReference(), "paymentReference", Checks.NAME_LENGTH);
        Checks.present(report.confirmed(), "confirmed");
    }

    static void check(Failure report) {
        Checks.present(report.attemptId(), "attemptId");
        Checks.reason(report.reason());
    }

    @Override
    public int batchSize() {
        return SIZE;
    }

    @Override
    public Batch<Outcome<Payout>> prepare(List<Row<R>> rows) {
        Map<Long, RowOutcome<Outcome<Payout>>> bad = new HashMap<>();
        List<Row<R>> good = new ArrayList<>();
        for (Row<R> row : rows) {
            refusal(row).ifPresentOrElse(refused -> bad.put(row.number(), refused), () -> good.add(row));
        }
        return dsl -> {
            Map<Long, RowOutcome<Outcome<Payout>>> outcomes = new HashMap<>(bad);
            work(dsl, good, outcomes);
            return rows.stream().map(row -> outcomes.get(row.number())).toList();
        };
    }

    private Optional<RowOutcome<Outcome<Payout>>> refusal(Row<R> row) {
        if (row.content() == null) {
            return Optional.of(BulkWork.missing(row.number()));
        }
        try {
            check.accept(row.content());
            return Optional.empty();
        } catch (PartnerException.InvalidInput refused) {
            return Optional.of(refused(row, refused));
        }
    }

    /** Reports the first row of each attempt, then the second rows, and so on. */
    private void work(DSLContext dsl, List<Row<R>> rows, Map<Long, RowOutcome<Outcome<Payout>>> outcomes) {
        List<Row<R>> waiting = rows;
        while (!waiting.isEmpty()) {
            Map<UUID, Row<R>> firsts = new LinkedHashMap<>();
            List<Row<R>> later = new ArrayList<>();
            for (Row<R> row : waiting) {
                if (firsts.putIfAbsent(attemptId.apply(row.content()), row) != null) {
                    later.add(row);
                }
            }
            report(dsl, List.copyOf(firsts.values()), outcomes);
            waiting = later;
        }
    }

    private void report(DSLContext dsl, List<Row<R>> rows, Map<Long, RowOutcome<Outcome<Payout>>> outcomes) {
        Function<R, Outcome<Payout>> reported;
        try {
            reported = Transactions.toSavepoint(
                    dsl,
                    within ->
                            report.apply(within, rows.stream().map(Row::content).toList()));
        } catch (PartnerException refused) {
            if (!BulkWork.isOfTheRow(refused)) {
                throw refused;
            }
            if (rows.size() == 1) {
                outcomes.put(rows.get(0).number(), refused(rows.get(0), refused));
            } else {
                report(dsl, rows.subList(0, rows.size() / 2), outcomes);
                report(dsl, rows.subList(rows.size() / 2, rows.size()), outcomes);
            }
            return;
        }
        rows.forEach(row -> outcomes.put(row.number(), outcome(row, reported)));
    }

    private RowOutcome<Outcome<Payout>> outcome(Row<R> row, Function<R, Outcome<Payout>> reported) {
        try {
            return new RowOutcome.Done<>(
                    row.number(), attemptId.apply(row.content()).toString(), reported.apply(row.content()));
        } catch (PartnerException refused) {
            return refused(row, refused);
        }
    }

    private RowOutcome<Outcome<Payout>> refused(Row<R> row, PartnerException why) {
        return new RowOutcome.Refused<>(
                row.number(),
                Optional.ofNullable(attemptId.apply(row.content())).map(UUID::toString),
                why);
    }

    @Override
    public void count(R row, Outcome<Payout> result, BulkTally tally) {
        Payout payout = result.value();
        if (row instanceof Success && payout.status() != PayoutStatus.COMPLETED) {
            tally.nothingApplied();
        } else if (result.replayed()) {
            tally.replayed();
        } else {
            tally.recorded(row instanceof Success ? List.of(payout.total()) : List.of());
        }
    }
}
