package com.dotmac.partner.readme;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerAccount;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.Restatement;
import com.dotmac.partner.dao.sales.Restatement.RestatedTotal;
import com.dotmac.partner.dao.sales.SaleDao;
import com.dotmac.partner.dao.sales.SaleQuery;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The examples of docs/commissions.md that correct what was wrong, compiled and run. */
@ExtendWith(PartnerDatabaseExtension.class)
class CorrectionsOnPageTest {

    private PartnerDatabase database;
    private Programme programme;
    private PartnerScope acme;

    @BeforeEach
    void begin(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        acme = programme.acme;
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private Sale accrue(UUID customer, String amount) {
        Sale sale = new Sale(newKey(), customer, null, usd(amount), FEBRUARY);
        acme.commissions().accrue(sale);
        return sale;
    }

    private void approveAndPay(Sale sale) {
        acme.commissions().approve(CommissionQuery.all().ofSale(sale.key()), "checked");
        programme.closeAll(MARCH).closed().forEach(payout -> programme.pay(payout.id(), newKey()));
    }

    private static Money usd(String amount) {
        return Money.of(amount, "USD");
    }

    @Test
    void a_call_that_is_rolled_back_says_what_it_would_change_and_leaves_no_row() throws SQLException {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        CommissionRule rule = acme.rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY))
                .value();
        PartnerAccount account =
                acme.partners().assignmentsOfCustomer(customer, FEBRUARY).get(0);
        approveAndPay(accrue(customer, "100.00"));
        accrue(customer, "50.00");
        DataSource dataSource = database.dataSourceOfOwner(); // the example has no row security
        String before = programme.fingerprint();

        // example begins
        RuleRevision revision = rule.revisedFrom(JANUARY).withTerms(CommissionTerms.revenueShare("0.25"));
        Restatement forecast;
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            PartnerStore trial = PartnerStore.create(DSL.using(connection, SQLDialect.POSTGRES));
            SaleDao sales = trial.tenant("acme").actingAs("user:42").sales();
            forecast = sales.reviseRule("revise:1", rule.ruleId(), revision, "wrong rate");
            connection.rollback(); // leaves no row, not even the key
        }
        // example ends

        assertThat(forecast.totals()).containsExactly(new RestatedTotal(partner.id(), usd("22.50"), 2, 1));
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(rolledBack(sales -> sales.retireRule("retire:1", rule.ruleId(), JANUARY, "never"))
                        .totals())
                .containsExactly(new RestatedTotal(partner.id(), usd("-15.00"), 1, 1));
        assertThat(rolledBack(sales -> sales.endAssignment("end:1", account.id(), JANUARY, "never"))
                        .totals())
                .containsExactly(new RestatedTotal(partner.id(), usd("-15.00"), 1, 1));
        assertThat(programme.fingerprint()).isEqualTo(before);
        assertThat(acme.sales().reviseRule("revise:1", rule.ruleId(), revision, "wrong rate"))
                .isEqualTo(forecast);
    }

    private interface Trial {
        Restatement of(SaleDao sales);
    }

    private Restatement rolledBack(Trial trial) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Restatement restatement = trial.of(database.store(DSL.using(connection, SQLDialect.POSTGRES))
                    .tenant("acme")
                    .actingAs("user:42")
                    .sales());
            connection.rollback();
            return restatement;
        }
    }

    @Test
    void what_a_move_gave_to_the_right_partner_is_found_and_approved() {
        Partner northwind = programme.activePartner("0.10");
        Partner eastwind = programme.activePartner("0.20");
        UUID customerId = programme.customer();
        PartnerAccount wrong = acme.partners()
                .assign(CustomerAssignment.from(newKey(), northwind.id(), customerId, JANUARY))
                .value();
        approveAndPay(accrue(customerId, "100.00"));
        accrue(customerId, "50.00");
        UUID another = programme.customerOf(eastwind);
        accrue(another, "7.00");

        // example begins
        acme.partners().assign(CustomerAssignment.from("account:8", eastwind.id(), customerId, JANUARY));
        acme.sales().endAssignment("end:7", wrong.id(), JANUARY, "Eastwind brought this customer");

        CommissionQuery pending = CommissionQuery.all().ofPartner(eastwind.id()).inStatus(CommissionStatus.PENDING);
        List<UUID> moved;
        try (Stream<CommissionEvent> events =
                acme.commissions().stream(pending.ofCustomer(customerId), CommissionOrder.FIRST_RECORDED_FIRST)) {
            moved = events.filter(event -> event.origin().idempotencyKey().equals("end:7"))
                    .map(CommissionEvent::id)
                    .toList();
        }
        acme.commissions().approve(moved, "moved from Northwind");
        // example ends

        assertThat(moved).hasSize(2);
        assertThat(owed(eastwind)).isEqualTo(usd("30.00"));
        assertThat(owed(northwind)).isEqualTo(usd("-10.00"));
    }

    private Money owed(Partner partner) {
        return acme.payouts()
                .findOpen(partner.id(), usd("0").currency())
                .orElseThrow()
                .total();
    }

    @Test
    void a_wrong_custom_rate_is_replaced_from_the_same_date() {
        Partner northwind = programme.activePartner("0.10");
        UUID customerId = programme.customer();
        PartnerAccount wrong = acme.partners()
                .assign(CustomerAssignment.from(newKey(), northwind.id(), customerId, JANUARY)
                        .withCustomRate("0.20"))
                .value();
        Sale paid = accrue(customerId, "100.00");
        approveAndPay(paid);
        Sale pending = accrue(customerId, "50.00");
        DSLContext dsl = database.sql();

        // example begins
        dsl.transaction(transaction -> {
            PartnerScope here =
                    PartnerStore.create(transaction.dsl()).tenant("acme").actingAs("user:42");
            here.sales().endAssignment("end:9", wrong.id(), wrong.startsAt(), "wrong rate");
            CustomerAssignment right =
                    CustomerAssignment.from("account:9", northwind.id(), customerId, wrong.startsAt());
            here.partners().assign(right.withCustomRate("0.25"));
            SaleQuery since = SaleQuery.all().ofCustomer(customerId).since(wrong.startsAt());
            here.sales().restate("restate:9", since, "wrong rate");
        });
        // example ends

        assertThat(earned(paid)).isEqualTo(usd("25.00"));
        assertThat(earned(pending)).isEqualTo(usd("12.50"));
        assertThat(owed(northwind)).isEqualTo(usd("5.00"));
        assertThat(earned(accrue(customerId, "10.00"))).isEqualTo(usd("2.50"));
    }

    private Money earned(Sale sale) {
        return acme.commissions().totals(CommissionQuery.all().ofSale(sale.key())).stream()
                .filter(total ->
                        total.status() != CommissionStatus.CANCELLED && total.status() != CommissionStatus.CLAWBACK)
                .map(total -> total.commission())
                .reduce(usd("0.00"), Money::plus);
    }

    @Test
    void after_an_end_both_partners_are_restated_if_tiers_decide() {
        Partner northwind = tiered();
        Partner eastwind = tiered();
        UUID moved = programme.customer();
        PartnerAccount wrong = acme.partners()
                .assign(CustomerAssignment.from(newKey(), northwind.id(), moved, JANUARY))
                .value();
        accrue(moved, "100.00");
        Sale ofNorthwind = accrue(programme.customerOf(northwind), "100.00");
        Sale ofEastwind = accrue(programme.customerOf(eastwind), "100.00");
        acme.partners().assign(CustomerAssignment.from(newKey(), eastwind.id(), moved, JANUARY));

        acme.sales().endAssignment("end:7", wrong.id(), JANUARY, "the wrong partner");
        assertThat(earned(ofNorthwind)).isEqualTo(usd("20.00"));
        assertThat(earned(ofEastwind)).isEqualTo(usd("10.00"));

        // example begins
        for (Partner partner : List.of(northwind, eastwind)) {
            SaleQuery ofPeriod = SaleQuery.all().ofPartner(partner.id()).between(JANUARY, APRIL);
            acme.sales().restate("restate:7:" + partner.id(), ofPeriod, "tiers after the move");
        }
        // example ends

        assertThat(earned(ofNorthwind)).isEqualTo(usd("10.00"));
        assertThat(earned(ofEastwind)).isEqualTo(usd("20.00"));
        assertThat(acme.sales().previewRestatement(SaleQuery.all()).differences())
                .isEmpty();
    }

    /** 10 % of the first hundred of a quarter, 20 % of more. */
    private Partner tiered() {
        Partner partner = programme.partnerWithoutRate();
        CommissionTerms terms = CommissionTerms.tiered(
                TierMode.MARGINAL, TierPeriod.QUARTER, Tier.from("0", "0.10"), Tier.from("100", "0.20"));
        acme.rules().define(NewRule.from(newKey(), partner.id(), "USD", terms, JANUARY));
        return partner;
    }

    @Test
    void the_page_shows_these_examples() throws IOException {
        assertThat(PageExamples.ofPage("commissions.md")).containsAll(PageExamples.ofTest(CorrectionsOnPageTest.class));
    }
}
