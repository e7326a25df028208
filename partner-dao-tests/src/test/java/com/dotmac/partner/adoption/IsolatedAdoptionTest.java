package com.dotmac.partner.adoption;

import static com.dotmac.partner.schema.adoption.AdoptionConsent.CLEAR_ORPHANS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An adoption with row security ends where migrate with row security ends, and hides no row from itself. */
@ExtendWith(PartnerDatabaseExtension.class)
class IsolatedAdoptionTest {

    private static void endsWhereMigrateEnds(Legacy legacy, PartnerDatabase database, PartnerDatabase other) {
        PartnerSchema adopted = legacy.schema.isolated();
        PartnerSchema migrated = Legacy.host(other).schema.isolated();
        migrated.migrate();

        assertThat(adopted.drift()).isEmpty();
        assertThat(adopted.snapshot()).isEqualTo(migrated.snapshot());
        assertThat(adopted.migrate()).isEmpty();
        assertThat(legacy.rows("select version, type, script from partner_schema_history where version = '20'"))
                .hasSize(1);
        assertThat(legacy.rows("select * from partner_broken_invariants")).isEmpty();
        assertThat(SchemaGuard.ofSearchPath()
                        .linkedToHost()
                        .isolated()
                        .report(database.dataSourceOfOwner())
                        .message())
                .as("all is there, but a superuser asks")
                .contains("row security does not bind the role");
    }

    @Test
    void a_host_without_partner_tables_gets_them_with_policies(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.host(database);

        assertThat(legacy.schema.isolated().adopt(Set.of()).way()).isEqualTo(Adoption.Way.MIGRATE);
        legacy.schema.isolated().applyAdoption(Set.of());

        endsWhereMigrateEnds(legacy, database, other);
    }

    @Test
    void tables_that_create_all_made_get_their_rows_and_policies(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        String partners = legacy.value("select count(*) from partners");

        legacy.schema.isolated().applyAdoption(Set.of());

        endsWhereMigrateEnds(legacy, database, other);
        assertThat(legacy.value("select count(*) from partners")).isEqualTo(partners);
    }

    /** Row security that is forced would hide the rows from the statements that move them. */
    @Test
    void an_owner_without_privileges_adopts_all_rows(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        Legacy compared = Legacy.createAll(other);
        compared.schema.applyAdoption(Set.of());
        String owner = "isolating_owner_" + Long.toUnsignedString(System.nanoTime());
        legacy.execute("create role " + owner);
        try {
            legacy.execute("create extension if not exists btree_gist");
            legacy.ownedBy(owner);

            legacy.as(owner).isolated().applyAdoption(Set.of());

            for (String table :
                    List.of("partners", "partner_commission_events", "partner_payouts", "partner_accounts")) {
                assertThat(legacy.value("select count(*) from " + table))
                        .as(table)
                        .isEqualTo(compared.value("select count(*) from " + table))
                        .isNotEqualTo("0");
            }
            assertThat(legacy.as(owner).isolated().drift()).isEmpty();
        } finally {
            legacy.execute("drop owned by " + owner + " cascade");
            legacy.execute("drop role " + owner);
        }
    }

    /** As a dump without the history leaves it, or a script of somebody's own. */
    @Test
    void our_tables_without_a_history_are_adopted_in_place_with_and_without_policies(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute(Legacy.resource("rows_of_ours.sql"));
        legacy.schema.isolated().applyAdoption(Set.of(CLEAR_ORPHANS));
        endsWhereMigrateEnds(legacy, database, other);

        legacy.execute("drop table partner_schema_history");
        assertThat(legacy.schema.isolated().adopt(Set.of(CLEAR_ORPHANS)).way()).isEqualTo(Adoption.Way.IN_PLACE);
        legacy.schema.isolated().applyAdoption(Set.of(CLEAR_ORPHANS));

        assertThat(legacy.schema.isolated().drift()).isEmpty();
        assertThat(legacy.schema.isolated().verify().verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(legacy.schema.isolated().migrate()).isEmpty();
    }
}
