package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.PinnedSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One transaction in the schema of the partner tables. */
public final class SchemaTransaction {

    /** Work in a transaction. */
    public interface Work<T> {
        /** Does it. */
        T run(SchemaTransaction transaction) throws SQLException;
    }

    private final Connection connection;

    private SchemaTransaction(Connection connection) {
        this.connection = connection;
    }

    /** Runs work that only reads, on one snapshot. */
    public static <T> T look(SchemaSettings settings, String schema, Work<T> work) throws SQLException {
        // Not by methods of the connection: they set the session, and behind a pooler somebody else has it next.
        return run(
                settings,
                schema,
                "set transaction isolation level repeatable read, read only",
                work,
                Connection::commit);
    }

    /**
     * Runs work that only reads, and may create temporary objects for its queries, on one snapshot. Rolls it back.
     */
    public static <T> T lookThroughTemporaryObjects(SchemaSettings settings, String schema, Work<T> work)
            throws SQLException {
        return run(
                settings,
                schema,
                "set transaction isolation level repeatable read, read write",
                work,
                Connection::rollback);
    }

    /** Runs the work and commits. Rolls back and throws on if the work fails. */
    public static <T> T run(SchemaSettings settings, String schema, Work<T> work) throws SQLException {
        return run(settings, schema, "", work, Connection::commit);
    }

    /** Runs the work and rolls it back, also if it succeeds. */
    public static <T> T rehearse(SchemaSettings settings, String schema, Work<T> work) throws SQLException {
        return run(settings, schema, "", work, Connection::rollback);
    }

    private interface End {
        void of(Connection connection) throws SQLException;
    }

    private static <T> T run(SchemaSettings settings, String schema, String begin, Work<T> work, End end)
            throws SQLException {
        try (Connection connection = settings.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            return run(connection, settings, schema, begin, work, end);
        }
    }

    private static <T> T run(
            Connection connection, SchemaSettings settings, String schema, String begin, Work<T> work, End end)
            throws SQLException {
        try {
            SchemaTransaction transaction = new SchemaTransaction(connection);
            transaction.execute(begin);
            // As Flyway does, our schema comes before the session's search path.
            // Without row_security = off, a policy could hide rows; with it, PostgreSQL refuses the query.
            transaction.query(
                    "select set_config('search_path', quote_ident(?) || ', ' || current_setting('search_path'), true),"
                            + " set_config('application_name', ?, true), set_config('lock_timeout', ?, true),"
                            + " set_config('row_security', 'off', true)",
                    schema,
                    SchemaSettings.APPLICATION_NAME,
                    settings.lockTimeoutText());
            transaction.execute(PinnedSettings.forMigrations("set local"));
            T result = work.run(transaction);
            end.of(connection);
            return result;
        } catch (SQLException | RuntimeException failed) {
            connection.rollback();
            throw failed;
        }
    }

    /** Its connection. */
    public Connection connection() {
        return connection;
    }

    /** Executes one statement, or several. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Executes a statement and returns how many rows it touched. */
    public int update(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** Returns each row as the texts of its columns. */
    public List<List<String>> query(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int parameter = 0; parameter < parameters.length; parameter++) {
                statement.setObject(parameter + 1, parameters[parameter]);
            }
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int column = 1; column <= columns; column++) {
                        row.add(String.valueOf(result.getString(column)));
                    }
                    rows.add(row);
                }
            }
            return rows;
        }
    }

    /** Returns the text of the first column of the first row. */
    public String value(String sql, Object... parameters) throws SQLException {
        return query(sql, parameters).get(0).get(0);
    }

    /** Sets the search path to this schema alone, which reading the catalog requires. */
    public void searchOnly(String schema) throws SQLException {
        query("select set_config('search_path', quote_ident(?), true)", schema);
    }
}
