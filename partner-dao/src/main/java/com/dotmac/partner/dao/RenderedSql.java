package com.dotmac.partner.dao;

import static org.jooq.impl.DSL.param;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jooq.DSLContext;
import org.jooq.EnumType;
import org.jooq.Field;
import org.jooq.JSONB;
import org.jooq.Param;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a call that is made thousands of times a second, or that brings tens of thousands of rows: written in jOOQ as
 * every other, rendered once, and sent by JDBC with the values of the call. Rendering it each time costs more than the driver
 * takes for all the rest, and so does a jOOQ record for each row.
 */
final class RenderedSql {

    private static final DSLContext RENDERER = DSL.using(SQLDialect.POSTGRES);
    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z_]+)");

    private final String text;
    private final List<String> parameters;

    private RenderedSql(String text, List<String> parameters) {
        this.text = text;
        this.parameters = parameters;
    }

    /** @param query with every value given as a {@link #parameter} or inlined */
    static RenderedSql of(Query query) {
        String named = RENDERER.renderNamedParams(query);
        return new RenderedSql(
                PARAMETER.matcher(named).replaceAll("?"),
                PARAMETER.matcher(named).results().map(found -> found.group(1)).toList());
    }

    /** A value of each call, by the name of the column that it is compared with or stored in. */
    static <T> Param<T> parameter(Field<T> column) {
        return param(column.getName(), column.getDataType());
    }

    /** The values of one call. */
    interface Values {
        @Nullable
        Object of(String parameter);
    }

    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> fetch(DSLContext dsl, Values values, Reader<T> reader) {
        return dsl.connectionResult(connection -> {
            try {
                return fetch(connection, values, reader);
            } catch (SQLException refused) {
                throw SqlErrors.translated(refused);
            }
        });
    }

    private <T> List<T> fetch(Connection connection, Values values, Reader<T> reader) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            for (int position = 1; position <= parameters.size(); position++) {
                bind(statement, position, values.of(parameters.get(position - 1)));
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<T> read = new ArrayList<>();
                while (rows.next()) {
                    read.add(reader.read(rows));
                }
                return read;
            }
        }
    }

    private static void bind(PreparedStatement statement, int position, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(position, Types.NULL);
        } else if (value instanceof String text) {
            statement.setString(position, text);
        } else if (value instanceof UUID id) {
            statement.setObject(position, id);
        } else if (value instanceof BigDecimal number) {
            statement.setBigDecimal(position, number);
        } else if (value instanceof Instant instant) {
            statement.setObject(position, instant.atOffset(ZoneOffset.UTC));
        } else if (value instanceof LocalDate date) {
            statement.setObject(position, date);
        } else if (value instanceof Integer number) {
            statement.setInt(position, number);
        } else if (value instanceof Currency currency) {
            statement.setString(position, currency.getCurrencyCode());
        } else if (value instanceof JSONB json) {
            statement.setString(position, json.data());
        } else if (value instanceof EnumType literal) {
            statement.setString(position, literal.getLiteral());
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(position, bytes);
        } else if (value instanceof UUID[] ids) {
            statement.setArray(position, statement.getConnection().createArrayOf("uuid", ids));
        } else if (value instanceof String[] texts) {
            statement.setArray(position, statement.getConnection().createArrayOf("varchar", texts));
        } else {
            throw new IllegalStateException(
                    "no way to bind a " + value.getClass().getName());
        }
    }
}
