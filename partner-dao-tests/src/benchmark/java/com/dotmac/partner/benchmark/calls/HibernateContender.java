package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** The same work as a user of Hibernate writes it: entities, HQL for the lookups, native SQL for the key alone. */
final class HibernateContender implements Contender {

    private static final String ACCEPT = """
            insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
            values (:tenantId, :key, :operation, :hash, :actor)
            on conflict (tenant_id, idempotency_key) do nothing
            """;

    private static final String EARNING = """
            select a from AccountEntity a join fetch a.partner p
            where a.tenantId = :tenantId and a.customerId = :customerId
              and a.startsAt <= :at and (a.endsAt is null or a.endsAt > :at)
              and p.status not in ('terminated', 'archived')
            order by p.id
            """;

    private static final String DECIDING = """
            select r from RuleEntity r
            where r.tenantId = :tenantId and r.partnerId in (:partnerIds) and r.currency = :currency
              and (r.customerId is null or r.customerId = :customerId) and r.productId is null
              and r.effectiveFrom <= :at and (r.effectiveTo is null or r.effectiveTo > :at)
            order by r.partnerId, r.priority,
                     case when r.customerId is null then 2 else 0 end + case when r.productId is null then 1 else 0 end,
                     r.effectiveFrom desc
            """;

    /** A field, because a logger that nothing references loses its level. Below WARNING it describes the connection. */
    private static final Logger LOG = Logger.getLogger("org.hibernate");

    static {
        LOG.setLevel(Level.WARNING);
    }

    private final SessionFactory sessions;

    HibernateContender(DataSource dataSource) {
        Configuration configuration = new Configuration()
                .addAnnotatedClass(HibernateEntities.AccountEntity.class)
                .addAnnotatedClass(HibernateEntities.PartnerEntity.class)
                .addAnnotatedClass(HibernateEntities.RuleEntity.class)
                .addAnnotatedClass(HibernateEntities.SaleEntity.class)
                .addAnnotatedClass(HibernateEntities.EventEntity.class);
        configuration.getProperties().put("hibernate.connection.datasource", dataSource);
        this.sessions = configuration.buildSessionFactory();
    }

    @Override
    public Object record(NewCommission commission) {
        return sessions.fromTransaction(session -> {
            accept(session, commission.key(), "record a commission", commission.toString());
            HibernateEntities.EventEntity event = event(commission.key(), commission.partnerId(), commission.base());
            event.customerId = commission.customerId();
            event.invoiceId = commission.invoiceId();
            event.eventDate = commission.earnedAt();
            event.commissionRate = BigDecimal.ZERO;
            event.commissionAmount = commission.amount().amount();
            event.calculation = JdbiContender.calculation(
                    "manual",
                    commission.base(),
                    BigDecimal.ZERO,
                    commission.amount().amount());
            session.persist(event);
            return event;
        });
    }

    @Override
    public Object accrue(Sale sale) {
        return sessions.fromTransaction(session -> {
            accept(session, sale.key(), "accrue a sale", sale.toString());
            List<HibernateEntities.AccountEntity> accounts = session.createSelectionQuery(
                            EARNING, HibernateEntities.AccountEntity.class)
                    .setParameter("tenantId", Shop.TENANT)
                    .setParameter("customerId", sale.customerId())
                    .setParameter("at", sale.occurredAt())
                    .getResultList();
            List<HibernateEntities.RuleEntity> rules = session.createSelectionQuery(
                            DECIDING, HibernateEntities.RuleEntity.class)
                    .setParameter("tenantId", Shop.TENANT)
                    .setParameter(
                            "partnerIds",
                            accounts.stream().map(each -> each.partner.id).toList())
                    .setParameter("currency", sale.amount().currency().getCurrencyCode())
                    .setParameter("customerId", sale.customerId())
                    .setParameter("at", sale.occurredAt())
                    .getResultList();
            HibernateEntities.SaleEntity sold = entity(sale);
            session.persist(sold);
            List<HibernateEntities.EventEntity> events = new ArrayList<>();
            for (HibernateEntities.AccountEntity account : accounts) {
                HibernateEntities.RuleEntity rule = rules.stream()
                        .filter(each -> each.partnerId.equals(account.partner.id))
                        .findFirst()
                        .orElseThrow();
                HibernateEntities.EventEntity event = event(sale.key(), account.partner.id, sale.amount());
                event.saleId = sold.id;
                event.accountId = account.id;
                event.customerId = sale.customerId();
                event.invoiceId = sale.invoiceId();
                event.ruleId = rule.ruleId;
                event.ruleVersion = rule.version;
                event.eventDate = sale.occurredAt();
                event.commissionRate = rule.rate;
                event.commissionAmount = JdbiContender.share(sale.amount(), rule.rate);
                event.calculation =
                        JdbiContender.calculation("revenue_share", sale.amount(), rule.rate, event.commissionAmount);
                session.persist(event);
                events.add(event);
            }
            return events;
        });
    }

    @Override
    public void close() {
        sessions.close();
    }

    private static void accept(Session session, String key, String operation, String content) {
        int accepted = session.createNativeMutationQuery(ACCEPT)
                .setParameter("tenantId", Shop.TENANT)
                .setParameter("key", key)
                .setParameter("operation", operation)
                .setParameter("hash", JdbiContender.hash(operation + content))
                .setParameter("actor", Shop.ACTOR)
                .executeUpdate();
        if (accepted != 1) {
            throw new IllegalStateException("key " + key + " was used before");
        }
    }

    private static HibernateEntities.SaleEntity entity(Sale sale) {
        HibernateEntities.SaleEntity sold = new HibernateEntities.SaleEntity();
        sold.tenantId = Shop.TENANT;
        sold.id = HibernateEntities.newId();
        sold.customerId = sale.customerId();
        sold.invoiceId = sale.invoiceId();
        sold.occurredAt = sale.occurredAt();
        sold.currency = sale.amount().currency().getCurrencyCode();
        sold.amount = sale.amount().amount();
        sold.lineProducts = JdbiContender.products(sale);
        sold.lineAmounts = JdbiContender.amounts(sale);
        sold.lineBases = sold.lineAmounts;
        sold.idempotencyKey = sale.key();
        sold.recordedBy = Shop.ACTOR;
        return sold;
    }

    private static HibernateEntities.EventEntity event(String key, UUID partnerId, Money base) {
        HibernateEntities.EventEntity event = new HibernateEntities.EventEntity();
        event.tenantId = Shop.TENANT;
        event.id = HibernateEntities.newId();
        event.partnerId = partnerId;
        event.currency = base.currency().getCurrencyCode();
        event.baseAmount = base.amount();
        event.idempotencyKey = key;
        event.recordedBy = Shop.ACTOR;
        event.statusChangedBy = Shop.ACTOR;
        return event;
    }
}
