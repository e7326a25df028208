package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;
import org.jooq.Converter;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;

/** No test here reaches a database. */
class RenderedSqlTest {

    private static final DSLContext NOWHERE = DSL.using(SQLDialect.POSTGRES);

    /** As an enum of the API would be: in upper case, with a converter. */
    enum Status {
        PENDING,
        APPROVED;

        static final Converter<CommissionStatus, Status> CONVERTER = Converter.ofNullable(
                CommissionStatus.class,
                Status.class,
                status -> valueOf(status.name()),
                status -> CommissionStatus.valueOf(status.name()));
    }

    private final Parameter<UUID> partner = parameter(PARTNER_COMMISSION_EVENTS.PARTNER_ID);
    private final Parameter<Instant> from = parameter(PARTNER_COMMISSION_EVENTS.EVENT_DATE);
    private final Parameter<Instant> to = parameter(PARTNER_COMMISSION_EVENTS.EVENT_DATE);

    private Select<?> query() {
        return select(PARTNER_COMMISSION_EVENTS.ID)
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partner))
                .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(from))
                .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(to));
    }

    private RenderedSql statement() {
        return RenderedSql.of("find events", query(), to, partner, from);
    }

    @Test
    void two_parameters_of_one_column_are_two() {
        Instant first = Instant.parse("2026-01-01T00:00:00Z");
        Instant last = Instant.parse("2026-02-01T00:00:00Z");
        UUID id = UUID.randomUUID();

        RenderedSql.Call call =
                statement().call().with(to, last).with(from, first).with(partner, id);

        assertThat(call.shown(1)).isEqualTo(id);
        assertThat(call.shown(2)).isEqualTo(first);
        assertThat(call.shown(3)).isEqualTo(last);
    }

    @Test
    void a_parameter_that_the_query_has_twice_has_one_value() {
        RenderedSql statement = RenderedSql.of(
                "find events of a day",
                select(PARTNER_COMMISSION_EVENTS.ID)
                        .from(PARTNER_COMMISSION_EVENTS)
                        .where(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(from))
                        .or(PARTNER_COMMISSION_EVENTS.RECORDED_AT.ge(from)),
                from);

        RenderedSql.Call call = statement.call().with(from, Instant.EPOCH);

        assertThat(call.shown(1)).isEqualTo(call.shown(2)).isEqualTo(Instant.EPOCH);
    }

    @Test
    void a_declared_parameter_that_the_query_lacks_is_refused() {
        Parameter<BigDecimal> amount = parameter(PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT);

        assertThatThrownBy(() -> RenderedSql.of("find events", query(), partner, from, to, amount))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("statement \"find events\" declares parameter commission_amount, which its query does not"
                        + " contain");
    }

    @Test
    void a_parameter_that_is_declared_twice_is_refused() {
        assertThatThrownBy(() -> RenderedSql.of("find events", query(), partner, from, to, from))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("statement \"find events\" declares parameter event_date twice");
    }

    @Test
    void a_parameter_that_is_not_declared_is_refused() {
        assertThatThrownBy(() -> RenderedSql.of("find events", query(), partner, from))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the query of statement \"find events\" contains a parameter that the statement"
                        + " does not declare: select \"partner_commission_events\".\"id\"")
                .hasMessageEndingWith("\"event_date\" < cast(<here> as timestamp with time zone))");
    }

    @Test
    void a_value_that_is_no_parameter_is_refused() {
        assertThatThrownBy(() -> RenderedSql.of("say something", select(val("hello"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the query of statement \"say something\" contains a parameter that the statement does not"
                        + " declare: select <here>");
    }

    @Test
    void a_question_mark_in_the_text_is_refused() {
        assertThatThrownBy(() -> RenderedSql.of("ask", select(inline("why?"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("statement \"ask\" has a question mark in its text, which JDBC takes for a parameter");
    }

    @Test
    void a_call_that_leaves_a_parameter_out_is_refused() {
        RenderedSql.Call call = statement().call().with(partner, null).with(from, Instant.EPOCH);

        assertThatThrownBy(() -> call.fetch(NOWHERE, row -> row.getString(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a call of statement \"find events\" leaves out parameter event_date");
    }

    @Test
    void a_call_that_binds_a_foreign_parameter_is_refused() {
        Parameter<UUID> sameColumn = parameter(PARTNER_COMMISSION_EVENTS.PARTNER_ID);

        assertThatThrownBy(() -> statement().call().with(sameColumn, UUID.randomUUID()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a call of statement \"find events\" binds parameter partner_id, which is not one of the"
                        + " statement");
    }

    @Test
    void a_call_that_binds_a_parameter_twice_is_refused() {
        RenderedSql.Call call = statement().call().with(from, Instant.EPOCH);

        assertThatThrownBy(() -> call.with(from, Instant.EPOCH))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a call of statement \"find events\" binds parameter event_date twice");
    }

    @Test
    void a_value_is_sent_as_the_converter_of_its_column_says() {
        Parameter<Currency> currency = parameter(PARTNER_COMMISSION_EVENTS.CURRENCY);
        Parameter<Status> status = parameter(
                "status", PARTNER_COMMISSION_EVENTS.STATUS.getDataType().asConvertedDataType(Status.CONVERTER));
        RenderedSql statement = RenderedSql.of("convert", select(currency, status), currency, status);

        RenderedSql.Call call =
                statement.call().with(currency, Currency.getInstance("USD")).with(status, Status.APPROVED);

        assertThat(call.shown(1)).isEqualTo("USD");
        assertThat(call.shown(2)).isEqualTo(PartnerCommissionStatus.approved);
    }

    @Test
    void a_type_that_the_library_cannot_send_is_refused_when_the_parameter_is_declared() {
        assertThatThrownBy(() -> parameter(field("place", SQLDataType.TIME)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the library has no way to send a java.sql.Time");
    }
}
