package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jooq.EnumType;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class JdbcTypeTest {

    /** As jOOQ generates an enum of the database whose literal is a keyword of Java. */
    private enum Generated implements EnumType {
        new_;

        @Override
        public String getName() {
            return "generated";
        }

        @Override
        public String getLiteral() {
            return "new";
        }
    }

    private static final JdbcType<Generated> TYPE = JdbcType.of(SQLDataType.VARCHAR.asEnumDataType(Generated.class));

    @Test
    void an_enum_of_the_database_is_sent_by_its_literal() throws SQLException {
        List<Object> sent = new ArrayList<>();
        TYPE.bind(
                proxy(PreparedStatement.class, arguments -> {
                    sent.addAll(List.of(arguments));
                    return null;
                }),
                1,
                Generated.new_);

        assertThat(sent).containsExactly(1, "new");
    }

    @Test
    void an_enum_of_the_database_is_read_by_its_literal() throws SQLException {
        assertThat(TYPE.read(proxy(ResultSet.class, arguments -> "new"), 1)).isEqualTo(Generated.new_);
    }

    private interface Call {
        Object made(Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                JdbcTypeTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.made(arguments)));
    }
}
