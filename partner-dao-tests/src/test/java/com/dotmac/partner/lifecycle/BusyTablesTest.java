package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** If another session locks a table, the tool tries a few times, gives up, and leaves nothing half done. */
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class BusyTablesTest {

    private static final String APPLIED =
            "select max(version::int) from partner_schema_history where success and type = 'SQL'";

    private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

    @Test
    void a_migration_gives_up_and_names_who_holds_the_table(@EmptyDatabase PartnerDatabase database)
            throws SQLException {
        Schemas.migrateTo(9, database);
        PartnerSchema schema = impatient(database);
        Set<CatalogFact> before = schema.snapshot();
        String because;
        try (HeldLock lock = HeldLock.on("users", database)) {
            because = "a lock was not available within 100ms: " + lock.holder();

            assertThatThrownBy(schema::migrate)
                    .isInstanceOf(PartnerSchemaException.Refused.class)
                    .hasMessage("migrate gave up after 5 attempts and left nothing of this step: " + because
                            + ". Run it again when that session is done, or with a longer lock timeout");
        }

        assertThat(steps)
                .containsExactly(
                        "applying V10__host_link_of_users.sql",
                        "  " + because + "; attempt 2 of 5 in 100 ms",
                        "applying V10__host_link_of_users.sql",
                        "  " + because + "; attempt 3 of 5 in 200 ms",
                        "applying V10__host_link_of_users.sql",
                        "  " + because + "; attempt 4 of 5 in 400 ms",
                        "applying V10__host_link_of_users.sql",
                        "  " + because + "; attempt 5 of 5 in 800 ms",
                        "applying V10__host_link_of_users.sql");
        assertThat(Sql.value(database, APPLIED)).isEqualTo("9");
        assertThat(Sql.value(database, "select count(*) from partner_schema_history where not success"))
                .isEqualTo("0");
        assertThat(schema.snapshot()).isEqualTo(before);
        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.BEHIND);

        assertThat(schema.migrate()).isEqualTo(Wording.AFTER_V9);
        assertThat(schema.verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void a_table_that_is_free_again_in_time_is_migrated(@EmptyDatabase PartnerDatabase database) throws SQLException {
        Schemas.migrateTo(9, database);
        try (HeldLock lock = HeldLock.on("users", database)) {
            List<String> applied = impatient(database)
                    .reportingTo(line -> {
                        steps.add(line);
                        if (line.contains("attempt 2 of 5")) {
                            release(lock);
                        }
                    })
                    .migrate();

            assertThat(applied).isEqualTo(Wording.AFTER_V9);
        }

        assertThat(steps).filteredOn(line -> line.contains("attempt")).hasSize(1);
        assertThat(Schemas.linked(database).verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @Test
    void what_was_applied_before_the_busy_table_stays(@EmptyDatabase PartnerDatabase database) throws SQLException {
        Schemas.migrateTo(8, database);
        try (HeldLock lock = HeldLock.on("users", database)) {
            assertThatThrownBy(impatient(database)::migrate).hasMessageContaining(lock.holder());
        }

        assertThat(Sql.value(database, APPLIED)).isEqualTo("9");
        assertThat(impatient(database).drift()).isEmpty();
    }

    @Test
    void an_undo_gives_up_and_names_who_holds_the_table(PartnerDatabase database) throws SQLException {
        PartnerSchema schema = impatient(database);
        Set<CatalogFact> before = schema.snapshot();
        try (HeldLock lock = HeldLock.on("partner_payouts", database)) {
            assertThatThrownBy(() -> schema.undo(0, Set.of()))
                    .isInstanceOf(PartnerSchemaException.Refused.class)
                    .hasMessage("undo gave up after 5 attempts and left nothing of this step: a lock was not available"
                            + " within 100ms: " + lock.holder()
                            + ". Run it again when that session is done, or with a longer lock timeout");
        }

        assertThat(Sql.value(database, APPLIED)).isEqualTo("19");
        assertThat(schema.snapshot()).isEqualTo(before);
        assertThat(schema.undo(9, Set.of()))
                .extracting(Migration::version)
                .containsExactly(19, 18, 17, 16, 15, 14, 13, 12, 11, 10);
    }

    @Test
    void the_guard_does_not_wait_for_ever(PartnerDatabase database) throws SQLException {
        try (HeldLock lock = HeldLock.on("partner_schema_history", database)) {
            assertThatThrownBy(() -> SchemaGuard.verify(database.dataSourceOfOwner()))
                    .as(lock.holder())
                    .isInstanceOf(PartnerSchemaException.Unreadable.class)
                    .hasMessageStartingWith(
                            "the partner schema cannot be read: ERROR: canceling statement due to lock timeout")
                    .hasMessageEndingWith(
                            " (SQLSTATE 55P03). Another session has locked a partner table against reading: try again"
                                    + " when it has ended");
        }
    }

    private PartnerSchema impatient(PartnerDatabase database) {
        return Schemas.linked(database)
                .waitingForLocks(Duration.ofMillis(100))
                .waitingForHostLocks(Duration.ofMillis(100))
                .reportingTo(line -> {
                    if (!line.startsWith("applied")) {
                        steps.add(line);
                    }
                });
    }

    private static void release(HeldLock lock) {
        try {
            lock.release();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
