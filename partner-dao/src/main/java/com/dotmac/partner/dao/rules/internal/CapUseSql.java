package com.dotmac.partner.dao.rules.internal;

import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.INSTANT;

import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.internal.Scope;
import java.math.BigDecimal;
import java.util.UUID;
import org.jooq.DSLContext;

/** The statement that reads how much of a rule's cap per period is used. */
final class CapUseSql {

    private final Scope scope;
    private final DSLContext dsl;

    CapUseSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * The commissions of the period's sales by the rule, as they are booked: with corrections, and less what refunds have
     * clawed back of them, also after the period. If several rules decided about the lines of an event, the part of this
     * rule counts, less its pro rata share of what was clawed back.
     *
     * <p>Reads the rule's events of the period. Indexes: partner_commission_events_by_rule,
     * partner_commission_events_of_several_rules, partner_commission_events_reversals,
     * partner_commission_events_corrections.
     */
    BigDecimal before(UUID partnerId, UUID ruleId, CalendarPeriod period) {
        return dsl.resultQuery(
                        """
                        with calculated as (
                            select e.tenant_id, e.id, e.corrects_id, e.recorded_at,
                                   coalesce((e.calculation ->> 'earned')::numeric, e.commission_amount) as earned,
                                   coalesce((e.calculation ->> 'earned')::numeric, e.commission_amount) as granted
                            from partner_commission_events e
                            where e.tenant_id = {0} and e.rule_id = {1}
                              and e.event_date >= coalesce({2}, '-infinity') and e.event_date < coalesce({3}, 'infinity')
                              and e.status not in ('cancelled', 'clawback')
                            union all
                            select e.tenant_id, e.id, e.corrects_id, e.recorded_at,
                                   coalesce((e.calculation ->> 'earned')::numeric, e.commission_amount), (part ->> 'exact')::numeric
                            from partner_commission_events e cross join jsonb_array_elements(e.calculation -> 'parts') part
                            where e.tenant_id = {0} and e.partner_id = {4} and e.calculation ->> 'model' = 'several'
                              and part ->> 'rule' = {1}::text
                              and e.event_date >= coalesce({2}, '-infinity') and e.event_date < coalesce({3}, 'infinity')
                              and e.status not in ('cancelled', 'clawback')
                        )
                        select coalesce(sum(case when earned = 0 then granted else granted * booked / earned end), 0)
                        from calculated e cross join lateral (
                            select o.commission_amount + coalesce(sum(r.commission_amount), 0) as booked,
                                   max(r.recorded_at) filter (where r.corrects_id is not null and r.refund_id is null and r.undoes_id is null) as corrected_at
                            from partner_commission_events o
                            left join partner_commission_events r on r.tenant_id = o.tenant_id and (r.reverses_id = o.id or r.corrects_id = o.id)
                                 and r.status not in ('cancelled', 'clawback')
                            where o.tenant_id = e.tenant_id and o.id = case when e.corrects_id is null then e.id else e.corrects_id end
                            group by o.tenant_id, o.id, o.commission_amount
                        ) entries
                        -- A correction replaces the calculation of the event, and that of an earlier correction.
                        where entries.corrected_at is null or e.recorded_at >= entries.corrected_at
                        """,
                        val(scope.tenantId()),
                        val(ruleId),
                        val(period.fromInstant().orElse(null), INSTANT),
                        val(period.toInstant().orElse(null), INSTANT),
                        val(partnerId))
                .fetchSingle()
                .get(0, BigDecimal.class);
    }
}
