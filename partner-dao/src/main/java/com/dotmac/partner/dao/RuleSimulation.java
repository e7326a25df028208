package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;

import com.dotmac.partner.dao.CommissionTerms.Tiered;
import com.dotmac.partner.dao.PastSales.PastEvent;
import com.dotmac.partner.schema.jooq.enums.PartnerTierPeriod;
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
 * Past sales of one partner in one currency reckoned again, as if candidate rules had stood beside the partner's own. Volumes and
 * caps are added up on the way, as accruing did.
 */
final class RuleSimulation {

    private final UUID partnerId;
    private final Currency currency;
    private final PastSales past;
    private final List<CommissionRule> rules;
    private final @Nullable BigDecimal defaultRate;
    private final Set<PartnerTierPeriod> lengths;
    private final Map<CalendarPeriod, BigDecimal> volumes = new HashMap<>();
    private final Map<CapPeriod, BigDecimal> granted = new HashMap<>();

    private record CapPeriod(UUID ruleId, CalendarPeriod period) {}

    RuleSimulation(Scope scope, DSLContext dsl, UUID partnerId, Currency currency, List<CommissionRule> candidates) {
        this.partnerId = partnerId;
        this.currency = currency;
        this.past = new PastSales(scope, dsl, partnerId, currency);
        this.rules = new ArrayList<>(past.rules());
        this.rules.removeIf(own -> candidates.stream().anyMatch(candidate -> RuleOrder.collide(own, candidate)));
        this.rules.addAll(candidates);
        this.defaultRate = defaultRate(scope, dsl, partnerId);
        this.lengths = rules.stream().flatMap(RuleSimulation::lengths).collect(Collectors.toSet());
    }

    /** Index: partners_pkey. */
    private static @Nullable BigDecimal defaultRate(Scope scope, DSLContext dsl, UUID partnerId) {
        return dsl.select(PARTNERS.DEFAULT_COMMISSION_RATE)
                .from(PARTNERS)
                .where(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(partnerId))
                .fetchOptional()
                .orElseThrow(() -> new PartnerException.NotFound("partner", partnerId))
                .value1();
    }

    private static Stream<PartnerTierPeriod> lengths(CommissionRule rule) {
        return Stream.concat(
                rule.terms() instanceof Tiered tiered ? Stream.of(tiered.period()) : Stream.empty(),
                rule.caps().perPeriod().map(CommissionCaps.PeriodCap::period).stream());
    }

    SimulatedDifference between(Instant from, Instant to) {
        Sums sums = new Sums();
        past.between(start(from), to, event -> {
            if (event.parts().isEmpty() || event.eventDate().isBefore(from)) {
                event.parts().forEach(part -> grant(event, part));
            } else {
                sums.add(event.amount(), reckonedAnew(event));
            }
            for (PartnerTierPeriod length : lengths) {
                volumes.merge(CalendarPeriod.around(event.eventDate(), length), event.base(), BigDecimal::add);
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
        for (PartnerTierPeriod length : lengths) {
            Optional<Instant> begin = CalendarPeriod.around(from, length).fromInstant();
            if (begin.isEmpty()) {
                return Optional.empty();
            }
            earliest = begin.get().isBefore(earliest) ? begin.get() : earliest;
        }
        return Optional.of(earliest);
    }

    private Money reckonedAnew(PastEvent event) {
        BigDecimal exact = BigDecimal.ZERO;
        BigDecimal earnedBase = BigDecimal.ZERO;
        for (CommissionPart part : parts(event)) {
            CommissionPart reckoned = event.parts().contains(part) ? part : reckoned(event, part, earnedBase);
            grant(event, reckoned);
            exact = exact.add(reckoned.reckoning().exact());
            earnedBase = reckoned.earns()
                    ? earnedBase.add(reckoned.reckoning().base().amount())
                    : earnedBase;
        }
        return Earned.round(exact, event.amount());
    }

    /** Who would have decided about which lines. A part about which nothing changes is the one that is on record. */
    private List<CommissionPart> parts(PastEvent event) {
        Map<Object, List<SaleLine>> decided = new LinkedHashMap<>();
        Map<Object, CommissionPart> deciders = new HashMap<>();
        for (CommissionPart part : event.parts()) {
            for (SaleLine line : part.lines()) {
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
                            : new CommissionPart(decider.source(), decider.rule(), lines, decider.reckoning()));
        });
        return parts;
    }

    /** The part on record where the same decides; else one whose reckoning is still to be made of the lines. */
    private CommissionPart decider(PastEvent event, CommissionPart part, SaleLine line) {
        if (part.source() == RateSource.ACCOUNT) {
            return part;
        }
        Optional<CommissionRule> rule =
                RuleOrder.deciding(rules, event.eventDate(), event.customerId(), line.productId());
        if (rule.isPresent()) {
            return rule.equals(part.rule()) ? part : unreckoned(RateSource.RULE, rule, line, BigDecimal.ZERO);
        }
        if (part.rule().isEmpty()) {
            return part;
        }
        return defaultRate == null
                ? unreckoned(RateSource.NONE, rule, line, BigDecimal.ZERO)
                : unreckoned(RateSource.PARTNER, rule, line, defaultRate);
    }

    private static CommissionPart unreckoned(
            RateSource source, Optional<CommissionRule> rule, SaleLine line, BigDecimal rate) {
        return new CommissionPart(source, rule, List.of(line), Reckoning.share(line.amount(), rate));
    }

    private CommissionPart reckoned(PastEvent event, CommissionPart part, BigDecimal earnedBase) {
        Money base = part.lines().stream().map(SaleLine::amount).reduce(Money.zero(currency), Money::plus);
        Reckoning reckoning = part.rule()
                .map(rule -> Reckoning.of(rule.terms(), rule.caps(), base, used(event, rule, earnedBase)))
                .orElseGet(() -> Reckoning.share(base, part.reckoning().rate()));
        return new CommissionPart(part.source(), part.rule(), part.lines(), reckoning);
    }

    private Reckoning.Used used(PastEvent event, CommissionRule rule, BigDecimal earnedBase) {
        Optional<BigDecimal> volume = rule.terms() instanceof Tiered tiered
                ? Optional.of(
                        volumes.getOrDefault(CalendarPeriod.around(event.eventDate(), tiered.period()), BigDecimal.ZERO)
                                .add(earnedBase))
                : Optional.empty();
        Optional<BigDecimal> cap = capPeriod(event, rule).map(period -> granted.getOrDefault(period, BigDecimal.ZERO));
        return new Reckoning.Used(volume, cap);
    }

    private void grant(PastEvent event, CommissionPart part) {
        part.rule()
                .flatMap(rule -> capPeriod(event, rule))
                .ifPresent(period -> granted.merge(period, part.reckoning().exact(), BigDecimal::add));
    }

    private static Optional<CapPeriod> capPeriod(PastEvent event, CommissionRule rule) {
        return rule.caps()
                .perPeriod()
                .map(cap -> new CapPeriod(rule.ruleId(), CalendarPeriod.around(event.eventDate(), cap.period())));
    }
}
