package com.dotmac.partner.schema.catalog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the history and the catalog of a database. Writes nothing and needs only the right to read. */
public final class SchemaReader {

    /** SQLSTATE of a statement that the role has no right to run. */
    public static final String NO_RIGHT = "42501";
    /** SQLSTATE of a lock that was not available within the lock timeout. */
    public static final String LOCKED = "55P03";

    private static final Set<String> ADMINISTERED =
            Set.of("setting", "subscription", "extension member", "replica identity", "owner", "grant", "revoke");

    private final Connection connection;
    private final @Nullable String schema;

    /**
     * @param schema null for the schema in which the connection's search path finds the history, or else its first
     * schema
     */
    public SchemaReader(Connection connection, @Nullable String schema) {
        this.connection = connection;
        this.schema = schema;
    }

    /** Reads the history and the fingerprint, in one round trip if there is a history. */
    public SchemaState state() throws SQLException {
        return state(ReaderSql.FINGERPRINT);
    }

    /**
     * Reads the history without the fingerprint. It locks none of our tables except the history, so it never waits for
     * a busy table.
     */
    public SchemaState history() throws SQLException {
        return state(ReaderSql.NO_FINGERPRINT);
    }

    private SchemaState state(String lastQuestion) throws SQLException {
        return isolated(() -> {
            try {
                return tracked(lastQuestion);
            } catch (SQLException failed) {
                rollBack();
                if (!"42P01".equals(failed.getSQLState())) {
                    throw failed;
                }
                return untracked();
            }
        });
    }

    /** Reads every fact of the catalog about our objects, ordered by name. */
    public Set<CatalogFact> facts() throws SQLException {
        return isolated(() -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(ReaderSql.BEGIN + ReaderSql.FACTS + "; commit")) {
                statement.setString(1, schema);
                bindNames(statement, 2);
                statement.execute();
                Results results = new Results(statement);
                results.next();
                return facts(results.next());
            } catch (SQLException failed) {
                rollBack();
                throw failed;
            }
        });
    }

    /**
     * Does the same as {@link #facts()} in the caller's transaction, whose search path must be the schema alone; without
     * owners, rights, settings and replication, which no migration and no adoption changes.
     */
    public static Set<CatalogFact> factsWithin(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ReaderSql.FACTS)) {
            bindNames(statement, 1);
            Set<CatalogFact> facts = facts(statement.executeQuery());
            facts.removeIf(fact -> ADMINISTERED.contains(fact.kind()));
            return facts;
        }
    }

    /**
     * The tables and keys of the host that our foreign keys refer to: facts of the kind {@code host table}, named by the
     * foreign key and defined like {@code user_id to users (id)}, with a tenant {@code user_id to users (tenant_id, id)}.
     */
    public Set<CatalogFact> hostReferences() throws SQLException {
        return isolated(() -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(ReaderSql.BEGIN + ReaderSql.HOST_REFERENCES + "; commit")) {
                statement.setString(1, schema);
                statement.setArray(
                        2,
                        connection.createArrayOf(
                                "text", SchemaVersions.ofThisJar().namesOf("table")));
                statement.execute();
                Results results = new Results(statement);
                results.next();
                return facts(results.next());
            } catch (SQLException failed) {
                rollBack();
                throw failed;
            }
        });
    }

    /** This table and key of the host as the catalog prints them in the schema, like {@code users (tenant_id, id)}. */
    public String printed(String within, String table, @Nullable String tenant, String key) throws SQLException {
        return isolated(() -> {
            try (PreparedStatement statement = connection.prepareStatement(ReaderSql.PRINTED)) {
                int parameter = 1;
                for (String name : new String[] {within, table, within, table, tenant, key}) {
                    statement.setString(parameter++, name);
                }
                statement.execute();
                Results results = new Results(statement);
                for (int skipped = 0; skipped < 4; skipped++) {
                    results.next();
                }
                return strings(results.next()).get(0);
            } catch (SQLException failed) {
                rollBack();
                throw failed;
            }
        });
    }

    /** Whether the database has a schema of this name. */
    public boolean exists(String name) throws SQLException {
        return isTrue("select exists (select from pg_namespace where nspname = ?)", name);
    }

    private boolean isTrue(String question, String parameter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static Set<CatalogFact> facts(ResultSet rows) throws SQLException {
        Set<CatalogFact> facts = new TreeSet<>(CatalogFact.BY_NAME);
        while (rows.next()) {
            facts.add(new CatalogFact(rows.getString(1), rows.getString(2), rows.getString(3)));
        }
        return facts;
    }

    private SchemaState tracked(String lastQuestion) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                ReaderSql.BEGIN + ReaderSql.PLACE + ReaderSql.HISTORY + ReaderSql.TABLES + lastQuestion + "commit")) {
            statement.setString(1, schema);
            bindTables(statement, 2);
            if (lastQuestion.equals(ReaderSql.FINGERPRINT)) {
                bindNames(statement, 5);
            }
            statement.execute();
            Results results = new Results(statement);
            results.next();
            Place place = place(results.next());
            List<AppliedMigration> history = history(results.next());
            List<String> tables = strings(results.next());
            List<String> elsewhere = strings(results.next());
            String fingerprint = strings(results.next()).get(0);
            return new SchemaState(place, true, history, tables, fingerprint, elsewhere);
        }
    }

    private SchemaState untracked() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                ReaderSql.BEGIN + ReaderSql.PLACE + ReaderSql.TABLES + ReaderSql.MAY_USE + "commit")) {
            statement.setString(1, schema);
            bindTables(statement, 2);
            statement.setString(5, schema);
            statement.execute();
            Results results = new Results(statement);
            results.next();
            Place place = place(results.next());
            List<String> tables = strings(results.next());
            List<String> elsewhere = strings(results.next());
            if (strings(results.next()).contains("f")) {
                throw new SQLException("permission denied for schema " + schema, NO_RIGHT);
            }
            return new SchemaState(place, false, List.of(), tables, "", elsewhere);
        } catch (SQLException failed) {
            rollBack();
            throw failed;
        }
    }

    private Place place(ResultSet row) throws SQLException {
        row.next();
        String found = schema == null ? row.getString(1) : schema;
        if (found == null) {
            throw new PartnerSchemaException.Refused(
                    "the search path of this connection names no schema that exists and that this role may use: name the"
                            + " schema of the partner tables");
        }
        Map<String, String> host = new TreeMap<>();
        for (String named : (String[]) row.getArray(3).getArray()) {
            String[] part = named.split("\t");
            for (int name = 1; name < part.length; name++) {
                host.put(part[0] + List.of("_table", "_key", "_tenant").get(name - 1), part[name]);
            }
        }
        return new Place(connection.getMetaData().getURL(), found, row.getString(2), host);
    }

    private void bindTables(PreparedStatement statement, int first) throws SQLException {
        statement.setString(first, schema);
        statement.setArray(
                first + 1,
                connection.createArrayOf("text", SchemaVersions.ofThisJar().namesOf("table")));
        statement.setString(first + 2, schema);
    }

    private static void bindNames(PreparedStatement statement, int first) throws SQLException {
        SchemaVersions known = SchemaVersions.ofThisJar();
        int parameter = first;
        for (String kind : List.of("table", "view", "function", "enum")) {
            statement.setArray(parameter++, statement.getConnection().createArrayOf("text", known.namesOf(kind)));
        }
    }

    private static List<AppliedMigration> history(ResultSet rows) throws SQLException {
        List<AppliedMigration> history = new ArrayList<>();
        while (rows.next()) {
            history.add(new AppliedMigration(
                    rows.getInt("installed_rank"),
                    rows.getString("version"),
                    rows.getString("description"),
                    rows.getString("type"),
                    rows.getString("script"),
                    rows.getObject("checksum", Integer.class),
                    rows.getString("installed_by"),
                    rows.getObject("installed_on", OffsetDateTime.class).toInstant(),
                    rows.getBoolean("success")));
        }
        return history;
    }

    private static List<String> strings(ResultSet rows) throws SQLException {
        List<String> strings = new ArrayList<>();
        while (rows.next()) {
            strings.add(rows.getString(1));
        }
        return strings;
    }

    private interface Reading<T> {
        T read() throws SQLException;
    }

    /** The statements themselves begin and end the transaction, which saves two round trips. */
    private <T> T isolated(Reading<T> reading) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(true);
        try {
            return reading.read();
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    private void rollBack() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("rollback");
        }
    }

    /** The result sets of several statements sent at once. It skips statements without rows, like the first. */
    private record Results(PreparedStatement statement) {

        ResultSet next() throws SQLException {
            while (!statement.getMoreResults()) {
                if (statement.getUpdateCount() < 0) {
                    throw new SQLException("fewer results than statements");
                }
            }
            return statement.getResultSet();
        }
    }
}
