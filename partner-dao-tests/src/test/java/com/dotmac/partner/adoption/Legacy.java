package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases as they are before an adoption, and what must hold of them after it. */
final class Legacy {

    private static final String HISTORY =
            "select installed_rank, version, description, type, script, checksum, success from partner_schema_history order by 1";

    final @Nullable PartnerDatabase database;
    private final DSLContext sql;
    final PartnerSchema schema;

    private Legacy(PartnerDatabase database) {
        this(database.dataSourceOfOwner(), database.sql(), database);
    }

    private Legacy(DataSource source, DSLContext sql, @Nullable PartnerDatabase database) {
        this.database = database;
        this.sql = sql;
        schema = PartnerSchema.of(source).linkedTo(HostTables.DEFAULT);
    }

    /** A host of 38 tables, as the problem statement has it; three of them are those we refer to. */
    static Legacy host(PartnerDatabase empty) {
        for (String table : List.of("customers", "invoices", "users")) {
            empty.sql().execute("create table " + table + " (id uuid primary key)");
        }
        IntStream.rangeClosed(4, 38)
                .forEach(n -> empty.sql().execute("create table host_" + n + " (id int primary key, name text)"));
        return new Legacy(empty);
    }

    /** With the partner tables as {@code create_all()} made them, and their rows. */
    static Legacy createAll(PartnerDatabase empty) {
        return withOldTables(host(empty));
    }

    /** The same on a server that the test kills; it has no table yet. */
    static Legacy createAllOn(DataSource empty) {
        return withOldTables(hostOn(empty));
    }

    /** A connection for each statement, so that the server may come back in between. */
    static Legacy hostOn(DataSource empty) {
        Legacy legacy = new Legacy(empty, DSL.using(empty, SQLDialect.POSTGRES), null);
        for (String table : List.of("customers", "invoices", "users")) {
            legacy.execute("create table " + table + " (id uuid primary key)");
        }
        return legacy;
    }

    private static Legacy withOldTables(Legacy legacy) {
        legacy.execute(resource("create_all_tables.sql"));
        legacy.execute(resource("create_all_rows.sql"));
        return legacy;
    }

    static Legacy migrated(PartnerDatabase database) {
        return new Legacy(database);
    }

    /** With our tables as a script made them by hand: no history. */
    static Legacy byHand(PartnerDatabase empty) {
        Legacy legacy = host(empty);
        legacy.schema.migrate();
        legacy.execute("drop table partner_schema_history");
        return legacy;
    }

    /** Every connection works as this role. */
    PartnerSchema as(String role) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.url());
        source.setUser(database.user());
        source.setPassword(database.password());
        source.setOptions("-c role=" + role);
        return PartnerSchema.of(source).linkedTo(HostTables.DEFAULT);
    }

    void ownedBy(String role) {
        execute("""
                do $owned$
                declare
                    given text;
                begin
                    execute 'grant create on database ' || current_database() || ' to %1$s';
                    for given in
                        select format('alter table %%s owner to %1$s', oid::regclass) from pg_class
                        where relnamespace = 'public'::regnamespace and relkind = 'r'
                    loop
                        execute given;
                    end loop;
                end
                $owned$;
                grant create, usage on schema public to %1$s
                """.formatted(role));
    }

    void execute(String sql) {
        this.sql.execute(sql);
    }

    String value(String sql) {
        return String.valueOf(this.sql.fetchValue(sql));
    }

    List<String> rows(String sql) {
        return this.sql.fetch(sql).map(row -> row.intoList().toString());
    }

    /** Exactly where migrate on a database with the same host ends. */
    void endsWhereMigrateEnds(PartnerDatabase other) {
        Legacy migrated = host(other);
        migrated.schema.migrate();
        Set<CatalogFact> expected = migrated.schema.snapshot();

        assertThat(schema.drift()).isEmpty();
        assertThat(schema.snapshot()).isEqualTo(expected);
        assertThat(rows(HISTORY)).isEqualTo(migrated.rows(HISTORY));
        assertThat(schema.migrate()).isEmpty();
        assertThat(rows("select * from partner_broken_invariants")).isEmpty();
    }

    /** Everything in the database that adopt might touch: all but the rows of the host. */
    List<String> everything() {
        return rows("""
                select c.oid::regclass::text || ' ' || c.relkind::text,
                       (select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
                        from pg_attribute where attrelid = c.oid and attnum > 0),
                       case when c.relkind = 'r' then (xpath('/table/row/h/text()', query_to_xml(format(
                           'select coalesce(md5(string_agg(t::text, '','' order by t::text)), '''') as h from %s t',
                           c.oid::regclass), true, true, '')))[1]::text end
                from pg_class c
                where c.relkind in ('r', 'v') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
                order by 1
                """);
    }

    static String resource(String name) {
        try (InputStream in = Legacy.class.getResourceAsStream("/legacy/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
