package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/** Commission rules: define, revise, retire, find. What was reckoned by a version goes on naming that version. */
public final class CommissionRuleDao {

    private final Scope scope;
    private final IdempotencyKeys keys;

    CommissionRuleDao(Scope scope) {
        this.scope = scope;
        this.keys = new IdempotencyKeys(scope);
    }

    /**
     * Defines a rule: its version 1.
     *
     * <p>Errors: {@link PartnerException.IdempotencyConflict} for a key used with other content; {@link
     * PartnerException.ConstraintViolated} {@code commission_rules_do_not_overlap} when a rule of the partner with the same
     * currency, priority, customer and product applies at a common instant.
     */
    public Outcome<CommissionRule> define(NewRule rule) {
        Checks.present(rule, "rule");
        Request request = Request.of(
                rule.key(),
                "define a commission rule",
                rule.partnerId(),
                rule.currency(),
                rule.terms(),
                rule.customerId(),
                rule.productId(),
                rule.priority(),
                rule.effectiveFrom(),
                rule.effectiveTo());
        return once(request, dsl -> insert(dsl, record(dsl, rule)));
    }

    /**
     * Revises a rule: its newest version ends at an instant, and a new one, with other terms, begins there.
     *
     * <p>Shape: two statements in one transaction. The new version ends where the old one was to end.
     *
     * <p>Concurrency: revisions of one rule wait for each other.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.InvalidInput} for an instant at which the newest
     * version does not apply, or at which it begins.
     *
     * @param key idempotency key
     * @param from first instant at which the new terms apply
     */
    public Outcome<CommissionRule> revise(String key, UUID ruleId, CommissionTerms terms, Instant from) {
        Checks.key(key);
        Checks.present(ruleId, "ruleId");
        Checks.present(terms, "terms");
        Instant start = Checks.instant(from, "from");
        return once(Request.of(key, "revise a commission rule", ruleId, terms, start), dsl -> {
            PartnerCommissionsRecord newest = newest(dsl, ruleId);
            NewRule.inCurrency(terms, newest.getCurrency());
            requireApplies(newest, start);
            Instant end = newest.getEffectiveTo();
            end(dsl, newest, start);
            PartnerCommissionsRecord next = newest.copy();
            next.reset(PARTNER_COMMISSIONS.ID);
            next.reset(PARTNER_COMMISSIONS.CREATED_AT);
            next.setTenantId(scope.tenantId());
            next.setVersion(newest.getVersion() + 1);
            next.setEffectiveFrom(start);
            next.setEffectiveTo(end);
            next.setIdempotencyKey(key);
            next.setCreatedBy(scope.actor());
            setTerms(next, terms);
            return insert(dsl, next);
        });
    }

    /**
     * Retires a rule: its newest version ends at an instant. Again, at the same instant: does nothing more.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.InvalidInput} for an instant at which it does not
     * apply, or at which it begins.
     */
    public CommissionRule retire(UUID ruleId, Instant at) {
        Checks.present(ruleId, "ruleId");
        Instant end = Checks.instant(at, "at");
        return scope.transactions().write(dsl -> {
            PartnerCommissionsRecord newest = newest(dsl, ruleId);
            if (!end.equals(newest.getEffectiveTo())) {
                requireApplies(newest, end);
                end(dsl, newest, end);
            }
            return CommissionRule.of(newest);
        });
    }

    /** The newest version, or empty when this tenant has no such rule. Index: commission_rule_version_is_unique. */
    public Optional<CommissionRule> find(UUID ruleId) {
        Checks.present(ruleId, "ruleId");
        return versions(ruleId).stream().reduce((before, last) -> last);
    }

    /** Every version of a rule, in their order; empty when this tenant has no such rule. */
    public List<CommissionRule> versions(UUID ruleId) {
        Checks.present(ruleId, "ruleId");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.RULE_ID.eq(ruleId))
                .orderBy(PARTNER_COMMISSIONS.VERSION)
                .fetch(CommissionRule::of));
    }

    /** Every version of every rule of a partner, by priority, rule and version. */
    public List<CommissionRule> list(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions().read(dsl -> dsl.selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.PARTNER_ID.eq(partnerId))
                .orderBy(PARTNER_COMMISSIONS.PRIORITY, PARTNER_COMMISSIONS.RULE_ID, PARTNER_COMMISSIONS.VERSION)
                .fetch(CommissionRule::of));
    }

    /**
     * The rules of a partner that apply to a sale, the one that decides first: by priority, then customer and product before
     * customer before product before neither, then the latest start.
     *
     * @param sale its customer, product, currency and time are looked at
     */
    public List<CommissionRule> matching(UUID partnerId, Sale sale) {
        Checks.present(partnerId, "partnerId");
        Checks.present(sale, "sale");
        return scope.transactions().read(dsl -> new MatchingRules(scope, dsl)
                .of(sale, List.of(partnerId)).stream().map(CommissionRule::of).toList());
    }

    private interface Writing {
        PartnerCommissionsRecord write(DSLContext dsl);
    }

    private Outcome<CommissionRule> once(Request request, Writing writing) {
        return scope.transactions()
                .write(dsl -> keys.accept(dsl, request)
                        ? new Outcome<>(CommissionRule.of(writing.write(dsl)), false)
                        : new Outcome<>(CommissionRule.of(writtenBy(dsl, request.key())), true));
    }

    private PartnerCommissionsRecord record(DSLContext dsl, NewRule rule) {
        PartnerCommissionsRecord row = dsl.newRecord(PARTNER_COMMISSIONS);
        row.setTenantId(scope.tenantId());
        row.setPartnerId(rule.partnerId());
        row.setCurrency(rule.currency());
        row.setCustomerId(rule.customerId());
        row.setProductId(rule.productId());
        row.setPriority(rule.priority());
        row.setEffectiveFrom(rule.effectiveFrom());
        row.setEffectiveTo(rule.effectiveTo());
        row.setIdempotencyKey(rule.key());
        row.setCreatedBy(scope.actor());
        setTerms(row, rule.terms());
        return row;
    }

    private static void setTerms(PartnerCommissionsRecord row, CommissionTerms terms) {
        row.setModel(terms.model());
        row.setRate(null);
        row.setFlatFee(null);
        row.setTierMinimums(null);
        row.setTierRates(null);
        row.setTierMode(null);
        row.setTierPeriod(null);
        if (terms instanceof CommissionTerms.RevenueShare share) {
            row.setRate(share.rate());
        } else if (terms instanceof CommissionTerms.FlatFee flat) {
            row.setFlatFee(flat.fee().amount());
        } else if (terms instanceof CommissionTerms.Hybrid hybrid) {
            row.setRate(hybrid.rate());
            row.setFlatFee(hybrid.fee().amount());
        } else if (terms instanceof CommissionTerms.Tiered tiered) {
            row.setTierMinimums(tiered.tiers().stream().map(Tier::minimum).toArray(BigDecimal[]::new));
            row.setTierRates(tiered.tiers().stream().map(Tier::rate).toArray(BigDecimal[]::new));
            row.setTierMode(tiered.mode());
            row.setTierPeriod(tiered.period());
        }
    }

    private static PartnerCommissionsRecord insert(DSLContext dsl, PartnerCommissionsRecord row) {
        return dsl.insertInto(PARTNER_COMMISSIONS).set(row).returning().fetchSingle();
    }

    /** Held until the transaction ends. Index: commission_rule_version_is_unique. */
    private PartnerCommissionsRecord newest(DSLContext dsl, UUID ruleId) {
        return dsl
                .selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.RULE_ID.eq(ruleId))
                .orderBy(PARTNER_COMMISSIONS.VERSION)
                .forNoKeyUpdate()
                .fetch()
                .stream()
                .reduce((before, last) -> last)
                .orElseThrow(() -> new PartnerException.NotFound("commission rule", ruleId));
    }

    private static void requireApplies(PartnerCommissionsRecord version, Instant at) {
        boolean applies = version.getEffectiveFrom().isBefore(at)
                && (version.getEffectiveTo() == null || at.isBefore(version.getEffectiveTo()));
        if (!applies) {
            throw new PartnerException.InvalidInput("version " + version.getVersion() + " of the rule applies from "
                    + version.getEffectiveFrom() + " to "
                    + (version.getEffectiveTo() == null ? "no end" : version.getEffectiveTo()) + "; " + at
                    + " is not within");
        }
    }

    private void end(DSLContext dsl, PartnerCommissionsRecord version, Instant at) {
        version.setEffectiveTo(at);
        dsl.update(PARTNER_COMMISSIONS)
                .set(PARTNER_COMMISSIONS.EFFECTIVE_TO, at)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.ID.eq(version.getId()))
                .execute();
    }

    /** Index: commission_rule_written_once. */
    private PartnerCommissionsRecord writtenBy(DSLContext dsl, String key) {
        return dsl.selectFrom(PARTNER_COMMISSIONS)
                .where(PARTNER_COMMISSIONS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSIONS.IDEMPOTENCY_KEY.eq(key))
                .fetchSingle();
    }
}
