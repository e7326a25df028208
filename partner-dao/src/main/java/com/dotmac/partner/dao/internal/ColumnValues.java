package com.dotmac.partner.dao.internal;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jooq.Field;
import org.jooq.Record;

/** The values of one row, by column: {@link #of} a jOOQ record, or read by JDBC ({@link RowReader}). */
public interface ColumnValues {

    /**
     * The value of the column; null where the row has none.
     *
     * @throws IllegalStateException if the statement did not select the column
     */
    <T> T get(Field<T> column);

    static ColumnValues of(Record row) {
        return new ColumnValues() {
            @Override
            public <T> T get(Field<T> column) {
                if (row.indexOf(column) < 0) {
                    throw notSelected(column, row.fields());
                }
                return row.get(column);
            }
        };
    }

    static IllegalStateException notSelected(Field<?> column, Field<?>[] selected) {
        return new IllegalStateException("column " + column + " was not selected; selected are "
                + Arrays.stream(selected).map(Field::toString).collect(Collectors.joining(", ")));
    }
}
