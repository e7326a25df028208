package com.dotmac.partner.dao.rules;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Calculation;
import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms.Tiered;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.RateSource;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.PastSaleSql;
import com.dotmac.partner.dao.rules.internal.PastSaleSql.PastEvent;
import com.dotmac.partner.dao.rules.internal.RuleOrder;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Calculates past sales of one partner in one currency again, as if candidate rules had been in force beside the
 * partner's own. Adds up volumes and caps on the way, as accruing did.
 */
final class RuleSimulation {

    private final UUID partnerId;
    private final Currency currency;
    private final PastSaleSql past;
    private final List<CommissionRule> candidates;
    private final List<CommissionRule> rules;
    private final @Nullable BigDecimal defaultRate;
    private final Set<TierPeriod> lengths;

    /* What the sales so far would have come to, and by how much that is more than what the database holds. */
    private final Map<CalendarPeriod, BigDecimal> volumes = new HashMap<>();
    private final Map<CalendarPeriod, BigDecimal> moreVolume = new HashMap<>();
    private final Map<CapPeriod, BigDecimal> granted = new HashMap<>();
    private final Map<CapPeriod, BigDecimal> moreGranted = new HashMap<>();

    private record CapPeriod(UUID ruleId, CalendarPeriod period) {}

    RuleSimulation(Scope scope, DSLContext dsl, UUID partnerId, Currency currency, List<CommissionRule> candidates) {
        this.partnerId = partnerId;
        this.currency = currency;
        this.past = new PastSaleSql(scope, dsl, partnerId, currency);
        this.candidates = candidates;
        this.rules = new ArrayList<>(candidates);
        this.rules.addAll(past.rules());
        this.defaultRate = past.defaultRate();
        this.lengths = rules.stream().flatMap(RuleSimulation::lengths).collect(Collectors.toSet());
    }

    private static Stream<TierPeriod> lengths(CommissionRule rule) {
        return Stream.concat(
                rule.terms() instanceof Tiered tiered ? Stream.of(tiered.period()) : Stream.empty(),
                rule.caps().perPeriod().map(CommissionCaps.PeriodCap::period).stream());
    }

    SimulatedDifference between(Instant from, Instant to) {
        Sums sums = new Sums();
        past.between(start(from), to, event -> {
            BigDecimal base = event.base();
            if (event.parts().isEmpty() || event.eventDate().isBefore(from)) {
                event.parts().forEach(part -> grant(event, part, granted));
            } else {
                List<CommissionPart> parts = recalculated(event);
                base = earnedBase(parts);
                sums.add(event.amount(), Earning.amount(parts, currency));
            }
            for (TierPeriod length : lengths) {
                CalendarPeriod period = CalendarPeriod.around(event.eventDate(), length);
                volumes.merge(period, base, BigDecimal::add);
                moreVolume.merge(period, base.subtract(event.base()), BigDecimal::add);
            }
        });
        return new SimulatedDifference(partnerId, currency, sums.events, sums.changed, sums.before, sums.after);
    }

    private final class Sums {
        private int events;
        private int changed;
        private Money before = Money.zero(currency);
        private Money after = Money.zero(currency);

        private void add(Money was, Money wouldBe) {
            events++;
            changed += was.equals(wouldBe) ? 0 : 1;
            before = before.plus(was);
            after = after.plus(wouldBe);
        }
    }

    /** The earliest instant whose sales count towards a volume or cap at the start; empty: all of them. */
    private Optional<Instant> start(Instant from) {
        Instant earliest = from;
        for (TierPeriod length : lengths) {
            Optional<Instant> begin = CalendarPeriod.around(from, length).fromInstant();
            if (begin.isEmpty()) {
                return Optional.empty();
            }
            earliest = begin.get().isBefore(earliest) ? begin.get() : earliest;
        }
        return Optional.of(earliest);
    }

    private List<CommissionPart> recalculated(PastEvent event) {
        List<CommissionPart> recalculated = new ArrayList<>();
        for (CommissionPart part : parts(event)) {
            recalculated.add(recalculated(event, part, earnedBase(recalculated)));
        }
        recalculated.forEach(part -> {
            grant(event, part, granted);
            grant(event, part, moreGranted);
        });
        event.parts().forEach(part -> take(event, part));
        return recalculated;
    }

    private static BigDecimal earnedBase(List<CommissionPart> parts) {
        return parts.stream()
                .filter(CommissionPart::earns)
                .map(part -> part.calculation().base().amount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /**
     * Says which rate or rule would have decided about which lines. A part stays as recorded if nothing changes for it.
     */
    private List<CommissionPart> parts(PastEvent event) {
        Map<Object, List<CommissionPart.Line>> decided = new LinkedHashMap<>();
        Map<Object, CommissionPart> deciders = new HashMap<>();
        for (CommissionPart part : event.parts()) {
            for (CommissionPart.Line line : part.lines()) {
                CommissionPart decider = decider(event, part, line);
                Object identity = decider.rule().<Object>map(rule -> rule).orElse(decider.source());
                deciders.putIfAbsent(identity, decider);
                decided.computeIfAbsent(identity, each -> new ArrayList<>()).add(line);
            }
        }
        List<CommissionPart> parts = new ArrayList<>();
        decided.forEach((identity, lines) -> {
            CommissionPart decider = deciders.get(identity);
            parts.add(
                    decider.lines().equals(lines)
                            ? decider
                            : new CommissionPart(decider.source(), decider.rule(), lines, decider.calculation()));
        });
        return parts;
    }

    /** The recorded part if the same rate or rule decides; else a part of this line, still without its calculation. */
    private CommissionPart decider(PastEvent event, CommissionPart part, CommissionPart.Line line) {
        if (part.source() == RateSource.ACCOUNT) {
            return part;
        }
        Optional<CommissionRule> rule = RuleOrder.deciding(
                inForceBeside(event.eventDate()),
                event.eventDate(),
                event.customerId(),
                line.productId().orElse(null));
        if (rule.isPresent()) {
            return rule.equals(part.rule()) ? part : uncalculated(RateSource.RULE, rule, line, BigDecimal.ZERO);
        }
        if (part.rule().isEmpty()) {
            return part;
        }
        return defaultRate == null
                ? uncalculated(RateSource.NONE, rule, line, BigDecimal.ZERO)
                : uncalculated(RateSource.PARTNER, rule, line, defaultRate);
    }

    /** The candidates, and the partner's own rules that none of them replaces at that time. */
    private List<CommissionRule> inForceBeside(Instant at) {
        List<CommissionRule> replacing = candidates.stream()
                .filter(rule -> RuleOrder.isInForce(rule, at))
                .toList();
        return rules.stream()
                .filter(rule -> candidates.contains(rule)
                        || replacing.stream().noneMatch(candidate -> RuleOrder.collide(rule, candidate)))
                .toList();
    }

    private static CommissionPart uncalculated(
            RateSource source, Optional<CommissionRule> rule, CommissionPart.Line line, BigDecimal rate) {
        return new CommissionPart(source, rule, List.of(line), Calculation.share(line.base(), rate));
    }

    private CommissionPart recalculated(PastEvent event, CommissionPart part, BigDecimal earnedBase) {
        Money base = part.lines().stream().map(CommissionPart.Line::base).reduce(Money.zero(currency), Money::plus);
        Calculation calculation = part.rule()
                .map(rule -> Calculation.of(rule.terms(), rule.caps(), base, used(event, part, rule, earnedBase)))
                .orElseGet(() -> Calculation.share(base, part.calculation().rate()));
        return new CommissionPart(part.source(), part.rule(), part.lines(), calculation);
    }

    /**
     * Of the recorded rule what the event stores, and by how much it would have been more; of another the sums of this
     * simulation.
     */
    private Calculation.Used used(PastEvent event, CommissionPart part, CommissionRule rule, BigDecimal earnedBase) {
        boolean recorded = event.parts().contains(part);
        Optional<BigDecimal> volume = rule.terms() instanceof Tiered tiered
                ? Optional.of(
                        volume(CalendarPeriod.around(event.eventDate(), tiered.period()), part, recorded, earnedBase))
                : Optional.empty();
        Optional<BigDecimal> cap = capPeriod(event, rule)
                .map(period -> recorded
                        ? part.calculation()
                                .capUsedBefore()
                                .orElse(BigDecimal.ZERO)
                                .add(moreGranted.getOrDefault(period, BigDecimal.ZERO))
                        : granted.getOrDefault(period, BigDecimal.ZERO));
        return new Calculation.Used(volume, cap);
    }

    private BigDecimal volume(CalendarPeriod period, CommissionPart part, boolean recorded, BigDecimal earnedBase) {
        return recorded
                ? part.calculation()
                        .volumeBefore()
                        .orElse(BigDecimal.ZERO)
                        .add(moreVolume.getOrDefault(period, BigDecimal.ZERO))
                : volumes.getOrDefault(period, BigDecimal.ZERO).add(earnedBase);
    }

    private static void grant(PastEvent event, CommissionPart part, Map<CapPeriod, BigDecimal> sums) {
        part.rule()
                .flatMap(rule -> capPeriod(event, rule))
                .ifPresent(period -> sums.merge(period, part.calculation().exact(), BigDecimal::add));
    }

    private void take(PastEvent event, CommissionPart part) {
        part.rule()
                .flatMap(rule -> capPeriod(event, rule))
                .ifPresent(period ->
                        moreGranted.merge(period, part.calculation().exact().negate(), BigDecimal::add));
    }

    private static Optional<CapPeriod> capPeriod(PastEvent event, CommissionRule rule) {
        return rule.caps()
                .perPeriod()
                .map(cap -> new CapPeriod(rule.ruleId(), CalendarPeriod.around(event.eventDate(), cap.period())));
    }
}
