package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.SentStatements;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.conf.InvocationOrder;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A caller's listener hears every statement that the connection sends. */
@ExtendWith(PartnerDatabaseExtension.class)
class HeardStatementsTest {

    private final PartnerDatabase database;
    private final SentStatements sent = new SentStatements();
    private final Heard heard = new Heard();
    private final Programme quiet;
    private final PartnerScope acme;
    private final Partner partner;
    private final UUID customer;

    /** The texts of what it hears. */
    private static final class Heard implements ExecuteListener {

        private static final long serialVersionUID = 1;

        private final transient List<String> texts = new ArrayList<>();
        private final transient List<Object> values = new ArrayList<>();

        @Override
        public void executeStart(ExecuteContext context) {
            texts.add(context.sql());
            values.addAll(context.query().getBindValues());
        }
    }

    HeardStatementsTest(PartnerDatabase database) {
        this.database = database;
        quiet = new Programme(database);
        partner = quiet.activePartner("0.1");
        customer = quiet.customerOf(partner);
        acme = database.store(DSL.using(sent.through(database.dataSource()), SQLDialect.POSTGRES)
                        .configuration()
                        .deriveAppending(heard)
                        .dsl())
                .tenant("acme")
                .actingAs("user:42");
    }

    private void hears(Runnable call) {
        sent.clear();
        heard.texts.clear();
        call.run();
        assertThat(heard.texts).isEqualTo(sent.textsWithoutTenant()).isNotEmpty();
    }

    private NewCommission commission(String key) {
        return NewCommission.on(key, partner.id(), Money.of("100", "USD"), Money.of("10", "USD"), JANUARY);
    }

    private Sale sale(String key) {
        return new Sale(key, customer, null, Money.of("100", "USD"), JANUARY);
    }

    @Test
    void a_listener_hears_an_accrual_and_its_repetition() {
        hears(() -> acme.commissions().accrue(sale("s-1")));
        hears(() -> acme.commissions().accrue(sale("s-1")));
    }

    @Test
    void a_listener_hears_a_recording_and_its_repetition() {
        hears(() -> acme.commissions().record(commission("c-1")));
        hears(() -> acme.commissions().record(commission("c-1")));
    }

    @Test
    void a_listener_hears_bulk_calls() {
        hears(() -> acme.commissions()
                .recordAll(
                        IntStream.range(0, 50).mapToObj(i -> commission("b-" + i)), BulkMode.KEEP_GOOD, outcome -> {}));
        hears(() -> acme.commissions()
                .recordAll(Stream.of(commission("b-1"), commission("b-new")), BulkMode.ALL_OR_NOTHING, outcome -> {}));
        hears(() ->
                acme.commissions().accrueAll(Stream.of(sale("s-1"), sale("s-2")), BulkMode.KEEP_GOOD, outcome -> {}));
    }

    @Test
    void a_listener_hears_approvals_closings_claims_and_reads() {
        List<UUID> events = quiet.sale(customer, "100", "USD", JANUARY).stream()
                .map(CommissionEvent::id)
                .toList();
        hears(() -> acme.commissions().approve(events));
        hears(() -> acme.payouts().closeAll(newKey(), FEBRUARY));
        List<PayoutAttempt> attempts = new ArrayList<>();
        hears(() -> acme.payouts()
                .claim(10, "worker-1", Duration.ofMinutes(5))
                .forEach(claimed -> attempts.add(claimed.attempt())));
        PayoutAttempt attempt = attempts.get(0);
        hears(() -> acme.payouts().markUnknown(attempt.id(), "timeout"));
        hears(() -> acme.payouts().succeed(attempt.id(), "bank-1", attempt.amount()));
        hears(() -> acme.payouts()
                .succeedAll(Stream.of(new Success(attempt.id(), "bank-1", attempt.amount())), outcome -> {}));
        hears(() -> acme.statements().dashboard(partner.id()));
        hears(() -> acme.commissions().stream(CommissionQuery.all(), CommissionOrder.EARLIEST_EVENT_FIRST)
                .forEach(event -> {}));
        hears(() -> {
            try {
                acme.statements().exportCsv(JANUARY, FEBRUARY, new StringBuilder());
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
    }

    @Test
    void a_listener_sees_the_values_as_the_database_has_them() {
        acme.commissions().record(commission("c-1"));

        assertThat(heard.values).contains("acme", "c-1", partner.id(), "USD", JANUARY);
    }

    @Test
    void an_error_of_a_statement_that_is_heard_is_the_same_as_of_one_that_is_not() {
        Sale ofNoInvoice = new Sale("s-1", customer, UUID.randomUUID(), Money.of("100", "USD"), JANUARY);
        Stream<PartnerScope> both = Stream.of(quiet.acme, acme);

        both.forEach(scope -> assertThatThrownBy(() -> scope.commissions().accrue(ofNoInvoice))
                .isInstanceOf(PartnerException.NotFound.class)
                .hasMessage("this tenant has no invoice " + ofNoInvoice.invoiceId() + "; check the id and the tenant"));
    }

    /** As Spring Boot's listener does. With it first or last, the calls that look at the refusal of a statement still do. */
    @ParameterizedTest
    @EnumSource(InvocationOrder.class)
    void a_listener_that_translates_exceptions_does_not_hide_those_of_the_library(InvocationOrder order) {
        DSLContext translating = DSL.using(
                        database.dataSource(),
                        SQLDialect.POSTGRES,
                        new Settings().withExecuteListenerStartInvocationOrder(order))
                .configuration()
                .deriveAppending(ExecuteListener.onException(
                        context -> context.exception(new IllegalArgumentException("translated by the caller"))))
                .dsl();
        PartnerScope scope = database.store(translating).tenant("acme").actingAs("user:42");
        NewCommission commission =
                NewCommission.on(newKey(), partner.id(), Money.of("100", "USD"), Money.of("10", "USD"), JANUARY);
        scope.commissions().record(commission);

        BulkSummary again = scope.commissions().recordAll(Stream.of(commission), BulkMode.KEEP_GOOD, outcome -> {});

        assertThat(again.replayed()).isEqualTo(1);
        assertThatThrownBy(() -> scope.commissions()
                        .accrue(new Sale("s-1", customer, UUID.randomUUID(), Money.of("100", "USD"), JANUARY)))
                .isInstanceOf(PartnerException.NotFound.class);
    }
}
