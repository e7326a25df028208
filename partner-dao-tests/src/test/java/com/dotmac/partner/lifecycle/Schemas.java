package com.dotmac.partner.lifecycle;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerMigrations;

/** The schema of a test's database in the ways in which a deployment opens it. */
final class Schemas {

    private Schemas() {}

    /** With references to the stand-ins for the host's tables. */
    static PartnerSchema linked(PartnerDatabase database) {
        return unlinked(database).linkedTo(HostTables.DEFAULT);
    }

    static PartnerSchema unlinked(PartnerDatabase database) {
        return PartnerSchema.of(database.dataSourceOfOwner());
    }

    /** On an empty database, by Flyway as a host would run it. */
    static void migrateTo(int version, PartnerDatabase database) {
        PartnerMigrations.configuration(database.dataSourceOfOwner())
                .target(String.valueOf(version))
                .load()
                .migrate();
    }
}
