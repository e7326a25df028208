package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.Migration;

/** SQL that creates and fills the history table as Flyway does, where this library writes it without Flyway. */
final class HistoryTable {

    static final String NAME = "partner_schema_history";

    /** The rank of the next row. */
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

    /** Also inserts the baseline if the schema, the first of the search path, was not empty. */
    static String createInAnySchema() {
        return "select set_config('partner_schema.is_empty', (\n"
                + SCHEMA_IS_EMPTY.replace("?", "current_schema()").indent(4) + ")::text, true);\n"
                + create()
                + insertBaseline()
                        .replaceFirst(
                                "values \\((?s)(.*)\\);\\s*$",
                                "select $1\nwhere current_setting('partner_schema.is_empty') = 'false';\n");
    }

    /** The row that Flyway writes first if the schema is not empty. */
    static String insertBaseline() {
        return insert("1", "0", BASELINE, "BASELINE", BASELINE, "null");
    }

    /** The row of a migration. Its execution time is the time since the transaction began. */
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

    /** Whether Flyway would find the schema empty and write no baseline. One parameter: the name of the schema. */
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
