package com.dotmac.partner.dao.commissions.internal;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jooq.Field;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No statement that inserts a commission event forgets a column of the table. */
@Tag("fast")
class NewEventSqlTest {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;

    @Test
    void every_column_has_a_value_or_is_left_to_the_database() {
        List<Field<?>> columns = new ArrayList<>(NewEventSql.COLUMNS);
        columns.addAll(List.of(E.ID, E.RECORDED_AT, E.PAID_AT, E.STATUS_CHANGED_AT, E.ENDED_BY_KEY));

        assertThat(columns).containsExactlyInAnyOrder(E.fields());
        assertThat(NewEventSql.PENDING_EVENT).hasSameSizeAs(NewEventSql.COLUMNS);
        assertThat(NewEventSql.APPROVED_EVENT).hasSameSizeAs(NewEventSql.COLUMNS);
    }

    @Test
    void a_column_that_is_left_out_is_named() {
        List<Field<?>> columns = new ArrayList<>(NewEventSql.COLUMNS);
        columns.remove(E.HOLD_UNTIL);
        columns.remove(E.STATUS_REASON);

        assertThatThrownBy(() -> NewEventSql.complete(columns))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "the insert of a commission event leaves out hold_until, status_reason; give each a value, or"
                                + " leave it to the database");
    }

    @Test
    void an_insert_of_many_events_names_the_column_without_a_value() {
        Map<Field<?>, String> values = NewEventSql.COLUMNS.stream().collect(toMap(Function.identity(), Field::getName));

        assertThat(NewEventSql.text(values, "given"))
                .startsWith("insert into partner_commission_events (tenant_id, partner_id, ")
                .contains(")\nselect tenant_id, partner_id, ")
                .endsWith("\nfrom given\n");

        values.remove(E.RULE_ID);

        assertThatThrownBy(() -> NewEventSql.text(values, "given"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the insert of a commission event leaves out rule_id; give each a value, or leave it to the"
                        + " database");
    }
}
