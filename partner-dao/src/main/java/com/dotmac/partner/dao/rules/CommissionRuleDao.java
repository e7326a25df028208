package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import com.dotmac.partner.dao.rules.internal.CandidateRuleSql;
import com.dotmac.partner.dao.rules.internal.EarningSql;
import com.dotmac.partner.dao.rules.internal.RuleContent;
import com.dotmac.partner.dao.rules.internal.RuleOrder;
import com.dotmac.partner.dao.rules.internal.RuleVersionSql;
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
import java.util.function.Function;

/**
 * Commission rules: define, revise, retire, find, match, preview, simulate. An event keeps naming the version that
 * decided it.
 */
public final class CommissionRuleDao {

    private final Scope scope;
    private final IdempotencyKeys keys;

    /** For {@code PartnerScope}; take it from there. */
    public CommissionRuleDao(Scope scope) {
        this.scope = scope;
        this.keys = new IdempotencyKeys(scope);
    }

    /**
     * Defines a rule: its version 1. A call repeated with the same key returns the first result, marked as replayed.
     *
     * <p>Statements and cost: one transaction that accepts the key and inserts one row.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner; the key stays free
     * @throws PartnerException.InvalidInput if the rule is missing
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     * @throws PartnerException.ConstraintViolated {@code commission_rules_do_not_overlap} if a rule of the partner with
     *     the same currency, priority, customer and product applies at a common instant
     */
    public Outcome<CommissionRule> define(NewRule rule) {
        Checks.present(rule, "rule");
        Request request = Request.of(rule.key(), RuleRequests.definition(rule));
        return once(request, versions -> versions.define(rule.key(), rule.asCandidate()));
    }

    /**
     * Revises a rule: its newest version ends at an instant, and a new one begins there, which says what the revision
     * says. The new version ends when the old one was to end. A call repeated with the same key returns the first
     * result, marked as replayed.
     *
     * <p>Statements and cost: one transaction that accepts the key, locks the versions of the rule, updates the newest
     * and inserts the next.
     *
     * <p>Concurrency: revisions of one rule wait for each other.
     *
     * @param key idempotency key
     * @param revision begin with {@link CommissionRule#revisedFrom}
     * @throws PartnerException.NotFound if this tenant has no such rule
     * @throws PartnerException.InvalidInput if an argument is missing
     * @throws PartnerException.InvalidInput if the newest version does not apply at the instant
     * @throws PartnerException.InvalidInput if a fee or a cap is in another currency than the rule's
     * @throws PartnerException.IllegalTransition if the rule decided about a sale at the instant or after it, and the
     *     event counts (not cancelled, {@code CLAWBACK} or corrected since): {@code sales().reviseRule} restates those
     *     sales
     * @throws PartnerException.IdempotencyConflict if the key was used with other content
     */
    public Outcome<CommissionRule> revise(String key, UUID ruleId, RuleRevision revision) {
        Checks.key(key);
        Checks.present(ruleId, "ruleId");
        Checks.present(revision, "revision");
        Request request = Request.of(key, RuleContent.revision(ruleId, revision));
        return once(request, versions -> {
            CommissionRule revised = versions.revise(key, ruleId, revision);
            versions.requireNothingDecidedSince(ruleId, revision.from(), "reviseRule");
            return revised;
        });
    }

    /**
     * Retires a rule: its newest version ends at an instant. A call repeated with the same instant changes nothing.
     *
     * <p>Statements and cost: one transaction that locks the versions of the rule and updates the newest.
     *
     * <p>Concurrency: waits for revisions of the rule.
     *
     * @throws PartnerException.NotFound if this tenant has no such rule
     * @throws PartnerException.InvalidInput if an argument is missing
     * @throws PartnerException.InvalidInput if the newest version does not apply at the instant
     * @throws PartnerException.IllegalTransition if the rule decided about a sale at the instant or after it, and the
     *     event counts (not cancelled, {@code CLAWBACK} or corrected since): {@code sales().retireRule} restates those
     *     sales
     */
    public CommissionRule retire(UUID ruleId, Instant at) {
        Checks.present(ruleId, "ruleId");
        Instant end = Checks.instant(at, "at");
        return scope.transactions().write(dsl -> {
            RuleVersionSql versions = new RuleVersionSql(scope, dsl);
            CommissionRule retired = versions.retire(ruleId, end);
            versions.requireNothingDecidedSince(ruleId, end, "retireRule");
            return retired;
        });
    }

    /**
     * Finds the newest version of a rule; empty when this tenant has no such rule.
     *
     * <p>Statements and cost: one; reads every version of the rule. Index: commission_rule_version_is_unique.
     *
     * @throws PartnerException.InvalidInput if the id is missing
     */
    public Optional<CommissionRule> find(UUID ruleId) {
        return read(ruleId).stream().reduce((before, last) -> last);
    }

    /**
     * Lists every version of a rule, in the order of versions.
     *
     * <p>Statements and cost: one. Index: commission_rule_version_is_unique.
     *
     * @throws PartnerException.NotFound if this tenant has no such rule
     * @throws PartnerException.InvalidInput if the id is missing
     */
    public List<CommissionRule> versions(UUID ruleId) {
        List<CommissionRule> versions = read(ruleId);
        if (versions.isEmpty()) {
            throw new NotFound(NotFound.Kind.RULE, ruleId);
        }
        return versions;
    }

    private List<CommissionRule> read(UUID ruleId) {
        Checks.present(ruleId, "ruleId");
        return scope.transactions().read(dsl -> new RuleVersionSql(scope, dsl).versions(ruleId));
    }

    /**
     * Lists every version of every rule of a partner, by priority, rule and version.
     *
     * <p>Statements and cost: one, without pages. Index: commission_rules_do_not_overlap.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if the id is missing
     */
    public List<CommissionRule> list(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope, dsl, partnerId, new RuleVersionSql(scope, dsl).list(partnerId)));
    }

    /**
     * Lists the rules of a partner that apply to a sale, the one that decides first: by priority, then customer and
     * product before customer before product before neither, then the latest start.
     *
     * <p>Statements and cost: one. Index: commission_rules_do_not_overlap.
     *
     * @param sale its customer, product, currency and time count; all of its lines have one product
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.InvalidInput if an argument is missing
     * @throws PartnerException.InvalidInput if the sale has lines of several products
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
        return scope.transactions()
                .read(dsl -> KnownPartner.requireIfEmpty(
                        scope,
                        dsl,
                        partnerId,
                        new CandidateRuleSql(scope, dsl)
                                .of(sale, List.of(partnerId)).stream()
                                        .sorted(RuleOrder.FIRST_DECIDES)
                                        .toList()));
    }

    /**
     * Previews what a sale would earn if it were accrued now: one preview for each account through which it earns
     * anything, in the order of partner ids. Writes nothing. The key does not count.
     *
     * <p>Statements and cost: one for the accounts and one for the rules; one more for each part with tiers, and one
     * for each part with a cap per period.
     *
     * <p>Concurrency: locks nothing; a sale accrued meanwhile may change volumes and caps.
     *
     * @throws PartnerException.InvalidInput if the sale is missing
     */
    public List<CommissionPreview> preview(Sale sale) {
        Checks.present(sale, "sale");
        return scope.transactions().read(dsl -> new EarningSql(scope, dsl, sale)
                .earned().stream().map(CommissionPreview::of).toList());
    }

    /**
     * Simulates candidate rules: calculates the sales of a period again, as if the candidates had been in force beside
     * the rules that the partners have. Writes nothing. Returns one result for each partner and currency among the
     * candidates, in the order of partner and currency.
     *
     * <p>A candidate replaces the partner's own rules of the same priority, customer and product while both are in
     * force. If no rule decides any more, the partner's default rate of today does. The simulation calculates events of
     * accrued sales again that are neither cancelled nor {@code CLAWBACK}. It leaves manual commissions and refunds as
     * they are; both count towards volumes as they do when accruing.
     *
     * <p>This is no forecast of {@code sales().reviseRule}: the amounts are those before refunds; a line that the
     * default rate decided keeps the recorded rate unless a rule decides it now; sales without an event are missing.
     * For the exact effect call {@code reviseRule} in your own transaction and roll it back.
     *
     * <p>Statements and cost: for each partner and currency four statements; one of them reads events through a cursor,
     * from the beginning of the longest tier or cap period around {@code from}.
     *
     * @param candidates at least one
     * @param from first instant of the sales that count
     * @param to first instant after them
     * @throws PartnerException.InvalidInput if there is no candidate, or if one is missing
     * @throws PartnerException.InvalidInput if {@code from} is not before {@code to}
     * @throws PartnerException.NotFound if this tenant has no such partner
     * @throws PartnerException.Database if this version of the library does not know the format of an event's
     *     calculation
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

    private Outcome<CommissionRule> once(Request request, Function<RuleVersionSql, CommissionRule> writing) {
        return scope.transactions().write(dsl -> {
            RuleVersionSql versions = new RuleVersionSql(scope, dsl);
            return keys.accept(dsl, request)
                    ? new Outcome<>(writing.apply(versions), false)
                    : new Outcome<>(versions.writtenBy(request.key()), true);
        });
    }
}
