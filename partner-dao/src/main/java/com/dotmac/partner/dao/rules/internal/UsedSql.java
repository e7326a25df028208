package com.dotmac.partner.dao.rules.internal;

import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import org.jooq.DSLContext;

/** What is used at the time of the statement: everything that was recorded so far. */
final class UsedSql implements UsedBefore {

    private final Scope scope;
    private final DSLContext dsl;

    UsedSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    @Override
    public BigDecimal volume(CommissionRule rule, TierPeriod period, Instant at) {
        return new TierVolumeSql(scope, dsl).before(rule.partnerId(), rule.currency(), period, at);
    }

    @Override
    public BigDecimal cap(CommissionRule rule, CalendarPeriod period) {
        return new CapUseSql(scope, dsl).before(rule.partnerId(), rule.ruleId(), period);
    }
}
