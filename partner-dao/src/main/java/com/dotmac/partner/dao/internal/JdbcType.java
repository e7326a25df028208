package com.dotmac.partner.dao.internal;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.Converter;
import org.jooq.DataType;
import org.jooq.EnumType;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/**
 * How the values of a column travel by JDBC, through the converter that jOOQ has for the column. The class that declares a
 * statement decides it once, when it is loaded; jOOQ decides it again for every row, which takes longer than reading the row.
 *
 * @param <T> the type of the column in Java
 */
final class JdbcType<T> {

    private interface Binder {
        void bind(PreparedStatement statement, int position, Object value) throws SQLException;
    }

    private interface Reader {
        @Nullable
        Object read(ResultSet row, int position) throws SQLException;
    }

    private final Function<Object, @Nullable Object> toDatabase;
    private final Function<Object, @Nullable Object> fromDatabase;
    private final Binder binder;
    private final Reader reader;

    private JdbcType(Converter<?, T> converter) {
        Class<?> sent = converter.fromType();
        this.toDatabase = sent == converter.toType() ? value -> value : to(converter);
        this.fromDatabase = sent == converter.toType() ? value -> value : from(converter);
        this.binder = binder(sent);
        this.reader = reader(sent);
    }

    /** @throws IllegalStateException if the library has no way to send the type */
    static <T> JdbcType<T> of(DataType<T> type) {
        return new JdbcType<>(type.getConverter());
    }

    private static <U, T> Function<Object, @Nullable Object> to(Converter<U, T> converter) {
        return value -> converter.to(converter.toType().cast(value));
    }

    private static <U, T> Function<Object, @Nullable Object> from(Converter<U, T> converter) {
        return value -> converter.from(converter.fromType().cast(value));
    }

    void bind(PreparedStatement statement, int position, @Nullable Object value) throws SQLException {
        Object sent = sent(value);
        if (sent == null) {
            statement.setNull(position, Types.NULL);
        } else {
            binder.bind(statement, position, sent);
        }
    }

    /** The value as the database has it. */
    @Nullable
    Object sent(@Nullable Object value) {
        return value == null ? null : toDatabase.apply(value);
    }

    @Nullable
    Object read(ResultSet row, int position) throws SQLException {
        Object read = reader.read(row, position);
        return read == null ? null : fromDatabase.apply(read);
    }

    private static Binder binder(Class<?> type) {
        if (type == String.class) {
            return (statement, position, value) -> statement.setString(position, (String) value);
        } else if (type == BigDecimal.class) {
            return (statement, position, value) -> statement.setBigDecimal(position, (BigDecimal) value);
        } else if (type == Integer.class) {
            return (statement, position, value) -> statement.setInt(position, (Integer) value);
        } else if (type == UUID.class || type == LocalDate.class || type == OffsetDateTime.class) {
            return PreparedStatement::setObject;
        } else if (type == Instant.class) {
            return (statement, position, value) ->
                    statement.setObject(position, ((Instant) value).atOffset(ZoneOffset.UTC));
        } else if (type == JSONB.class) {
            return (statement, position, value) -> statement.setString(position, ((JSONB) value).data());
        } else if (EnumType.class.isAssignableFrom(type)) {
            return (statement, position, value) -> statement.setString(position, ((EnumType) value).getLiteral());
        } else if (type == byte[].class) {
            return (statement, position, value) -> statement.setBytes(position, (byte[]) value);
        } else if (type == UUID[].class) {
            return array("uuid");
        } else if (type == String[].class) {
            return array("varchar");
        } else if (type == BigDecimal[].class) {
            return array("numeric");
        }
        throw new IllegalStateException("the library has no way to send a " + type.getName());
    }

    private static Binder array(String elementType) {
        return (statement, position, value) ->
                statement.setArray(position, statement.getConnection().createArrayOf(elementType, (Object[]) value));
    }

    private static Reader reader(Class<?> type) {
        if (type == String.class) {
            return ResultSet::getString;
        } else if (type == BigDecimal.class) {
            return ResultSet::getBigDecimal;
        } else if (type == UUID.class
                || type == Integer.class
                || type == LocalDate.class
                || type == OffsetDateTime.class) {
            return (row, position) -> row.getObject(position, type);
        } else if (type == Instant.class) {
            return (row, position) -> {
                OffsetDateTime time = row.getObject(position, OffsetDateTime.class);
                return time == null ? null : time.toInstant();
            };
        } else if (type == JSONB.class) {
            return (row, position) -> JSONB.jsonbOrNull(row.getString(position));
        } else if (EnumType.class.isAssignableFrom(type)) {
            return literal(type);
        } else if (type == byte[].class) {
            return ResultSet::getBytes;
        }
        // What remains after the binder are arrays.
        return (row, position) -> {
            Array elements = row.getArray(position);
            return elements == null ? null : elements.getArray();
        };
    }

    private static Reader literal(Class<?> type) {
        Map<String, Object> constants = Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toMap(constant -> ((EnumType) constant).getLiteral(), constant -> constant));
        return (row, position) -> {
            String literal = row.getString(position);
            if (literal == null) {
                return null;
            }
            Object constant = constants.get(literal);
            if (constant == null) {
                throw new IllegalStateException(type.getSimpleName() + " has no constant for \"" + literal + "\"");
            }
            return constant;
        };
    }
}
