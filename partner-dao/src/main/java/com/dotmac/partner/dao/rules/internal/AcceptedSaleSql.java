package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Query;

/**
 * The statement that accepts a sale: it inserts the key of the request, and locks with it the accounts by which the sale may
 * earn. If another request used the key before, it locks nothing.
 *
 * <p>The rules of the partners are for the next statement: this one may wait for a transaction that revises a rule, and would
 * then still see the rule as it was before.
 */
final class AcceptedSaleSql {

    private static final RenderedSql ACCEPT = RenderedSql.of(
            "accept a sale",
            acceptance(),
            Stream.of(IdempotencyKeys.PARAMETERS, EarningAccountSql.PARAMETERS)
                    .flatMap(List::stream)
                    .toList());

    private final Scope scope;
    private final DSLContext dsl;

    AcceptedSaleSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * The accounts through which the sale may earn, in the order of partner ids; empty if another request used the key before.
     * Waits for a concurrent transaction with the same key, or one that ends an account of the customer; after such an end
     * it reads the accounts again, because another may have begun in that transaction. Indexes:
     * partner_idempotency_keys_pkey, partner_accounts_by_customer.
     */
    Optional<List<Earning.Account>> accept(Sale sale, Request request) {
        RenderedSql.Call call = new IdempotencyKeys(scope).values(request, ACCEPT.call());
        EarningAccountSql accounts = new EarningAccountSql(scope, dsl);
        List<EarningAccountSql.Held> rows = accounts.values(sale, call).fetch(dsl, EarningAccountSql::held);
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<Earning.Account> held = accountsOf(rows);
        while (held.size() < rows.get(0).assigned()) {
            rows = accounts.hold(sale);
            held = accountsOf(rows);
        }
        return Optional.of(held);
    }

    private static List<Earning.Account> accountsOf(List<EarningAccountSql.Held> rows) {
        return rows.stream()
                .map(EarningAccountSql.Held::account)
                .filter(Objects::nonNull)
                .toList();
    }

    private static Query acceptance() {
        CommonTableExpression<PartnerIdempotencyKeysRecord> accepted = IdempotencyKeys.accepted();
        CommonTableExpression<?> held = EarningAccountSql.held();
        return with(accepted)
                .with(held)
                .select(held.fields())
                .select(EarningAccountSql.assigned())
                .from(accepted)
                .leftJoin(held)
                .on(noCondition())
                .orderBy(Objects.requireNonNull(held.field(PARTNER_ACCOUNTS.PARTNER_ID)));
    }
}
