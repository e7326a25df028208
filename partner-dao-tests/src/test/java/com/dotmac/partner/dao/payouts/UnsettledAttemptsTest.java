package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.internal.UnsettledAttemptSql;
import com.dotmac.partner.dao.payouts.internal.UnsettledAttemptSql.Count;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the gauges of a service show. */
@ExtendWith(PartnerDatabaseExtension.class)
class UnsettledAttemptsTest {

    private final PartnerDatabase database;
    private final Programme programme;
    private final DSLContext operator;

    UnsettledAttemptsTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        operator = DSL.using(database.dataSourceOfOperator(), SQLDialect.POSTGRES);
    }

    @Test
    void attempts_of_all_tenants_are_counted() {
        assertThat(counted()).isEqualTo(new Count(0, 0, 0));
        UUID ofAcme = claimed(programme.acme);
        claimed(programme.other);
        assertThat(counted()).as("under way").isEqualTo(new Count(0, 0, 0));

        programme.leasesAreOver();
        assertThat(counted()).as("nobody has looked yet").isEqualTo(new Count(0, 0, 2));

        programme.acme.payouts().expireLeases();
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction
                    .dsl()
                    .execute("update partner_payout_attempts set unknown_at = unknown_at - interval '1 hour'"
                            + " where outcome = 'unknown'");
        });
        assertThat(counted()).satisfies(count -> {
            assertThat(count.unresolved()).isEqualTo(1);
            assertThat(count.secondsUnresolved()).isBetween(3600.0, 3900.0);
            assertThat(count.expiredLeases()).isEqualTo(1);
        });

        programme.acme.payouts().fail(ofAcme, "not found");
        programme.other.payouts().expireLeases();
        assertThat(counted()).satisfies(count -> {
            assertThat(count.unresolved()).isEqualTo(1);
            assertThat(count.secondsUnresolved()).isBetween(0.0, 300.0);
            assertThat(count.expiredLeases()).isZero();
        });
    }

    @Test
    void a_role_that_does_not_see_all_tenants_counts_nothing() {
        assumeThat(System.getProperty("partner.isolated"))
                .as("without row security every role sees all tenants")
                .isNotEqualTo("false");

        assertThat(new UnsettledAttemptSql(database.sqlOfApplication()).count()).isEmpty();
    }

    @Test
    void a_count_reads_nothing_of_the_attempts_that_have_ended() {
        claimed(programme.acme);
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("""
                    insert into partner_payout_attempts
                        (tenant_id, payout_id, attempt_number, provider_key, amount, currency, worker, lease_until,
                         started_by, outcome, ended_at, ended_by, failure_reason)
                    select tenant_id, payout_id, attempt_number + n, provider_key, amount, currency, worker, lease_until,
                           started_by, 'failed', now(), 'test', 'test'
                    from partner_payout_attempts, generate_series(1, 20000) n
                    """);
        });
        programme.sql.execute("analyze partner_payout_attempts");

        operator.transaction(transaction -> {
            assertThat(new UnsettledAttemptSql(transaction.dsl()).count()).isPresent();
            assertThat(transaction.dsl().fetchSingle("""
                            select (seq_tup_read + idx_tup_fetch)::int from pg_stat_xact_user_tables
                            where relname = 'partner_payout_attempts'
                            """).get(0, Integer.class))
                    .as("rows read")
                    .isLessThan(5);
        });
    }

    private Count counted() {
        return new UnsettledAttemptSql(operator).count().orElseThrow();
    }

    private UUID claimed(PartnerScope tenant) {
        Partner partner = tenant.partners()
                .register(NewPartner.named(newKey(), "Northwind").withDefaultRate("0.1"))
                .value();
        tenant.partners().activate(partner.id(), "contract signed");
        UUID customer = programme.customer();
        tenant.partners().assign(CustomerAssignment.from(newKey(), partner.id(), customer, JANUARY));
        Sale sale = new Sale(newKey(), customer, null, Money.of("100", "USD"), JANUARY);
        tenant.commissions().approve(tenant.commissions().accrue(sale).eventIds());
        tenant.payouts().closeAll(newKey(), FEBRUARY);
        return tenant.payouts()
                .claim(1, "worker-1", Duration.ofMinutes(5))
                .get(0)
                .attempt()
                .id();
    }
}
