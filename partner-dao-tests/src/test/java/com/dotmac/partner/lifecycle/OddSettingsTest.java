package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A role or a database may carry settings that change how PostgreSQL understands and prints statements. */
@Tag("server")
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class OddSettingsTest {

    private static final Map<String, String> ODD = Map.ofEntries(
            Map.entry("array_nulls", "off"),
            Map.entry("backslash_quote", "on"),
            Map.entry("bytea_output", "escape"),
            Map.entry("DateStyle", "German, DMY"),
            Map.entry("escape_string_warning", "on"),
            Map.entry("extra_float_digits", "-15"),
            Map.entry("IntervalStyle", "sql_standard"),
            Map.entry("lc_messages", "POSIX"),
            Map.entry("lc_monetary", "POSIX"),
            Map.entry("lc_numeric", "POSIX"),
            Map.entry("quote_all_identifiers", "on"),
            Map.entry("standard_conforming_strings", "off"),
            Map.entry("TimeZone", "Asia/Kathmandu"),
            Map.entry("transform_null_equals", "on"),
            Map.entry("xmlbinary", "hex"),
            Map.entry("xmloption", "document"));

    private static final String CHANGES = """
            alter table partners alter column created_at set default '2026-01-02 03:04:05+00';
            alter table partners add check (updated_at - created_at < interval '1 day 02:03:04');
            alter table partners add check (phone ~ '^\\d+$' or phone <> 'it''s');
            create index by_phone on partners (phone) where created_at > '2026-03-04 00:00:00+00';
            create index by_float on partners ((float8 '0.1'));
            drop trigger partner_guard_payouts on partner_payouts
            """;

    /** Who carries the settings. */
    enum Carrier {
        DATABASE,
        ROLE;

        void carry(PartnerDatabase database) {
            String name = Sql.dataSource(database).getDatabaseName();
            String carrier = this == DATABASE ? "database " + name : "role " + database.user() + " in database " + name;
            ODD.forEach((setting, value) ->
                    Sql.run(database, "alter " + carrier + " set " + setting + " = '" + value + "'"));
            Sql.run(database, "alter " + carrier + " set search_path = nowhere, public");
            assertThat(Sql.value(database, "show standard_conforming_strings")).isEqualTo("off");
            assertThat(Sql.value(database, "show quote_all_identifiers")).isEqualTo("on");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_healthy_schema_is_healthy(Carrier carrier, PartnerDatabase database) {
        SchemaReport before = report(database);
        carrier.carry(database);

        assertThat(before.verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        assertThat(report(database)).isEqualTo(before);
        assertThat(Schemas.linked(database).drift()).isEmpty();
        assertThat(Schemas.linked(database).plan()).contains("0 migrations to apply");
        assertThat(Schemas.linked(database).migrate()).isEmpty();
        assertThat(Schemas.linked(database).info())
                .filteredOn(migration -> migration.version() <= Wording.NEWEST)
                .hasSize(Wording.NEWEST)
                .allSatisfy(migration -> assertThat(migration.state().name()).isEqualTo("APPLIED"));
    }

    @ParameterizedTest
    @EnumSource
    void a_changed_schema_has_the_same_differences(Carrier carrier, PartnerDatabase database) {
        Sql.run(database, CHANGES);
        SchemaReport before = report(database);
        List<Difference> differences = Schemas.linked(database).drift();
        carrier.carry(database);

        assertThat(before.verdict()).isEqualTo(SchemaVerdict.DRIFTED);
        assertThat(differences).hasSize(6);
        assertThat(report(database)).isEqualTo(before);
        assertThat(Schemas.linked(database).drift()).isEqualTo(differences);
    }

    @ParameterizedTest
    @EnumSource
    void migrate_and_undo_leave_what_they_leave_elsewhere(
            Carrier carrier, @EmptyDatabase PartnerDatabase database, PartnerDatabase usual) {
        Sql.createHostTables(database);
        carrier.carry(database);
        PartnerSchema schema = Schemas.linked(database);

        assertThat(report(database).verdict()).isEqualTo(SchemaVerdict.ABSENT);
        schema.migrate();

        assertThat(schema.snapshot()).isEqualTo(Schemas.linked(usual).snapshot());
        assertThat(report(database).verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
        schema.undo(5, Set.of());
        assertThat(report(database).verdict()).isEqualTo(SchemaVerdict.BEHIND);
        schema.migrate();
        assertThat(schema.drift()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_plan_leaves_what_it_leaves_elsewhere(
            Carrier carrier, @EmptyDatabase PartnerDatabase database, PartnerDatabase usual) throws Exception {
        Sql.createHostTables(database);
        carrier.carry(database);

        Psql.Run run = Psql.run(database, Schemas.linked(database).plan());

        assertThat(run.status()).as(run.output()).isZero();
        assertThat(Schemas.linked(database).snapshot())
                .isEqualTo(Schemas.linked(usual).snapshot());
        assertThat(report(database).verdict()).isEqualTo(SchemaVerdict.UP_TO_DATE);
    }

    private static SchemaReport report(PartnerDatabase database) {
        return SchemaGuard.ofSearchPath().linkedToHost().report(database.dataSourceOfOwner());
    }
}
