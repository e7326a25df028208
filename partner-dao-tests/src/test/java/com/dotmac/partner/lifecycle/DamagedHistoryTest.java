package com.dotmac.partner.lifecycle;

import static com.dotmac.partner.lifecycle.Wording.command;
import static com.dotmac.partner.lifecycle.Wording.place;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** While rows of the history are missing, nothing that changes the schema runs, and drift prints how to mend it. */
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class DamagedHistoryTest {

    private static final String ROWS =
            "select version, checksum, success from partner_schema_history order by installed_rank";

    @Test
    void a_missing_row_before_others_stops_every_operation(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        List<String> whole = Sql.rows(database, ROWS);
        Sql.run(database, "delete from partner_schema_history where version in ('8', '9')");
        List<String> damaged = Sql.rows(database, ROWS);
        String message =
                place(database) + "has a damaged history: the rows of V8 guards of sales and commission events,"
                        + " V9 totals of commission events are missing, but those of later migrations are there."
                        + " See how to mend the history: " + command("drift", database);

        assertThat(schema.verify().message()).isEqualTo(message);
        for (Runnable operation : List.<Runnable>of(
                schema::migrate, schema::plan, () -> schema.undo(7, Set.of()), () -> schema.undo(0, Set.of()))) {
            assertThatThrownBy(operation::run)
                    .isInstanceOf(PartnerSchemaException.Refused.class)
                    .hasMessage(message);
        }
        assertThat(Sql.rows(database, ROWS)).isEqualTo(damaged);

        assertThat(Tool.run(database, "drift").out())
                .endsWith("This may hide other differences: repair it, then run drift again.\n");
        schema.drift().forEach(difference -> Sql.runOneByOne(database, difference.repair()));
        assertThat(Sql.rows(database, ROWS)).isEqualTo(whole);
        assertThat(schema.drift()).isEmpty();
        assertThat(schema.migrate()).isEmpty();
        assertThat(schema.undo(7, Set.of())).hasSize(12);
    }

    @Test
    void a_missing_last_row_is_told_by_migrate_and_mended_by_drift(PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        Sql.run(database, "delete from partner_schema_history where version = '" + Wording.NEWEST + "'");

        assertThatThrownBy(schema::migrate)
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessageContaining(
                        "already exists. If the migration itself created it before, its row of the history is"
                                + " missing: drift says how to mend that");
        List<Difference> differences = schema.drift();

        assertThat(differences)
                .extracting(Difference::toString)
                .containsExactly("missing history row V19 invariants of records");
        Sql.run(database, differences.get(0).repair());
        assertThat(schema.drift()).isEmpty();
        assertThat(schema.migrate()).isEmpty();
    }
}
