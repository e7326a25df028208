package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** What the guard costs at the start of an application, counted on the wire. */
@ExtendWith(PartnerDatabaseExtension.class)
class GuardRoundTripTest {

    private interface Use {
        void of(PGSimpleDataSource dataSource) throws SQLException;
    }

    private static final Use CONNECT_ONLY =
            dataSource -> dataSource.getConnection().close();

    private static final Use GUARD = dataSource -> SchemaGuard.ofSearchPath().report(dataSource);

    @Test
    void all_is_well_after_one_round_trip(PartnerDatabase database) throws Exception {
        assertThat(roundTrips(database, GUARD) - roundTrips(database, CONNECT_ONLY))
                .isEqualTo(1);
    }

    @Test
    void what_differs_is_named_after_one_more(PartnerDatabase database) throws Exception {
        Sql.run(database, "drop index partner_payouts_ready");

        assertThat(roundTrips(database, GUARD) - roundTrips(database, CONNECT_ONLY))
                .isEqualTo(2);
    }

    @Test
    void a_pending_migration_needs_no_second_look(@EmptyDatabase PartnerDatabase database) throws Exception {
        Schemas.migrateTo(10, database);

        assertThat(roundTrips(database, GUARD) - roundTrips(database, CONNECT_ONLY))
                .isEqualTo(1);
    }

    private static int roundTrips(PartnerDatabase database, Use use)
            throws IOException, SQLException, InterruptedException {
        PGSimpleDataSource dataSource = Sql.dataSource(database);
        try (RoundTrips counted =
                new RoundTrips(dataSource.getServerNames()[0], dataSource.getPortNumbers()[0])) {
            dataSource.setServerNames(new String[] {"localhost"});
            dataSource.setPortNumbers(new int[] {counted.port()});
            use.of(dataSource);
            return counted.count();
        }
    }
}
