package com.dotmac.partner.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Counts the statements that go to the database. It counts at the connection, so that it hears every statement, sent by
 * jOOQ or by the library through JDBC. It does not count what the driver sends by itself (begin, commit, savepoints)
 * and {@code COPY}.
 *
 * <p>Thread-safe.
 */
public final class SentStatements {

    private static final String TENANT = Pattern.quote("select set_config('partner.tenant', ?, true);\n");

    private final List<String> texts = Collections.synchronizedList(new ArrayList<>());

    /** Returns the same connections, and counts their statements. */
    public DataSource through(DataSource dataSource) {
        return proxy(DataSource.class, (method, arguments) -> {
            Object result = call(method, dataSource, arguments);
            return result instanceof Connection connection ? counted(connection) : result;
        });
    }

    /** How many statements were sent since the start or the last {@link #clear}. */
    public int count() {
        return texts.size();
    }

    /** The texts in the order in which they were sent. */
    public List<String> texts() {
        return List.copyOf(texts);
    }

    /** The same, without what tells a database with row security its tenant: it travels in the text of a statement. */
    public List<String> textsWithoutTenant() {
        return texts().stream()
                .map(text -> text.replaceFirst("^(begin;\\n)?" + TENANT, "").replaceFirst(";\\ncommit$", ""))
                .toList();
    }

    public void clear() {
        texts.clear();
    }

    private Connection counted(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            Object result = call(method, connection, arguments);
            if (result instanceof PreparedStatement statement) {
                return counted(PreparedStatement.class, statement, String.valueOf(arguments[0]));
            }
            return result instanceof Statement statement ? counted(Statement.class, statement, "") : result;
        });
    }

    private <T extends Statement> T counted(Class<T> type, T statement, String prepared) {
        return proxy(type, (method, arguments) -> {
            if (method.getName().startsWith("execute")) {
                texts.add(arguments == null ? prepared : String.valueOf(arguments[0]));
            }
            return call(method, statement, arguments);
        });
    }

    private interface Call {
        @Nullable
        Object made(Method method, @Nullable Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                SentStatements.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.made(method, arguments)));
    }

    private static @Nullable Object call(Method method, Object target, @Nullable Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
