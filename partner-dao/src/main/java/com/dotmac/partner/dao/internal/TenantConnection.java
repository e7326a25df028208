package com.dotmac.partner.dao.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jooq.tools.jdbc.DefaultConnection;

/**
 * A connection whose statements tell the database their tenant: the setting travels with the statement, in the same round trip, and
 * ends with the transaction. In one transaction only the first statement does so, as long as nothing but this object ends the
 * transaction or goes back to a savepoint.
 */
final class TenantConnection extends DefaultConnection {

    private static final String TELL = "select set_config('partner.tenant', ?, true);\n";

    /** A text that many calls send: to write it again, and to look for it among the prepared ones by its letters, costs each call. */
    static final class Text {

        private final String plain;
        private final String inTransaction;
        private final String underAutoCommit;

        Text(String plain) {
            this.plain = plain;
            inTransaction = telling(plain, false);
            underAutoCommit = telling(plain, true);
        }
    }

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

    PreparedStatement prepareStatement(Text text) throws SQLException {
        return needsTenant(text.plain)
                ? telling(getDelegate().prepareStatement(autoCommit ? text.underAutoCommit : text.inTransaction))
                : super.prepareStatement(text.plain);
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
        return new TellingStatement(statement, getDelegate(), tenantId, autoCommit) {

            @Override
            void told() {
                told = true;
            }
        };
    }
}
