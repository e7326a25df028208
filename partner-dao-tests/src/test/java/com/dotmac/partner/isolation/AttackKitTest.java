package com.dotmac.partner.isolation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.attacks.AttackKit;
import com.dotmac.partner.testkit.attacks.AttackReport;
import com.dotmac.partner.testkit.attacks.AttackReport.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The attack kit as the role of the application, with the rights that {@code partner-schema roles} gives it. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class AttackKitTest {

    private PartnerDatabase database;

    @BeforeEach
    void take(PartnerDatabase clone) {
        database = clone;
        schema().migrate();
    }

    private PartnerSchema schema() {
        return PartnerSchema.of(database.dataSourceOfOwner())
                .linkedTo(HostTables.DEFAULT)
                .isolated();
    }

    private AttackReport attack() {
        Programme programme = new Programme(database);
        AttackReport report = AttackKit.of(database.dataSource())
                .withCustomers(programme.customer(), programme.customer())
                .run();
        database.sql().execute("analyze");
        return report;
    }

    @Test
    void every_way_fails_and_without_policies_those_of_the_docs_succeed() throws IOException {
        attack();
        AttackReport isolated = attack();
        assertThat(isolated.ways()).hasSizeGreaterThan(200);
        assertThat(isolated.ways()).extracting(Way::toString).doesNotHaveDuplicates();
        assertThat(isolated.succeeded()).as(isolated.toString()).isEmpty();
        assertThat(new Programme(database).brokenInvariants()).isEmpty();

        schema().undo(19, Set.of());
        AttackReport open = attack();
        String listed = open.succeeded().stream()
                .collect(groupingBy(Way::area, TreeMap::new, mapping(Way::name, joining("; "))))
                .entrySet()
                .stream()
                .map(area -> "- **" + area.getKey() + "**: " + area.getValue() + ".")
                .collect(joining("\n"));
        String docs = Files.readString(Path.of("..", "docs", "isolation.md"));
        assertThat(docs.replaceAll("\\s+", " ")).as(listed).contains(listed.replaceAll("\\s+", " "));
    }
}
