package com.dotmac.partner.dao.internal;

import java.sql.Connection;
import java.sql.SQLException;

/** A connection on which nobody could end a transaction. */
final class BrokenConnection {

    private BrokenConnection() {}

    /**
     * Cuts it off: the server rolls back, and no pool gives its next caller a transaction that has told a tenant.
     *
     * @param failed is thrown afterwards; it gets what else goes wrong
     */
    static void abort(Connection connection, Throwable failed) {
        try {
            connection.abort(Runnable::run);
            // It fails, and a pool that watches for such errors lets go of the connection.
            connection.clearWarnings();
        } catch (SQLException | RuntimeException | Error gone) {
            failed.addSuppressed(gone);
        }
    }
}
