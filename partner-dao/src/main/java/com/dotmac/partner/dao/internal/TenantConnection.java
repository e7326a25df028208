package com.dotmac.partner.dao.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jooq.tools.jdbc.DefaultConnection;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose statements tell the database their tenant: the setting travels with the statement, in the same round trip, and
 * ends with the transaction. In one transaction only the first statement does so, as long as nothing but this object ends the
 * transaction or goes back to a savepoint.
 */
final class TenantConnection extends DefaultConnection {

    private static final String TELL = "select set_config('partner.tenant', ?, true);\n";

    private final String tenantId;
    private boolean autoCommit;
    private boolean told;

    private TenantConnection(Connection plain, String tenantId) throws SQLException {
        super(plain);
        this.tenantId = tenantId;
        autoCommit = plain.getAutoCommit();
    }

    static Connection of(Connection connection, String tenantId) {
        if (connection instanceof TenantConnection telling && telling.tenantId.equals(tenantId)) {
            return connection;
        }
        try {
            return new TenantConnection(connection, tenantId);
        } catch (SQLException refused) {
            throw SqlErrors.translated(refused);
        }
    }

    /** Whether a statement has to tell the tenant: not if its connection already does. */
    static boolean needsTenant(Connection connection, String sql) {
        Connection inner = connection;
        while (inner instanceof DefaultConnection outer) {
            if (inner instanceof TenantConnection) {
                return false;
            }
            inner = outer.getDelegate();
        }
        return !isSetting(sql);
    }

    /**
     * The text that also tells the tenant. Under auto-commit it begins and ends a transaction itself: the driver may send the
     * statements of one text in two parts, and the setting would end with the first.
     */
    static String telling(String sql, boolean autoCommit) {
        return autoCommit ? "begin;\n" + TELL + sql + ";\ncommit" : TELL + sql;
    }

    /** The isolation level of a transaction is set before its first statement with a snapshot. */
    private static boolean isSetting(String sql) {
        return sql.regionMatches(true, 0, "set ", 0, 4);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
        return needsTenant(sql)
                ? telling(getDelegate().prepareStatement(telling(sql, autoCommit)))
                : super.prepareStatement(sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency) throws SQLException {
        return needsTenant(sql)
                ? telling(getDelegate().prepareStatement(telling(sql, autoCommit), type, concurrency))
                : super.prepareStatement(sql, type, concurrency);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        return needsTenant(sql)
                ? telling(getDelegate().prepareStatement(telling(sql, autoCommit), type, concurrency, holdability))
                : super.prepareStatement(sql, type, concurrency, holdability);
    }

    private boolean needsTenant(String sql) {
        return (autoCommit || !told) && !isSetting(sql);
    }

    @Override
    public void setAutoCommit(boolean on) throws SQLException {
        told = false;
        super.setAutoCommit(on);
        autoCommit = on;
    }

    @Override
    public void commit() throws SQLException {
        told = false;
        super.commit();
    }

    @Override
    public void rollback() throws SQLException {
        told = false;
        super.rollback();
    }

    @Override
    public void rollback(Savepoint savepoint) throws SQLException {
        told = false;
        super.rollback(savepoint);
    }

    private PreparedStatement telling(PreparedStatement statement) throws SQLException {
        return telling(statement, tenantId, autoCommit, () -> told = true);
    }

    /** A statement of the text of {@link #telling(String, boolean)}, as if it were of the text without the tenant. */
    static PreparedStatement telling(PreparedStatement statement, String tenantId, boolean autoCommit)
            throws SQLException {
        return telling(statement, tenantId, autoCommit, () -> {});
    }

    private static PreparedStatement telling(
            PreparedStatement statement, String tenantId, boolean autoCommit, Runnable toldIt) throws SQLException {
        Connection connection;
        try {
            statement.setString(1, tenantId);
            connection = statement.getConnection();
        } catch (SQLException | RuntimeException refused) {
            statement.close();
            throw refused;
        }
        return (PreparedStatement) Proxy.newProxyInstance(
                TenantConnection.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                new Telling(statement, connection, autoCommit, toldIt));
    }

    /** Its first value and its first result are not the caller's. */
    private record Telling(PreparedStatement statement, Connection connection, boolean autoCommit, Runnable toldIt)
            implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
                throws Throwable {
            Object[] arguments = given == null ? new Object[0] : given;
            switch (method.getName()) {
                case "execute" -> {
                    return execute(arguments);
                }
                case "executeQuery" -> {
                    execute(arguments);
                    return statement.getResultSet();
                }
                case "executeUpdate" -> {
                    execute(arguments);
                    return statement.getUpdateCount();
                }
                case "executeLargeUpdate" -> {
                    execute(arguments);
                    return statement.getLargeUpdateCount();
                }
                case "addBatch", "executeBatch", "executeLargeBatch", "clearParameters" ->
                    throw new SQLFeatureNotSupportedException(
                            method.getName() + ": the statements of the library are not sent in batches of JDBC");
                default -> {
                    if (isOfAParameter(method, arguments)) {
                        arguments = arguments.clone();
                        arguments[0] = (int) arguments[0] + 1;
                    }
                    return call(method, arguments);
                }
            }
        }

        private boolean isOfAParameter(Method method, Object[] arguments) {
            return arguments.length >= 2
                    && arguments[0] instanceof Integer
                    && method.getName().startsWith("set");
        }

        private boolean execute(Object[] arguments) throws SQLException {
            if (arguments.length > 0) {
                throw new SQLFeatureNotSupportedException("a prepared statement has its text already");
            }
            try {
                statement.execute();
                toldIt.run();
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

        private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(statement, arguments);
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        }
    }
}
