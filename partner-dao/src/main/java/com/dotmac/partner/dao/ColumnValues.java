package com.dotmac.partner.dao;

import org.jooq.Field;

/** The values of one row, by column: of a jOOQ record ({@code record::get}), or read by JDBC ({@link RowReader}). */
interface ColumnValues {

    /** Null where the row has none, or the column is not among those that were read. */
    <T> T get(Field<T> column);
}
