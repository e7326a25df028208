package com.dotmac.partner.testkit.attacks;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.NewRefund;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.jspecify.annotations.Nullable;

/** Two tenants with rows in every table, recorded by the library as the role under attack, and the ids of those rows. */
final class AttackedTenants {

    static final String ATTACKER_IS_SET = "select set_config('partner.tenant', '" + AttackKit.ATTACKER + "', true)";
    static final String VICTIM_IS_SET = "select set_config('partner.tenant', '" + AttackKit.VICTIM + "', true)";

    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
    private static final Money HUNDRED = Money.of("100.00", "USD");
    private static final Money TEN = Money.of("10.00", "USD");

    private final PartnerStore store;
    private final String run = UUID.randomUUID().toString();
    private final Map<String, String> names = new TreeMap<>();

    private AttackedTenants(DataSource application) {
        store = PartnerStore.create(application).isolated();
    }

    static AttackedTenants record(
            DataSource application, @Nullable UUID attackersCustomer, @Nullable UUID victimsCustomer) {
        AttackedTenants tenants = new AttackedTenants(application);
        tenants.record("my", AttackKit.ATTACKER, "Attacker", attackersCustomer);
        tenants.record("their", AttackKit.VICTIM, tenants.secret(), victimsCustomer);
        tenants.names.put("mine", AttackKit.ATTACKER);
        tenants.names.put("theirs", AttackKit.VICTIM);
        tenants.names.put("secret", tenants.secret());
        return tenants;
    }

    /** Stands in values of the victim's rows only: whoever reads it has reached one. */
    String secret() {
        return "Secret" + run.substring(0, 8);
    }

    /** The text with its ids. */
    String filled(String sql) {
        String filled = sql;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace("${" + name.getKey() + "}", name.getValue());
        }
        return filled;
    }

    /** Ids of the victim's rows, one of each kind. */
    List<String> idsOfVictim() {
        return names.entrySet().stream()
                .filter(name ->
                        name.getKey().startsWith("their.") && name.getValue().length() == run.length())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** The victim reads and writes by the library, in a transaction that stays open. */
    void work(Connection connection) throws SQLException {
        PartnerStore joined = PartnerStore.create(
                        DSL.using(new DefaultConnectionProvider(connection), SQLDialect.POSTGRES))
                .isolated();
        PartnerScope victim = joined.tenant(AttackKit.VICTIM).actingAs(secret());
        victim.partners().register(NewPartner.named("meanwhile:" + UUID.randomUUID(), secret() + " Ltd"));
        victim.partners().findByNumber(secret());
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local statement_timeout = '1min'");
        }
    }

    private void record(String whose, String tenant, String name, @Nullable UUID customer) {
        PartnerScope scope = store.tenant(tenant).actingAs(name);
        UUID partner = scope.partners()
                .register(NewPartner.named(key("partner"), name + " Ltd")
                        .withDefaultRate("0.1")
                        .withPayoutMinimums(Money.of("1.00", "USD")))
                .value()
                .id();
        scope.partners().activate(partner, name + " has signed");
        scope.partners().hold(partner, name + " is checked");
        scope.partners().releaseHold(partner, name + " is right");
        put(whose, "partner", partner);
        put(
                whose,
                "user",
                scope.users()
                        .add(NewPartnerUser.of(key("user"), partner, name + "@example.com", name, "owner"))
                        .value()
                        .id());
        put(
                whose,
                "rule",
                scope.rules()
                        .define(NewRule.from(key("rule"), partner, "EUR", CommissionTerms.revenueShare("0.2"), JANUARY))
                        .value()
                        .ruleId());
        UUID paid = commission(scope, partner, "paid", JANUARY);
        scope.commissions().approve(List.of(paid));
        put(whose, "paid", paid);
        UUID payout = scope.payouts()
                .close(key("close"), partner, Currency.getInstance("USD"), FEBRUARY)
                .closed()
                .get(0)
                .id();
        put(whose, "payout", payout);
        ClaimedPayout claimed =
                scope.payouts().claim(payout, name, Duration.ofMinutes(5)).orElseThrow();
        put(whose, "attempt", claimed.attempt().id());
        scope.payouts()
                .succeed(claimed.attempt().id(), name + "-1", claimed.attempt().amount());
        UUID ready = commission(scope, partner, "ready", FEBRUARY);
        scope.commissions().approve(List.of(ready));
        put(whose, "approved", ready);
        put(
                whose,
                "closed",
                scope.payouts()
                        .close(key("close again"), partner, Currency.getInstance("USD"), FEBRUARY.plusSeconds(1))
                        .closed()
                        .get(0)
                        .id());
        UUID event = commission(scope, partner, "open", FEBRUARY.plusSeconds(2));
        scope.commissions().approve(List.of(event));
        CommissionEvent open = scope.commissions().find(event).orElseThrow();
        put(whose, "event", event);
        put(whose, "open", open.payoutId().orElseThrow());
        put(whose, "pending", commission(scope, partner, "pending", FEBRUARY));
        names.put(whose + ".key", key("partner"));
        if (customer != null) {
            sell(whose, scope, partner, customer);
        }
    }

    private UUID commission(PartnerScope scope, UUID partner, String key, Instant at) {
        return scope.commissions()
                .record(NewCommission.on(key(key), partner, HUNDRED, TEN, at))
                .value()
                .id();
    }

    private void sell(String whose, PartnerScope scope, UUID partner, UUID customer) {
        put(
                whose,
                "account",
                scope.partners()
                        .assign(CustomerAssignment.from(key("account"), partner, customer, JANUARY))
                        .value()
                        .id());
        scope.commissions().accrue(new Sale(key("sale"), customer, null, HUNDRED, FEBRUARY));
        put(whose, "sale", scope.sales().find(key("sale")).orElseThrow().id());
        scope.sales().refund(NewRefund.inFull(key("refund"), key("sale"), "returned"));
    }

    private void put(String whose, String name, UUID id) {
        names.put(whose + "." + name, id.toString());
    }

    /** Keys are the same in both tenants. */
    private String key(String name) {
        return name + ":" + run;
    }
}
