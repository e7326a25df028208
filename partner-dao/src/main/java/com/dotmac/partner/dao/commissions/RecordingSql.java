package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Amounts;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Links;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Pending;
import com.dotmac.partner.dao.commissions.internal.NewEvent.Sold;
import com.dotmac.partner.dao.commissions.internal.NewEventSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Query;

/** The statements of {@link CommissionDao#record}. */
final class RecordingSql {

    static final String OPERATION = "record a commission";

    private static final RenderedSql INSERT = RenderedSql.of(
            "accept and insert a commission",
            insertAccepted(),
            Stream.of(IdempotencyKeys.PARAMETERS, NewEventSql.parameters(NewEventSql.PENDING_EVENT))
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

    /** None when the key was used before. */
    private Optional<CommissionEvent> insert(NewCommission commission, Request request) {
        RenderedSql.Call call = new IdempotencyKeys(scope).values(request, INSERT.call());
        NewEvent event = event(commission);
        try {
            return NewEventSql.bind(call, scope, event).fetch(dsl, CommissionEventSql.READER).stream()
                    .findFirst();
        } catch (PartnerException.ConstraintViolated refused) {
            throw event.references().reason(refused);
        }
    }

    /** No rate was applied: 0, and the calculation says that the commission is manual. */
    private static NewEvent event(NewCommission commission) {
        return new NewEvent(
                commission.key(),
                commission.partnerId(),
                new Sold(null, null, commission.customerId(), commission.invoiceId(), null, null),
                new Amounts(
                        commission.base(),
                        BigDecimal.ZERO,
                        commission.amount(),
                        CalculationJson.manual(commission.base(), commission.amount())),
                Links.NONE,
                new Pending(commission.earnedAt(), commission.holdUntil()),
                commission.reason());
    }

    private static Query insertAccepted() {
        CommonTableExpression<PartnerIdempotencyKeysRecord> accepted = IdempotencyKeys.accepted();
        return with(accepted)
                .insertInto(PARTNER_COMMISSION_EVENTS)
                .columns(NewEventSql.COLUMNS)
                .select(select(NewEventSql.PENDING_EVENT).from(accepted))
                .returning(CommissionEventSql.COLUMNS);
    }

    private Outcome<CommissionEvent> replay(Request request) {
        new IdempotencyKeys(scope).requireSame(dsl, request);
        return new Outcome<>(
                new CommissionEventSql(scope, dsl).recordedBy(request.key()).get(0), true);
    }
}
