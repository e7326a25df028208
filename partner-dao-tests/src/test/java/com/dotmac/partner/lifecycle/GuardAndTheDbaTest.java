package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An instance starts although a DBA changed something for speed, which drift lists; it does not start if behaviour
 * changed.
 */
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class GuardAndTheDbaTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index emergency on partner_commission_events (tenant_id, recorded_at)",
                "alter table partner_commission_events set (autovacuum_vacuum_scale_factor = 0.01)",
                "alter table partner_payouts set (fillfactor = 70)",
                "comment on table partners is 'ours'",
                "comment on column partners.tier is null",
            })
    void maintenance_by_the_dba_is_allowed(String change, PartnerDatabase database) {
        Sql.run(database, change);

        assertThat(Schemas.linked(database).drift()).hasSize(1);
        assertThat(SchemaGuard.ofSearchPath()
                        .linkedToHost()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create unique index one_each on partner_commission_events (tenant_id, partner_id)",
                "drop index partner_commission_events_by_partner",
                "alter table partner_payouts disable trigger partner_guard_payouts",
                "alter table partners enable row level security",
            })
    void a_change_of_behaviour_is_drift(String change, PartnerDatabase database) {
        Sql.run(database, change);

        assertThat(SchemaGuard.ofSearchPath()
                        .linkedToHost()
                        .report(database.dataSourceOfOwner())
                        .verdict())
                .isEqualTo(SchemaVerdict.DRIFTED);
    }
}
