package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.insertInto;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Query;

/** The statements of {@link CommissionDao#accrue}. */
final class CommissionAccrual {

    private static final RenderedSql INSERT = RenderedSql.of(insertEvent());

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    CommissionAccrual(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.keys = new IdempotencyKeys(scope);
    }

    Accrual accrue(Sale sale) {
        Request request = Request.of(sale.key(), content(sale));
        if (!keys.accept(dsl, request)) {
            return new Accrual(new CommissionRows(scope, dsl).recordedBy(sale.key()), true);
        }
        List<CommissionEvent> events = SaleEarnings.held(scope, dsl, sale).locked().earned().stream()
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
                .list("lines", sale.lines(), CommissionAccrual::line);
    }

    private static void line(RequestContent content, SaleLine line) {
        content.text("product", line.productId()).money("amount", line.amount());
    }

    /** A sale has few partners, mostly one: a statement for each. */
    private CommissionEvent insert(Earned earned) {
        Sale sale = earned.sale();
        RenderedSql.Values values = parameter -> switch (parameter) {
            case "tenant_id" -> scope.tenantId();
            case "partner_id" -> earned.account().partnerId();
            case "account_id" -> earned.account().id();
            case "customer_id" -> sale.customerId();
            case "invoice_id" -> sale.invoiceId();
            case "rule_id" -> earned.rule().map(CommissionRule::ruleId).orElse(null);
            case "rule_version" -> earned.rule().map(CommissionRule::version).orElse(null);
            case "event_date" -> sale.occurredAt();
            case "currency" -> sale.amount().currency();
            case "base_amount" -> earned.base().amount();
            case "commission_rate" -> earned.rate();
            case "commission_amount" -> earned.amount().amount();
            case "calculation" -> JSONB.valueOf(CalculationJson.of(earned));
            case "hold_until" -> earned.holdUntil().orElse(null);
            case "idempotency_key" -> sale.key();
            default -> scope.actor();
        };
        return INSERT.fetch(dsl, values, CommissionEvent.READER).get(0);
    }

    private static Query insertEvent() {
        List<Field<?>> columns = List.of(
                PARTNER_COMMISSION_EVENTS.TENANT_ID,
                PARTNER_COMMISSION_EVENTS.PARTNER_ID,
                PARTNER_COMMISSION_EVENTS.ACCOUNT_ID,
                PARTNER_COMMISSION_EVENTS.CUSTOMER_ID,
                PARTNER_COMMISSION_EVENTS.INVOICE_ID,
                PARTNER_COMMISSION_EVENTS.RULE_ID,
                PARTNER_COMMISSION_EVENTS.RULE_VERSION,
                PARTNER_COMMISSION_EVENTS.EVENT_DATE,
                PARTNER_COMMISSION_EVENTS.CURRENCY,
                PARTNER_COMMISSION_EVENTS.BASE_AMOUNT,
                PARTNER_COMMISSION_EVENTS.COMMISSION_RATE,
                PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT,
                PARTNER_COMMISSION_EVENTS.CALCULATION,
                PARTNER_COMMISSION_EVENTS.HOLD_UNTIL,
                PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY,
                PARTNER_COMMISSION_EVENTS.RECORDED_BY,
                PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY);
        return insertInto(PARTNER_COMMISSION_EVENTS)
                .columns(columns)
                .values(columns.stream().map(RenderedSql::parameter).toList())
                .returning(CommissionEvent.COLUMNS);
    }
}
