package com.dotmac.partner.dao.commissions;

import static org.jooq.impl.DSL.val;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.rules.internal.StoredPartSql;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record;

/** Reads what a clawback, its undo or a restatement stores of its calculation. */
final class StoredEntrySql {

    private final DSLContext dsl;
    private final PartnerCommissionEventsRecord event;
    private final Record stored;

    /** Index: partner_commission_events_pkey. */
    StoredEntrySql(Scope scope, DSLContext dsl, PartnerCommissionEventsRecord event) {
        this.dsl = dsl;
        this.event = event;
        this.stored = dsl.resultQuery("select " + StoredPartSql.FORMAT + """
                        , calculation ->> 'calculated' as calculated, calculation ->> 'clawedBackBefore' as clawed_back_before,
                               calculation ->> 'bookedBefore' as booked_before,
                               array(select (line ->> 'line')::integer from jsonb_array_elements(calculation -> 'refunded') line) as lines,
                               array(select (line ->> 'amount')::numeric from jsonb_array_elements(calculation -> 'refunded') line) as amounts
                        from partner_commission_events
                        where tenant_id = {0} and id = {1}
                        """, val(scope.tenantId()), val(event.getId()))
                .fetchSingle();
    }

    /**
     * What a clawback stores.
     *
     * @param calculatedId the event that has the calculation in force
     * @param refunded so far, by line, with this refund
     */
    record ClawedBack(UUID calculatedId, Map<Integer, Money> refunded, Money clawedBackBefore) {

        String inWords() {
            return refunded.isEmpty()
                    ? "none"
                    : refunded.entrySet().stream()
                            .map(line -> "line " + line.getKey() + " "
                                    + line.getValue().amount().toPlainString())
                            .collect(Collectors.joining(", "));
        }
    }

    /** What a restatement stores beside the parts of the sale. */
    record Restated(Map<Integer, Money> refunded, Money bookedBefore) {}

    /** Whether the event claws back, or gives back what was clawed back. */
    boolean isEntry() {
        return event.getReversesId() != null
                || event.getCorrectsId() != null && (event.getRefundId() != null || event.getUndoesId() != null);
    }

    UUID headId() {
        return event.getReversesId() == null ? event.getCorrectsId() : event.getReversesId();
    }

    /** Empty if the library did not write the calculation. */
    Optional<ClawedBack> clawedBack() {
        boolean isWritten = StoredPartSql.isWritten(stored, event.getId()) && stored.get("calculated") != null;
        return isWritten
                ? Optional.of(
                        new ClawedBack(stored.get("calculated", UUID.class), refunded(), money("clawed_back_before")))
                : Optional.empty();
    }

    /** Empty if the event comes from no restatement. */
    Optional<Restated> restated() {
        boolean isRestated = StoredPartSql.isWritten(stored, event.getId()) && stored.get("booked_before") != null;
        return isRestated ? Optional.of(new Restated(refunded(), money("booked_before"))) : Optional.empty();
    }

    /** The calculation of the event as that of a restatement: the parts, and what refunds claw back of them. */
    String restated(Money earned, Map<Integer, Money> refunded, Money clawedBack) {
        String members = CalculationJson.restated(
                List.of(), Optional.of(event.getId()), earned, refunded, clawedBack, Money.zero(earned.currency()));
        return dsl.resultQuery("""
                        select ((calculation - 'exact') || ({1} - 'model' - 'parts'))::text
                        from partner_commission_events
                        where tenant_id = {0} and id = {2}
                        """, val(event.getTenantId()), val(JSONB.valueOf(members)), val(event.getId()))
                .fetchSingle()
                .get(0, String.class);
    }

    private Money money(String column) {
        return new Money(stored.get(column, BigDecimal.class), event.getCurrency());
    }

    private Map<Integer, Money> refunded() {
        Integer[] lines = stored.get("lines", Integer[].class);
        BigDecimal[] amounts = stored.get("amounts", BigDecimal[].class);
        Map<Integer, Money> refunded = new TreeMap<>();
        for (int line = 0; line < lines.length; line++) {
            refunded.put(lines[line], new Money(amounts[line], event.getCurrency()));
        }
        return refunded;
    }
}
