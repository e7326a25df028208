package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.OpenTransactions;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A sale that is accrued while another transaction decides the partner's rule again: it waits, and the new rule decides. */
@ExtendWith(PartnerDatabaseExtension.class)
class RuleRevisedMeanwhileTest {

    private static final Money HUNDRED = Money.of("100.00", "USD");

    private final PartnerDatabase database;
    private final Programme programme;
    private final UUID customer;
    private final CommissionRule rule;

    RuleRevisedMeanwhileTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        Partner partner = programme.partnerWithoutRate();
        customer = programme.customerOf(partner);
        rule = programme
                .acme
                .rules()
                .define(NewRule.from(newKey(), partner.id(), "USD", CommissionTerms.revenueShare("0.10"), JANUARY))
                .value();
    }

    private Accrual accruedBeside(BiConsumer<SaleDao, UUID> change) {
        try (OpenTransactions sessions = new OpenTransactions(database)) {
            change.accept(sessions.begin().acme.sales(), rule.ruleId());
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

    @Test
    void a_sale_beside_a_revision_earns_by_the_new_rule() {
        Accrual accrual = accruedBeside((sales, ruleId) -> sales.reviseRule(
                newKey(),
                ruleId,
                rule.revisedFrom(JANUARY).withTerms(CommissionTerms.revenueShare("0.50")),
                "wrong rate"));

        assertThat(accrual.events()).extracting(CommissionEvent::amount).containsExactly(Money.of("50.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void a_sale_beside_a_retirement_earns_nothing() {
        Accrual accrual =
                accruedBeside((sales, ruleId) -> sales.retireRule(newKey(), ruleId, JANUARY, "it was a mistake"));

        assertThat(accrual.nothingApplied()).isTrue();
        assertThat(programme.brokenInvariants()).isEmpty();
    }
}
