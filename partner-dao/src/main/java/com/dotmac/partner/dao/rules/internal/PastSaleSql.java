package com.dotmac.partner.dao.rules.internal;

import static com.dotmac.partner.dao.rules.internal.CommissionRuleSql.R;
import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.CHAR;
import static org.jooq.impl.SQLDataType.INSTANT;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.CommissionPart;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.Partners;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** The statements of a simulation: rules, default rate and past events of one partner in one currency. */
public final class PastSaleSql {

    private static final Partners P = PARTNERS.as("p");
    private static final int ROWS_AT_A_TIME = 1_000;

    private final Scope scope;
    private final DSLContext dsl;
    private final UUID partnerId;
    private final Currency currency;

    public PastSaleSql(Scope scope, DSLContext dsl, UUID partnerId, Currency currency) {
        this.scope = scope;
        this.dsl = dsl;
        this.partnerId = partnerId;
        this.currency = currency;
    }

    /**
     * An event that is neither cancelled nor clawed back.
     *
     * @param parts of a sale; empty for a manual commission and for a clawback
     */
    public record PastEvent(
            UUID id,
            Optional<UUID> customerId,
            Instant eventDate,
            BigDecimal base,
            Money amount,
            List<CommissionPart> parts) {}

    /** Every version of every rule, in no order. Index: commission_rules_do_not_overlap. */
    public List<CommissionRule> rules() {
        return dsl.selectFrom(R)
                .where(R.TENANT_ID.eq(scope.tenantId()))
                .and(R.PARTNER_ID.eq(partnerId))
                .and(R.CURRENCY.eq(currency))
                .fetch(CommissionRuleSql::of);
    }

    /**
     * The partner's default rate of today; null if the partner has none. Index: partners_pkey.
     *
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public @Nullable BigDecimal defaultRate() {
        return dsl.select(P.DEFAULT_COMMISSION_RATE)
                .from(P)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.eq(partnerId))
                .fetchOptional()
                .orElseThrow(() -> new NotFound(NotFound.Kind.PARTNER, partnerId))
                .value1();
    }

    /**
     * Hands over the events in the order in which they were recorded. In bounded memory, inside a transaction: the rows
     * come from a cursor. Index: partner_commission_events_by_partner.
     */
    public void between(Optional<Instant> from, Instant to, Consumer<PastEvent> each) {
        List<CommissionRule> versions = rules();
        @Nullable PastEvent event = null;
        try (Stream<Record> rows = rows(from, to)) {
            for (Record row : (Iterable<Record>) rows::iterator) {
                if (event == null || !event.id().equals(row.get("id", UUID.class))) {
                    if (event != null) {
                        each.accept(event);
                    }
                    event = event(row);
                }
                StoredPartSql.of(row, event.id(), currency)
                        .map(part -> part.recalculated(versions))
                        .ifPresent(event.parts()::add);
            }
        }
        if (event != null) {
            each.accept(event);
        }
    }

    /** Of a restated event what the sale earns, not the difference that it books. */
    private static final String EARNED = """
            case when e.calculation -> 'bookedBefore' is not null
                 then (select coalesce(sum((p ->> 'base')::numeric), 0) from jsonb_array_elements(e.calculation -> 'parts') p
                       where p ->> 'source' <> 'none')
                 else e.base_amount end as base_amount,
            case when e.calculation -> 'bookedBefore' is not null then (e.calculation ->> 'earned')::numeric else e.commission_amount end as commission_amount
            """;

    /** The calculation of an event that was corrected is that of its last correction. */
    private static final String IN_FORCE = """
            and (num_nonnulls(e.refund_id, e.undoes_id) > 0 and e.corrects_id is not null
                 or not exists (select from partner_commission_events c
                                where c.tenant_id = e.tenant_id and c.corrects_id = case when e.corrects_id is null then e.id else e.corrects_id end and c.refund_id is null and c.undoes_id is null
                                  and (c.recorded_at, c.id) > (e.recorded_at, e.id) and c.status not in ('cancelled', 'clawback')))
            """;

    private Stream<Record> rows(Optional<Instant> from, Instant to) {
        return dsl.resultQuery(
                        "select e.id, e.customer_id, e.event_date, " + EARNED + ", " + StoredPartSql.COLUMNS
                                + """
                                from partner_commission_events e
                                """
                                + StoredPartSql.PARTS
                                + """
                                where e.tenant_id = {0} and e.partner_id = {1} and e.currency = {2}
                                  and e.event_date >= coalesce({3}, '-infinity') and e.event_date < {4}
                                  and e.status not in ('cancelled', 'clawback')
                                """
                                + IN_FORCE
                                + """
                                order by e.id, position
                                """,
                        val(scope.tenantId()),
                        val(partnerId),
                        val(currency.getCurrencyCode(), CHAR(3)),
                        val(from.orElse(null), INSTANT),
                        val(to, INSTANT))
                .fetchSize(ROWS_AT_A_TIME)
                .fetchStream();
    }

    private PastEvent event(Record row) {
        return new PastEvent(
                row.get("id", UUID.class),
                Optional.ofNullable(row.get("customer_id", UUID.class)),
                row.get("event_date", Instant.class),
                row.get("base_amount", BigDecimal.class),
                new Money(row.get("commission_amount", BigDecimal.class), currency),
                new ArrayList<>());
    }
}
