package com.dotmac.partner.benchmark.calls;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.DynamicInsert;
import org.jspecify.annotations.NullUnmarked;

/**
 * The tables as entities, with the columns that a single call needs. Hibernate fills what the constructors leave empty.
 */
@NullUnmarked
final class HibernateEntities {

    private HibernateEntities() {}

    /** A time-ordered id of version 7, as the tables' default. */
    static UUID newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(1 << 12);
        return new UUID(high, random.nextLong() >>> 2 | Long.MIN_VALUE);
    }

    /** The key of every table. */
    static final class TenantId implements Serializable {

        private static final long serialVersionUID = 1;

        String tenantId;
        UUID id;

        @Override
        public boolean equals(Object other) {
            return other instanceof TenantId that && tenantId.equals(that.tenantId) && id.equals(that.id);
        }

        @Override
        public int hashCode() {
            return Objects.hash(tenantId, id);
        }
    }

    @Entity(name = "PartnerEntity")
    @Table(name = "partners")
    @IdClass(TenantId.class)
    static class PartnerEntity {

        @Id
        @Column(name = "tenant_id")
        String tenantId;

        @Id
        UUID id;

        @ColumnTransformer(read = "status::text", write = "?::partner_status")
        String status;

        @Column(name = "default_commission_rate")
        BigDecimal defaultCommissionRate;
    }

    @Entity(name = "AccountEntity")
    @Table(name = "partner_accounts")
    @IdClass(TenantId.class)
    static class AccountEntity {

        @Id
        @Column(name = "tenant_id")
        String tenantId;

        @Id
        UUID id;

        @ManyToOne(fetch = FetchType.LAZY)
        @JoinColumn(name = "tenant_id", referencedColumnName = "tenant_id", insertable = false, updatable = false)
        @JoinColumn(name = "partner_id", referencedColumnName = "id", insertable = false, updatable = false)
        PartnerEntity partner;

        @Column(name = "customer_id")
        UUID customerId;

        @Column(name = "custom_commission_rate")
        BigDecimal customCommissionRate;

        @Column(name = "starts_at")
        Instant startsAt;

        @Column(name = "ends_at")
        Instant endsAt;
    }

    @Entity(name = "RuleEntity")
    @Table(name = "partner_commissions")
    @IdClass(TenantId.class)
    static class RuleEntity {

        @Id
        @Column(name = "tenant_id")
        String tenantId;

        @Id
        UUID id;

        @Column(name = "rule_id")
        UUID ruleId;

        int version;

        @Column(name = "partner_id")
        UUID partnerId;

        @Column(columnDefinition = "char(3)")
        String currency;

        BigDecimal rate;

        @Column(name = "product_id")
        String productId;

        @Column(name = "customer_id")
        UUID customerId;

        int priority;

        @Column(name = "effective_from")
        Instant effectiveFrom;

        @Column(name = "effective_to")
        Instant effectiveTo;
    }

    @Entity(name = "SaleEntity")
    @Table(name = "partner_sales")
    @IdClass(TenantId.class)
    @DynamicInsert
    static class SaleEntity {

        @Id
        @Column(name = "tenant_id")
        String tenantId;

        @Id
        UUID id;

        @Column(name = "customer_id")
        UUID customerId;

        @Column(name = "invoice_id")
        UUID invoiceId;

        @Column(name = "occurred_at")
        Instant occurredAt;

        @Column(columnDefinition = "char(3)")
        String currency;

        BigDecimal amount;

        @Column(name = "line_products")
        String[] lineProducts;

        @Column(name = "line_amounts")
        BigDecimal[] lineAmounts;

        @Column(name = "line_bases")
        BigDecimal[] lineBases;

        @Column(name = "idempotency_key")
        String idempotencyKey;

        @Column(name = "recorded_by")
        String recordedBy;
    }

    @Entity(name = "EventEntity")
    @Table(name = "partner_commission_events")
    @IdClass(TenantId.class)
    @DynamicInsert
    static class EventEntity {

        @Id
        @Column(name = "tenant_id")
        String tenantId;

        @Id
        UUID id;

        @Column(name = "sale_id")
        UUID saleId;

        @Column(name = "partner_id")
        UUID partnerId;

        @Column(name = "account_id")
        UUID accountId;

        @Column(name = "customer_id")
        UUID customerId;

        @Column(name = "invoice_id")
        UUID invoiceId;

        @Column(name = "rule_id")
        UUID ruleId;

        @Column(name = "rule_version")
        Integer ruleVersion;

        @Column(name = "payout_id")
        UUID payoutId;

        @Column(name = "event_date")
        Instant eventDate;

        @Column(columnDefinition = "char(3)")
        String currency;

        @Column(name = "base_amount")
        BigDecimal baseAmount;

        @Column(name = "commission_rate")
        BigDecimal commissionRate;

        @Column(name = "commission_amount")
        BigDecimal commissionAmount;

        @ColumnTransformer(write = "?::jsonb")
        String calculation;

        @ColumnTransformer(read = "status::text", write = "?::partner_commission_status")
        String status;

        @Column(name = "idempotency_key")
        String idempotencyKey;

        @Column(name = "recorded_by")
        String recordedBy;

        @Column(name = "status_changed_by")
        String statusChangedBy;
    }
}
