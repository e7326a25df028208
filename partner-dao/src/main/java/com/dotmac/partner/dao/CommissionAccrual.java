package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.archived;
import static com.dotmac.partner.schema.jooq.enums.PartnerStatus.terminated;

import com.dotmac.partner.dao.IdempotencyKeys.Request;
import com.dotmac.partner.schema.jooq.enums.PartnerCommissionModel;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionsRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements of {@link CommissionDao#accrue}. */
final class CommissionAccrual {

    private final Scope scope;
    private final DSLContext dsl;
    private final IdempotencyKeys keys;

    CommissionAccrual(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
        this.keys = new IdempotencyKeys(scope);
    }

    Accrual accrue(Sale sale) {
        Request request = Request.of(
                sale.key(),
                "accrue a sale",
                sale.customerId(),
                sale.invoiceId(),
                sale.amount(),
                sale.occurredAt(),
                sale.productId());
        if (!keys.accept(dsl, request)) {
            return new Accrual(recordedBy(sale.key()), true);
        }
        return new Accrual(insert(earned(sale)), false);
    }

    /** An account that is active at the time of the sale. */
    private record EarningAccount(
            UUID id,
            UUID partnerId,
            @Nullable BigDecimal customRate,
            @Nullable BigDecimal defaultRate) {}

    /** Index: partner_accounts_by_customer. */
    private List<EarningAccount> earning(Sale sale) {
        return dsl.select(
                        PARTNER_ACCOUNTS.ID,
                        PARTNER_ACCOUNTS.PARTNER_ID,
                        PARTNER_ACCOUNTS.CUSTOM_COMMISSION_RATE,
                        PARTNERS.DEFAULT_COMMISSION_RATE)
                .from(PARTNER_ACCOUNTS)
                .join(PARTNERS)
                .on(PARTNERS.TENANT_ID.eq(PARTNER_ACCOUNTS.TENANT_ID))
                .and(PARTNERS.ID.eq(PARTNER_ACCOUNTS.PARTNER_ID))
                .where(PARTNER_ACCOUNTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_ACCOUNTS.CUSTOMER_ID.eq(sale.customerId()))
                .and(PARTNER_ACCOUNTS.STARTS_AT.le(sale.occurredAt()))
                .and(PARTNER_ACCOUNTS.ENDS_AT.isNull().or(PARTNER_ACCOUNTS.ENDS_AT.gt(sale.occurredAt())))
                .and(PARTNERS.STATUS.notIn(terminated, archived))
                .orderBy(PARTNER_ACCOUNTS.PARTNER_ID)
                .fetch(row -> new EarningAccount(row.value1(), row.value2(), row.value3(), row.value4()));
    }

    /** One event for each account to which a rate or a rule applies, in the order of partner ids. */
    private List<PartnerCommissionEventsRecord> earned(Sale sale) {
        List<EarningAccount> accounts = earning(sale);
        Map<UUID, PartnerCommissionsRecord> rules = deciding(sale, accounts);
        lockVolumes(rules);
        List<PartnerCommissionEventsRecord> events = new ArrayList<>();
        for (EarningAccount account : accounts) {
            PartnerCommissionsRecord rule = rules.get(account.partnerId());
            // Null and zero differ: a custom rate of 0 is a rate.
            if (account.customRate() != null) {
                events.add(event(sale, account, null, share(sale, account.customRate()), "account"));
            } else if (rule != null) {
                events.add(event(sale, account, rule, reckoned(sale, rule), "rule"));
            } else if (account.defaultRate() != null) {
                events.add(event(sale, account, null, share(sale, account.defaultRate()), "partner"));
            }
        }
        return events;
    }

    /** The first matching rule of each partner whose account has no rate of its own. */
    private Map<UUID, PartnerCommissionsRecord> deciding(Sale sale, List<EarningAccount> accounts) {
        List<UUID> partners = accounts.stream()
                .filter(account -> account.customRate() == null)
                .map(EarningAccount::partnerId)
                .toList();
        Map<UUID, PartnerCommissionsRecord> deciding = new HashMap<>();
        if (!partners.isEmpty()) {
            new MatchingRules(scope, dsl)
                    .of(sale, partners)
                    .forEach(rule -> deciding.putIfAbsent(rule.getPartnerId(), rule));
        }
        return deciding;
    }

    private void lockVolumes(Map<UUID, PartnerCommissionsRecord> rules) {
        List<UUID> tiered = rules.values().stream()
                .filter(rule -> rule.getModel() == PartnerCommissionModel.tiered)
                .map(PartnerCommissionsRecord::getPartnerId)
                .toList();
        if (!tiered.isEmpty()) {
            new TierVolumes(scope, dsl).lock(tiered);
        }
    }

    private Reckoning reckoned(Sale sale, PartnerCommissionsRecord rule) {
        BigDecimal volume = rule.getModel() == PartnerCommissionModel.tiered
                ? new TierVolumes(scope, dsl)
                        .before(rule.getPartnerId(), rule.getCurrency(), rule.getTierPeriod(), sale.occurredAt())
                : BigDecimal.ZERO;
        return Reckoning.of(CommissionRule.of(rule).terms(), sale.amount(), volume);
    }

    private static Reckoning share(Sale sale, BigDecimal rate) {
        return Reckoning.of(new CommissionTerms.RevenueShare(rate), sale.amount(), BigDecimal.ZERO);
    }

    private PartnerCommissionEventsRecord event(
            Sale sale,
            EarningAccount account,
            @Nullable PartnerCommissionsRecord rule,
            Reckoning reckoning,
            String rateSource) {
        PartnerCommissionEventsRecord event = dsl.newRecord(PARTNER_COMMISSION_EVENTS);
        event.setTenantId(scope.tenantId());
        event.setPartnerId(account.partnerId());
        event.setAccountId(account.id());
        event.setCustomerId(sale.customerId());
        event.setInvoiceId(sale.invoiceId());
        if (rule != null) {
            event.setRuleId(rule.getRuleId());
            event.setRuleVersion(rule.getVersion());
        }
        event.setEventDate(sale.occurredAt());
        event.setCurrency(sale.amount().currency());
        event.setBaseAmount(sale.amount().amount());
        event.setCommissionRate(reckoning.rate());
        event.setCommissionAmount(reckoning.amount().amount());
        event.setCalculation(Calculation.of(reckoning, rateSource));
        event.setIdempotencyKey(sale.key());
        event.setRecordedBy(scope.actor());
        event.setStatusChangedBy(scope.actor());
        return event;
    }

    private List<CommissionEvent> insert(List<PartnerCommissionEventsRecord> events) {
        return events.isEmpty()
                ? List.of()
                : dsl.insertInto(PARTNER_COMMISSION_EVENTS)
                        .set(events)
                        .returning()
                        .fetch(CommissionEvent::of);
    }

    /** Index: commission_event_recorded_once. */
    private List<CommissionEvent> recordedBy(String key) {
        return dsl.selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_COMMISSION_EVENTS.IDEMPOTENCY_KEY.eq(key))
                .orderBy(PARTNER_COMMISSION_EVENTS.PARTNER_ID)
                .fetch(CommissionEvent::of);
    }
}
