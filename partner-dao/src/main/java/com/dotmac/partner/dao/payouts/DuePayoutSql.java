package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentInstant;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.Record1;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The statement of a run that closes what is due, however many payouts that is. */
final class DuePayoutSql {

    private static final Parameter<String> TENANT = parameter(PARTNER_PAYOUTS.TENANT_ID);
    private static final Parameter<UUID[]> LOCKED =
            parameter("locked", PARTNER_PAYOUTS.ID.getDataType().array());
    private static final Parameter<Instant> CUTOFF = parameter(PARTNER_PAYOUTS.PERIOD_END);
    private static final Parameter<String> CLOSED_BY = parameter(PARTNER_PAYOUTS.CLOSED_BY);
    private static final Parameter<String> CLOSE_KEY = parameter(PARTNER_PAYOUTS.CLOSE_KEY);
    private static final Parameter<String> CHANGED_BY = parameter(PARTNER_PAYOUTS.STATUS_CHANGED_BY);

    /** So that the payouts travel as an array of ids: of jOOQ's own, which is text, PostgreSQL may read each element for each row. */
    private static final RenderedSql CLOSE_DUE =
            RenderedSql.of("close what is due", updateDue(), TENANT, LOCKED, CUTOFF, CLOSED_BY, CLOSE_KEY, CHANGED_BY);

    private final Scope scope;
    private final DSLContext dsl;

    DuePayoutSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Refuses a cutoff before the last one of the partner and currency. */
    void refuseEarlier(UUID partnerId, Currency currency, Instant cutoff) {
        dsl.select(previousCutoff(val(scope.tenantId()), val(partnerId), val(currency, PARTNER_PAYOUTS.CURRENCY)))
                .fetchOptional(Record1::value1)
                .filter(cutoff::isBefore)
                .ifPresent(previous -> {
                    throw isEarlier(cutoff, previous, partnerId, currency);
                });
    }

    private static PartnerException.InvalidInput isEarlier(
            Instant cutoff, Instant previous, UUID partnerId, Currency currency) {
        return new PartnerException.InvalidInput("cutoff " + cutoff + " is before " + previous
                + ", at which the payout of partner " + partnerId + " in " + currency
                + " was closed; give that cutoff or a later one");
    }

    /** One that was cancelled closed nothing: what it held is open again. Index: partner_payouts_by_period. */
    private static Field<Instant> previousCutoff(
            Field<String> tenantId, Field<UUID> partnerId, Field<Currency> currency) {
        PartnerPayouts closed = PARTNER_PAYOUTS.as("closed");
        return field(select(max(closed.PERIOD_END))
                .from(closed)
                .where(closed.TENANT_ID.eq(tenantId))
                .and(closed.PARTNER_ID.eq(partnerId))
                .and(closed.CURRENCY.eq(currency))
                .and(closed.STATUS.ne(inline(CANCELLED, closed.STATUS))));
    }

    /**
     * Closes those that are due, and returns what stays open and why. A cutoff before the last one, of whichever, ends the run: what
     * was closed is rolled back.
     *
     * @param locked held until the transaction ends
     */
    List<OpenBalance> close(String key, Instant cutoff, UUID[] locked) {
        List<NotClosed> notClosed = CLOSE_DUE
                .call()
                .with(TENANT, scope.tenantId())
                .with(LOCKED, locked)
                .with(CUTOFF, cutoff)
                .with(CLOSED_BY, scope.actor())
                .with(CLOSE_KEY, key)
                .with(CHANGED_BY, scope.actor())
                .fetch(dsl, NotClosed.READER);
        for (NotClosed open : notClosed) {
            if (open.previousCutoff() != null && cutoff.isBefore(open.previousCutoff())) {
                Currency currency = open.balance().due().currency();
                throw isEarlier(cutoff, open.previousCutoff(), open.balance().partnerId(), currency);
            }
        }
        return notClosed.stream().map(NotClosed::balance).toList();
    }

    private record NotClosed(OpenBalance balance, @Nullable Instant previousCutoff) {

        static final Field<Instant> PREVIOUS_CUTOFF =
                field(name("seen", "previous_cutoff"), PARTNER_PAYOUTS.PERIOD_END.getDataType());

        static final RowReader<NotClosed> READER = OpenBalanceSql.reader(
                PREVIOUS_CUTOFF, (balance, row) -> new NotClosed(balance, row.get(PREVIOUS_CUTOFF)));
    }

    /**
     * Closes what is due and returns what is not, both as of one instant. Indexes: partner_payouts_pkey,
     * partner_payouts_by_period for the previous cutoff, partner_commission_events_by_payout for what is late.
     */
    private static Query updateDue() {
        CommonTableExpression<?> balance = new OpenBalanceSql(TENANT, CUTOFF).of(PARTNER_PAYOUTS.ID.eq(any(LOCKED)));
        CommonTableExpression<?> seen = name("seen")
                .as(select(balance.fields())
                        .select(previousCutoff(
                                        TENANT,
                                        balance.field(PARTNER_PAYOUTS.PARTNER_ID),
                                        balance.field(PARTNER_PAYOUTS.CURRENCY))
                                .as(NotClosed.PREVIOUS_CUTOFF.getUnqualifiedName()))
                        .from(balance));
        Condition closes = OpenBalanceSql.isDue(seen)
                .and(coalesce(NotClosed.PREVIOUS_CUTOFF, CUTOFF).le(CUTOFF));
        CommonTableExpression<PartnerPayoutsRecord> closed = name("closed")
                .as(DSL.update(PARTNER_PAYOUTS)
                        .set(PARTNER_PAYOUTS.STATUS, inline(READY, PARTNER_PAYOUTS.STATUS))
                        .set(
                                PARTNER_PAYOUTS.PERIOD_START,
                                coalesce(NotClosed.PREVIOUS_CUTOFF, PARTNER_PAYOUTS.EARLIEST_EVENT_DATE))
                        .set(PARTNER_PAYOUTS.PERIOD_END, CUTOFF)
                        .set(PARTNER_PAYOUTS.CLOSED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.CLOSED_BY, CLOSED_BY)
                        .set(PARTNER_PAYOUTS.CLOSE_KEY, CLOSE_KEY)
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_AT, currentInstant())
                        .set(PARTNER_PAYOUTS.STATUS_CHANGED_BY, CHANGED_BY)
                        .from(seen)
                        .where(PARTNER_PAYOUTS.TENANT_ID.eq(TENANT))
                        .and(PARTNER_PAYOUTS.ID.eq(seen.field("payout_id", UUID.class)))
                        .and(closes)
                        .returning(PARTNER_PAYOUTS.ID));
        return with(balance, seen, closed)
                .selectFrom(seen)
                .where(not(closes))
                .orderBy(seen.field(PARTNER_PAYOUTS.PARTNER_ID), seen.field(PARTNER_PAYOUTS.CURRENCY));
    }
}
