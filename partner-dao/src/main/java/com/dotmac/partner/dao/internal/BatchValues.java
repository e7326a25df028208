package com.dotmac.partner.dao.internal;

import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a {@link JdbcStatement} of a batch, in the order of its question marks: a column of rows is an array. */
public final class BatchValues implements JdbcValues {

    private interface Value {
        void set(PreparedStatement statement, int position) throws SQLException;
    }

    private final List<Value> values = new ArrayList<>();
    private final List<Object> shown = new ArrayList<>();

    public BatchValues text(String value) {
        return add(value, (statement, position) -> statement.setString(position, value));
    }

    public BatchValues number(BigDecimal value) {
        return add(value, (statement, position) -> statement.setBigDecimal(position, value));
    }

    /** @param type of an element, as PostgreSQL names it */
    public BatchValues array(String type, @Nullable Object[] elements) {
        return add(
                elements,
                (statement, position) ->
                        statement.setArray(position, statement.getConnection().createArrayOf(type, elements)));
    }

    private BatchValues add(Object value, Value setting) {
        values.add(setting);
        shown.add(value);
        return this;
    }

    @Override
    public void set(PreparedStatement statement, int position) throws SQLException {
        values.get(position - 1).set(statement, position);
    }

    @Override
    public Object shown(int position) {
        return shown.get(position - 1);
    }
}
