package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.dao.RenderedSql.Values;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Query;

/** The statements of {@link CommissionDao#record}. */
final class CommissionRecording {

    static final String OPERATION = "record a commission";

    private static final RenderedSql INSERT = RenderedSql.of(insertAccepted());

    private final Scope scope;
    private final DSLContext dsl;

    CommissionRecording(Scope scope, DSLContext dsl) {
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
        Values values = parameter -> switch (parameter) {
            case "partner_id" -> commission.partnerId();
            case "customer_id" -> commission.customerId();
            case "invoice_id" -> commission.invoiceId();
            case "event_date" -> commission.earnedAt();
            case "currency" -> commission.amount().currency();
            case "base_amount" -> commission.base().amount();
            case "commission_rate" -> BigDecimal.ZERO;
            case "commission_amount" -> commission.amount().amount();
            case "calculation" -> JSONB.valueOf(CalculationJson.manual(commission.base(), commission.amount()));
            case "hold_until" -> commission.holdUntil();
            case "status_reason" -> commission.reason();
            default -> scope.actor();
        };
        IdempotencyKeys keys = new IdempotencyKeys(scope);
        return INSERT.fetch(dsl, keys.values(request, values), CommissionEvent.READER).stream()
                .findFirst();
    }

    private static Query insertAccepted() {
        List<Field<?>> columns = List.of(
                PARTNER_COMMISSION_EVENTS.TENANT_ID,
                PARTNER_COMMISSION_EVENTS.PARTNER_ID,
                PARTNER_COMMISSION_EVENTS.CUSTOMER_ID,
                PARTNER_COMMISSION_EVENTS.INVOICE_ID,
                PARTNER_COMMISSION_EVENTS.EVENT_DATE,
                PARTNER_COMMISSION_EVENTS.CURRENCY,
                PARTNER_COMMISSION_EVENTS.BASE_AMOUNT,
                PARTNER_COMMISSION_EVENTS.COMMISSION_RATE,
                PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT,
                PARTNER_COMMISSION_EVENTS.CALCULATION,
                PARTNER_COMMISSION_EVENTS.HOLD_UNTIL,
                PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY,
                PARTNER_COMMISSION_EVENTS.RECORDED_BY,
                PARTNER_COMMISSION_EVENTS.STATUS_CHANGED_BY,
                PARTNER_COMMISSION_EVENTS.STATUS_REASON);
        CommonTableExpression<PartnerIdempotencyKeysRecord> accepted = IdempotencyKeys.accepted();
        return with(accepted)
                .insertInto(PARTNER_COMMISSION_EVENTS)
                .columns(columns)
                .select(select(columns.stream().map(RenderedSql::parameter).toList())
                        .from(accepted))
                .returning(CommissionEvent.COLUMNS);
    }

    private Outcome<CommissionEvent> replay(Request request) {
        new IdempotencyKeys(scope).requireSame(dsl, request);
        return new Outcome<>(
                new CommissionRows(scope, dsl).recordedBy(request.key()).get(0), true);
    }
}
