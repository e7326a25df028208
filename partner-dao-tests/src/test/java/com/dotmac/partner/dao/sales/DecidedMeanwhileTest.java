package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.OpenTransactions;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A sale that is accrued while another transaction decides who earns from it and how much: it waits, and what the other
 * decided counts.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class DecidedMeanwhileTest {

    private static final Money HUNDRED = Money.of("100.00", "USD");

    private final PartnerDatabase database;
    private final Programme programme;
    private final Partner partner;
    private final UUID customer;
    private final CommissionRule rule;

    DecidedMeanwhileTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        partner = programme.partnerWithoutRate();
        customer = programme.customerOf(partner);
        rule = programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY))
                .value();
    }

    private Accrual accruedBeside(Consumer<PartnerScope> change) {
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            change.accept(sessions.begin().acme);
            CompletableFuture<Accrual> accrual = CompletableFuture.supplyAsync(
                    () -> programme.acme.commissions().accrue(new Sale(newKey(), customer, null, HUNDRED, FEBRUARY)));
            while (!accrual.isDone() && !isSomebodyWaiting()) {
                Thread.onSpinWait();
            }
            assertThat(accrual).isNotDone();
            sessions.commitLast();
            return accrual.join();
        }
    }

    private boolean isSomebodyWaiting() {
        return database.sql()
                .fetchSingle(
                        "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                .get(0, Boolean.class);
    }

    private UUID account() {
        return database.sql()
                .fetchSingle("select id from partner_accounts where customer_id = ?", customer)
                .get(0, UUID.class);
    }

    @Test
    void a_sale_beside_a_revision_earns_by_the_new_rule() {
        Accrual accrual = accruedBeside(acme -> acme.sales()
                .reviseRule(
                        newKey(),
                        rule.ruleId(),
                        rule.revisedFrom(JANUARY).withTerms(CommissionTerms.revenueShare("0.50")),
                        "wrong rate"));

        assertThat(accrual.events()).extracting(CommissionEvent::amount).containsExactly(Money.of("50.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_sale_beside_a_retirement_earns_nothing() {
        Accrual accrual =
                accruedBeside(acme -> acme.sales().retireRule(newKey(), rule.ruleId(), JANUARY, "it was a mistake"));

        assertThat(accrual.nothingApplied()).isTrue();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    /** No snapshot of one statement has both: the account that ended, and the one that began. */
    @Test
    void a_sale_beside_a_transfer_of_its_customer_earns_the_new_partner() {
        Partner second = programme.activePartner("0.2");
        UUID account = account();

        Accrual accrual = accruedBeside(acme -> {
            acme.partners().endAssignment(account, FEBRUARY, "the customer moved");
            acme.partners().assign(CustomerAssignment.from(newKey(), second.id(), customer, FEBRUARY));
        });

        assertThat(accrual.events()).extracting(CommissionEvent::partnerId).containsExactly(second.id());
        assertThat(accrual.events()).extracting(CommissionEvent::amount).containsExactly(Money.of("20.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_sale_beside_the_end_of_its_only_account_earns_nothing() {
        UUID account = account();

        Accrual accrual = accruedBeside(acme -> acme.partners().endAssignment(account, FEBRUARY, "the contract ended"));

        assertThat(accrual.nothingApplied()).isTrue();
    }
}
