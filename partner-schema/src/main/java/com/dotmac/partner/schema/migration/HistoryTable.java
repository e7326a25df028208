package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;

/** The history table in SQL, as Flyway makes and fills it, for what this library writes beside Flyway. */
final class HistoryTable {

    static final String NAME = "partner_schema_history";

    /** One more than the last. */
    static final String NEXT_RANK = "(select coalesce(max(installed_rank), 0) + 1 from partner_schema_history)";

    static final String BASELINE = "<< Flyway Baseline >>";

    private HistoryTable() {}

    static String create() {
        return """
               create table partner_schema_history (
                   installed_rank integer not null,
                   version varchar(50),
                   description varchar(200) not null,
                   type varchar(20) not null,
                   script varchar(1000) not null,
                   checksum integer,
                   installed_by varchar(100) not null,
                   installed_on timestamp not null default now(),
                   execution_time integer not null,
                   success boolean not null
               );
               alter table partner_schema_history add constraint partner_schema_history_pk primary key (installed_rank);
               create index partner_schema_history_s_idx on partner_schema_history (success);
               """;
    }

    /** With the baseline where the schema, the first of the search path, was not empty. */
    static String createInAnySchema() {
        return "select set_config('partner_schema.is_empty', (\n"
                + SCHEMA_IS_EMPTY.replace("?", "current_schema()").indent(4) + ")::text, true);\n"
                + create()
                + insertBaseline()
                        .replaceFirst(
                                "values \\((?s)(.*)\\);\\s*$",
                                "select $1\nwhere current_setting('partner_schema.is_empty') = 'false';\n");
    }

    /** The row that Flyway writes first where the schema is not empty. */
    static String insertBaseline() {
        return insert("1", "0", BASELINE, "BASELINE", BASELINE, "null");
    }

    /** The row of a migration, in the transaction that ran it: its time is that of the transaction so far. */
    static String insert(String rank, Migration migration) {
        return insert(
                rank,
                String.valueOf(migration.version()),
                migration.description(),
                "SQL",
                migration.script(),
                String.valueOf(migration.checksum()));
    }

    private static String insert(
            String rank, String version, String description, String type, String script, String checksum) {
        return """
               insert into partner_schema_history
                   (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
               values (%s, '%s', '%s', '%s', '%s', %s, current_user,
                   (extract(epoch from clock_timestamp() - transaction_timestamp()) * 1000)::integer, true);
               """.formatted(rank, version, description, type, script, checksum);
    }

    /** Whether Flyway would find the schema empty, so that no baseline is written. One parameter: the schema's name. */
    static final String SCHEMA_IS_EMPTY = """
            with schema as (select oid from pg_namespace where nspname = ?),
                 extended as (select objid from pg_depend where deptype = 'e')
            select not exists (
                select from pg_class where relnamespace in (table schema) and relkind in ('r', 'v', 'S', 't')
                                       and oid not in (table extended)
                union all
                select from pg_type where typnamespace in (table schema) and typcategory not in ('A', 'C')
                                      and oid not in (table extended)
                union all
                select from pg_proc where pronamespace in (table schema) and oid not in (table extended))
            """;
}
