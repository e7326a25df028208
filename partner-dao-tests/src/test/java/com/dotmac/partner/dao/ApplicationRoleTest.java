package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The role that docs/deployment.md gives the application: it owns nothing and deletes nothing. */
@ExtendWith(PartnerDatabaseExtension.class)
class ApplicationRoleTest {

    private final String role = "partner_app_" + UUID.randomUUID().toString().replace("-", "");
    private final PartnerDatabase database;
    private Connection connection;

    ApplicationRoleTest(PartnerDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void a_role_with_three_rights() throws SQLException {
        database.sql().execute("create role " + role);
        database.sql().execute("grant usage on schema public to " + role);
        database.sql().execute("grant select, insert, update on all tables in schema public to " + role);
        connection = database.dataSourceOfOwner().getConnection();
        connection.createStatement().execute("set role " + role);
    }

    @AfterEach
    void the_role_is_gone() throws SQLException {
        connection.close();
        database.sql().execute("drop owned by " + role);
        database.sql().execute("drop role " + role);
    }

    @Test
    void it_can_do_everything_that_the_library_does() {
        Programme programme = new Programme(
                database, database.store(DSL.using(new DefaultConnectionProvider(connection), SQLDialect.POSTGRES)));
        Partner partner = programme.activePartner("0.1", Money.of("10", "USD"));
        UUID customer = programme.customerOf(partner);
        programme.approvedSale(customer, "200", "USD", JANUARY);
        programme.approvedSale(customer, "200", "USD", FEBRUARY);

        Payout payout = programme.closeAll(FEBRUARY).closed().get(0);

        assertThat(programme.pay(payout.id(), "bank-1").total()).isEqualTo(Money.of("20.00", "USD"));
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    @Test
    void the_application_role_cannot_delete_a_money_row_nor_disable_a_guard() {
        assertRefused("delete from partner_commission_events", "permission denied for table partner_commission_events");
        assertRefused("truncate partner_payouts cascade", "permission denied for table partner_payouts");
        assertRefused("alter table partner_payouts disable trigger all", "must be owner of table partner_payouts");
        assertRefused(
                "set session_replication_role = replica",
                "permission denied to set parameter \"session_replication_role\"");
    }

    private void assertRefused(String sql, String message) {
        assertThatThrownBy(() -> connection.createStatement().execute(sql)).hasMessage("ERROR: " + message);
    }
}
