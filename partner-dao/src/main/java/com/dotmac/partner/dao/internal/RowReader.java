package com.dotmac.partner.dao.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

/** Reads the rows of a {@link RenderedSql} by a mapper that other statements have too. */
public final class RowReader<T> implements RenderedSql.Reader<T> {

    private final Field<?>[] columns;
    private final JdbcType<?>[] types;
    private final Function<ColumnValues, T> mapper;

    private RowReader(Field<?>[] columns, Function<ColumnValues, T> mapper) {
        this.columns = columns;
        this.types = Arrays.stream(columns)
                .map(column -> JdbcType.of(column.getDataType()))
                .toArray(JdbcType[]::new);
        this.mapper = mapper;
    }

    /** @param columns in the order of the statement */
    public static <T> RowReader<T> of(List<? extends Field<?>> columns, Function<ColumnValues, T> mapper) {
        return new RowReader<>(columns.toArray(Field[]::new), mapper);
    }

    /** Reads all columns of a table into its records, in the order of the table. */
    public static <R extends Record> RowReader<R> ofTable(Table<R> table) {
        return of(List.of(table.fields()), row -> {
            R read = table.newRecord();
            for (Field<?> column : table.fields()) {
                set(read, column, row);
            }
            return read;
        });
    }

    private static <T> void set(Record read, Field<T> column, ColumnValues row) {
        read.set(column, row.get(column));
    }

    @Override
    public T read(ResultSet row) throws SQLException {
        Object[] values = new Object[types.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = types[i].read(row, i + 1);
        }
        return mapper.apply(new Row(columns, values));
    }

    /** Finds a column by identity, not by name: columns are the constants of the generated tables. */
    private record Row(Field<?>[] columns, Object[] values) implements ColumnValues {

        @Override
        @SuppressWarnings("unchecked")
        public <T> T get(Field<T> column) {
            for (int i = 0; i < columns.length; i++) {
                if (columns[i] == column) {
                    return (T) values[i];
                }
            }
            throw ColumnValues.notSelected(column, columns);
        }
    }
}
