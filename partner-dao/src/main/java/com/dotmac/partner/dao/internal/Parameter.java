package com.dotmac.partner.dao.internal;

import java.util.concurrent.atomic.AtomicLong;
import org.jooq.Context;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.impl.CustomField;
import org.jooq.impl.DSL;

/**
 * A value that every call gives to a {@link RenderedSql}. A statement knows its parameters by identity, not by name: two
 * parameters of the same column are two parameters.
 */
public final class Parameter<T> extends CustomField<T> {

    private static final long serialVersionUID = 1;

    /** Within the text of a query no two parameters have the same marker. */
    private static final AtomicLong MARKERS = new AtomicLong();

    private final transient Field<T> column;
    private final transient JdbcType<T> type;
    private final String marker;

    private Parameter(Field<T> column) {
        super(column.getUnqualifiedName(), column.getDataType());
        this.column = column;
        this.type = JdbcType.of(column.getDataType());
        this.marker = "p" + MARKERS.incrementAndGet();
    }

    /** A value that the statement compares with the column or stores in it. */
    public static <T> Parameter<T> parameter(Field<T> column) {
        return new Parameter<>(column);
    }

    public static <T> Parameter<T> parameter(String name, DataType<T> type) {
        return new Parameter<>(DSL.field(DSL.name(name), type));
    }

    public Field<T> column() {
        return column;
    }

    JdbcType<T> type() {
        return type;
    }

    String marker() {
        return marker;
    }

    @Override
    public void accept(Context<?> context) {
        context.visit(DSL.param(marker, getDataType()));
    }
}
