package com.dotmac.partner.throwaway;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A database of the user, given by its URL. It must be empty; {@link #close()} empties it again. */
final class ExternalDatabase implements ThrowawayDatabase {

    /** Its contents: relations, types, functions and schemas that belong to no extension. */
    private static final String CONTENTS = """
            select kind || ' ' || name
            from (
                select 'table' as kind, c.oid::regclass::text as name, c.oid, 'pg_class'::regclass as catalog, relnamespace as schema
                from pg_class c where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
                union all
                select 'type', t.oid::regtype::text, t.oid, 'pg_type'::regclass, typnamespace
                from pg_type t where typtype in ('e', 'd')
                union all
                select 'function', p.oid::regprocedure::text, p.oid, 'pg_proc'::regclass, pronamespace
                from pg_proc p
            ) object join pg_namespace n on n.oid = object.schema
            where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'
              and not exists (select from pg_depend d
                              where d.classid = object.catalog and d.objid = object.oid and d.deptype = 'e')
            union all
            select 'schema ' || nspname from pg_namespace
            where nspname not in ('pg_catalog', 'information_schema', 'public') and nspname not like 'pg\\_%'
            order by 1
            """;

    private static final int NAMED_AT_MOST = 10;

    private final String url;
    private final String user;
    private final String password;

    ExternalDatabase(Properties properties) {
        this.url = properties.getProperty(URL);
        this.user = properties.getProperty(USER, "postgres");
        this.password = properties.getProperty(PASSWORD, "");
        if (url == null || !url.startsWith("jdbc:postgresql:")) {
            throw new IllegalStateException("partner.db=external: partner.db.url is "
                    + (url == null ? "not set" : "\"" + url + "\"")
                    + ". Set it to the JDBC URL of an empty database, for example"
                    + " -Dpartner.db.url=jdbc:postgresql://localhost:5432/scratch, or choose another database with"
                    + " -Dpartner.db=embedded.");
        }
        refuseUnlessEmpty();
    }

    private void refuseUnlessEmpty() {
        List<String> contents = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CONTENTS)) {
            while (rows.next()) {
                contents.add(rows.getString(1));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "partner.db=external: " + url + " cannot be used as user " + user + ": " + failed.getMessage()
                            + ". Correct partner.db.url, .user or .password, or choose another database with"
                            + " -Dpartner.db=embedded.",
                    failed);
        }
        if (!contents.isEmpty()) {
            int more = contents.size() - NAMED_AT_MOST;
            throw new IllegalStateException("partner.db=external: the database at " + url + " is not empty and would be"
                    + " thrown away. It holds "
                    + String.join(", ", contents.subList(0, Math.min(contents.size(), NAMED_AT_MOST)))
                    + (more > 0 ? " and " + more + " more" : "")
                    + ". Give an empty one, or choose another database with -Dpartner.db=embedded or"
                    + " -Dpartner.db=container.");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    @Override
    public String description() {
        return "external, " + url;
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public String user() {
        return user;
    }

    @Override
    public String password() {
        return password;
    }

    @Override
    public boolean serverStays() {
        return true;
    }

    /** The database was empty, so everything in its schema public is ours. */
    @Override
    public void close() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("drop schema public cascade");
            statement.execute("create schema public");
        } catch (SQLException failed) {
            throw new IllegalStateException(
                    "partner.db=external: " + url + " could not be emptied: " + failed.getMessage()
                            + ". Drop its schema public by hand.",
                    failed);
        }
    }
}
