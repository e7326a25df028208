package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.SaleSql.S;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.BookedCommissionSql;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.commissions.internal.StoredSaleSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.sales.RestatedCommission.Change;
import com.dotmac.partner.dao.sales.RestatementPreview.Difference;
import com.dotmac.partner.dao.sales.RestatementSql.Chosen;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRestatementsRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.Condition;
import org.jooq.DSLContext;

/**
 * One restatement: batches of sales in the order of recording, each its own transaction, which also records how far it
 * has come. A call with the same key goes on from there.
 */
final class RestatementRun {

    private static final int BATCH = 100;
    private static final int ATTEMPTS = 3;

    private static final BiPredicate<UUID, Instant> NO_ACCOUNT = (account, at) -> false;

    private final Scope scope;
    private final String key;
    private final String reason;

    RestatementRun(Scope scope, String key, String reason) {
        this.scope = scope;
        this.key = key;
        this.reason = reason;
    }

    /** Restates the sales that meet the condition. */
    Restatement run(Request request, Condition condition) {
        PartnerRestatementsRecord begun = scope.transactions().write(dsl -> begin(dsl, request));
        if (begun.getCompletedAt() != null) {
            return scope.transactions().read(dsl -> new RestatementSql(scope, dsl).result(key, true));
        }
        List<Chosen> sales = scope.transactions()
                .read(dsl -> new RestatementSql(scope, dsl).sales(condition.and(RestatementSql.isOf(begun))));
        Batches batches = new Batches(sales);
        for (int from = RestatementSql.done(sales, begun); from < sales.size(); from += BATCH) {
            batches.work(from, Math.min(from + BATCH, sales.size()));
        }
        return scope.transactions().write(dsl -> {
            boolean isOurs = new RestatementSql(scope, dsl).complete(key);
            return new RestatementSql(scope, dsl).result(key, !isOurs);
        });
    }

    private PartnerRestatementsRecord begin(DSLContext dsl, Request request) {
        return new IdempotencyKeys(scope).accept(dsl, request)
                ? new RestatementSql(scope, dsl).begin(key, reason)
                : new RestatementSql(scope, dsl).lock(key);
    }

    private static List<UUID> ids(List<Chosen> sales) {
        return sales.stream().map(Chosen::id).toList();
    }

    private static Instant earliest(List<Chosen> sales) {
        return sales.stream().map(Chosen::occurredAt).min(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /**
     * The batches of one call. What they know of the past they keep. A call that goes on, and a batch that failed, first
     * calculate again what is done, and book nothing: the database does not say what a sale earns that was refunded in
     * full.
     */
    private final class Batches {

        private final List<Chosen> sales;
        private RestatedSales restated;
        private int known;

        Batches(List<Chosen> sales) {
            this.sales = sales;
            this.restated = new RestatedSales(scope, NO_ACCOUNT, earliest(sales));
        }

        void work(int from, int to) {
            for (int failed = 1; failed < ATTEMPTS; failed++) {
                try {
                    attempt(from, to);
                    return;
                } catch (PartnerException.TryAgain cameInBetween) {
                    restated = new RestatedSales(scope, NO_ACCOUNT, earliest(sales));
                    known = 0;
                }
            }
            attempt(from, to);
        }

        private void attempt(int from, int to) {
            for (; known < from; known = Math.min(known + BATCH, from)) {
                List<UUID> done = ids(sales.subList(known, Math.min(known + BATCH, from)));
                scope.transactions().read(dsl -> calculated(scope, dsl, done, restated));
                restated.booked();
            }
            known = to;
            attempt(ids(sales.subList(from, to)));
        }

        private void attempt(List<UUID> saleIds) {
            int left = scope.transactions().write(dsl -> {
                PartnerRestatementsRecord restatement = new RestatementSql(scope, dsl).lock(key);
                List<StoredSale> sales = locked(dsl, saleIds).stream()
                        .filter(sale -> isLeft(sale, restatement))
                        .toList();
                if (!sales.isEmpty()) {
                    restate(dsl, sales, restated);
                    new RestatementSql(scope, dsl)
                            .reached(restatement, sales.get(sales.size() - 1).row(), sales.size());
                }
                return sales.size();
            });
            restated.booked();
            if (left < saleIds.size()) {
                // Another call did the others: this one does not know what they earn.
                restated = new RestatedSales(scope, NO_ACCOUNT, earliest(sales));
                known = 0;
            }
        }
    }

    /** Another call with the same key may have done it meanwhile. */
    private static boolean isLeft(StoredSale sale, PartnerRestatementsRecord restatement) {
        return restatement.getCompletedAt() == null
                && RestatementSql.isLeft(sale.row().getId(), sale.row().getRecordedAt(), restatement);
    }

    private List<StoredSale> locked(DSLContext dsl, List<UUID> saleIds) {
        new RestatementSql(scope, dsl).lockEarning(saleIds);
        return new StoredSaleSql(scope, dsl).lock(saleIds);
    }

    private void restate(DSLContext dsl, List<StoredSale> sales, RestatedSales restated) {
        Map<UUID, Map<UUID, BookedCommission>> booked = new BookedCommissionSql(scope, dsl)
                .lock(sales.stream().map(sale -> sale.row().getId()).toList());
        List<RestatedCommission> changes = new ArrayList<>();
        for (StoredSale sale : sales) {
            for (RestatedCommission each :
                    restated.of(dsl, sale, booked.getOrDefault(sale.row().getId(), Map.of()))) {
                if (each.change() != Change.NONE) {
                    changes.add(each);
                }
            }
        }
        if (!changes.isEmpty()) {
            new RestatementBookingSql(scope, dsl, key, reason).book(changes);
        }
    }

    /**
     * Restates sales in one transaction, together with a change of what they are calculated by.
     *
     * @param first makes what changes before the sales are calculated, and says which sales
     * @param isLeftOut whether an account does not count for a sale at an instant
     * @param last what changes after the corrections are booked
     */
    Restatement together(
            Request request,
            Function<DSLContext, Condition> first,
            BiPredicate<UUID, Instant> isLeftOut,
            Consumer<DSLContext> last) {
        return scope.transactions().write(dsl -> {
            RestatementSql statements = new RestatementSql(scope, dsl);
            if (!new IdempotencyKeys(scope).accept(dsl, request)) {
                return statements.result(key, true);
            }
            PartnerRestatementsRecord restatement = statements.begin(key, reason);
            List<Chosen> chosen = statements.sales(first.apply(dsl));
            if (!chosen.isEmpty()) {
                List<StoredSale> sales = locked(dsl, ids(chosen));
                restate(dsl, sales, new RestatedSales(scope, isLeftOut, earliest(chosen)));
                statements.reached(restatement, sales.get(sales.size() - 1).row(), sales.size());
            }
            last.accept(dsl);
            statements.complete(key);
            return statements.result(key, false);
        });
    }

    /** What a restatement of the sales would change; locks nothing. */
    static RestatementPreview preview(Scope scope, DSLContext dsl, Condition condition) {
        List<Chosen> chosen = new RestatementSql(scope, dsl).sales(condition);
        RestatedSales restated = new RestatedSales(scope, NO_ACCOUNT, earliest(chosen));
        List<Difference> differences = new ArrayList<>();
        for (int from = 0; from < chosen.size(); from += BATCH) {
            List<UUID> ids = ids(chosen.subList(from, Math.min(from + BATCH, chosen.size())));
            for (RestatedCommission each : calculated(scope, dsl, ids, restated)) {
                if (each.change() != Change.NONE) {
                    differences.add(new Difference(
                            each.sale().row().getIdempotencyKey(), each.partnerId(), each.before(), each.after()));
                }
            }
        }
        return new RestatementPreview(chosen.size(), differences);
    }

    /** Calculates sales again; locks nothing. */
    private static List<RestatedCommission> calculated(
            Scope scope, DSLContext dsl, List<UUID> saleIds, RestatedSales restated) {
        Map<UUID, Map<UUID, BookedCommission>> booked = new BookedCommissionSql(scope, dsl).read(saleIds);
        List<RestatedCommission> calculated = new ArrayList<>();
        for (StoredSale sale : new StoredSaleSql(scope, dsl).read(saleIds)) {
            calculated.addAll(
                    restated.of(dsl, sale, booked.getOrDefault(sale.row().getId(), Map.of())));
        }
        return calculated;
    }

    /** The sales with these keys. */
    static Condition withKeys(List<String> saleKeys) {
        return S.IDEMPOTENCY_KEY.in(saleKeys);
    }
}
