package com.dotmac.partner.schema.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One transaction on the partner tables' own schema: all of it, or nothing. */
public final class SchemaTransaction {

    public interface Work<T> {
        T run(SchemaTransaction transaction) throws SQLException;
    }

    private final Connection connection;

    private SchemaTransaction(Connection connection) {
        this.connection = connection;
    }

    /** Runs what only reads, on one snapshot. */
    public static <T> T look(SchemaSettings settings, String schema, Work<T> work) throws SQLException {
        try (Connection connection = settings.dataSource().getConnection()) {
            int isolation = connection.getTransactionIsolation();
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            try {
                return run(connection, settings, schema, work);
            } finally {
                connection.setReadOnly(false);
                connection.setTransactionIsolation(isolation);
            }
        }
    }

    /** Runs the work and commits; whatever goes wrong rolls it back and is thrown on. */
    public static <T> T run(SchemaSettings settings, String schema, Work<T> work) throws SQLException {
        try (Connection connection = settings.dataSource().getConnection()) {
            return run(connection, settings, schema, work);
        }
    }

    private static <T> T run(Connection connection, SchemaSettings settings, String schema, Work<T> work)
            throws SQLException {
        connection.setAutoCommit(false);
        try {
            SchemaTransaction transaction = new SchemaTransaction(connection);
            // As Flyway does: our schema comes first, and what the session had comes after.
            // A row that a policy would hide from us is an error, not a row that is not there.
            transaction.query(
                    "select set_config('search_path', quote_ident(?) || ', ' || current_setting('search_path'), true),"
                            + " set_config('application_name', ?, true), set_config('lock_timeout', ?, true),"
                            + " set_config('row_security', 'off', true)",
                    schema,
                    SchemaSettings.APPLICATION_NAME,
                    settings.lockTimeoutText());
            T result = work.run(transaction);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException failed) {
            connection.rollback();
            throw failed;
        }
    }

    public Connection connection() {
        return connection;
    }

    /** One statement, or several. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public int update(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    /** Each row as its columns' text. */
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

    public String value(String sql, Object... parameters) throws SQLException {
        return query(sql, parameters).get(0).get(0);
    }

    /** The schema alone in the search path, as the reading of the catalog expects it. */
    public void searchOnly(String schema) throws SQLException {
        query("select set_config('search_path', quote_ident(?), true)", schema);
    }
}
