package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.LINKS;
import static com.dotmac.partner.lifecycle.Wording.NEWEST;
import static com.dotmac.partner.lifecycle.Wording.WITHOUT_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.PartnerMigrations;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The build's snapshots of every version equal what the server of the tests reports; the server's version does not
 * matter.
 */
@Tag("catalog")
@ExtendWith(PartnerDatabaseExtension.class)
class VersionsOfTheBuildTest {

    @Test
    void every_version_is_as_the_build_found_it(@EmptyDatabase PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        for (int version = 1; version <= NEWEST; version++) {
            Schemas.migrateTo(version, database);

            assertThat(schema.drift()).as("V%d", version).isEmpty();
        }
    }

    @Test
    void every_version_without_links_is_as_the_build_found_it(@EmptyDatabase PartnerDatabase database) {
        PartnerSchema schema = Schemas.unlinked(database);
        for (int version = 1; version <= WITHOUT_LINKS; version++) {
            if (LINKS.contains(version)) {
                continue;
            }
            PartnerMigrations.configuration(database.dataSourceOfOwner())
                    .locations("classpath:partner-dao/schema")
                    .target(String.valueOf(version))
                    .load()
                    .migrate();

            assertThat(schema.drift()).as("V%d", version).isEmpty();
        }
        assertThat(schema.migrate()).isEmpty();
    }

    /**
     * The digest is made by the server in the database's encoding and collation C: only ASCII is the same everywhere.
     */
    @Test
    void every_snapshot_is_ascii() throws Exception {
        try (InputStream in = PartnerSchema.class.getResourceAsStream("catalog/versions.txt")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .isASCII();
        }
    }
}
