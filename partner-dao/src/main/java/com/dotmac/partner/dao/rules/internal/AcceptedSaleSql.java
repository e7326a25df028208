package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.rules.internal.CommissionRuleSql.R;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jspecify.annotations.Nullable;

/**
 * The statement that accepts a sale: it inserts the key of the request, and reads with it who earns and by which rules.
 * If another request used the key before, it reads and locks nothing.
 */
final class AcceptedSaleSql {

    private static final RenderedSql ACCEPT = RenderedSql.of(
            "accept a sale",
            acceptance(),
            Stream.of(IdempotencyKeys.PARAMETERS, EarningAccountSql.PARAMETERS, CandidateRuleSql.SALE_PARAMETERS)
                    .flatMap(List::stream)
                    .toList());

    /** The columns of the account come after those of the rule. */
    private static final int ACCOUNT_AT = R.fields().length + 1;

    private final Scope scope;
    private final DSLContext dsl;

    AcceptedSaleSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * @param accounts through which the sale may earn, in the order of partner ids
     * @param candidates by partner, of the partners whose account has no rate of its own
     */
    record Accepted(List<Earning.Account> accounts, Map<UUID, List<CommissionRule>> candidates) {}

    /** Both are null in the one row of a sale by which nobody earns. */
    private record Found(
            Earning.@Nullable Account account, @Nullable CommissionRule rule) {}

    /**
     * Empty if another request used the key before. Waits for a concurrent transaction with the same key, or one that ends
     * an account of the customer. Indexes: partner_idempotency_keys_pkey, partner_accounts_by_customer,
     * commission_rules_do_not_overlap.
     */
    Optional<Accepted> accept(Sale sale, Request request) {
        RenderedSql.Call call = new IdempotencyKeys(scope).values(request, ACCEPT.call());
        new EarningAccountSql(scope, dsl).values(sale, call);
        List<Found> rows = CandidateRuleSql.values(sale, call).fetch(dsl, AcceptedSaleSql::found);
        return rows.isEmpty() ? Optional.empty() : Optional.of(accepted(rows));
    }

    private static Accepted accepted(List<Found> rows) {
        List<Earning.Account> accounts = new ArrayList<>();
        Map<UUID, List<CommissionRule>> candidates = new HashMap<>();
        Earning.Account last = null;
        for (Found row : rows) {
            Earning.Account account = row.account();
            if (account != null && !account.equals(last)) {
                accounts.add(account);
                last = account;
            }
            CommissionRule rule = row.rule();
            if (rule != null) {
                candidates
                        .computeIfAbsent(rule.partnerId(), partner -> new ArrayList<>())
                        .add(rule);
            }
        }
        return new Accepted(accounts, candidates);
    }

    private static Found found(ResultSet row) throws SQLException {
        if (row.getString(ACCOUNT_AT) == null) {
            return new Found(null, null);
        }
        // Index 1 is the tenant of the rule.
        CommissionRule rule = row.getString(1) == null ? null : CommissionRuleSql.READER.read(row);
        return new Found(EarningAccountSql.account(row, ACCOUNT_AT), rule);
    }

    private static Query acceptance() {
        CommonTableExpression<PartnerIdempotencyKeysRecord> accepted = IdempotencyKeys.accepted();
        CommonTableExpression<?> held = EarningAccountSql.held();
        List<Field<?>> columns = new ArrayList<>(List.of(R.fields()));
        columns.addAll(List.of(held.fields()));
        Field<UUID> partnerId = held.field(PARTNER_ACCOUNTS.PARTNER_ID);
        return with(accepted)
                .with(held)
                .select(columns)
                .from(accepted)
                .leftJoin(held)
                .on(noCondition())
                .leftJoin(R)
                .on(CandidateRuleSql.isCandidate(held.field(PARTNER_ACCOUNTS.TENANT_ID), partnerId))
                .and(held.field(PARTNER_ACCOUNTS.CUSTOM_COMMISSION_RATE).isNull())
                .orderBy(partnerId);
    }
}
