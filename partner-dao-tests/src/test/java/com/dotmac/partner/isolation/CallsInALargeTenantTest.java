package com.dotmac.partner.isolation;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.support.ManyPartners;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A call about one row reads few rows of a tenant that has many. With row security PostgreSQL may look up a row by an index only
 * with what it knows to be leakproof; else it would read every row of the tenant.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class CallsInALargeTenantTest {

    private static final int PARTNERS = 100;
    private static final int EVENTS_EACH = 100;
    /** A few times all partners or all payouts, which are read from one page, and a fifth of the tenant's events. */
    private static final long FEW = 2_000;

    private static final Currency USD = Currency.getInstance("USD");

    private final PartnerDatabase database;
    private final Programme programme;
    private final Map<String, Long> rows = new LinkedHashMap<>();

    CallsInALargeTenantTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
    }

    private <T> T read(String call, Function<PartnerScope, T> made) {
        return database.sqlOfApplication().transactionResult(transaction -> {
            DSLContext dsl = transaction.dsl();
            long before = rowsRead(dsl);
            T result = made.apply(database.store(dsl).tenant("acme").actingAs("user:42"));
            rows.put(call, rowsRead(dsl) - before);
            return result;
        });
    }

    private static long rowsRead(DSLContext dsl) {
        return dsl.fetchSingle("""
                        select sum(seq_tup_read + idx_tup_fetch)::bigint from pg_stat_xact_user_tables
                        where relname like 'partner%'
                        """).get(0, Long.class);
    }

    @Test
    void a_call_about_one_row_reads_few_rows() {
        ManyPartners.insertInto(programme.sql, PARTNERS, EVENTS_EACH * 9 / 10, EVENTS_EACH / 10);
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        UUID second = programme.customer();
        List<CommissionEvent> events = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            events.addAll(programme
                    .acme
                    .commissions()
                    .accrue(sale("sale-" + n, customer))
                    .events());
        }
        programme
                .acme
                .commissions()
                .approve(events.stream().limit(15).map(CommissionEvent::id).toList());
        programme.sql.execute("vacuum analyze");

        read("register", acme -> acme.partners().register(NewPartner.named("p", "Southwind")));
        UUID account = read("assign", acme -> acme.partners()
                .assign(CustomerAssignment.from("a", partner.id(), second, JANUARY))
                .value()
                .id());
        Partner tiered = programme.partnerWithoutRate();
        UUID tieredCustomer = programme.customerOf(tiered);
        UUID tiers = programme
                .acme
                .rules()
                .define(NewRule.from(
                                "tiers",
                                tiered.id(),
                                "USD",
                                CommissionTerms.tiered(
                                        TierMode.MARGINAL,
                                        TierPeriod.MONTH,
                                        Tier.from("0", "0.1"),
                                        Tier.from("500", "0.2")),
                                JANUARY)
                        .withCaps(CommissionCaps.NONE.per(TierPeriod.MONTH, usd("1000"))))
                .value()
                .ruleId();
        UUID decided = read("accrue by tiers, under a cap", acme -> acme.commissions()
                        .accrue(sale("t1", tieredCustomer)))
                .eventIds()
                .get(0);
        read("accrue by tiers again", acme -> acme.commissions().accrue(sale("t2", tieredCustomer)));
        read("approve by tiers", acme -> acme.commissions().approve(List.of(decided)));
        read("refund by tiers", acme -> acme.sales().refund(NewRefund.ofAmount("rt", "t1", usd("40"), "returned")));
        read("reviseRule", acme -> acme.sales()
                .reviseRule(
                        "rv",
                        tiers,
                        new RuleRevision(
                                CommissionTerms.revenueShare("0.3"), CommissionCaps.NONE, null, JANUARY.plusSeconds(1)),
                        "wrong"));
        UUID rule = read("define", acme -> acme.rules()
                .define(NewRule.from(
                        "r", partner.id(), "USD", CommissionTerms.revenueShare("0.2"), JANUARY.plusSeconds(60)))
                .value()
                .ruleId());
        read("revise", acme -> acme.rules()
                .revise(
                        "r2",
                        rule,
                        new RuleRevision(
                                CommissionTerms.revenueShare("0.3"),
                                CommissionCaps.NONE,
                                null,
                                JANUARY.plusSeconds(120))));
        UUID pending = read("accrue", acme -> acme.commissions().accrue(sale("new", customer)))
                .eventIds()
                .get(0);
        UUID manual = read("record", acme -> acme.commissions()
                .record(NewCommission.on("m", partner.id(), usd("10"), usd("10"), JANUARY))
                .value()
                .id());
        read("approve", acme -> acme.commissions().approve(List.of(pending)));
        read("cancel", acme -> acme.commissions().cancel(List.of(manual), "a mistake"));
        UUID clawback = read("clawBack", acme -> acme.commissions()
                        .clawBack("c", events.get(0).id(), usd("40"), "returned"))
                .reversal()
                .orElseThrow()
                .id();
        read("undoClawback", acme -> acme.commissions().undoClawback("uc", clawback, "kept"));
        read("clawBack in full", acme -> acme.commissions()
                .clawBack("cf", events.get(1).id(), usd("100"), "returned"));
        read("refund", acme -> acme.sales().refund(NewRefund.ofAmount("rf", "sale-2", usd("40"), "returned")));
        read("undoRefund", acme -> acme.sales().undoRefund("urf", "rf", "kept"));
        read("restate", acme -> acme.sales().restate("rs", List.of("sale-3"), "again"));
        read("endAssignment", acme -> acme.sales().endAssignment("ea", account, FEBRUARY, "left"));
        read("retireRule", acme -> acme.sales().retireRule("rr", rule, MARCH, "over"));
        pay(partner, pending);
        statements(partner, customer, pending);
        assertThat(rows).allSatisfy((call, read) -> assertThat(read).as(call).isLessThan(FEW));
    }

    private void pay(Partner partner, UUID event) {
        read("preview", acme -> acme.payouts().preview(partner.id(), USD, FEBRUARY));
        read("close", acme -> acme.payouts().close("cl", partner.id(), USD, FEBRUARY));
        Payout payout = programme
                .acme
                .payouts()
                .list(PayoutQuery.all().withStatus(PayoutStatus.READY), 1)
                .items()
                .get(0);
        ClaimedPayout claimed = read("claim", acme -> acme.payouts().claim(1, "w", Duration.ofHours(1)))
                .get(0);
        UUID attempt = claimed.attempt().id();
        read("extendLease", acme -> acme.payouts().extendLease(attempt, Duration.ofHours(2)));
        read("markUnknown", acme -> acme.payouts().markUnknown(attempt, "timeout"));
        read("listUnresolved", acme -> acme.payouts().listUnresolved(10));
        read("fail", acme -> acme.payouts().fail(attempt, "refused"));
        read("retry", acme -> acme.payouts().retry(payout.id(), "again"));
        UUID next = read("claim one", acme -> acme.payouts().claim(payout.id(), "w", Duration.ofHours(1)))
                .orElseThrow()
                .attempt()
                .id();
        read("another amount", acme -> acme.payouts().succeed(next, "bank-1", usd("1")));
        read("recordPayment", acme -> acme.payouts().recordPayment("rp", next, "bank-1", usd("1"), "a fee"));
        UUID returned = read("recordReturn", acme -> acme.payouts().recordReturn("rr1", payout.id(), "no account"))
                .value()
                .id();
        read("undoReturn", acme -> acme.payouts().undoReturn("ur", returned, "paid after all"));
        read("blockers", acme -> acme.payouts().blockers(event));
        read("attempts", acme -> acme.payouts().attempts(payout.id()));
        read("history", acme -> acme.payouts().history(payout.id()));
        read("by provider key", acme -> acme.payouts()
                .findByProviderKey(claimed.attempt().providerKey()));
    }

    private void statements(Partner partner, UUID customer, UUID event) {
        read("explain", acme -> acme.commissions().explain(event));
        read("statements", acme -> acme.statements().statements(partner.id(), JANUARY, FEBRUARY));
        read("balance", acme -> acme.statements().balance(partner.id()));
        read("balanceAt", acme -> acme.statements().balanceAt(partner.id(), FEBRUARY));
        read("dashboard", acme -> acme.statements().dashboard(partner.id()));
        read("refunds", acme -> acme.sales().refunds("sale-2"));
        read("matching", acme -> acme.rules().matching(partner.id(), sale("x", customer)));
        read("rules.preview", acme -> acme.rules().preview(sale("y", customer)));
    }

    private static Sale sale(String key, UUID customer) {
        return new Sale(key, customer, null, usd("100"), JANUARY);
    }

    private static Money usd(String amount) {
        return Money.of(amount, "USD");
    }
}
