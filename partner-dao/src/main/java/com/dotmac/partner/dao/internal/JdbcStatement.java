package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.PartnerException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Pattern;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.conf.QueryPoolable;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose text does not change, whose values JDBC sets and whose rows JDBC reads. It goes straight to the connection; or
 * through jOOQ, with the same text and the same values, if the caller's context has listeners: they hear it as every other
 * statement.
 */
public final class JdbcStatement {

    private static final Pattern POSITION = Pattern.compile("\\?");

    private final String text;
    private final String textWithCommit;
    private final TenantConnection.Text telling;
    private final TenantConnection.Text tellingWithCommit;
    private final String[] parts;

    /** @param text with a question mark for each value, and no other */
    public JdbcStatement(String text) {
        this.text = text;
        this.textWithCommit = text + ";\ncommit";
        this.telling = new TenantConnection.Text(text);
        this.tellingWithCommit = new TenantConnection.Text(textWithCommit);
        this.parts = POSITION.split(text, -1);
    }

    public interface Rows<T> {
        T read(ResultSet rows) throws SQLException;
    }

    /** @throws PartnerException if the database refuses the statement */
    public <T> T fetch(DSLContext dsl, JdbcValues values, Rows<T> rows) {
        try {
            return ContextListeners.hear(dsl) ? fetchHeard(dsl, values, rows) : fetchDirectly(dsl, values, rows);
        } catch (DataAccessException refused) {
            throw SqlErrors.translated(refused);
        }
    }

    /**
     * The same for the last statement of a transaction of the library: the commit travels with it, which saves a round trip. If the
     * database refuses the statement, nothing commits. A connection that is lost meanwhile is reported as one that is lost during a
     * commit: whether the call took effect is not known. A statement that listeners hear travels alone, and the transaction commits
     * after it.
     *
     * @throws PartnerException if the database refuses the statement or the commit
     */
    <T> T fetchAndCommit(DSLContext dsl, JdbcValues values, Rows<T> rows) {
        if (ContextListeners.hear(dsl)) {
            return fetch(dsl, values, rows);
        }
        try {
            return dsl.connectionResult(
                    connection -> fetch(IsolatedTenant.on(dsl, connection), true, dsl.settings(), values, rows));
        } catch (DataAccessException refused) {
            throw SqlErrors.translated(refused);
        }
    }

    private <T> T fetchDirectly(DSLContext dsl, JdbcValues values, Rows<T> rows) {
        return dsl.connectionResult(
                connection -> fetch(IsolatedTenant.on(dsl, connection), false, dsl.settings(), values, rows));
    }

    private <T> T fetch(Connection connection, boolean commits, Settings settings, JdbcValues values, Rows<T> rows)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, commits)) {
            honour(settings, statement);
            for (int position = 1; position < parts.length; position++) {
                values.set(statement, position);
            }
            if (commits) {
                // All rows at once: a cursor that fetches them in portions would end with the commit.
                statement.setFetchSize(0);
            }
            // Not executeQuery: it refuses a text of two statements.
            statement.execute();
            try (ResultSet result = statement.getResultSet()) {
                return rows.read(result);
            }
        }
    }

    private PreparedStatement prepare(Connection connection, boolean commits) throws SQLException {
        return connection instanceof TenantConnection ofTenant
                ? ofTenant.prepareStatement(commits ? tellingWithCommit : telling)
                : connection.prepareStatement(commits ? textWithCommit : text);
    }

    /** What jOOQ does for the statements that it sends. */
    private static void honour(Settings settings, PreparedStatement statement) throws SQLException {
        if (isGiven(settings.getQueryTimeout())) {
            statement.setQueryTimeout(settings.getQueryTimeout());
        }
        if (isGiven(settings.getFetchSize())) {
            statement.setFetchSize(settings.getFetchSize());
        }
        QueryPoolable poolable = settings.getQueryPoolable();
        if (poolable == QueryPoolable.TRUE || poolable == QueryPoolable.FALSE) {
            statement.setPoolable(poolable == QueryPoolable.TRUE);
        }
    }

    private static boolean isGiven(@Nullable Integer setting) {
        return setting != null && setting != 0;
    }

    private <T> T fetchHeard(DSLContext dsl, JdbcValues values, Rows<T> rows) {
        try (Cursor<?> cursor = HeardStatement.query(dsl, parts, values).fetchLazy()) {
            return rows.read(cursor.resultSet());
        } catch (SQLException refused) {
            throw SqlErrors.translated(refused);
        }
    }
}
