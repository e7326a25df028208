package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.rules.internal.CommissionRuleSql.R;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.INSTANT;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.internal.References;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionsRecord;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Select;

/** The statements that insert, end and find versions of rules. */
public final class RuleVersionSql {

    private final Scope scope;
    private final DSLContext dsl;

    public RuleVersionSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** Inserts version 1 of a rule; the database gives the id. */
    public CommissionRule define(String key, CommissionRule rule) {
        PartnerCommissionsRecord row = dsl.newRecord(PARTNER_COMMISSIONS);
        row.setTenantId(scope.tenantId());
        row.setPartnerId(rule.partnerId());
        row.setCurrency(rule.currency());
        row.setCustomerId(rule.customerId().orElse(null));
        row.setProductId(rule.productId().orElse(null));
        row.setPriority(rule.priority());
        row.setEffectiveFrom(rule.effectiveFrom());
        row.setEffectiveTo(rule.effectiveTo().orElse(null));
        row.setIdempotencyKey(key);
        row.setCreatedBy(scope.actor());
        CommissionRuleSql.set(row, rule.terms(), rule.caps(), rule.holdDays().orElse(null));
        try {
            return insert(row);
        } catch (PartnerException.ConstraintViolated refused) {
            throw References.toPartner(rule.partnerId()).reason(refused);
        }
    }

    /** Also before sales that the rule decided: the caller restates them. */
    public CommissionRule revise(String key, UUID ruleId, RuleRevision revision) {
        PartnerCommissionsRecord newest = lockNewest(ruleId);
        revision.terms().requireIn(newest.getCurrency());
        revision.caps().requireIn(newest.getCurrency());
        requireApplies(newest, revision.from());
        Instant end = newest.getEffectiveTo();
        end(newest, revision.from());
        PartnerCommissionsRecord next = newest.copy();
        next.reset(PARTNER_COMMISSIONS.ID);
        next.reset(PARTNER_COMMISSIONS.CREATED_AT);
        next.setTenantId(scope.tenantId());
        next.setVersion(newest.getVersion() + 1);
        next.setEffectiveFrom(revision.from());
        next.setEffectiveTo(end);
        next.setIdempotencyKey(key);
        next.setCreatedBy(scope.actor());
        CommissionRuleSql.set(next, revision.terms(), revision.caps(), revision.holdDays());
        return insert(next);
    }

    /** Also before sales that the rule decided: the caller restates them. */
    public CommissionRule retire(UUID ruleId, Instant at) {
        PartnerCommissionsRecord newest = lockNewest(ruleId);
        if (!at.equals(newest.getEffectiveTo())) {
            requireApplies(newest, at);
            end(newest, at);
        }
        return CommissionRuleSql.of(newest);
    }

    /** Index: commission_rule_version_is_unique. */
    public List<CommissionRule> versions(UUID ruleId) {
        return rules(dsl.selectFrom(R)
                .where(R.TENANT_ID.eq(scope.tenantId()))
                .and(R.RULE_ID.eq(ruleId))
                .orderBy(R.VERSION));
    }

    /** Index: commission_rules_do_not_overlap. */
    public List<CommissionRule> list(UUID partnerId) {
        return rules(dsl.selectFrom(R)
                .where(R.TENANT_ID.eq(scope.tenantId()))
                .and(R.PARTNER_ID.eq(partnerId))
                .orderBy(R.PRIORITY, R.RULE_ID, R.VERSION));
    }

    /** The version that the call with this key wrote. Index: commission_rule_written_once. */
    public CommissionRule writtenBy(String key) {
        return dsl.selectFrom(R)
                .where(R.TENANT_ID.eq(scope.tenantId()))
                .and(R.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle(CommissionRuleSql::of);
    }

    private static List<CommissionRule> rules(Select<PartnerCommissionsRecord> select) {
        return select.fetch(CommissionRuleSql::of);
    }

    private CommissionRule insert(PartnerCommissionsRecord row) {
        return dsl.insertInto(PARTNER_COMMISSIONS).set(row).returning().fetchSingle(CommissionRuleSql::of);
    }

    /** Locks all versions until the transaction ends. Index: commission_rule_version_is_unique. */
    private PartnerCommissionsRecord lockNewest(UUID ruleId) {
        return dsl
                .selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.RULE_ID.eq(ruleId))
                .orderBy(PARTNER_COMMISSIONS.VERSION)
                .forNoKeyUpdate()
                .fetch()
                .stream()
                .reduce((before, last) -> last)
                .orElseThrow(() -> new NotFound(NotFound.Kind.RULE, ruleId));
    }

    private static void requireApplies(PartnerCommissionsRecord version, Instant at) {
        boolean applies = !at.isBefore(version.getEffectiveFrom())
                && (version.getEffectiveTo() == null || at.isBefore(version.getEffectiveTo()));
        if (!applies) {
            throw new PartnerException.InvalidInput("version " + version.getVersion() + " of the rule applies from "
                    + version.getEffectiveFrom() + " to "
                    + (version.getEffectiveTo() == null ? "no end" : version.getEffectiveTo()) + "; " + at
                    + " is not within");
        }
    }

    private void end(PartnerCommissionsRecord version, Instant at) {
        version.setEffectiveTo(at);
        dsl.update(PARTNER_COMMISSIONS)
                .set(PARTNER_COMMISSIONS.EFFECTIVE_TO, at)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.ID.eq(version.getId()))
                .execute();
    }

    /**
     * Refuses an instant before a commission that the rule calculated. Indexes: partner_commission_events_by_rule,
     * partner_commission_events_of_several_rules, partner_commission_events_corrections.
     *
     * @throws PartnerException.IllegalTransition if the rule decided about a sale at the instant or after it
     */
    public void requireNothingDecidedSince(UUID ruleId, Instant at, String restating) {
        Instant last = dsl.resultQuery(
                        """
                        select max(e.event_date)
                        from partner_commission_events e
                        where e.tenant_id = {0} and e.event_date >= {2} and e.status not in ('cancelled', 'clawback')
                          and (e.rule_id = {1}
                               or e.calculation ->> 'model' = 'several' and e.calculation @> {3}
                                  and e.partner_id = (select r.partner_id from partner_commissions r
                                                      where r.tenant_id = {0} and r.rule_id = {1} and r.version = 1))
                          and not exists (select from partner_commission_events c
                                          where c.tenant_id = e.tenant_id and c.corrects_id = case when e.corrects_id is null then e.id else e.corrects_id end
                                            and c.refund_id is null and c.undoes_id is null and c.id > e.id and c.status not in ('cancelled', 'clawback'))
                        """,
                        val(scope.tenantId()),
                        val(ruleId),
                        val(at, INSTANT),
                        val(JSONB.valueOf("{\"parts\": [{\"rule\": \"" + ruleId + "\"}]}")))
                .fetchSingle()
                .get(0, Instant.class);
        if (last != null) {
            throw new PartnerException.IllegalTransition(
                    ruleId,
                    "commission rule " + ruleId + " decided about a sale at " + last
                            + "; choose an instant after that, or" + " use sales()." + restating
                            + ", which restates the sales since " + at);
        }
    }
}
