package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.payouts.Blocker.AwaitingRun;
import com.dotmac.partner.dao.payouts.Blocker.ClaimsStopped;
import com.dotmac.partner.dao.payouts.Blocker.InPayout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.PayoutStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A tenant pays only from servers on which somebody vouches for it. FailoverTest promotes a real standby; here the
 * rows say that the tenants began on another server.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PaymentServersTest {

    private static final Duration LEASE = Duration.ofMinutes(5);

    private final PartnerDatabase database;
    private final Programme programme;
    private final PayoutDao payouts;
    private final UUID event;
    private final UUID partner;
    private final UUID ready;

    PaymentServersTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        payouts = programme.acme.payouts();
        var northwind = programme.activePartner("0.1");
        partner = northwind.id();
        event = programme
                .approvedSale(programme.customerOf(northwind), "1000", "USD", JANUARY)
                .get(0)
                .id();
        ready = programme.closeAll(FEBRUARY).closed().get(0).id();
    }

    @Test
    @Tag("fast")
    void without_a_promotion_the_first_partner_is_enough() {
        assertThat(payouts.whyClaimsStop()).isEmpty();
        assertThat(payouts.blockers(event)).containsExactly(new InPayout(ready, PayoutStatus.READY));
        assertThat(programme.sql.fetchValue(
                        "select string_agg(tenant_id || ' ' || confirmed_by || ' ' || reason || ' ' || (server = partner_server()), ',')"
                                + " from partner_payment_servers"))
                .isEqualTo("acme user:42 the tenant's first partner true");
        programme.activePartner("0.2");
        assertThat(programme.sql.fetchCount(org.jooq.impl.DSL.table("partner_payment_servers")))
                .isEqualTo(1);
        assertThat(payouts.claim(10, "worker-1", LEASE)).hasSize(1);
    }

    @Test
    @Tag("fast")
    void after_a_promotion_nothing_is_claimed_until_somebody_confirms() {
        theTenantsBeganElsewhere();
        String why = "nobody has confirmed for tenant acme that the payment provider was reconciled since the database"
                + " server became " + server() + ": it was promoted or restored, and may lack the last payments."
                + " Reconcile, then confirm it";

        assertThat(payouts.claim(10, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.claim(ready, "worker-1", LEASE)).isEmpty();
        assertThat(payouts.whyClaimsStop()).contains(why);
        assertThat(payouts.blockers(event))
                .containsExactly(new InPayout(ready, PayoutStatus.READY), new ClaimsStopped(why));
        UUID other = programme
                .approvedSale(programme.customerOf(programme.activePartner("0.1")), "1000", "USD", JANUARY)
                .get(0)
                .id();
        assertThat(payouts.blockers(other)).hasSize(2).first().isInstanceOf(AwaitingRun.class);
        assertThat(payouts.partnerBlockers(
                        partner, payouts.find(ready).orElseThrow().total().currency()))
                .contains(new ClaimsStopped(why));

        assertThat(payouts.confirmReconciled("the bank's file of 28 November agrees"))
                .isEqualTo(new Outcome<>(server(), false));
        assertThat(payouts.confirmReconciled("again")).isEqualTo(new Outcome<>(server(), true));

        assertThat(programme.sql.fetchValue(
                        "select confirmed_by || ': ' || reason from partner_payment_servers where server = ?",
                        server()))
                .isEqualTo("user:42: the bank's file of 28 November agrees");
        assertThat(payouts.whyClaimsStop()).isEmpty();
        assertThat(payouts.claim(10, "worker-1", LEASE)).hasSize(1);
    }

    @Test
    void a_worker_that_claimed_before_the_promotion_is_told_not_to_pay() {
        UUID attempt =
                payouts.claim(ready, "worker-1", LEASE).orElseThrow().attempt().id();
        assertThat(payouts.extendLease(attempt, LEASE)).isPresent();

        theTenantsBeganElsewhere();
        assertThat(payouts.extendLease(attempt, LEASE)).isEmpty();

        payouts.confirmReconciled("the bank's file agrees");
        assertThat(payouts.extendLease(attempt, LEASE)).isPresent();
    }

    @Test
    void plain_sql_starts_no_attempt_either() {
        theTenantsBeganElsewhere();

        assertThatThrownBy(() -> programme.sql.execute("""
                        with taken as (
                            update partner_payouts set status = 'processing' where id = ? returning *
                        )
                        insert into partner_payout_attempts
                            (tenant_id, payout_id, attempt_number, provider_key, amount, currency, worker, lease_until, started_by)
                        select tenant_id, id, 1, provider_key, total_amount, currency, 'w', now() + interval '1 hour', 'user:1'
                        from taken
                        """, ready))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("no attempt may begin: nobody has confirmed for tenant acme that the payment"
                        + " provider was reconciled since the database server became " + server());
    }

    @Test
    void only_the_current_server_is_confirmed_and_now() {
        assertThatThrownBy(
                        () -> programme.sql.execute(
                                "insert into partner_payment_servers (tenant_id, server, confirmed_by, reason) values ('acme', '7/2/5', 'u', 'r')"))
                .hasMessageContaining("server 7/2/5 cannot be confirmed: only the current one can, which is " + server()
                        + ", and at the current time");
        assertThatThrownBy(() -> programme.sql.execute("""
                        insert into partner_payment_servers (tenant_id, server, confirmed_by, reason, confirmed_at)
                        select 'third', partner_server(), 'u', 'r', now() - interval '1 second'
                        """)).hasMessageContaining("and at the current time");
    }

    @Test
    void a_new_tenant_waits_only_as_long_as_nobody_has_confirmed_the_server() {
        theTenantsBeganElsewhere();
        register("lost with the old server");
        PayoutDao others = programme.other.payouts();
        assertThat(others.whyClaimsStop()).isPresent();

        payouts.confirmReconciled("reconciled");
        assertThat(others.whyClaimsStop()).isPresent();
        register("the next one");
        assertThat(others.whyClaimsStop())
                .as("its first partner came before anybody confirmed")
                .isEmpty();
    }

    private void register(String name) {
        programme.other.partners().register(NewPartner.named(Programme.newKey(), name));
    }

    @Test
    void the_statement_of_the_documentation_confirms_every_tenant() {
        register("of another tenant");
        theTenantsBeganElsewhere();

        programme.sql.execute("""
                insert into partner_payment_servers (tenant_id, server, confirmed_by, reason)
                select distinct tenant_id, partner_server(), 'dba:7', 'the bank''s file agrees' from partners
                on conflict do nothing
                """);

        assertThat(payouts.whyClaimsStop()).isEmpty();
        assertThat(programme.other.payouts().whyClaimsStop()).isEmpty();
    }

    @Test
    void with_synchronous_replication_no_server_is_asked() {
        theTenantsBeganElsewhere();

        database.sqlOfApplication().transaction(transaction -> {
            PayoutDao declared = joined(transaction.dsl());
            for (String on : new String[] {"on", "ON", "true", "1"}) {
                transaction.dsl().execute("set local partner.synchronous_replication = '" + on + "'");
                assertThat(declared.whyClaimsStop()).isEmpty();
            }
            assertThat(declared.claim(10, "worker-1", LEASE)).hasSize(1);
            for (String off : new String[] {"off", "", "perhaps"}) {
                transaction.dsl().execute("set local partner.synchronous_replication = '" + off + "'");
                assertThat(declared.whyClaimsStop()).isPresent();
            }
        });
    }

    @Test
    void a_server_that_does_not_say_which_it_is_names_the_setting() {
        assertThatThrownBy(() -> programme.sql.transaction(transaction -> {
                    transaction.dsl().execute("alter function pg_control_system() rename to pg_hidden_system");
                    transaction.dsl().execute("discard plans");
                    joined(transaction.dsl()).claim(10, "worker-1", LEASE);
                }))
                .isInstanceOf(PartnerException.class)
                .hasMessageContaining("this database server does not say which server it is")
                .hasMessageContaining("alter database ... set partner.synchronous_replication = on");
    }

    private PayoutDao joined(DSLContext dsl) {
        return database.store(dsl).tenant("acme").actingAs("user:42").payouts();
    }

    private String server() {
        return programme.sql.fetchValue("select partner_server()").toString();
    }

    private void theTenantsBeganElsewhere() {
        programme.sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_payment_servers set server = '7301234567890123456/1/5'");
        });
    }
}
