package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** Whether a connection keeps its session. Behind a pooler in transaction mode each transaction may have another one. */
final class OwnSession {

    /** A pooler gives a server process that is free to whoever asks first, so one look might miss it. */
    private static final int LOOKS = 5;

    private OwnSession() {}

    /**
     * Refuses a pooler in transaction or statement mode: Flyway's lock and settings would stay on a connection of the
     * pool.
     *
     * @param what the operation, for the message
     */
    static void require(SchemaSettings settings, String what) throws SQLException {
        try (Connection one = settings.dataSource().getConnection();
                Connection other = settings.dataSource().getConnection()) {
            if (one.unwrap(PGConnection.class) == other.unwrap(PGConnection.class)) {
                return;
            }
            String before = process(one);
            for (int look = 0; look < LOOKS; look++) {
                other.setAutoCommit(false);
                String ofOther = process(other);
                if (ofOther.equals(before)) {
                    throw refused(what, "two connections at once had the server process " + before);
                }
                other.rollback();
                other.setAutoCommit(true);
                String after = process(one);
                if (!after.equals(before)) {
                    throw refused(
                            what,
                            "two statements of one connection ran in the server processes " + before + " and " + after);
                }
            }
        }
    }

    /** Without parameters and in one round trip: nothing that a pooler could refuse. */
    private static String process(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getString(1);
        }
    }

    private static PartnerSchemaException.Refused refused(String what, String because) {
        return new PartnerSchemaException.Refused(what + " has not begun and has written nothing: " + because
                + ". So there is a pooler in between that does not keep sessions, like PgBouncer in transaction mode, and the"
                + " lock of migrations would stay on one of its connections. Connect to PostgreSQL directly, or to a pool"
                + " in session mode");
    }
}
