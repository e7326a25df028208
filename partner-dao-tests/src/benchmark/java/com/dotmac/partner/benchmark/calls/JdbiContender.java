package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.NewCommission;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;

/** The same work as a user of JDBI writes it: SQL with named parameters, rows mapped to records. */
final class JdbiContender implements Contender {

    private static final String ACCEPT = """
            insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
            values (:tenantId, :key, :operation, :hash, :actor)
            on conflict (tenant_id, idempotency_key) do nothing
            """;

    private static final String EARNING = """
            select a.id, a.partner_id, a.custom_commission_rate, p.default_commission_rate
            from partner_accounts a join partners p on p.tenant_id = a.tenant_id and p.id = a.partner_id
            where a.tenant_id = :tenantId and a.customer_id = :customerId
              and a.starts_at <= :at and (a.ends_at is null or a.ends_at > :at)
              and p.status not in ('terminated', 'archived')
            order by a.partner_id
            """;

    private static final String DECIDING = """
            select distinct on (partner_id) partner_id, rule_id, version, rate
            from partner_commissions
            where tenant_id = :tenantId and partner_id = any(:partnerIds) and currency = :currency
              and (customer_id is null or customer_id = :customerId) and product_id is null
              and effective_from <= :at and (effective_to is null or effective_to > :at)
            order by partner_id, priority,
                     case when customer_id is null then 2 else 0 end + case when product_id is null then 1 else 0 end,
                     effective_from desc
            """;

    private static final String INSERT_SALE = """
            insert into partner_sales (
                tenant_id, customer_id, invoice_id, occurred_at, currency, amount, line_products, line_amounts, line_bases,
                idempotency_key, recorded_by)
            values (
                :tenantId, :customerId, :invoiceId, :at, :currency, :amount, :products, :amounts, :amounts, :key, :actor)
            returning id
            """;

    private static final String INSERT = """
            insert into partner_commission_events (
                tenant_id, sale_id, partner_id, account_id, customer_id, invoice_id, rule_id, rule_version, event_date, currency,
                base_amount, commission_rate, commission_amount, calculation, idempotency_key, recorded_by, status_changed_by)
            values (
                :tenantId, :saleId, :partnerId, :accountId, :customerId, :invoiceId, :ruleId, :ruleVersion, :at, :currency,
                :base, :rate, :amount, :calculation::jsonb, :key, :actor, :actor)
            returning id, partner_id, customer_id, invoice_id, event_date, base_amount, commission_rate, commission_amount,
                      currency, status::text as status, payout_id
            """;

    private final Jdbi jdbi;

    JdbiContender(DataSource dataSource) {
        this.jdbi = Jdbi.create(dataSource)
                .installPlugin(new PostgresPlugin())
                .registerArrayType(BigDecimal.class, "numeric")
                .registerRowMapper(ConstructorMapper.factory(Account.class))
                .registerRowMapper(ConstructorMapper.factory(Rule.class))
                .registerRowMapper(ConstructorMapper.factory(Event.class));
    }

    public record Account(
            UUID id,
            UUID partnerId,
            @Nullable BigDecimal customCommissionRate,
            @Nullable BigDecimal defaultCommissionRate) {}

    public record Rule(UUID partnerId, UUID ruleId, int version, BigDecimal rate) {}

    public record Event(
            UUID id,
            UUID partnerId,
            @Nullable UUID customerId,
            @Nullable UUID invoiceId,
            Instant eventDate,
            BigDecimal baseAmount,
            BigDecimal commissionRate,
            BigDecimal commissionAmount,
            String currency,
            String status,
            @Nullable UUID payoutId) {}

    @Override
    public Object record(NewCommission commission) {
        return jdbi.inTransaction(handle -> {
            accept(handle, commission.key(), "record a commission", commission.toString());
            return insert(
                    handle,
                    null,
                    commission.key(),
                    commission.partnerId(),
                    null,
                    commission.customerId(),
                    commission.invoiceId(),
                    null,
                    commission.earnedAt(),
                    commission.base(),
                    BigDecimal.ZERO,
                    commission.amount().amount(),
                    "manual");
        });
    }

    @Override
    public Object accrue(Sale sale) {
        return jdbi.inTransaction(handle -> {
            accept(handle, sale.key(), "accrue a sale", sale.toString());
            List<Account> accounts = handle.createQuery(EARNING)
                    .bind("tenantId", Shop.TENANT)
                    .bind("customerId", sale.customerId())
                    .bind("at", sale.occurredAt())
                    .mapTo(Account.class)
                    .list();
            List<Rule> rules = handle.createQuery(DECIDING)
                    .bind("tenantId", Shop.TENANT)
                    .bind(
                            "partnerIds",
                            accounts.stream().map(Account::partnerId).toArray(UUID[]::new))
                    .bind("currency", sale.amount().currency().getCurrencyCode())
                    .bind("customerId", sale.customerId())
                    .bind("at", sale.occurredAt())
                    .mapTo(Rule.class)
                    .list();
            UUID saleId = insert(handle, sale);
            List<Event> events = new ArrayList<>();
            for (Account account : accounts) {
                Rule rule = rules.stream()
                        .filter(each -> each.partnerId().equals(account.partnerId()))
                        .findFirst()
                        .orElseThrow();
                events.add(insert(
                        handle,
                        saleId,
                        sale.key(),
                        account.partnerId(),
                        account.id(),
                        sale.customerId(),
                        sale.invoiceId(),
                        rule,
                        sale.occurredAt(),
                        sale.amount(),
                        rule.rate(),
                        share(sale.amount(), rule.rate()),
                        "revenue_share"));
            }
            return events;
        });
    }

    static BigDecimal share(Money base, BigDecimal rate) {
        return base.amount()
                .multiply(rate)
                .setScale(base.currency().getDefaultFractionDigits(), RoundingMode.HALF_EVEN);
    }

    static String[] products(Sale sale) {
        return sale.lines().stream().map(SaleLine::productId).toArray(String[]::new);
    }

    static BigDecimal[] amounts(Sale sale) {
        return sale.lines().stream().map(line -> line.amount().amount()).toArray(BigDecimal[]::new);
    }

    static String calculation(String model, Money base, BigDecimal rate, BigDecimal amount) {
        return "{\"format\": 1, \"model\": \"" + model + "\", \"base\": \"" + base.amount() + "\", \"rate\": \"" + rate
                + "\", \"exact\": \"" + amount + "\"}";
    }

    static byte[] hash(String content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static void accept(Handle handle, String key, String operation, String content) {
        int accepted = handle.createUpdate(ACCEPT)
                .bind("tenantId", Shop.TENANT)
                .bind("key", key)
                .bind("operation", operation)
                .bind("hash", hash(operation + content))
                .bind("actor", Shop.ACTOR)
                .execute();
        if (accepted != 1) {
            throw new IllegalStateException("key " + key + " was used before");
        }
    }

    private static UUID insert(Handle handle, Sale sale) {
        return handle.createQuery(INSERT_SALE)
                .bind("tenantId", Shop.TENANT)
                .bind("customerId", sale.customerId())
                .bind("invoiceId", sale.invoiceId())
                .bind("at", sale.occurredAt())
                .bind("currency", sale.amount().currency().getCurrencyCode())
                .bind("amount", sale.amount().amount())
                .bind("products", products(sale))
                .bind("amounts", amounts(sale))
                .bind("key", sale.key())
                .bind("actor", Shop.ACTOR)
                .mapTo(UUID.class)
                .one();
    }

    private static Event insert(
            Handle handle,
            @Nullable UUID saleId,
            String key,
            UUID partnerId,
            @Nullable UUID accountId,
            @Nullable UUID customerId,
            @Nullable UUID invoiceId,
            @Nullable Rule rule,
            Instant at,
            Money base,
            BigDecimal rate,
            BigDecimal amount,
            String model) {
        Query insert = handle.createQuery(INSERT)
                .bind("tenantId", Shop.TENANT)
                .bind("saleId", saleId)
                .bind("partnerId", partnerId)
                .bind("accountId", accountId)
                .bind("customerId", customerId)
                .bind("invoiceId", invoiceId)
                .bind("ruleId", rule == null ? null : rule.ruleId())
                .bind("ruleVersion", rule == null ? null : rule.version())
                .bind("at", at)
                .bind("currency", base.currency().getCurrencyCode())
                .bind("base", base.amount())
                .bind("rate", rate)
                .bind("amount", amount)
                .bind("calculation", calculation(model, base, rate, amount))
                .bind("key", key)
                .bind("actor", Shop.ACTOR);
        return insert.mapTo(Event.class).one();
    }
}
