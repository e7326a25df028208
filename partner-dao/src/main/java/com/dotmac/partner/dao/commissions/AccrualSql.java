package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Links;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Pending;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.EarningSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#accrue}. */
final class AccrualSql {

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    AccrualSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.keys = new IdempotencyKeys(scope);
    }

    /** @param mayCommit whether the last statement may commit: the sale is all that the transaction does */
    Accrual accrue(Sale sale, boolean mayCommit) {
        Request request = Request.of(sale.key(), content(sale));
        Optional<EarningSql> accepted = EarningSql.accepted(scope, dsl, sale, request);
        if (accepted.isEmpty()) {
            keys.requireSame(dsl, request);
            return new Accrual(new CommissionEventSql(scope, dsl).recordedBy(sale.key()), true);
        }
        return new Accrual(record(sale, accepted.get().locked().earned(), mayCommit), false);
    }

    /** Records the sale with its first event in one statement: mostly there is only one. */
    private List<CommissionEvent> record(Sale sale, List<Earning> earned, boolean mayCommit) {
        NewSaleSql sales = new NewSaleSql(scope, dsl);
        int events = earned.size();
        if (events == 0) {
            sales.insert(sale, mayCommit);
            return List.of();
        }
        CommissionEvent first = sales.insert(sale, event(null, earned.get(0)), mayCommit && events == 1);
        if (events == 1) {
            return List.of(first);
        }
        List<CommissionEvent> recorded = new ArrayList<>();
        recorded.add(first);
        UUID saleId = first.origin().saleId().orElseThrow();
        for (int another = 1; another < events; another++) {
            recorded.add(new CommissionEventSql(scope, dsl)
                    .insertPending(event(saleId, earned.get(another)), mayCommit && another == events - 1));
        }
        return recorded;
    }

    static RequestContent content(Sale sale) {
        RequestContent content = RequestContent.of("accrue a sale")
                .id("customer", sale.customerId())
                .id("invoice", sale.invoiceId())
                .money("amount", sale.amount())
                .instant("occurred_at", sale.occurredAt())
                .list("lines", sale.lines(), AccrualSql::line);
        // Older requests have no discount, and keep their hash.
        return sale.discount().signum() == 0 ? content : content.money("discount", sale.discount());
    }

    private static void line(RequestContent content, SaleLine line) {
        content.text("product", line.productId()).money("amount", line.amount());
    }

    private static NewEvent event(@Nullable UUID saleId, Earning earned) {
        Sale sale = earned.sale();
        return new NewEvent(
                sale.key(),
                earned.account().partnerId(),
                new Sold(
                        saleId,
                        earned.account().id(),
                        sale.customerId(),
                        sale.invoiceId(),
                        earned.rule().map(CommissionRule::ruleId).orElse(null),
                        earned.rule().map(CommissionRule::version).orElse(null)),
                new Amounts(earned.base(), earned.rate(), earned.amount(), CalculationJson.of(earned)),
                Links.NONE,
                new Pending(sale.occurredAt(), earned.holdUntil().orElse(null)),
                null);
    }
}
