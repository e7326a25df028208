package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.types.PartnerStatus.ARCHIVED;
import static com.dotmac.partner.schema.types.PartnerStatus.TERMINATED;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Calculation;
import com.dotmac.partner.dao.calculation.Calculation.Used;
import com.dotmac.partner.dao.calculation.CalendarPeriod;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms.Tiered;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.calculation.EarningAccount;
import com.dotmac.partner.dao.calculation.RateSource;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.SelectSeekStep1;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** What a sale earns each partner: who, by which rate or rule, how much. Reads only. Loops, not streams: each sale comes by here. */
public final class EarningSql {

    private static final Parameter<String> TENANT = parameter(PARTNER_ACCOUNTS.TENANT_ID);
    private static final Parameter<UUID> CUSTOMER = parameter(PARTNER_ACCOUNTS.CUSTOMER_ID);
    private static final Parameter<Instant> SOLD_AT = parameter("sold_at", SQLDataType.INSTANT);

    private static final RenderedSql ACCOUNTS =
            RenderedSql.of("read who earns from a sale", selectAccounts(), TENANT, CUSTOMER, SOLD_AT);
    private static final RenderedSql HELD_ACCOUNTS = RenderedSql.of(
            "hold who earns from a sale",
            selectAccounts().forKeyShare().of(PARTNER_ACCOUNTS),
            TENANT,
            CUSTOMER,
            SOLD_AT);

    private final Scope scope;
    private final DSLContext dsl;
    private final Sale sale;
    private final List<EarningAccount> accounts;
    private final List<CommissionRule> rules;

    private enum Accounts {
        AS_THEY_ARE,
        HELD
    }

    /** Reads the accounts of the customer and the rules of their partners. */
    public EarningSql(Scope scope, DSLContext dsl, Sale sale) {
        this(scope, dsl, sale, Accounts.AS_THEY_ARE);
    }

    private EarningSql(Scope scope, DSLContext dsl, Sale sale, Accounts reading) {
        this.scope = scope;
        this.dsl = dsl;
        this.sale = sale;
        this.accounts = accounts(reading);
        this.rules = rules();
    }

    /**
     * The same, for what is to be recorded: no account ends before the transaction does, and one that is being ended is waited
     * for. The lock is the one that the reference of the event takes anyway.
     */
    public static EarningSql held(Scope scope, DSLContext dsl, Sale sale) {
        return new EarningSql(scope, dsl, sale, Accounts.HELD);
    }

    private List<EarningAccount> accounts(Accounts reading) {
        return (reading == Accounts.HELD ? HELD_ACCOUNTS : ACCOUNTS)
                .call()
                .with(TENANT, scope.tenantId())
                .with(CUSTOMER, sale.customerId())
                .with(SOLD_AT, sale.occurredAt())
                .fetch(
                        dsl,
                        row -> new EarningAccount(
                                row.getObject(1, UUID.class),
                                row.getObject(2, UUID.class),
                                row.getBigDecimal(3),
                                row.getBigDecimal(4),
                                row.getInt(5)));
    }

    /** Index: partner_accounts_by_customer. */
    private static SelectSeekStep1<?, UUID> selectAccounts() {
        return select(
                        PARTNER_ACCOUNTS.ID,
                        PARTNER_ACCOUNTS.PARTNER_ID,
                        PARTNER_ACCOUNTS.CUSTOM_COMMISSION_RATE,
                        PARTNERS.DEFAULT_COMMISSION_RATE,
                        PARTNERS.COMMISSION_HOLD_DAYS)
                .from(PARTNER_ACCOUNTS)
                .join(PARTNERS)
                .on(PARTNERS.TENANT_ID.eq(PARTNER_ACCOUNTS.TENANT_ID))
                .and(PARTNERS.ID.eq(PARTNER_ACCOUNTS.PARTNER_ID))
                .where(PARTNER_ACCOUNTS.TENANT_ID.eq(TENANT))
                .and(PARTNER_ACCOUNTS.CUSTOMER_ID.eq(CUSTOMER))
                .and(PARTNER_ACCOUNTS.STARTS_AT.le(SOLD_AT))
                .and(PARTNER_ACCOUNTS.ENDS_AT.isNull().or(PARTNER_ACCOUNTS.ENDS_AT.gt(SOLD_AT)))
                .and(PARTNERS.STATUS.notIn(inline(TERMINATED, PARTNERS.STATUS), inline(ARCHIVED, PARTNERS.STATUS)))
                .orderBy(PARTNER_ACCOUNTS.PARTNER_ID);
    }

    /** In the order in which they decide, of the partners whose account has no rate of its own. */
    private List<CommissionRule> rules() {
        List<UUID> asked = new ArrayList<>();
        for (EarningAccount account : accounts) {
            if (account.customRate() == null) {
                asked.add(account.partnerId());
            }
        }
        return asked.isEmpty() ? List.of() : new CandidateRuleSql(scope, dsl).of(sale, asked);
    }

    /**
     * Holds the partners whose tiers or caps decide until the transaction ends: their sales are reckoned one after another.
     */
    public EarningSql locked() {
        List<UUID> counted = new ArrayList<>();
        for (EarningAccount account : accounts) {
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

    /** Whether what it grants depends on the sales before. */
    private static boolean counts(CommissionRule rule) {
        return rule.terms() instanceof Tiered || rule.caps().perPeriod().isPresent();
    }

    /** One for each account through which anything is earned, in the order of partner ids. */
    public List<Earning> earned() {
        List<Earning> earned = new ArrayList<>();
        for (EarningAccount account : accounts) {
            List<CommissionPart> parts = parts(account);
            if (parts.stream().anyMatch(CommissionPart::earns)) {
                earned.add(new Earning(account, sale, parts));
            }
        }
        return earned;
    }

    /** Who decides about some of the lines. */
    private record Decider(
            RateSource source,
            Optional<CommissionRule> rule,
            @Nullable BigDecimal rate) {}

    /** In the order of the first line of each. */
    private List<CommissionPart> parts(EarningAccount account) {
        Map<Decider, List<SaleLine>> decided = new LinkedHashMap<>();
        for (SaleLine line : sale.lines()) {
            decided.computeIfAbsent(decider(account, line), decider -> new ArrayList<>())
                    .add(line);
        }
        List<CommissionPart> parts = new ArrayList<>();
        BigDecimal earnedBase = BigDecimal.ZERO;
        for (Map.Entry<Decider, List<SaleLine>> each : decided.entrySet()) {
            Decider decider = each.getKey();
            Money base = sum(each.getValue());
            Calculation calculation = reckoned(account, decider, base, earnedBase);
            parts.add(new CommissionPart(decider.source(), decider.rule(), each.getValue(), calculation));
            if (decider.source() != RateSource.NONE) {
                earnedBase = earnedBase.add(base.amount());
            }
        }
        return parts;
    }

    private Decider decider(EarningAccount account, SaleLine line) {
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

    private Optional<CommissionRule> deciding(UUID partnerId, @Nullable String productId) {
        for (CommissionRule rule : rules) {
            boolean sold = rule.productId().isEmpty() || rule.productId().get().equals(productId);
            if (sold && rule.partnerId().equals(partnerId)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /** @param earnedBase of the parts before, which count towards the volume as any sale before does */
    private Calculation reckoned(EarningAccount account, Decider decider, Money base, BigDecimal earnedBase) {
        if (decider.rule().isEmpty()) {
            return Calculation.share(base, Objects.requireNonNull(decider.rate()));
        }
        CommissionRule rule = decider.rule().get();
        Optional<BigDecimal> volume = rule.terms() instanceof Tiered tiered
                ? Optional.of(new TierVolumeSql(scope, dsl)
                        .before(account.partnerId(), rule.currency(), tiered.period(), sale.occurredAt())
                        .add(earnedBase))
                : Optional.empty();
        Optional<BigDecimal> capUsed = rule.caps().perPeriod().map(cap -> new CapUseSql(scope, dsl)
                .before(account.partnerId(), rule.ruleId(), CalendarPeriod.around(sale.occurredAt(), cap.period())));
        return Calculation.of(rule.terms(), rule.caps(), base, new Used(volume, capUsed));
    }

    private Money sum(Collection<SaleLine> lines) {
        Money sum = Money.zero(sale.amount().currency());
        for (SaleLine line : lines) {
            sum = sum.plus(line.amount());
        }
        return sum;
    }
}
