package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.PartnerException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a call that a service makes thousands of times a second, or that reads tens of thousands of rows. A class writes it in
 * jOOQ as every other statement; the library renders it once, and sends it by JDBC with the values of the call. To render it each time, or
 * to make a jOOQ record of each row, costs more than all the work of the driver.
 *
 * <p>The statement knows its {@link Parameter}s. When its class is loaded, it refuses a query that does not contain exactly those.
 */
public final class RenderedSql {

    /** PostgreSQL refuses a text with this character: in a rendered query only a marker begins with it. */
    private static final String PREFIX = "\0";

    private static final Pattern MARKER = Pattern.compile(PREFIX + "(\\w+)");

    /** Settings of its own: the defaults come from a file, where the application has one. */
    private static final DSLContext RENDERER =
            DSL.using(SQLDialect.POSTGRES, new Settings().withRenderNamedParamPrefix(PREFIX));

    private static final Object NOT_BOUND = new Object();

    private final String name;
    private final JdbcStatement statement;
    private final Parameter<?>[] parameters;

    /** The index of the parameter at each position of the text. */
    private final int[] positions;

    private RenderedSql(String name, String text, Parameter<?>[] parameters, int[] positions) {
        this.name = name;
        this.statement = new JdbcStatement(text);
        this.parameters = parameters;
        this.positions = positions;
    }

    /**
     * @param name what the statement does, for the message of a refusal
     * @param query with every value given as a {@link Parameter} or inlined
     * @param parameters those of the query, in any order
     * @throws IllegalStateException if the query lacks one of the parameters, or has a value that is none of them
     */
    public static RenderedSql of(String name, Query query, Parameter<?>... parameters) {
        String marked = RENDERER.renderNamedParams(query);
        if (marked.contains("?")) {
            throw new IllegalStateException(
                    "statement \"" + name + "\" has a question mark in its text, which JDBC takes for a parameter");
        }
        return new RenderedSql(
                name, MARKER.matcher(marked).replaceAll("?"), parameters, positions(name, marked, parameters));
    }

    public static RenderedSql of(String name, Query query, Collection<Parameter<?>> parameters) {
        return of(name, query, parameters.toArray(Parameter[]::new));
    }

    private static int[] positions(String name, String marked, Parameter<?>[] parameters) {
        Map<String, Integer> indexes = new HashMap<>();
        for (int index = 0; index < parameters.length; index++) {
            if (indexes.put(parameters[index].marker(), index) != null) {
                throw new IllegalStateException(
                        "statement \"" + name + "\" declares parameter " + parameters[index].getName() + " twice");
            }
        }
        List<String> markers = MARKER.matcher(marked)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        for (Parameter<?> declared : parameters) {
            if (!markers.contains(declared.marker())) {
                throw new IllegalStateException("statement \"" + name + "\" declares parameter " + declared.getName()
                        + ", which its query does not contain");
            }
        }
        return markers.stream()
                .mapToInt(marker -> {
                    Integer index = indexes.get(marker);
                    if (index == null) {
                        throw undeclared(name, marked, marker);
                    }
                    return index;
                })
                .toArray();
    }

    private static IllegalStateException undeclared(String name, String marked, String marker) {
        String text = MARKER.matcher(marked.replace(PREFIX + marker, "<here>")).replaceAll("?");
        return new IllegalStateException("the query of statement \"" + name
                + "\" contains a parameter that the statement does not declare: " + text);
    }

    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Begins a call, which takes its values one by one. Not for two threads. */
    public Call call() {
        return new Call();
    }

    /** One call of the statement. */
    public final class Call implements JdbcValues {

        private final @Nullable Object[] values = new Object[parameters.length];

        private Call() {
            Arrays.fill(values, NOT_BOUND);
        }

        /**
         * @param value null for none
         * @throws IllegalStateException if the parameter is not one of the statement, or has a value already
         */
        public <T> Call with(Parameter<T> parameter, @Nullable T value) {
            int index = indexOf(parameter);
            if (values[index] != NOT_BOUND) {
                throw new IllegalStateException(
                        "a call of statement \"" + name + "\" binds parameter " + parameter.getName() + " twice");
            }
            values[index] = value;
            return this;
        }

        private int indexOf(Parameter<?> parameter) {
            for (int index = 0; index < parameters.length; index++) {
                if (parameters[index] == parameter) {
                    return index;
                }
            }
            throw new IllegalStateException("a call of statement \"" + name + "\" binds parameter "
                    + parameter.getName() + ", which is not one of the statement");
        }

        /**
         * The rows of the statement.
         *
         * @throws IllegalStateException if a parameter has no value
         * @throws PartnerException if the database refuses the statement
         */
        public <R> List<R> fetch(DSLContext dsl, Reader<R> reader) {
            requireAll();
            return statement.fetch(dsl, this, rows -> read(rows, reader));
        }

        /**
         * The same, as the last statement of a transaction.
         *
         * @param mayCommit whether the commit travels with the statement: see {@link Transactions#writeToCommit}
         */
        public <R> List<R> fetchLast(DSLContext dsl, boolean mayCommit, Reader<R> reader) {
            if (!mayCommit) {
                return fetch(dsl, reader);
            }
            requireAll();
            return statement.fetchAndCommit(dsl, this, rows -> read(rows, reader));
        }

        private void requireAll() {
            for (int index = 0; index < values.length; index++) {
                if (values[index] == NOT_BOUND) {
                    throw new IllegalStateException(
                            "a call of statement \"" + name + "\" leaves out parameter " + parameters[index].getName());
                }
            }
        }

        private <R> List<R> read(ResultSet rows, Reader<R> reader) throws SQLException {
            List<R> read = new ArrayList<>();
            while (rows.next()) {
                read.add(reader.read(rows));
            }
            return read;
        }

        @Override
        public void set(PreparedStatement statement, int position) throws SQLException {
            int index = positions[position - 1];
            parameters[index].type().bind(statement, position, values[index]);
        }

        @Override
        public @Nullable Object shown(int position) {
            int index = positions[position - 1];
            return parameters[index].type().sent(values[index]);
        }
    }
}
