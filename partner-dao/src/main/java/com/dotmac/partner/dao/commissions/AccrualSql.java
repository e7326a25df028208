package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.insertInto;

import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.EarningSql;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Query;

/** The statements of {@link CommissionDao#accrue}. */
public final class AccrualSql {

    private static final Parameter<String> TENANT = parameter(PARTNER_COMMISSION_EVENTS.TENANT_ID);
    private static final Parameter<UUID> PARTNER = parameter(PARTNER_COMMISSION_EVENTS.PARTNER_ID);
    private static final Parameter<UUID> ACCOUNT = parameter(PARTNER_COMMISSION_EVENTS.ACCOUNT_ID);
    private static final Parameter<UUID> CUSTOMER = parameter(PARTNER_COMMISSION_EVENTS.CUSTOMER_ID);
    private static final Parameter<UUID> INVOICE = parameter(PARTNER_COMMISSION_EVENTS.INVOICE_ID);
    private static final Parameter<UUID> RULE = parameter(PARTNER_COMMISSION_EVENTS.RULE_ID);
    private static final Parameter<Integer> RULE_VERSION = parameter(PARTNER_COMMISSION_EVENTS.RULE_VERSION);
    private static final Parameter<Instant> EVENT_DATE = parameter(PARTNER_COMMISSION_EVENTS.EVENT_DATE);
    private static final Parameter<Currency> CURRENCY = parameter(PARTNER_COMMISSION_EVENTS.CURRENCY);
    private static final Parameter<BigDecimal> BASE = parameter(PARTNER_COMMISSION_EVENTS.BASE_AMOUNT);
    private static final Parameter<BigDecimal> RATE = parameter(PARTNER_COMMISSION_EVENTS.COMMISSION_RATE);
    private static final Parameter<BigDecimal> AMOUNT = parameter(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT);
    private static final Parameter<JSONB> CALCULATION = parameter(PARTNER_COMMISSION_EVENTS.CALCULATION);
    private static final Parameter<Instant> HOLD_UNTIL = parameter(PARTNER_COMMISSION_EVENTS.HOLD_UNTIL);
    private static final Parameter<String> KEY = parameter(PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY);
    private static final Parameter<String> RECORDED_BY = parameter(PARTNER_COMMISSION_EVENTS.RECORDED_BY);
    private static final Parameter<String> CHANGED_BY = parameter(PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY);

    private static final List<Parameter<?>> PARAMETERS = List.of(
            TENANT,
            PARTNER,
            ACCOUNT,
            CUSTOMER,
            INVOICE,
            RULE,
            RULE_VERSION,
            EVENT_DATE,
            CURRENCY,
            BASE,
            RATE,
            AMOUNT,
            CALCULATION,
            HOLD_UNTIL,
            KEY,
            RECORDED_BY,
            CHANGED_BY);

    private static final RenderedSql INSERT = RenderedSql.of("insert the event of a sale", insertEvent(), PARAMETERS);

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
        return INSERT.call()
                .with(TENANT, scope.tenantId())
                .with(PARTNER, earned.account().partnerId())
                .with(ACCOUNT, earned.account().id())
                .with(CUSTOMER, sale.customerId())
                .with(INVOICE, sale.invoiceId())
                .with(RULE, earned.rule().map(CommissionRule::ruleId).orElse(null))
                .with(RULE_VERSION, earned.rule().map(CommissionRule::version).orElse(null))
                .with(EVENT_DATE, sale.occurredAt())
                .with(CURRENCY, sale.amount().currency())
                .with(BASE, earned.base().amount())
                .with(RATE, earned.rate())
                .with(AMOUNT, earned.amount().amount())
                .with(CALCULATION, JSONB.valueOf(CalculationJson.of(earned)))
                .with(HOLD_UNTIL, earned.holdUntil().orElse(null))
                .with(KEY, sale.key())
                .with(RECORDED_BY, scope.actor())
                .with(CHANGED_BY, scope.actor())
                .fetch(dsl, CommissionEvent.READER)
                .get(0);
    }

    private static Query insertEvent() {
        return insertInto(PARTNER_COMMISSION_EVENTS)
                .columns(PARAMETERS.stream().map(Parameter::column).toList())
                .values(PARAMETERS)
                .returning(CommissionEvent.COLUMNS);
    }
}
