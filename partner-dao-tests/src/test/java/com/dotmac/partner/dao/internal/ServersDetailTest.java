package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL prints rows and keys in the detail of an error, be they of another tenant: no message of ours repeats them. */
@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class ServersDetailTest {

    private final PartnerDatabase database;
    private final UUID partner;

    ServersDetailTest(PartnerDatabase database) {
        this.database = database;
        Programme programme = new Programme(database);
        partner = programme.activePartner("0.1").id();
        programme.sale(programme.customerOf(programme.activePartner("0.1")), "100", "USD", Programme.JANUARY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into partners select * from partners",
                "insert into partner_idempotency_keys select * from partner_idempotency_keys",
                "insert into partner_accounts select * from partner_accounts",
                "insert into partner_commission_events select * from partner_commission_events",
                "insert into partner_payout_minimums select tenant_id, gen_random_uuid(), 'USD', 1, 'x' from partners",
                "insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)"
                        + " select tenant_id, 'new', 'New', 'unknown', 'x', 'x' from partners",
                "update partners set company_name = ' '",
                "update partners set company_name = null",
                "update partners set default_commission_rate = 7",
                "update partner_commission_events set customer_id = gen_random_uuid()",
                "update partner_commission_events set commission_amount = 1",
            })
    void no_message_of_an_exception_or_its_causes_has_it(String sql) throws SQLException {
        SQLException failed;
        try (Connection connection = database.dataSourceOfOwner().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            failed = catchThrowableOfType(SQLException.class, () -> statement.execute(sql));
            connection.rollback();
        }

        PartnerException translated = SqlErrors.translated(failed);

        assertThat(translated.sqlState()).contains(failed.getSQLState());
        assertThat(translated.getCause().getStackTrace()).isEqualTo(failed.getStackTrace());
        for (String message : messages(translated)) {
            assertThat(message)
                    .doesNotContain("Detail", "Key (", "Failing row", "acme", "Northwind", partner.toString());
        }
    }

    private static List<String> messages(Throwable failed) {
        List<String> messages = new ArrayList<>();
        for (Throwable thrown = failed; thrown != null; thrown = thrown.getCause()) {
            messages.add(String.valueOf(thrown.getMessage()));
            for (Throwable suppressed : thrown.getSuppressed()) {
                messages.add(String.valueOf(suppressed.getMessage()));
            }
        }
        return messages;
    }
}
