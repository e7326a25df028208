package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Query;

/** The statements of {@link CommissionDao#record}. */
public final class RecordingSql {

    static final String OPERATION = "record a commission";

    private static final Parameter<String> TENANT = parameter(PARTNER_COMMISSION_EVENTS.TENANT_ID);
    private static final Parameter<UUID> PARTNER = parameter(PARTNER_COMMISSION_EVENTS.PARTNER_ID);
    private static final Parameter<UUID> CUSTOMER = parameter(PARTNER_COMMISSION_EVENTS.CUSTOMER_ID);
    private static final Parameter<UUID> INVOICE = parameter(PARTNER_COMMISSION_EVENTS.INVOICE_ID);
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
    private static final Parameter<String> REASON = parameter(PARTNER_COMMISSION_EVENTS.STATUS_REASON);

    private static final List<Parameter<?>> PARAMETERS = List.of(
            TENANT,
            PARTNER,
            CUSTOMER,
            INVOICE,
            EVENT_DATE,
            CURRENCY,
            BASE,
            RATE,
            AMOUNT,
            CALCULATION,
            HOLD_UNTIL,
            KEY,
            RECORDED_BY,
            CHANGED_BY,
            REASON);

    private static final RenderedSql INSERT = RenderedSql.of(
            "accept and insert a commission",
            insertAccepted(),
            Stream.of(IdempotencyKeys.PARAMETERS, PARAMETERS)
                    .flatMap(List::stream)
                    .toList());

    private final Scope scope;
    private final DSLContext dsl;

    RecordingSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** The same for one and for many: either replays what the other recorded. */
    static Request request(NewCommission commission) {
        return Request.of(commission.key(), content(commission));
    }

    static RequestContent content(NewCommission commission) {
        return RequestContent.of(OPERATION)
                .id("partner", commission.partnerId())
                .money("base", commission.base())
                .money("amount", commission.amount())
                .instant("earned_at", commission.earnedAt())
                .id("customer", commission.customerId())
                .id("invoice", commission.invoiceId())
                .instant("hold_until", commission.holdUntil())
                .text("reason", commission.reason());
    }

    Outcome<CommissionEvent> record(NewCommission commission) {
        Request request = request(commission);
        return insert(commission, request)
                .map(recorded -> new Outcome<>(recorded, false))
                .orElseGet(() -> replay(request));
    }

    /** None when the key was used before. No rate was applied: 0, and the calculation says that the commission is manual. */
    private Optional<CommissionEvent> insert(NewCommission commission, Request request) {
        return new IdempotencyKeys(scope)
                        .values(request, INSERT.call())
                        .with(TENANT, scope.tenantId())
                        .with(PARTNER, commission.partnerId())
                        .with(CUSTOMER, commission.customerId())
                        .with(INVOICE, commission.invoiceId())
                        .with(EVENT_DATE, commission.earnedAt())
                        .with(CURRENCY, commission.amount().currency())
                        .with(BASE, commission.base().amount())
                        .with(RATE, BigDecimal.ZERO)
                        .with(AMOUNT, commission.amount().amount())
                        .with(
                                CALCULATION,
                                JSONB.valueOf(CalculationJson.manual(commission.base(), commission.amount())))
                        .with(HOLD_UNTIL, commission.holdUntil())
                        .with(KEY, request.key())
                        .with(RECORDED_BY, scope.actor())
                        .with(CHANGED_BY, scope.actor())
                        .with(REASON, commission.reason())
                        .fetch(dsl, CommissionEvent.READER)
                        .stream()
                        .findFirst();
    }

    private static Query insertAccepted() {
        CommonTableExpression<PartnerIdempotencyKeysRecord> accepted = IdempotencyKeys.accepted();
        return with(accepted)
                .insertInto(PARTNER_COMMISSION_EVENTS)
                .columns(PARAMETERS.stream().map(Parameter::column).toList())
                .select(select(PARAMETERS).from(accepted))
                .returning(CommissionEvent.COLUMNS);
    }

    private Outcome<CommissionEvent> replay(Request request) {
        new IdempotencyKeys(scope).requireSame(dsl, request);
        return new Outcome<>(
                new CommissionEventSql(scope, dsl).recordedBy(request.key()).get(0), true);
    }
}
