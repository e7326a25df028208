package com.dotmac.partner.benchmark.calls;

import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The SQL that one call of the library sends to the driver, captured so that plain JDBC can send it again: the same
 * statements with the same values except the key, in a transaction if the library opened one. It reads each column of a
 * result once.
 */
final class SentSql {

    private static final String CAUGHT_KEY = "caught";

    private final List<Sent> statements = new ArrayList<>();
    private boolean inTransaction;

    private SentSql() {}

    /** Makes the call once, with the key that it uses. The connection has the tenant, so the statements do not tell it. */
    static SentSql of(DataSource dataSource, String prefix, Calls calls) {
        SentSql sent = new SentSql();
        DataSource watched = proxy(DataSource.class, (self, method, arguments) -> {
            Object answer = forward(dataSource, method, arguments);
            return answer instanceof Connection connection ? sent.watched(connection) : answer;
        });
        String key = prefix + CAUGHT_KEY;
        calls.make(PartnerStore.create(watched).tenant(Shop.TENANT).actingAs(Shop.ACTOR), key);
        sent.statements.forEach(statement -> statement.key = key);
        return sent;
    }

    interface Calls {
        void make(PartnerScope scope, String key);
    }

    /** The same SQL, which also tells a database with row security its tenant, in the same round trips as the library. */
    SentSql telling(String tenantId) {
        SentSql told = new SentSql();
        told.inTransaction = inTransaction;
        for (Sent statement : statements) {
            boolean tells = !inTransaction || told.statements.isEmpty();
            told.statements.add(tells ? statement.telling(tenantId, inTransaction) : statement);
        }
        return told;
    }

    /** The same SQL with another text, which takes the same values, in place of the one that matches. */
    SentSql with(Pattern text, String other) {
        SentSql changed = new SentSql();
        changed.inTransaction = inTransaction;
        statements.forEach(sent ->
                changed.statements.add(sent.as(text.matcher(sent.sql).replaceFirst(Matcher.quoteReplacement(other)))));
        if (changed.statements.stream()
                .map(sent -> sent.sql)
                .toList()
                .equals(statements.stream().map(sent -> sent.sql).toList())) {
            throw new IllegalStateException("no statement has a text like " + text);
        }
        return changed;
    }

    /**
     * Sends every statement again.
     *
     * @return how many values came back
     */
    int send(DataSource dataSource, String key) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (!inTransaction) {
                return send(connection, key);
            }
            connection.setAutoCommit(false);
            int values = send(connection, key);
            connection.commit();
            connection.setAutoCommit(true);
            return values;
        }
    }

    private int send(Connection connection, String key) throws SQLException {
        int values = 0;
        for (Sent statement : statements) {
            values += statement.send(connection, key);
        }
        return values;
    }

    private Connection watched(Connection connection) {
        return proxy(Connection.class, (self, method, arguments) -> {
            Object answer = forward(connection, method, arguments);
            if (method.getName().equals("setAutoCommit") && arguments[0].equals(false)) {
                inTransaction = true;
            }
            if (answer instanceof PreparedStatement statement) {
                Sent sent = new Sent((String) arguments[0]);
                statements.add(sent);
                return sent.watched(statement);
            }
            return answer;
        });
    }

    private static final class Sent {

        private final String sql;
        private final List<Bind> binds = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private String key = "";
        /** The results before the statement's own. */
        private int skipped;

        private Sent(String sql) {
            this.sql = sql;
        }

        private Sent as(String otherSql) {
            Sent other = new Sent(otherSql);
            other.binds.addAll(binds);
            other.columns.addAll(columns);
            other.key = key;
            return other;
        }

        private Sent telling(String tenantId, boolean inTransaction) {
            String text = "select set_config('partner.tenant', ?, true);\n" + sql;
            Sent told = new Sent(inTransaction ? text : "begin;\n" + text + ";\ncommit");
            told.skipped = inTransaction ? 1 : 2;
            told.binds.add(new Bind("setString", 1, tenantId, 0));
            binds.forEach(bind -> told.binds.add(new Bind(bind.setter, bind.position + 1, bind.value, bind.type)));
            told.columns.addAll(columns);
            told.key = key;
            return told;
        }

        private interface Column {
            Object read(ResultSet row, int column) throws SQLException;
        }

        private record Bind(String setter, int position, Object value, int type) {

            private void on(PreparedStatement statement, String caughtKey, String key) throws SQLException {
                switch (setter) {
                    case "setString" -> statement.setString(position, value.equals(caughtKey) ? key : (String) value);
                    case "setBigDecimal" -> statement.setBigDecimal(position, (BigDecimal) value);
                    case "setBytes" -> statement.setBytes(position, (byte[]) value);
                    case "setInt" -> statement.setInt(position, (Integer) value);
                    case "setLong" -> statement.setLong(position, (Long) value);
                    case "setNull" -> statement.setNull(position, type);
                    case "setObject" -> statement.setObject(position, value);
                    case "setArray" -> statement.setArray(position, ((Elements) value).on(statement.getConnection()));
                    default -> throw new IllegalStateException(setter + " is not sent again yet: add it here");
                }
            }
        }

        /** Stores the elements of an array, to send them on another connection: an array belongs to its connection. */
        private record Elements(String type, Object[] values) {

            private static Elements of(Array array) throws SQLException {
                return new Elements(array.getBaseTypeName(), (Object[]) array.getArray());
            }

            private Array on(Connection connection) throws SQLException {
                return connection.createArrayOf(type, values);
            }
        }

        private PreparedStatement watched(PreparedStatement statement) {
            return proxy(PreparedStatement.class, (self, method, arguments) -> {
                boolean binds = method.getName().startsWith("set") && arguments != null && arguments.length >= 2;
                if (binds) {
                    bind(statement, method.getName(), arguments);
                }
                Object answer = forward(statement, method, arguments);
                if (method.getName().startsWith("execute")) {
                    describe(statement.getMetaData());
                }
                return answer;
            });
        }

        private void bind(PreparedStatement statement, String setter, Object[] arguments) throws SQLException {
            boolean isNull = setter.equals("setNull");
            Object value = arguments[1] instanceof Array array ? Elements.of(array) : arguments[1];
            binds.add(new Bind(setter, (Integer) arguments[0], value, isNull ? (Integer) value : 0));
        }

        private void describe(ResultSetMetaData result) throws SQLException {
            for (int column = 1; result != null && column <= result.getColumnCount(); column++) {
                columns.add(
                        switch (result.getColumnTypeName(column)) {
                            case "uuid" -> (row, position) -> row.getObject(position, UUID.class);
                            case "timestamptz" -> (row, position) -> row.getObject(position, OffsetDateTime.class);
                            case "numeric" -> ResultSet::getBigDecimal;
                            case "bool" -> ResultSet::getBoolean;
                            case "int4", "int8" -> ResultSet::getLong;
                            default -> ResultSet::getString;
                        });
            }
        }

        private int send(Connection connection, String newKey) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (Bind bind : binds) {
                    bind.on(statement, key, newKey);
                }
                boolean hasRows = statement.execute();
                for (int before = 0; before < skipped; before++) {
                    hasRows = statement.getMoreResults();
                }
                if (!hasRows) {
                    return statement.getUpdateCount();
                }
                int values = 0;
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        for (int column = 1; column <= columns.size(); column++) {
                            values += columns.get(column - 1).read(rows, column) == null ? 0 : 1;
                        }
                    }
                }
                return values;
            }
        }
    }

    private static Object forward(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
