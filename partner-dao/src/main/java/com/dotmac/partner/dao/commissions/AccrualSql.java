package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Pending;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.EarningSql;
import java.util.List;
import org.jooq.DSLContext;

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

    Accrual accrue(Sale sale) {
        Request request = Request.of(sale.key(), content(sale));
        if (!keys.accept(dsl, request)) {
            return new Accrual(new CommissionEventSql(scope, dsl).recordedBy(sale.key()), true);
        }
        List<CommissionEvent> events = EarningSql.held(scope, dsl, sale).locked().earned().stream()
                .map(this::insert)
                .toList();
        return new Accrual(events, false);
    }

    static RequestContent content(Sale sale) {
        return RequestContent.of("accrue a sale")
                .id("customer", sale.customerId())
                .id("invoice", sale.invoiceId())
                .money("amount", sale.amount())
                .instant("occurred_at", sale.occurredAt())
                .list("lines", sale.lines(), AccrualSql::line);
    }

    private static void line(RequestContent content, SaleLine line) {
        content.text("product", line.productId()).money("amount", line.amount());
    }

    /** A sale has few partners, mostly one: a statement for each. */
    private CommissionEvent insert(Earning earned) {
        Sale sale = earned.sale();
        return new CommissionEventSql(scope, dsl)
                .insert(new NewEvent(
                        sale.key(),
                        earned.account().partnerId(),
                        new Sold(earned.account().id(), sale.customerId(), sale.invoiceId()),
                        new Amounts(earned.base(), earned.rate(), earned.amount(), CalculationJson.of(earned)),
                        new Pending(
                                sale.occurredAt(),
                                earned.rule().map(CommissionRule::ruleId).orElse(null),
                                earned.rule().map(CommissionRule::version).orElse(null),
                                earned.holdUntil().orElse(null)),
                        null));
    }
}
