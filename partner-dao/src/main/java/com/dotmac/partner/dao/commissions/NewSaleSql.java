package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_SALES;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.with;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.commissions.internal.NewEvent;
import com.dotmac.partner.dao.commissions.internal.NewEventSql;
import com.dotmac.partner.dao.internal.Parameter;
import com.dotmac.partner.dao.internal.References;
import com.dotmac.partner.dao.internal.RenderedSql;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerSales;
import com.dotmac.partner.schema.jooq.tables.records.PartnerSalesRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertResultStep;
import org.jooq.Query;

/** How a sale is recorded: alone if nobody earns by it, else with its first event in one statement. */
final class NewSaleSql {

    private static final PartnerSales S = PARTNER_SALES;

    private static final Parameter<String> TENANT = parameter(S.TENANT_ID);
    private static final Parameter<UUID> CUSTOMER = parameter(S.CUSTOMER_ID);
    private static final Parameter<UUID> INVOICE = parameter(S.INVOICE_ID);
    private static final Parameter<Instant> OCCURRED_AT = parameter(S.OCCURRED_AT);
    private static final Parameter<Currency> CURRENCY = parameter(S.CURRENCY);
    private static final Parameter<BigDecimal> AMOUNT = parameter(S.AMOUNT);
    private static final Parameter<BigDecimal> DISCOUNT = parameter(S.DISCOUNT);
    private static final Parameter<String[]> PRODUCTS = parameter(S.LINE_PRODUCTS);
    private static final Parameter<BigDecimal[]> AMOUNTS = parameter(S.LINE_AMOUNTS);
    private static final Parameter<BigDecimal[]> BASES = parameter(S.LINE_BASES);
    private static final Parameter<String> KEY = parameter(S.IDEMPOTENCY_KEY);
    private static final Parameter<String> RECORDED_BY = parameter(S.RECORDED_BY);

    private static final List<Parameter<?>> PARAMETERS = List.of(
            TENANT,
            CUSTOMER,
            INVOICE,
            OCCURRED_AT,
            CURRENCY,
            AMOUNT,
            DISCOUNT,
            PRODUCTS,
            AMOUNTS,
            BASES,
            KEY,
            RECORDED_BY);

    private static final CommonTableExpression<PartnerSalesRecord> SOLD =
            name("sold").as(insertion());

    /** The values of a pending event of the sale that the statement itself inserts. */
    private static final List<Field<?>> EVENT = NewEventSql.pendingEventOf(SOLD.field(S.ID));

    private static final RenderedSql INSERT = RenderedSql.of("record a sale", insertion(), PARAMETERS);
    private static final RenderedSql INSERT_WITH_EVENT = RenderedSql.of(
            "record a sale and its commission",
            insertionWithEvent(),
            Stream.of(PARAMETERS, NewEventSql.parameters(EVENT))
                    .flatMap(List::stream)
                    .toList());

    private final Scope scope;
    private final DSLContext dsl;

    NewSaleSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    private static InsertResultStep<PartnerSalesRecord> insertion() {
        return insertInto(S)
                .columns(PARAMETERS.stream().map(Parameter::column).toList())
                .values(PARAMETERS)
                .returning(S.ID);
    }

    private static Query insertionWithEvent() {
        return with(SOLD)
                .insertInto(PARTNER_COMMISSION_EVENTS)
                .columns(NewEventSql.COLUMNS)
                .select(select(EVENT).from(SOLD))
                .returning(CommissionEventSql.COLUMNS);
    }

    /**
     * Inserts a sale by which nobody earns.
     *
     * @param mayCommit whether the statement is the last and may commit
     */
    void insert(Sale sale, boolean mayCommit) {
        try {
            bind(INSERT.call(), sale).fetchLast(dsl, mayCommit, row -> row.getObject(1, UUID.class));
        } catch (PartnerException.ConstraintViolated refused) {
            throw new References(null, sale.customerId(), sale.invoiceId(), null).reason(refused);
        }
    }

    /**
     * Inserts the sale and a pending event of it.
     *
     * @param mayCommit whether the statement is the last and may commit
     */
    CommissionEvent insert(Sale sale, NewEvent event, boolean mayCommit) {
        RenderedSql.Call call = bind(INSERT_WITH_EVENT.call(), sale);
        try {
            return NewEventSql.bindAllButSale(call, scope, event)
                    .fetchLast(dsl, mayCommit, CommissionEventSql.READER)
                    .get(0);
        } catch (PartnerException.ConstraintViolated refused) {
            throw event.references().reason(refused);
        }
    }

    private RenderedSql.Call bind(RenderedSql.Call call, Sale sale) {
        return call.with(TENANT, scope.tenantId())
                .with(CUSTOMER, sale.customerId())
                .with(INVOICE, sale.invoiceId())
                .with(OCCURRED_AT, sale.occurredAt())
                .with(CURRENCY, sale.amount().currency())
                .with(AMOUNT, sale.amount().amount())
                .with(DISCOUNT, sale.discount().amount())
                .with(PRODUCTS, products(sale))
                .with(AMOUNTS, amounts(sale.lines()))
                .with(BASES, amounts(sale.netLines()))
                .with(KEY, sale.key())
                .with(RECORDED_BY, scope.actor());
    }

    private static String[] products(Sale sale) {
        List<SaleLine> lines = sale.lines();
        String[] products = new String[lines.size()];
        for (int line = 0; line < products.length; line++) {
            products[line] = lines.get(line).productId();
        }
        return products;
    }

    private static BigDecimal[] amounts(List<SaleLine> lines) {
        BigDecimal[] amounts = new BigDecimal[lines.size()];
        for (int line = 0; line < amounts.length; line++) {
            amounts[line] = lines.get(line).amount().amount();
        }
        return amounts;
    }
}
