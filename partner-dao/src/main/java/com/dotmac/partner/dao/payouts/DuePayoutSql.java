package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.internal.DatabaseTime.currentInstant;
import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.dao.payouts.PayoutSql.P;
import static com.dotmac.partner.schema.jooq.Routines.partnerProviderKey;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The statement of a run that closes what is due, for any number of payouts. */
final class DuePayoutSql {

    private static final Parameter<String> TENANT = parameter(PARTNER_PAYOUTS.TENANT_ID);
    private static final Parameter<UUID[]> LOCKED =
            parameter("locked", PARTNER_PAYOUTS.ID.getDataType().array());
    private static final Parameter<Instant> CUTOFF = parameter(PARTNER_PAYOUTS.PERIOD_END);
    private static final Parameter<String> CLOSED_BY = parameter(PARTNER_PAYOUTS.CLOSED_BY);
    private static final Parameter<String> CLOSE_KEY = parameter(PARTNER_PAYOUTS.CLOSE_KEY);
    private static final Parameter<String> CHANGED_BY = parameter(PARTNER_PAYOUTS.STATUS_CHANGED_BY);

    /**
     * The payouts travel as an array of ids: jOOQ would send an array of text, and PostgreSQL may read each element for
     * each row.
     */
    private static final RenderedSql CLOSE_DUE =
            RenderedSql.of("close what is due", updateDue(), TENANT, LOCKED, CUTOFF, CLOSED_BY, CLOSE_KEY, CHANGED_BY);

    private final Scope scope;
    private final DSLContext dsl;

    DuePayoutSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * How many payouts were closed at the cutoff before, whatever became of them: one more gets a key of its own. Index:
     * partner_payouts_by_period.
     */
    private static Field<Integer> numberAtCutoff(CommonTableExpression<?> balance) {
        PartnerPayouts closed = PARTNER_PAYOUTS.as("closed");
        return field(select(field("count(*)::integer", SQLDataType.INTEGER))
                .from(closed)
                .where(closed.TENANT_ID.eq(TENANT))
                .and(closed.PARTNER_ID.eq(balance.field(P.PARTNER_ID)))
                .and(closed.CURRENCY.eq(balance.field(P.CURRENCY)))
                .and(closed.PERIOD_END.eq(CUTOFF)));
    }

    /**
     * Closes the payouts that are due, and returns what stays open and why.
     *
     * @param locked payouts that the transaction has locked, and whose parts it has folded
     */
    List<OpenBalance> close(String key, Instant cutoff, UUID[] locked) {
        return CLOSE_DUE
                .call()
                .with(TENANT, scope.tenantId())
                .with(LOCKED, locked)
                .with(CUTOFF, cutoff)
                .with(CLOSED_BY, scope.actor())
                .with(CLOSE_KEY, key)
                .with(CHANGED_BY, scope.actor())
                .fetch(dsl, OpenBalanceSql.READER);
    }

    /**
     * Closes what is due and returns what is not, both as of one instant. Indexes: partner_payouts_pkey,
     * partner_payouts_by_period for the previous cutoff, partner_commission_events_by_payout for events after the
     * cutoff.
     */
    private static Query updateDue() {
        CommonTableExpression<?> balance = new OpenBalanceSql(TENANT, CUTOFF).ofFolded(p -> p.ID.eq(any(LOCKED)));
        CommonTableExpression<?> due = name("due")
                .as(select(OpenBalanceSql.PAYOUT_ID, OpenBalanceSql.PREVIOUS_CUTOFF)
                        .select(numberAtCutoff(balance).as(P.CUTOFF_NUMBER))
                        .from(balance)
                        .where(OpenBalanceSql.isDue(balance)));
        CommonTableExpression<PartnerPayoutsRecord> closed = name("closed")
                .as(DSL.update(P)
                        .set(P.STATUS, inline(READY, P.STATUS))
                        .set(P.PERIOD_START, coalesce(due.field(OpenBalanceSql.PREVIOUS_CUTOFF), P.EARLIEST_EVENT_DATE))
                        .set(P.PERIOD_END, CUTOFF)
                        .set(P.CLOSED_AT, currentInstant())
                        .set(P.CLOSED_BY, CLOSED_BY)
                        .set(P.CLOSE_KEY, CLOSE_KEY)
                        .set(P.CUTOFF_NUMBER, due.field(P.CUTOFF_NUMBER))
                        .set(
                                P.PROVIDER_KEY,
                                partnerProviderKey(
                                        P.TENANT_ID, P.PARTNER_ID, P.CURRENCY, CUTOFF, due.field(P.CUTOFF_NUMBER)))
                        .set(P.STATUS_CHANGED_AT, currentInstant())
                        .set(P.STATUS_CHANGED_BY, CHANGED_BY)
                        .from(due)
                        .where(P.TENANT_ID.eq(TENANT))
                        .and(P.ID.eq(due.field(OpenBalanceSql.PAYOUT_ID)))
                        .returning(P.ID));
        return with(balance, due, closed)
                .select(OpenBalanceSql.COLUMNS)
                .from(balance)
                .where(not(OpenBalanceSql.isDue(balance)))
                .orderBy(OpenBalanceSql.ORDER);
    }
}
