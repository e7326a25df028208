package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A setter that counts from the tenant's value would write a value of the caller into the tenant. */
@Tag("fast")
class ShiftedStatementTest {

    @Test
    void every_setter_of_a_value_counts_from_the_second() throws Exception {
        List<Method> setters = Arrays.stream(PreparedStatement.class.getMethods())
                .filter(method -> method.getName().startsWith("set"))
                .filter(method -> method.getParameterCount() >= 2 && method.getParameterTypes()[0] == int.class)
                .toList();

        assertThat(setters).hasSizeGreaterThan(40).allSatisfy(setter -> assertThat(
                        ShiftedStatement.class.getDeclaredMethod(setter.getName(), setter.getParameterTypes()))
                .isNotNull());
    }
}
