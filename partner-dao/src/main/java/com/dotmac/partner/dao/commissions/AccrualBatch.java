package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.bulk.internal.BulkTally;
import com.dotmac.partner.dao.bulk.internal.BulkWork;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.schema.jooq.tables.PartnerAccounts;
import com.dotmac.partner.schema.jooq.tables.Partners;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The work of {@link CommissionDao#accrueAll}: sale by sale, each to a savepoint of its own, in the order of the
 * stream.
 */
final class AccrualBatch implements BulkWork<Sale, Accrual> {

    static final int SIZE = 100;

    private static final Partners P = PARTNERS.as("p");
    private static final PartnerAccounts A = PARTNER_ACCOUNTS.as("a");

    private final Scope scope;

    AccrualBatch(Scope scope) {
        this.scope = scope;
    }

    @Override
    public int batchSize() {
        return SIZE;
    }

    @Override
    public Batch<Accrual> prepare(List<Row<Sale>> rows) {
        return dsl -> work(dsl, rows);
    }

    private List<RowOutcome<Accrual>> work(DSLContext dsl, List<Row<Sale>> rows) {
        lockEarning(dsl, rows);
        List<RowOutcome<Accrual>> outcomes = new ArrayList<>();
        for (Row<Sale> row : rows) {
            outcomes.add(accrued(dsl, row.number(), row.content()));
        }
        return outcomes;
    }

    /**
     * Locks the partners in the order of their ids: two batches that earn for the same partners work one after another,
     * and do not deadlock over the partners' totals. Indexes: partner_accounts_by_customer, partners_pkey.
     */
    private void lockEarning(DSLContext dsl, List<Row<Sale>> rows) {
        UUID[] customers = rows.stream()
                .map(Row::content)
                .filter(Objects::nonNull)
                .map(Sale::customerId)
                .distinct()
                .toArray(UUID[]::new);
        dsl.select(P.ID)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.in(select(A.PARTNER_ID)
                        .from(A)
                        .where(A.TENANT_ID.eq(scope.tenantId()))
                        .and(A.CUSTOMER_ID.eq(any(customers)))))
                .orderBy(P.ID)
                .forNoKeyUpdate()
                .execute();
    }

    private RowOutcome<Accrual> accrued(DSLContext dsl, long row, @Nullable Sale sale) {
        if (sale == null) {
            return BulkWork.missing(row);
        }
        try {
            return new RowOutcome.Done<>(
                    row, sale.key(), Transactions.toSavepoint(dsl, within -> new AccrualSql(scope, within)
                            .accrue(sale, false)));
        } catch (PartnerException refused) {
            if (!BulkWork.isOfTheRow(refused)) {
                throw refused;
            }
            return new RowOutcome.Refused<>(row, Optional.of(sale.key()), refused);
        }
    }

    @Override
    public void count(Sale row, Accrual accrual, BulkTally tally) {
        if (accrual.replayed()) {
            tally.replayed();
        } else if (accrual.nothingApplied()) {
            tally.nothingApplied();
        } else {
            tally.recorded(
                    accrual.events().stream().map(CommissionEvent::amount).toList());
        }
    }
}
