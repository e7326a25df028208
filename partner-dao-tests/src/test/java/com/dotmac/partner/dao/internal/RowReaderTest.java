package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.types.CommissionStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.DataType;
import org.jooq.ExecuteListener;
import org.jooq.JSONB;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PartnerDatabaseExtension.class)
class RowReaderTest {

    private static final DataType<RenderedSqlTest.Status> CONVERTED =
            PARTNER_COMMISSION_EVENTS.STATUS.getDataType().asConvertedDataType(RenderedSqlTest.Status.CONVERTER);

    private final PartnerDatabase database;
    private final DSLContext sql;
    private final DSLContext heard;

    RowReaderTest(PartnerDatabase database) {
        this.database = database;
        sql = database.sql();
        heard = sql.configuration()
                .deriveAppending(ExecuteListener.onStart(statement -> {}))
                .dsl();
    }

    @Test
    void a_value_comes_back_as_it_was_sent() {
        returns(SQLDataType.VARCHAR, "text with a ? and a {0}");
        returns(SQLDataType.UUID, UUID.randomUUID());
        returns(SQLDataType.NUMERIC, new BigDecimal("12.340"));
        returns(SQLDataType.INTEGER, 7);
        returns(SQLDataType.INSTANT, Instant.parse("2026-01-01T00:00:00.000001Z"));
        returns(SQLDataType.LOCALDATE, LocalDate.parse("2026-01-31"));
        returns(SQLDataType.JSONB, JSONB.valueOf("{\"rate\": 0.10}"));
        returns(PARTNER_COMMISSION_EVENTS.CURRENCY.getDataType(), Currency.getInstance("EUR"));
        returns(PARTNER_COMMISSION_EVENTS.STATUS.getDataType(), CommissionStatus.APPROVED);
        returns(CONVERTED, RenderedSqlTest.Status.APPROVED);
        returns(SQLDataType.UUID.array(), new UUID[] {UUID.randomUUID(), UUID.randomUUID()});
        returns(SQLDataType.VARCHAR.array(), new String[] {"a", "b,c"});
        returns(SQLDataType.NUMERIC.array(), new BigDecimal[] {new BigDecimal("0.10")});
    }

    /** Straight through the connection, and through jOOQ. A null value is read as null. */
    private <T> void returns(DataType<T> type, T value) {
        Parameter<T> parameter = parameter("given", type);
        RenderedSql statement = RenderedSql.of("return a " + type, select(parameter.cast(type)), parameter);
        RowReader<List<@Nullable T>> reader =
                RowReader.of(List.of(parameter), row -> Arrays.asList(row.get(parameter)));
        for (DSLContext dsl : List.of(sql, heard)) {
            assertThat(statement
                            .call()
                            .with(parameter, value)
                            .fetch(dsl, reader)
                            .get(0))
                    .as(type.toString())
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactly(value);
            assertThat(statement.call().with(parameter, null).fetch(dsl, reader).get(0))
                    .as(type.toString())
                    .containsExactly((T) null);
        }
    }

    @Test
    void a_column_that_was_not_selected_is_an_error_not_null() {
        RenderedSql statement =
                RenderedSql.of("count to one", select(PARTNERS.ID).from(PARTNERS));
        new Programme(database).activePartner("0.1");

        assertThatThrownBy(() -> statement
                        .call()
                        .fetch(sql, RowReader.of(List.of(PARTNERS.ID), row -> row.get(PARTNERS.COMPANY_NAME))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("column \"partners\".\"company_name\" was not selected; selected are \"partners\".\"id\"");
    }

    @Test
    void a_column_that_a_jooq_record_lacks_is_the_same_error() {
        new Programme(database).activePartner("0.1");
        ColumnValues row =
                ColumnValues.of(sql.select(PARTNERS.ID).from(PARTNERS).fetchSingle());

        assertThat(row.get(PARTNERS.ID)).isNotNull();
        assertThatThrownBy(() -> row.get(PARTNERS.COMPANY_NAME))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("column \"partners\".\"company_name\" was not selected; selected are \"partners\".\"id\"");
    }
}
