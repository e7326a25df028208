package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An adoption waits for tables of the host no longer than a migration does, and never with our tables locked. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class HostLinksOfAdoptionTest {

    @Test
    void a_table_of_the_host_is_locked_after_the_adoption_and_as_briefly_as_by_migrate(
            @EmptyDatabase PartnerDatabase database) throws Exception {
        Legacy legacy = Legacy.createAll(database);
        List<String> locks = new ArrayList<>();
        PartnerSchema schema = legacy.schema
                .waitingForHostLocks(Duration.ofMillis(50))
                .reportingTo(line -> locks.addAll(legacy.rows("""
                        select distinct c.relname from pg_locks l join pg_class c on c.oid = l.relation
                        where c.relname in ('customers', 'invoices', 'users') and l.mode = 'ShareRowExclusiveLock' and l.granted
                          and l.database = (select oid from pg_database where datname = current_database())
                        """)));
        try (Connection host = database.dataSourceOfOwner().getConnection()) {
            host.setAutoCommit(false);
            host.createStatement().execute("update invoices set id = id");

            assertThatThrownBy(() -> schema.applyAdoption(Set.of()))
                    .hasMessageStartingWith(
                            "adopt has adopted the tables, but not added every reference to the host's tables:")
                    .hasMessageEndingWith(". migrate adds those that are pending, drift prints what else is missing");

            assertThat(locks).isEmpty();
            assertThat(legacy.value("select count(*) from partner_commission_events"))
                    .isEqualTo("6");
            host.rollback();
        }
        assertThat(schema.migrate()).isNotEmpty();
        assertThat(schema.drift()).isEmpty();
    }
}
