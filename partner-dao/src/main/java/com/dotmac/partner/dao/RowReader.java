package com.dotmac.partner.dao;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.EnumType;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a {@link RenderedSql} by a mapper that other statements have too. How each column is read is decided once;
 * jOOQ's own cursor decides it anew in every call, which takes longer than the reading.
 */
final class RowReader<T> implements RenderedSql.Reader<T> {

    private final Field<?>[] fields;
    private final Column[] columns;
    private final Function<ColumnValues, T> mapper;

    private RowReader(Field<?>[] fields, Column[] columns, Function<ColumnValues, T> mapper) {
        this.fields = fields;
        this.columns = columns;
        this.mapper = mapper;
    }

    /** @param fields in the order of the statement */
    static <T> RowReader<T> of(List<? extends Field<?>> fields, Function<ColumnValues, T> mapper) {
        return new RowReader<>(
                fields.toArray(Field[]::new),
                IntStream.range(0, fields.size())
                        .mapToObj(i -> column(fields.get(i), i + 1))
                        .toArray(Column[]::new),
                mapper);
    }

    @Override
    public T read(ResultSet row) throws SQLException {
        Object[] values = new Object[columns.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = columns[i].read(row);
        }
        return mapper.apply(new Row(fields, values));
    }

    /** Columns are looked up as they are, not by name: they are the constants of the generated tables. */
    private record Row(Field<?>[] fields, Object[] values) implements ColumnValues {

        @Override
        @SuppressWarnings("unchecked")
        public <T> T get(Field<T> column) {
            for (int i = 0; i < fields.length; i++) {
                if (fields[i] == column) {
                    return (T) values[i];
                }
            }
            return null;
        }
    }

    private interface Column {
        @Nullable
        Object read(ResultSet row) throws SQLException;
    }

    private static Column column(Field<?> field, int position) {
        Class<?> type = field.getType();
        if (type == String.class) {
            return row -> row.getString(position);
        } else if (type == UUID.class) {
            return row -> row.getObject(position, UUID.class);
        } else if (type == BigDecimal.class) {
            return row -> row.getBigDecimal(position);
        } else if (type == Instant.class) {
            return row -> {
                OffsetDateTime time = row.getObject(position, OffsetDateTime.class);
                return time == null ? null : time.toInstant();
            };
        } else if (type == Integer.class) {
            return row -> row.getObject(position, Integer.class);
        } else if (type == BigDecimal[].class || type == String[].class) {
            return row -> {
                Array elements = row.getArray(position);
                return elements == null ? null : elements.getArray();
            };
        } else if (type == Currency.class) {
            return text(position, Currency::getInstance);
        } else if (EnumType.class.isAssignableFrom(type)) {
            Map<String, Object> constants = Arrays.stream(type.getEnumConstants())
                    .collect(Collectors.toMap(constant -> ((EnumType) constant).getLiteral(), constant -> constant));
            return text(position, constants::get);
        }
        throw new IllegalStateException("no way to read " + field + ", a " + type.getName());
    }

    private static Column text(int position, Function<String, Object> value) {
        return row -> {
            String text = row.getString(position);
            return text == null ? null : value.apply(text);
        };
    }
}
