package com.dotmac.partner.dao.rules.internal;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Calculation;
import com.dotmac.partner.dao.calculation.Calculation.Used;
import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms.Tiered;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.RateSource;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.Scope;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a sale needs and calculates what it earns each partner: who, by which rate or rule, how much. Writes
 * nothing. Loops, not streams: each sale goes through here.
 */
public final class EarningSql {

    private final Scope scope;
    private final DSLContext dsl;
    private final Sale sale;
    private final List<SaleLine> netLines;
    private final List<Earning.Account> accounts;
    private final UsedBefore usedBefore;
    private final Map<UUID, List<CommissionRule>> candidates;

    private EarningSql(Scope scope, DSLContext dsl, Sale sale, List<Earning.Account> accounts, UsedBefore usedBefore) {
        this.scope = scope;
        this.dsl = dsl;
        this.sale = sale;
        this.usedBefore = usedBefore;
        this.netLines = sale.netLines();
        this.accounts = accounts;
        this.candidates = candidates(scope, dsl, sale, accounts);
    }

    /** Reads the accounts of the customer and the candidate rules of their partners. */
    public EarningSql(Scope scope, DSLContext dsl, Sale sale) {
        this(scope, dsl, sale, new EarningAccountSql(scope, dsl).read(sale), new UsedSql(scope, dsl));
    }

    /**
     * The same, for a sale to be recorded: accepts its request in the statement that reads the accounts, and locks them, so
     * that none of them ends before the transaction does. The rules are read after that lock: a restatement revises a rule
     * while it holds the accounts. Empty if another request used the key before.
     */
    public static Optional<EarningSql> accepted(Scope scope, DSLContext dsl, Sale sale, Request request) {
        return new AcceptedSaleSql(scope, dsl)
                .accept(sale, request)
                .map(accounts -> new EarningSql(scope, dsl, sale, accounts, new UsedSql(scope, dsl)));
    }

    /**
     * The same for a sale of the past.
     *
     * @param counts which of the accounts may earn, also those of partners who are terminated by now
     * @param usedBefore what counts as used before the sale
     */
    public static EarningSql ofPast(
            Scope scope,
            DSLContext dsl,
            Sale sale,
            Predicate<EarningAccountSql.OfAnyPartner> counts,
            UsedBefore usedBefore) {
        List<Earning.Account> accounts = new ArrayList<>();
        for (EarningAccountSql.OfAnyPartner assigned : new EarningAccountSql(scope, dsl).readOfAnyPartner(sale)) {
            if (counts.test(assigned)) {
                accounts.add(assigned.account());
            }
        }
        return new EarningSql(scope, dsl, sale, accounts, usedBefore);
    }

    /** By partner, of the partners whose account has no rate of its own. */
    private static Map<UUID, List<CommissionRule>> candidates(
            Scope scope, DSLContext dsl, Sale sale, List<Earning.Account> accounts) {
        List<UUID> asked = new ArrayList<>();
        for (Earning.Account account : accounts) {
            if (account.customRate() == null) {
                asked.add(account.partnerId());
            }
        }
        if (asked.isEmpty()) {
            return Map.of();
        }
        Map<UUID, List<CommissionRule>> byPartner = new HashMap<>();
        for (CommissionRule rule : new CandidateRuleSql(scope, dsl).of(sale, asked)) {
            byPartner
                    .computeIfAbsent(rule.partnerId(), partner -> new ArrayList<>())
                    .add(rule);
        }
        return byPartner;
    }

    private Optional<CommissionRule> deciding(UUID partnerId, @Nullable String productId) {
        return RuleOrder.deciding(
                candidates.getOrDefault(partnerId, List.of()),
                sale.occurredAt(),
                Optional.of(sale.customerId()),
                productId);
    }

    /**
     * Locks the partners whose tiers or caps decide until the transaction ends, so that their sales come one after
     * another.
     */
    public EarningSql locked() {
        List<UUID> counted = new ArrayList<>();
        for (Earning.Account account : accounts) {
            if (anyCounts(account.partnerId())) {
                counted.add(account.partnerId());
            }
        }
        if (!counted.isEmpty()) {
            new TierVolumeSql(scope, dsl).lock(counted);
        }
        return this;
    }

    private boolean anyCounts(UUID partnerId) {
        for (SaleLine line : sale.lines()) {
            if (deciding(partnerId, line.productId()).filter(EarningSql::counts).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** Whether what the rule grants depends on earlier sales. */
    private static boolean counts(CommissionRule rule) {
        return rule.terms() instanceof Tiered || rule.caps().perPeriod().isPresent();
    }

    /** One for each account through which the sale earns anything, in the order of partner ids. */
    public List<Earning> earned() {
        List<Earning> earned = new ArrayList<>();
        for (Earning.Account account : accounts) {
            List<CommissionPart> parts = parts(account);
            if (anyEarns(parts)) {
                earned.add(new Earning(account, sale, parts));
            }
        }
        return earned;
    }

    private static boolean anyEarns(List<CommissionPart> parts) {
        for (CommissionPart part : parts) {
            if (part.earns()) {
                return true;
            }
        }
        return false;
    }

    /** Who decides about some of the lines. */
    private record Decider(
            RateSource source,
            Optional<CommissionRule> rule,
            @Nullable BigDecimal rate) {}

    /** In the order of the first line of each. */
    private List<CommissionPart> parts(Earning.Account account) {
        Map<Decider, List<CommissionPart.Line>> decided = new LinkedHashMap<>();
        int number = 0;
        for (SaleLine line : netLines) {
            number++;
            decided.computeIfAbsent(decider(account, line), decider -> new ArrayList<>())
                    .add(new CommissionPart.Line(number, Optional.ofNullable(line.productId()), line.amount()));
        }
        List<CommissionPart> parts = new ArrayList<>();
        BigDecimal earnedBase = BigDecimal.ZERO;
        for (Map.Entry<Decider, List<CommissionPart.Line>> each : decided.entrySet()) {
            Decider decider = each.getKey();
            Money base = sum(each.getValue());
            Calculation calculation = calculated(decider, base, earnedBase);
            parts.add(new CommissionPart(decider.source(), decider.rule(), each.getValue(), calculation));
            if (decider.source() != RateSource.NONE) {
                earnedBase = earnedBase.add(base.amount());
            }
        }
        return parts;
    }

    private Decider decider(Earning.Account account, SaleLine line) {
        if (account.customRate() != null) {
            return new Decider(RateSource.ACCOUNT, Optional.empty(), account.customRate());
        }
        Optional<CommissionRule> rule = deciding(account.partnerId(), line.productId());
        if (rule.isPresent()) {
            return new Decider(RateSource.RULE, rule, null);
        }
        return account.defaultRate() == null
                ? new Decider(RateSource.NONE, Optional.empty(), BigDecimal.ZERO)
                : new Decider(RateSource.PARTNER, Optional.empty(), account.defaultRate());
    }

    /** @param earnedBase of the parts before, which count towards the volume as earlier sales do */
    private Calculation calculated(Decider decider, Money base, BigDecimal earnedBase) {
        if (decider.rule().isEmpty()) {
            return Calculation.share(base, Objects.requireNonNull(decider.rate()));
        }
        CommissionRule rule = decider.rule().get();
        Optional<BigDecimal> volume = rule.terms() instanceof Tiered tiered
                ? Optional.of(usedBefore
                        .volume(rule, tiered.period(), sale.occurredAt())
                        .add(earnedBase))
                : Optional.empty();
        Optional<BigDecimal> capUsed = rule.caps()
                .perPeriod()
                .map(cap -> usedBefore.cap(rule, CalendarPeriod.around(sale.occurredAt(), cap.period())));
        return Calculation.of(rule.terms(), rule.caps(), base, new Used(volume, capUsed));
    }

    private Money sum(List<CommissionPart.Line> lines) {
        Money sum = Money.zero(sale.amount().currency());
        for (CommissionPart.Line line : lines) {
            sum = sum.plus(line.base());
        }
        return sum;
    }
}
