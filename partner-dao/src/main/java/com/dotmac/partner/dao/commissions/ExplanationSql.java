package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSIONS;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.ClawbackAmount;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.RuleOrder;
import com.dotmac.partner.dao.commissions.Explanation.PassedOverRule;
import com.dotmac.partner.dao.commissions.Explanation.PassedOverRule.Reason;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.CommissionRuleSql;
import com.dotmac.partner.dao.rules.internal.StoredPartSql;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissions;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

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
        if (row.getReversesId() != null) {
            return ofClawback(event, row.getReversesId());
        }
        if (row.getReturnsPayoutId() != null) {
            String returned =
                    "the bank returned the payment of payout " + row.getReturnsPayoutId() + ": its total is owed again";
            return new Explanation(event, List.of(), List.of(), event.amount(), List.of(returned));
        }
        List<Version> versions = versions(row);
        List<CommissionPart> parts = parts(row, rules(versions));
        if (parts.isEmpty()) {
            String given = "the commission is manual: its amount was given, not calculated";
            return new Explanation(event, parts, List.of(), event.amount(), List.of(given));
        }
        Money recomputed = Earning.amount(parts, event.amount().currency());
        return new Explanation(
                event,
                parts,
                passedOver(event, parts, knownAt(row.getRecordedAt(), versions)),
                recomputed,
                Explanation.inWords(parts, recomputed));
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
                .filter(part -> part.lines().stream().anyMatch(line -> RuleOrder.isOfProduct(rule, line.productId())))
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

    /** Everything refunded so far, pro rata and rounded once, less the earlier clawbacks. */
    private Explanation ofClawback(CommissionEvent event, UUID originalId) {
        CommissionEvent original = CommissionEventSql.of(new CommissionEventSql(scope, dsl).require(originalId));
        Record stored = dsl.resultQuery("select " + StoredPartSql.FORMAT + """
                        , calculation ->> 'refund' as refund,
                               calculation ->> 'refundedBefore' as refunded_before,
                               calculation ->> 'clawedBackBefore' as clawed_back_before
                        from partner_commission_events
                        where tenant_id = {0} and id = {1}
                        """, val(scope.tenantId()), val(event.id()))
                .fetchSingle();
        boolean isWritten = StoredPartSql.isWritten(stored, event.id());
        if (!isWritten || stored.get("refund") == null || stored.get("refunded_before") == null) {
            String given = "the amount was given; it claws back commission event " + originalId;
            return new Explanation(event, List.of(), List.of(), event.amount(), List.of(given));
        }
        BigDecimal refund = stored.get("refund", BigDecimal.class);
        BigDecimal refundedBefore = stored.get("refunded_before", BigDecimal.class);
        BigDecimal clawedBackBefore = stored.get("clawed_back_before", BigDecimal.class);
        Money target = ClawbackAmount.target(original.amount(), original.base(), refundedBefore.add(refund));
        Money recomputed = new Money(clawedBackBefore.subtract(target.amount()), target.currency());
        return new Explanation(
                event,
                List.of(),
                List.of(),
                recomputed,
                List.of(
                        "refund of " + refund.toPlainString() + ", after " + refundedBefore.toPlainString()
                                + ", on the base " + original.base() + " of commission event " + originalId,
                        "of its commission " + original.amount() + " the refunds so far claw back " + target
                                + ", rounded once, half-even; " + clawedBackBefore.toPlainString()
                                + " was clawed back before: " + recomputed));
    }
}
