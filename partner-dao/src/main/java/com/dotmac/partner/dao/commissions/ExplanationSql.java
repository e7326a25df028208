package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.commissions.Explanation.PassedOverRule;
import com.dotmac.partner.dao.commissions.Explanation.PassedOverRule.Reason;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.CommissionRuleSql;
import com.dotmac.partner.dao.rules.internal.RuleOrder;
import com.dotmac.partner.dao.rules.internal.StoredPartSql;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissions;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/** The statements of {@link CommissionDao#explain}. */
final class ExplanationSql {

    private static final PartnerCommissions R = PARTNER_COMMISSIONS.as("r");

    private final Scope scope;
    private final DSLContext dsl;

    ExplanationSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Optional<Explanation> of(UUID eventId) {
        return new CommissionEventSql(scope, dsl).row(eventId).map(this::explained);
    }

    private Explanation explained(PartnerCommissionEventsRecord row) {
        CommissionEvent event = CommissionEventSql.of(row);
        if (row.getReturnsPayoutId() != null) {
            return given(
                    event,
                    row.getUndoesId() == null
                            ? "the bank returned the payment of payout " + row.getReturnsPayoutId()
                                    + ": its total is owed again"
                            : "the bank paid payout " + row.getReturnsPayoutId()
                                    + " after all: its total is owed no longer");
        }
        if (row.getAttemptId() != null) {
            return given(
                    event,
                    "the bank paid by " + row.getPaymentReference() + " otherwise than attempt " + row.getAttemptId()
                            + " says: " + (event.amount().signum() < 0 ? "it is taken off" : "the rest is owed again"));
        }
        List<Version> versions = versions(row);
        StoredEntrySql entries = new StoredEntrySql(scope, dsl, row);
        if (entries.isEntry()) {
            return ofEntry(event, entries, versions);
        }
        List<CommissionPart> parts = parts(row, rules(versions));
        Optional<StoredEntrySql.Restated> restated = entries.restated();
        if (parts.isEmpty() && restated.isEmpty()) {
            return given(event, "the commission is manual: its amount was given, not calculated");
        }
        Money earned = Earning.amount(parts, event.amount().currency());
        List<String> words = new ArrayList<>(Explanation.inWords(parts, earned));
        Money recomputed =
                restated.map(stored -> restated(stored, parts, earned, words)).orElse(earned);
        return new Explanation(
                event, parts, passedOver(event, parts, knownAt(row.getRecordedAt(), versions)), recomputed, words);
    }

    private static Explanation given(CommissionEvent event, String why) {
        return new Explanation(event, List.of(), List.of(), event.amount(), List.of(why));
    }

    /** What the sale earns, less what its refunds claw back and less what was booked before. */
    private static Money restated(
            StoredEntrySql.Restated stored, List<CommissionPart> parts, Money earned, List<String> words) {
        Money clawedBack = CommissionShares.of(parts, earned.currency()).clawedBack(stored.refunded());
        Money amount = earned.minus(clawedBack).minus(stored.bookedBefore());
        words.add("restated: refunds so far claw back " + clawedBack + "; " + stored.bookedBefore()
                + " was booked before: " + amount);
        return amount;
    }

    /** What refunds claw back by the calculation that was in force, less what was clawed back before. */
    private Explanation ofEntry(CommissionEvent event, StoredEntrySql entries, List<Version> versions) {
        Optional<StoredEntrySql.ClawedBack> found = entries.clawedBack();
        if (found.isEmpty()) {
            return given(event, "the amount was given; it claws back commission event " + entries.headId());
        }
        StoredEntrySql.ClawedBack stored = found.get();
        PartnerCommissionEventsRecord calculated = new CommissionEventSql(scope, dsl).require(stored.calculatedId());
        CommissionShares shares = shares(calculated, parts(calculated, rules(versions)));
        Money clawedBack = shares.clawedBack(stored.refunded());
        Money recomputed = limited(event, stored.clawedBackBefore().minus(clawedBack));
        return new Explanation(
                event,
                List.of(),
                List.of(),
                recomputed,
                List.of(
                        "refunds so far: " + stored.inWords() + ", of the base " + shares.base()
                                + " of commission event " + entries.headId(),
                        "of its commission " + shares.earned() + " they claw back " + clawedBack
                                + ", rounded once, half-even; " + stored.clawedBackBefore()
                                + " was clawed back before: " + recomputed));
    }

    /** A clawback never gives anything, and its undo never takes anything: a returned line could make it so. */
    private static Money limited(CommissionEvent event, Money difference) {
        boolean claws = event.origin().reversesId().isPresent()
                && event.origin().undoesId().isEmpty();
        boolean isBeyond = claws ? difference.signum() > 0 : difference.signum() < 0;
        return isBeyond ? Money.zero(difference.currency()) : difference;
    }

    private static CommissionShares shares(PartnerCommissionEventsRecord calculated, List<CommissionPart> parts) {
        return parts.isEmpty()
                ? CommissionShares.ofOneAmount(
                        new Money(calculated.getCommissionAmount(), calculated.getCurrency()),
                        new Money(calculated.getBaseAmount(), calculated.getCurrency()))
                : CommissionShares.of(parts, calculated.getCurrency());
    }

    /** Index: partner_commission_events_pkey. */
    private List<CommissionPart> parts(PartnerCommissionEventsRecord event, List<CommissionRule> rules) {
        return dsl
                .resultQuery(
                        "select " + StoredPartSql.COLUMNS + """
                                from partner_commission_events
                                """ + StoredPartSql.PARTS + """
                                where tenant_id = {0} and id = {1}
                                order by position
                                """,
                        val(scope.tenantId()),
                        val(event.getId()))
                .stream()
                .flatMap(row -> StoredPartSql.of(row, event.getId(), event.getCurrency()).stream())
                .map(part -> part.recalculated(rules))
                .toList();
    }

    /** A version of a rule, and when the transaction that wrote it began. */
    private record Version(CommissionRule rule, Instant createdAt) {}

    /** The partner's rules, in the order in which they decide. Index: commission_rules_do_not_overlap. */
    private List<Version> versions(PartnerCommissionEventsRecord event) {
        return dsl
                .selectFrom(R)
                .where(R.TENANT_ID.eq(scope.tenantId()))
                .and(R.PARTNER_ID.eq(event.getPartnerId()))
                .fetch(row -> new Version(CommissionRuleSql.of(row), row.getCreatedAt()))
                .stream()
                .sorted(Comparator.comparing(Version::rule, RuleOrder.FIRST_DECIDES))
                .toList();
    }

    private static List<CommissionRule> rules(List<Version> versions) {
        return versions.stream().map(Version::rule).toList();
    }

    /**
     * By the times at which transactions began: leaves out a rule whose transaction ran at the same time as that of the
     * event.
     */
    private static List<CommissionRule> knownAt(Instant time, List<Version> versions) {
        return rules(versions.stream()
                .filter(version -> !version.createdAt().isAfter(time))
                .toList());
    }

    private static List<PassedOverRule> passedOver(
            CommissionEvent event, List<CommissionPart> parts, List<CommissionRule> rules) {
        List<CommissionRule> deciding =
                parts.stream().flatMap(part -> part.rule().stream()).toList();
        List<PassedOverRule> passedOver = new ArrayList<>();
        for (CommissionRule rule : rules) {
            if (!deciding.contains(rule)) {
                passedOver.add(new PassedOverRule(rule, reason(event, parts, rule)));
            }
        }
        return passedOver;
    }

    private static Reason reason(CommissionEvent event, List<CommissionPart> parts, CommissionRule rule) {
        Instant at = event.eventDate();
        if (!rule.currency().equals(event.amount().currency())) {
            return Reason.OTHER_CURRENCY;
        }
        if (rule.effectiveFrom().isAfter(at)) {
            return Reason.NOT_YET_IN_FORCE;
        }
        if (!RuleOrder.isInForce(rule, at)) {
            return Reason.NO_LONGER_IN_FORCE;
        }
        if (!RuleOrder.isOfCustomer(rule, event.customerId())) {
            return Reason.OTHER_CUSTOMER;
        }
        Optional<CommissionPart> beatenBy = parts.stream()
                .filter(part -> part.lines().stream()
                        .anyMatch(line ->
                                RuleOrder.isOfProduct(rule, line.productId().orElse(null))))
                .findFirst();
        if (beatenBy.isEmpty()) {
            return Reason.OTHER_PRODUCT;
        }
        return beatenBy.get().rule().map(winner -> lost(rule, winner)).orElse(Reason.ACCOUNT_RATE);
    }

    private static Reason lost(CommissionRule rule, CommissionRule winner) {
        if (rule.priority() != winner.priority()) {
            return Reason.PRIORITY;
        }
        return RuleOrder.openness(rule) != RuleOrder.openness(winner) ? Reason.SCOPE : Reason.START;
    }
}
