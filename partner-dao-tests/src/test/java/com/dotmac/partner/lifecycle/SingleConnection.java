package com.dotmac.partner.lifecycle;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** Returns the same connection to every caller, and leaves it open. */
final class SingleConnection extends PGSimpleDataSource {

    private static final long serialVersionUID = 1;

    private final transient Connection unclosed;

    SingleConnection(Connection connection) {
        unclosed = (Connection) Proxy.newProxyInstance(
                SingleConnection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
    }

    @Override
    public Connection getConnection() throws SQLException {
        return unclosed;
    }
}
