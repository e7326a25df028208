package com.dotmac.partner.dao.sales;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * A server that goes away: some statements after a condition is first true, the backend of the connection is terminated,
 * and there is no other connection.
 */
final class DyingDataSource {

    private final DataSource connections;
    private final BooleanSupplier isTime;
    private final IntConsumer terminate;
    private int statementsLeft;
    private boolean isDead;

    /**
     * @param statementsLeft how many statements begin after the condition is true
     * @param terminate the backend with this process id
     */
    DyingDataSource(DataSource connections, BooleanSupplier isTime, int statementsLeft, IntConsumer terminate) {
        this.connections = connections;
        this.isTime = isTime;
        this.statementsLeft = statementsLeft;
        this.terminate = terminate;
    }

    boolean isDead() {
        return isDead;
    }

    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                DyingDataSource.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, arguments) -> {
                    if (isDead) {
                        throw new SQLException("there is no server any more", "08001");
                    }
                    Object result = invoke(connections, method, arguments);
                    return result instanceof Connection connection ? dying(connection) : result;
                });
    }

    private Connection dying(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                DyingDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> {
                    if (method.getName().startsWith("prepare")
                            || method.getName().equals("createStatement")) {
                        statementBegins(connection);
                    }
                    return invoke(connection, method, arguments);
                });
    }

    private void statementBegins(Connection connection) throws SQLException {
        if (!isDead && isTime.getAsBoolean() && statementsLeft-- == 0) {
            isDead = true;
            terminate.accept(connection.unwrap(PGConnection.class).getBackendPID());
        }
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException failed) {
            throw failed.getCause();
        }
    }
}
