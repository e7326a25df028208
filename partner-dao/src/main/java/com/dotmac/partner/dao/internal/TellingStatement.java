package com.dotmac.partner.dao.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;

/**
 * A statement of the text of {@link TenantConnection#telling(String, boolean)}, which its caller uses as if the text did not tell
 * the tenant: the first value and the first result are not the caller's. It does not send batches of JDBC.
 */
class TellingStatement extends ShiftedStatement {

    private final PreparedStatement statement;
    private final Connection connection;
    private final boolean autoCommit;

    /** Sets the tenant; closes the statement if the driver refuses that. */
    TellingStatement(PreparedStatement statement, Connection connection, String tenantId, boolean autoCommit)
            throws SQLException {
        super(statement);
        this.statement = statement;
        this.connection = connection;
        this.autoCommit = autoCommit;
        try {
            statement.setString(1, tenantId);
        } catch (SQLException | RuntimeException refused) {
            statement.close();
            throw refused;
        }
    }

    /** The database knows the tenant until the transaction ends. */
    void told() {}

    @Override
    public boolean execute() throws SQLException {
        try {
            statement.execute();
            told();
            if (autoCommit) {
                statement.getMoreResults();
            }
            return statement.getMoreResults();
        } catch (SQLException refused) {
            if (autoCommit) {
                rollback(refused);
            }
            throw refused;
        } catch (RuntimeException | Error failed) {
            // The driver may have read half an answer, and would take the other half for that of the rollback.
            if (autoCommit) {
                BrokenConnection.abort(connection, failed);
            }
            throw failed;
        }
    }

    private void rollback(SQLException refused) {
        try (Statement rollback = connection.createStatement()) {
            rollback.execute("rollback");
        } catch (SQLException | RuntimeException | Error gone) {
            refused.addSuppressed(gone);
            BrokenConnection.abort(connection, refused);
        }
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        execute();
        return getResultSet();
    }

    @Override
    public int executeUpdate() throws SQLException {
        execute();
        return getUpdateCount();
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        execute();
        return getLargeUpdateCount();
    }

    @Override
    public void addBatch() throws SQLException {
        throw notSent("addBatch");
    }

    @Override
    public int[] executeBatch() throws SQLException {
        throw notSent("executeBatch");
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        throw notSent("executeLargeBatch");
    }

    @Override
    public void clearParameters() throws SQLException {
        throw notSent("clearParameters");
    }

    private static SQLException notSent(String method) {
        return new SQLFeatureNotSupportedException(
                method + ": the statements of the library are not sent in batches of JDBC");
    }
}
