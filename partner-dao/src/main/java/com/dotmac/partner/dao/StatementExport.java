package com.dotmac.partner.dao;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.approved;
import static com.dotmac.partner.schema.jooq.enums.PartnerCommissionStatus.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerPayoutStatus.completed;
import static org.jooq.impl.DSL.castNull;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record10;
import org.jooq.Select;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The statement of {@link StatementDao#exportCsv}: the lines that a statement adds up. */
final class StatementExport {

    private static final int FETCHED_AT_ONCE = 1000;

    private static final List<String> HEADER = List.of(
            "partner_id",
            "partner_number",
            "at",
            "kind",
            "currency",
            "amount",
            "event_id",
            "payout_id",
            "customer_id",
            "invoice_id",
            "payment_reference");

    /* Columns of the expression "line". */
    private static final Field<UUID> PARTNER_ID = line("partner_id", UUID.class);
    private static final Field<Instant> AT = field(name("line", "at"), SQLDataType.INSTANT);
    private static final Field<String> KIND = line("kind", String.class);
    private static final Field<Currency> CURRENCY =
            field(name("line", "currency"), PARTNER_PAYOUTS.CURRENCY.getDataType());
    private static final Field<BigDecimal> AMOUNT = line("amount", BigDecimal.class);
    private static final Field<UUID> EVENT_ID = line("event_id", UUID.class);
    private static final Field<UUID> PAYOUT_ID = line("payout_id", UUID.class);
    private static final Field<UUID> CUSTOMER_ID = line("customer_id", UUID.class);
    private static final Field<UUID> INVOICE_ID = line("invoice_id", UUID.class);
    private static final Field<String> REFERENCE = line("payment_reference", String.class);

    private final Scope scope;
    private final Instant from;
    private final Instant to;
    private final Optional<UUID> partnerId;

    StatementExport(Scope scope, Instant from, Instant to, Optional<UUID> partnerId) {
        this.scope = scope;
        this.from = from;
        this.to = to;
        this.partnerId = partnerId;
    }

    private static <T> Field<T> line(String column, Class<T> type) {
        return field(name("line", column), type);
    }

    /** Within a transaction: without one the driver would read all rows at once. */
    long writeTo(Appendable out) throws IOException {
        try {
            return scope.transactions().write(dsl -> write(dsl, new CsvLines(out)));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    private long write(DSLContext dsl, CsvLines csv) {
        try (Cursor<? extends Record> lines = lines(dsl)) {
            csv.add(HEADER);
            long written = 0;
            for (Record line : lines) {
                csv.add(values(line));
                written++;
            }
            return written;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Indexes: partner_commission_events_by_partner, partner_payouts_by_period. */
    private Cursor<? extends Record> lines(DSLContext dsl) {
        CommonTableExpression<?> line = name("line")
                .fields(
                        PARTNER_ID.getName(),
                        AT.getName(),
                        KIND.getName(),
                        CURRENCY.getName(),
                        AMOUNT.getName(),
                        EVENT_ID.getName(),
                        PAYOUT_ID.getName(),
                        CUSTOMER_ID.getName(),
                        INVOICE_ID.getName(),
                        REFERENCE.getName())
                .as(commissions().unionAll(payments()));
        return dsl.with(line)
                .select(
                        PARTNER_ID,
                        PARTNERS.PARTNER_NUMBER,
                        AT,
                        KIND,
                        CURRENCY,
                        AMOUNT,
                        EVENT_ID,
                        PAYOUT_ID,
                        CUSTOMER_ID,
                        INVOICE_ID,
                        REFERENCE)
                .from(line)
                .join(PARTNERS)
                .on(PARTNERS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNERS.ID.eq(PARTNER_ID))
                .orderBy(PARTNER_ID, AT, EVENT_ID, PAYOUT_ID)
                .fetchSize(FETCHED_AT_ONCE)
                .fetchLazy();
    }

    private Select<Record10<UUID, Instant, String, Currency, BigDecimal, UUID, UUID, UUID, UUID, String>>
            commissions() {
        Condition ofPartner =
                partnerId.map(PARTNER_COMMISSION_EVENTS.PARTNER_ID::eq).orElseGet(DSL::noCondition);
        return select(
                        PARTNER_COMMISSION_EVENTS.PARTNER_ID,
                        PARTNER_COMMISSION_EVENTS.EVENT_DATE,
                        when(PARTNER_COMMISSION_EVENTS.RETURNS_PAYOUT_ID.isNotNull(), inline("returned"))
                                .when(
                                        PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT.lt(BigDecimal.ZERO),
                                        inline("taken back"))
                                .otherwise(inline("earned")),
                        PARTNER_COMMISSION_EVENTS.CURRENCY,
                        PARTNER_COMMISSION_EVENTS.COMMISSION_AMOUNT,
                        PARTNER_COMMISSION_EVENTS.ID,
                        PARTNER_COMMISSION_EVENTS.PAYOUT_ID,
                        PARTNER_COMMISSION_EVENTS.CUSTOMER_ID,
                        PARTNER_COMMISSION_EVENTS.INVOICE_ID,
                        castNull(SQLDataType.VARCHAR))
                .from(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.TENANT_ID.eq(scope.tenantId()))
                .and(ofPartner)
                .and(PARTNER_COMMISSION_EVENTS.STATUS.in(inline(approved), inline(paid)))
                .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(from))
                .and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(to));
    }

    private Select<Record10<UUID, Instant, String, Currency, BigDecimal, UUID, UUID, UUID, UUID, String>> payments() {
        Condition ofPartner = partnerId.map(PARTNER_PAYOUTS.PARTNER_ID::eq).orElseGet(DSL::noCondition);
        return select(
                        PARTNER_PAYOUTS.PARTNER_ID,
                        PARTNER_PAYOUTS.COMPLETED_AT,
                        inline("paid"),
                        PARTNER_PAYOUTS.CURRENCY,
                        PARTNER_PAYOUTS.TOTAL_AMOUNT.neg(),
                        castNull(SQLDataType.UUID),
                        PARTNER_PAYOUTS.ID,
                        castNull(SQLDataType.UUID),
                        castNull(SQLDataType.UUID),
                        PARTNER_PAYOUTS.PAYMENT_REFERENCE)
                .from(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.TENANT_ID.eq(scope.tenantId()))
                .and(ofPartner)
                .and(PARTNER_PAYOUTS.STATUS.eq(inline(completed)))
                .and(PARTNER_PAYOUTS.COMPLETED_AT.ge(from))
                .and(PARTNER_PAYOUTS.COMPLETED_AT.lt(to));
    }

    private static List<String> values(Record line) {
        Money amount = new Money(line.get(AMOUNT), line.get(CURRENCY));
        return List.of(
                text(line.get(PARTNER_ID)),
                CsvLines.harmless(line.get(PARTNERS.PARTNER_NUMBER)),
                text(line.get(AT)),
                line.get(KIND),
                text(amount.currency()),
                amount.amount().toPlainString(),
                text(line.get(EVENT_ID)),
                text(line.get(PAYOUT_ID)),
                text(line.get(CUSTOMER_ID)),
                text(line.get(INVOICE_ID)),
                CsvLines.harmless(text(line.get(REFERENCE))));
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
