package com.dotmac.partner.dao.internal;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.val;

import java.sql.SQLException;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingSQLContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Context;
import org.jooq.Converter;
import org.jooq.Converters;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.conf.ParamType;
import org.jooq.impl.AbstractBinding;
import org.jooq.impl.CustomQueryPart;
import org.jooq.impl.SQLDataType;

/** A {@link JdbcStatement} as a query of jOOQ: its text as it is, its values set by JDBC. */
final class HeardStatement extends CustomQueryPart {

    private static final long serialVersionUID = 1;

    /** The caller reads the rows by JDBC; jOOQ asks the server for the columns unless it is told one. */
    private static final Field<Object> UNREAD = field("unread", SQLDataType.OTHER);

    private final transient String[] parts;
    private final transient JdbcValues values;

    private HeardStatement(String[] parts, JdbcValues values) {
        this.parts = parts;
        this.values = values;
    }

    static ResultQuery<Record> query(DSLContext dsl, String[] parts, JdbcValues values) {
        return dsl.resultQuery("{0}", new HeardStatement(parts, values)).coerce(new Field<?>[] {UNREAD});
    }

    @Override
    public void accept(Context<?> context) {
        context.sql(parts[0]);
        for (int position = 1; position < parts.length; position++) {
            DataType<Object> type = SQLDataType.OTHER.asConvertedDataType(new Position(values, position));
            context.visit(val(values.shown(position), type)).sql(parts[position]);
        }
    }

    /** A question mark, whose value the statement sets by itself. */
    private static final class Position extends AbstractBinding<Object, Object> {

        private static final long serialVersionUID = 1;

        private final transient JdbcValues values;
        private final int position;

        Position(JdbcValues values, int position) {
            this.values = values;
            this.position = position;
        }

        @Override
        public Converter<Object, Object> converter() {
            return Converters.identity(Object.class);
        }

        @Override
        public void sql(BindingSQLContext<Object> context) {
            if (context.render().paramType() == ParamType.INLINED) {
                context.render().visit(inline(values.shown(position)));
            } else {
                context.render().sql("?");
            }
        }

        @Override
        public void set(BindingSetStatementContext<Object> context) throws SQLException {
            values.set(context.statement(), context.index());
        }

        @Override
        public void get(BindingGetResultSetContext<Object> context) {
            throw new IllegalStateException("the caller reads the rows by JDBC");
        }
    }
}
