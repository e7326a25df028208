package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.CandidateRuleSql;
import com.dotmac.partner.dao.rules.internal.EarningSql;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/** Commission rules: define, revise, retire, find. What was reckoned by a version goes on naming that version. */
public final class CommissionRuleDao {

    private final Scope scope;
    private final IdempotencyKeys keys;

    public CommissionRuleDao(Scope scope) {
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
        Request request = Request.of(rule.key(), RuleRequests.definition(rule));
        return once(request, dsl -> insert(dsl, record(dsl, rule)));
    }

    /**
     * Revises a rule: its newest version ends at an instant, and a new one begins there, which says what the revision says.
     *
     * <p>Shape: two statements in one transaction. The new version ends where the old one was to end.
     *
     * <p>Concurrency: revisions of one rule wait for each other.
     *
     * <p>Errors: {@link PartnerException.NotFound}; {@link PartnerException.InvalidInput} for an instant at which the newest
     * version does not apply, or at which it begins, and for a fee or cap in another currency than the rule's.
     *
     * @param key idempotency key
     * @param revision begin with {@link CommissionRule#revisedFrom}
     */
    public Outcome<CommissionRule> revise(String key, UUID ruleId, RuleRevision revision) {
        Checks.key(key);
        Checks.present(ruleId, "ruleId");
        Checks.present(revision, "revision");
        Request request = Request.of(key, RuleRequests.revision(ruleId, revision));
        return once(request, dsl -> {
            PartnerCommissionsRecord newest = newest(dsl, ruleId);
            NewRule.inCurrency(revision.terms(), newest.getCurrency());
            revision.caps().requireIn(newest.getCurrency());
            requireApplies(newest, revision.from());
            Instant end = newest.getEffectiveTo();
            end(dsl, newest, revision.from());
            PartnerCommissionsRecord next = newest.copy();
            next.reset(PARTNER_COMMISSIONS.ID);
            next.reset(PARTNER_COMMISSIONS.CREATED_AT);
            next.setTenantId(scope.tenantId());
            next.setVersion(newest.getVersion() + 1);
            next.setEffectiveFrom(revision.from());
            next.setEffectiveTo(end);
            next.setIdempotencyKey(key);
            next.setCreatedBy(scope.actor());
            setTerms(next, revision.terms());
            setCaps(next, revision.caps());
            next.setHoldDays(revision.holdDays());
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
     * @param sale its customer, product, currency and time are looked at; all of its lines of one product
     */
    public List<CommissionRule> matching(UUID partnerId, Sale sale) {
        Checks.present(partnerId, "partnerId");
        Checks.present(sale, "sale");
        long products =
                sale.lines().stream().map(SaleLine::productId).distinct().count();
        if (products > 1) {
            throw new PartnerException.InvalidInput("the sale has lines of " + products
                    + " products, each with rules of its own; ask for one at a time");
        }
        return scope.transactions().read(dsl -> new CandidateRuleSql(scope, dsl).of(sale, List.of(partnerId)));
    }

    /**
     * What a sale would earn if it were accrued now, without writing: one preview for each account through which anything is
     * earned, in the order of partner ids. The key is not looked at.
     *
     * <p>Concurrency: holds nothing; a sale accrued meanwhile may move volumes and caps.
     */
    public List<CommissionPreview> preview(Sale sale) {
        Checks.present(sale, "sale");
        return scope.transactions().read(dsl -> new EarningSql(scope, dsl, sale)
                .earned().stream().map(CommissionPreview::of).toList());
    }

    /**
     * What candidate rules would have changed: the sales of a period reckoned again, as if the candidates had stood beside the
     * rules that the partners have. Nothing is written.
     *
     * <p>A candidate replaces the partner's own rules of the same priority, customer and product where both are in force. Where no
     * rule decides any more, the partner's default rate of today does. Looked at are events of accrued sales that stand: cancelled
     * and clawed-back ones, given amounts and refunds are left as they are, and count towards volumes as they do when accruing.
     *
     * <p>Shape: for each partner and currency among the candidates three statements; events are read through a cursor, from the
     * beginning of the longest tier or cap period around {@code from}. One result for each, in the order of partner and currency.
     *
     * <p>Errors: {@link PartnerException.NotFound} for a partner that this tenant does not have.
     *
     * @param candidates at least one
     * @param from first instant of the sales looked at
     * @param to first instant of those not looked at
     */
    public List<SimulatedDifference> simulate(Collection<NewRule> candidates, Instant from, Instant to) {
        Checks.present(candidates, "candidates").forEach(candidate -> Checks.present(candidate, "candidates: a rule"));
        if (candidates.isEmpty()) {
            throw new PartnerException.InvalidInput("candidates are empty; give at least one rule to simulate");
        }
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");
        record Side(UUID partnerId, Currency currency) {}
        Map<Side, List<CommissionRule>> sides = new LinkedHashMap<>();
        candidates.stream()
                .sorted(Comparator.comparing(NewRule::partnerId)
                        .thenComparing(rule -> rule.currency().getCurrencyCode()))
                .forEach(rule -> sides.computeIfAbsent(
                                new Side(rule.partnerId(), rule.currency()), side -> new ArrayList<>())
                        .add(rule.asCandidate()));
        // In a transaction: outside of one the driver would read all rows into memory.
        return scope.transactions().write(dsl -> sides.entrySet().stream()
                .map(side -> new RuleSimulation(
                                scope,
                                dsl,
                                side.getKey().partnerId(),
                                side.getKey().currency(),
                                side.getValue())
                        .between(start, end))
                .toList());
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
        setCaps(row, rule.caps());
        row.setHoldDays(rule.holdDays());
        return row;
    }

    private static void setCaps(PartnerCommissionsRecord row, CommissionCaps caps) {
        row.setEventCap(caps.perEvent().map(Money::amount).orElse(null));
        row.setPeriodCap(caps.perPeriod().map(cap -> cap.amount().amount()).orElse(null));
        row.setCapPeriod(caps.perPeriod().map(CommissionCaps.PeriodCap::period).orElse(null));
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
