package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.sql.Connection;
import java.util.UUID;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionRecordingTest {

    private final Programme programme;
    private final UUID partner;

    CommissionRecordingTest(PartnerDatabase database) {
        this.programme = new Programme(database);
        this.partner = programme.activePartner("0.1").id();
    }

    private NewCommission bonus(String key) {
        return NewCommission.on(key, partner, Money.of("50", "KWD"), Money.of("1.125", "KWD"), JANUARY);
    }

    private static CommissionDao commissions(PartnerStore store) {
        return store.tenant("acme").actingAs("job:import").commissions();
    }

    @Test
    void an_event_is_stored_as_it_was_given() {
        UUID customer = programme.customer();
        UUID invoice = programme.invoice();

        Outcome<CommissionEvent> outcome = programme
                .acme
                .commissions()
                .record(bonus("b-1")
                        .ofInvoice(customer, invoice)
                        .heldUntil(FEBRUARY)
                        .because("it's ours: 50?"));

        CommissionEvent event = outcome.value();
        assertThat(outcome.replayed()).isFalse();
        assertThat(event.partnerId()).isEqualTo(partner);
        assertThat(event.customerId()).contains(customer);
        assertThat(event.invoiceId()).contains(invoice);
        assertThat(event.eventDate()).isEqualTo(JANUARY);
        assertThat(event.base()).isEqualTo(Money.of("50.000", "KWD"));
        assertThat(event.rate()).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(event.amount()).isEqualTo(Money.of("1.125", "KWD"));
        assertThat(event.status()).isEqualTo(CommissionStatus.PENDING);
        assertThat(event.payoutId()).isEmpty();
        assertThat(event.origin().idempotencyKey()).isEqualTo("b-1");
        assertThat(event.progress().holdUntil()).contains(FEBRUARY);
        assertThat(event.progress().statusReason()).contains("it's ours: 50?");
        assertThat(programme.sql.fetchSingle("""
                        select tenant_id, hold_until = '2026-02-01Z', status_reason, idempotency_key, recorded_by, status_changed_by, calculation
                        from partner_commission_events
                        """).toString())
                .contains("acme", "true", "it's ours: 50?", "b-1", "user:42", "{\"base\": \"50.000\"");
    }

    @Test
    void a_second_delivery_gets_the_first_event_and_changes_nothing() {
        CommissionEvent first =
                programme.acme.commissions().record(bonus("b-1")).value();
        String before = programme.fingerprint();

        assertThat(programme.acme.commissions().record(bonus("b-1"))).isEqualTo(new Outcome<>(first, true));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_key_used_with_other_content_is_refused_and_nothing_changes() {
        programme.acme.commissions().record(bonus("b-1"));
        String before = programme.fingerprint();

        assertThatThrownBy(
                        () -> programme.acme.commissions().record(bonus("b-1").because("another")))
                .isInstanceOf(PartnerException.IdempotencyConflict.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_key_is_the_tenants_own() {
        programme.acme.commissions().record(bonus("b-1"));

        assertThatThrownBy(() -> programme.other.commissions().record(bonus("b-1")))
                .isInstanceOf(PartnerException.NotFound.class);
    }

    @Test
    void a_refused_commission_leaves_not_even_its_key() {
        String before = programme.fingerprint();

        assertThatThrownBy(
                        () -> programme.acme.commissions().record(bonus("b-1").ofInvoice(UUID.randomUUID(), null)))
                .isInstanceOf(PartnerException.NotFound.class);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_recorded_commission_rolls_back_with_the_callers_transaction(PartnerDatabase database) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Programme own = new Programme(database);
            UUID ours = own.activePartner("0.1").id();
            String before = own.fingerprint();
            NewCommission commission =
                    NewCommission.on("b-1", ours, Money.of("1", "USD"), Money.of("1", "USD"), JANUARY);

            commissions(database.store(DSL.using(connection, SQLDialect.POSTGRES)))
                    .record(commission);
            assertThat(own.fingerprint()).as("seen from outside").isEqualTo(before);
            connection.rollback();

            assertThat(own.fingerprint()).isEqualTo(before);
        }
    }

    @Test
    void a_refused_commission_leaves_the_callers_transaction_usable(PartnerDatabase database) {
        Programme own = new Programme(database);
        UUID ours = own.activePartner("0.1").id();

        database.sqlOfApplication().transaction(transaction -> {
            CommissionDao joined = commissions(database.store(transaction.dsl()));
            assertThatThrownBy(() -> joined.record(bonus("b-1"))).isInstanceOf(PartnerException.NotFound.class);
            joined.record(NewCommission.on("b-1", ours, Money.of("1", "USD"), Money.of("1", "USD"), JANUARY));
        });

        assertThat(own.sql.fetchCount(DSL.table("partner_commission_events"))).isEqualTo(1);
    }

    @Test
    void a_pool_whose_connections_come_with_auto_commit_off_keeps_what_is_recorded(PartnerDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setAutoCommit(false);
        config.setMaximumPoolSize(1);
        Programme own = new Programme(database);
        UUID ours = own.activePartner("0.1").id();
        try (HikariDataSource pool = new HikariDataSource(config)) {
            commissions(database.store(pool))
                    .record(NewCommission.on("b-1", ours, Money.of("1", "USD"), Money.of("1", "USD"), JANUARY));
        }

        assertThat(own.sql.fetchCount(DSL.table("partner_commission_events"))).isEqualTo(1);
    }
}
