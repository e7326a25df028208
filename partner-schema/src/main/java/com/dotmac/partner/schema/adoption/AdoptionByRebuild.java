package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.joining;

import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.MigrationsInOneTransaction;
import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Sets tables of another shape aside, creates ours by the migrations, and copies the rows. */
final class AdoptionByRebuild {

    /**
     * Objects that refer to the table itself, not to its name, and so would not follow to the new table; without our
     * own.
     */
    private static final String LEFT_WITH_THE_OLD = """
            with ours as (select oid from pg_proc where proname = any (?))
            select distinct pg_describe_object(d.classid, d.objid, 0), coalesce(nullif(t.typrelid, 0), d.refobjid)::regclass
            from pg_depend d left join pg_type t on d.refclassid = 'pg_type'::regclass and t.oid = d.refobjid
            where (d.refclassid = 'pg_class'::regclass and d.refobjid in (%1$s) or t.typrelid in (%1$s))
              and (d.classid in ('pg_policy'::regclass, 'pg_publication_rel'::regclass)
                   or d.classid = 'pg_proc'::regclass and d.objid not in (table ours)
                   or d.classid = 'pg_trigger'::regclass
                      and exists (select from pg_trigger g where g.oid = d.objid and not g.tgisinternal and g.tgfoid not in (table ours)))
            union all
            select 'row level security', oid::regclass from pg_class where oid in (%1$s) and relrowsecurity
            order by 1, 2
            """;

    private final SchemaSettings settings;
    private final LegacyTables legacy;
    private final LegacyCopy copy;

    AdoptionByRebuild(SchemaSettings settings, LegacyTables legacy) {
        this.settings = settings;
        this.legacy = legacy;
        copy = new LegacyCopy(legacy, CopiedTable.Places.OF_THE_COPY, LegacyCopy.canExpressRules(legacy));
    }

    List<String> steps() {
        List<String> steps = new ArrayList<>();
        steps.add("set aside in the schema " + RecordedChanges.SCHEMA + ", as they are: "
                + String.join(", ", legacy.names()));
        steps.add("create the new tables by the migrations");
        for (CopiedTable table : copy.tables()) {
            String unused = table.unused().isEmpty()
                    ? ""
                    : "; only in the table set aside: " + String.join(", ", table.unused());
            steps.add("copy the rows of " + table.name() + unused);
        }
        return steps;
    }

    List<String> refusals(SchemaTransaction transaction) throws SQLException {
        List<String> refusals = new ArrayList<>();
        if (transaction
                .value("select to_regnamespace(?) is not null", RecordedChanges.SCHEMA)
                .equals("t")) {
            refusals.add("the schema " + RecordedChanges.SCHEMA
                    + " exists already: rename or drop what an earlier adoption stored there");
        }
        String ours =
                legacy.names().stream().map(name -> "'" + name + "'::regclass").collect(joining(", "));
        for (List<String> foreignKey : transaction.query("""
                select conrelid::regclass, conname, confrelid::regclass from pg_constraint
                where contype = 'f' and confrelid in (%1$s) and conrelid not in (%1$s)
                order by 1, 2
                """.formatted(ours))) {
            refusals.add("the host's table " + foreignKey.get(0) + " refers to " + foreignKey.get(2) + " ("
                    + foreignKey.get(1) + "): drop that constraint first, and add it again to the new key afterwards");
        }
        for (List<String> view : transaction.query("""
                select distinct v.oid::regclass::text, d.refobjid::regclass::text
                from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
                where d.classid = 'pg_rewrite'::regclass and d.refobjid in (%1$s) and v.oid not in (%1$s)
                  and not v.relname = any (?)
                order by 1, 2
                """.formatted(ours), ourViews(transaction))) {
            refusals.add("the host's view " + view.get(0) + " reads " + view.get(1)
                    + ": drop it first, and create it again afterwards");
        }
        for (List<String> left : transaction.query(
                LEFT_WITH_THE_OLD.formatted(ours),
                transaction
                        .connection()
                        .createArrayOf("text", SchemaVersions.ofThisJar().namesOf("function")))) {
            refusals.add(left.get(0) + " would stay with the old table " + left.get(1)
                    + ": drop it first, and create it again afterwards");
        }
        return refusals;
    }

    void apply(SchemaTransaction transaction, MigrationsInOneTransaction migrations, SchemaState state)
            throws SQLException {
        settings.progress().step("setting aside: " + String.join(", ", legacy.names()));
        setAside(transaction);
        settings.progress().step("creating the new tables");
        migrations.startHistory(state);
        migrations.applyOwn();
        for (CopiedTable table : copy.tables()) {
            transaction.execute("alter table " + table.name() + " disable trigger user");
        }
        String zone = transaction.value("select current_setting('TimeZone')");
        transaction.query("select set_config('TimeZone', 'UTC', true)");
        boolean keysMade = false;
        for (CopiedTable table : copy.tables()) {
            if (!keysMade && !table.name().equals("partner_idempotency_keys")) {
                for (String keys : copy.keys()) {
                    transaction.update(keys);
                }
                keysMade = true;
            }
            int rows = transaction.update(table.statement(CopiedTable.Places.OF_THE_COPY));
            // Without statistics, PostgreSQL would plan it as an empty table and read it once for every row of the
            // next.
            transaction.execute("analyze " + table.name());
            if (table.name().equals("partner_payouts")) {
                AdoptedPayouts.add(transaction, legacy, RecordedChanges.SCHEMA + ".");
            }
            settings.progress().step("copied " + rows + " rows of " + table.name());
        }
        // Runs the pending checks of foreign keys: PostgreSQL enables no trigger while one is pending.
        if (legacy.has("partner_payouts") && legacy.has("partner_commission_events")) {
            UnexplainedPayments.account(transaction);
        }
        transaction.execute("set constraints all immediate");
        for (CopiedTable table : copy.tables()) {
            transaction.execute("alter table " + table.name() + " enable trigger user");
        }
        transaction.query("select set_config('TimeZone', ?, true)", zone);
        grantAgain(transaction);
        showOldValues(transaction);
        migrations.applyAllButHostLinks();
    }

    /** The values of the old tables that have no column in ours, and those that the copy replaces. */
    private void showOldValues(SchemaTransaction transaction) throws SQLException {
        List<String> queries = new ArrayList<>();
        for (CopiedTable table : copy.tables()) {
            if (legacy.has(table.name(), "id")) {
                List<String> columns = new ArrayList<>(table.unused());
                columns.addAll(Stream.of("status", "paid_at", "payout_id", "total_amount")
                        .filter(column -> legacy.has(table.name(), column) && !columns.contains(column))
                        .toList());
                queries.add(oldValues(table.name(), columns));
            }
        }
        if (legacy.has("partner_commissions", "id") && !LegacyCopy.canExpressRules(legacy)) {
            queries.add(oldValues(
                    "partner_commissions",
                    List.copyOf(legacy.columns("partner_commissions").keySet())));
        }
        if (!queries.isEmpty()) {
            transaction.execute("create view " + RecordedChanges.SCHEMA + ".old_values as "
                    + String.join(" union all ", queries) + "; comment on view " + RecordedChanges.SCHEMA
                    + ".old_values is 'For each row of the old tables the values that have no column in the new ones, and those"
                    + " that the adoption may have replaced, as JSON without nulls.'");
        }
    }

    private static String oldValues(String table, List<String> columns) {
        return "select '%1$s'::text as table_name, o.id::text as row_id, jsonb_strip_nulls(%3$s) as old_values from %2$s.%1$s o"
                .formatted(
                        table,
                        RecordedChanges.SCHEMA,
                        columns.stream()
                                .map(column -> "jsonb_build_object('" + column.replace("'", "''") + "', o.\""
                                        + column.replace("\"", "\"\"") + "\")")
                                .collect(collectingAndThen(
                                        joining(" || "), all -> all.isEmpty() ? "'{}'::jsonb" : all)));
    }

    private static Array ourViews(SchemaTransaction transaction) throws SQLException {
        return transaction
                .connection()
                .createArrayOf("text", SchemaVersions.ofThisJar().namesOf("view"));
    }

    /**
     * Moves the tables with their indexes, constraints and triggers, and the types and functions that have our names,
     * to the other schema. Drops the views that have our names, because they hold no rows.
     */
    private void setAside(SchemaTransaction transaction) throws SQLException {
        for (List<String> view : transaction.query("""
                select string_agg(c.oid::regclass::text, ', ') from pg_class c
                where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
                  and c.relkind = 'v' and c.relname = any (?)
                having count(*) > 0
                """, ourViews(transaction))) {
            transaction.execute("drop view " + view.get(0));
        }
        for (String table : legacy.names()) {
            transaction.execute("alter table " + table + " set schema " + RecordedChanges.SCHEMA);
        }
        SchemaVersions known = SchemaVersions.ofThisJar();
        for (List<String> statement : transaction.query(
                """
                select format('alter type %%s set schema %1$s', t.oid::regtype)
                from pg_type t
                where t.typnamespace = (select oid from pg_namespace where nspname = current_schema())
                  and t.typtype = 'e' and t.typname = any (?)
                union all
                select format('alter function %%s set schema %1$s', p.oid::regprocedure)
                from pg_proc p
                where p.pronamespace = (select oid from pg_namespace where nspname = current_schema())
                  and p.prokind = 'f' and p.proname = any (?)
                """.formatted(RecordedChanges.SCHEMA),
                transaction.connection().createArrayOf("text", known.namesOf("enum")),
                transaction.connection().createArrayOf("text", known.namesOf("function")))) {
            transaction.execute(statement.get(0));
        }
    }

    /** Grants on the new tables what was granted on the old ones, except delete and truncate, which no role needs. */
    private static void grantAgain(SchemaTransaction transaction) throws SQLException {
        transaction.execute("""
                do $grants$
                declare
                    held record;
                begin
                    for held in
                        select format('grant %%s%%s on %%I to %%s%%s', lower(a.privilege_type), a.columns, old.relname,
                                      case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                                      case when a.is_grantable then ' with grant option' end) as again
                        from pg_class old join pg_class new on new.relname = old.relname
                             and new.relnamespace = (select oid from pg_namespace where nspname = current_schema()),
                             lateral (
                                 select '' as columns, r.* from aclexplode(coalesce(old.relacl, acldefault('r', old.relowner))) r
                                 union all
                                 select format(' (%%I)', c.attname), r.*
                                 from pg_attribute c join pg_attribute n on n.attrelid = new.oid and n.attname = c.attname,
                                      aclexplode(c.attacl) r
                                 where c.attrelid = old.oid
                             ) a
                        where old.relnamespace = '%s'::regnamespace and old.relkind in ('r', 'p') and a.grantee <> new.relowner
                          and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE')
                    loop
                        execute held.again;
                    end loop;
                end
                $grants$
                """.formatted(RecordedChanges.SCHEMA));
    }
}
