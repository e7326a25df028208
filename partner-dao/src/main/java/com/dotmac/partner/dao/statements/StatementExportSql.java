package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The statement of {@link StatementDao#exportCsv}: the lines that a statement adds up. */
final class StatementExportSql {

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

    private final Scope scope;
    private final Instant from;
    private final Instant to;
    private final Optional<UUID> partnerId;

    StatementExportSql(Scope scope, Instant from, Instant to, Optional<UUID> partnerId) {
        this.scope = scope;
        this.from = from;
        this.to = to;
        this.partnerId = partnerId;
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

    /**
     * Indexes: partner_commission_events_by_partner and partner_payouts_by_period for a partner, partner_commission_events_by_date
     * for the tenant.
     */
    private Cursor<? extends Record> lines(DSLContext dsl) {
        return dsl.select(
                        PARTNER_LEDGER.PARTNER_ID,
                        PARTNERS.PARTNER_NUMBER,
                        PARTNER_LEDGER.AT,
                        PARTNER_LEDGER.KIND,
                        PARTNER_LEDGER.CURRENCY,
                        PARTNER_LEDGER.AMOUNT,
                        PARTNER_LEDGER.EVENT_ID,
                        PARTNER_LEDGER.PAYOUT_ID,
                        PARTNER_LEDGER.CUSTOMER_ID,
                        PARTNER_LEDGER.INVOICE_ID,
                        PARTNER_LEDGER.PAYMENT_REFERENCE)
                .from(PARTNER_LEDGER)
                .join(PARTNERS)
                .on(PARTNERS.TENANT_ID.eq(PARTNER_LEDGER.TENANT_ID))
                .and(PARTNERS.ID.eq(PARTNER_LEDGER.PARTNER_ID))
                .where(PARTNER_LEDGER.TENANT_ID.eq(scope.tenantId()))
                .and(partnerId.map(PARTNER_LEDGER.PARTNER_ID::eq).orElseGet(DSL::noCondition))
                .and(PARTNER_LEDGER.AT.ge(from))
                .and(PARTNER_LEDGER.AT.lt(to))
                .orderBy(
                        PARTNER_LEDGER.PARTNER_ID, PARTNER_LEDGER.AT, PARTNER_LEDGER.EVENT_ID, PARTNER_LEDGER.PAYOUT_ID)
                .fetchSize(FETCHED_AT_ONCE)
                .fetchLazy();
    }

    private static List<String> values(Record line) {
        Money amount = new Money(line.get(PARTNER_LEDGER.AMOUNT), line.get(PARTNER_LEDGER.CURRENCY));
        return List.of(
                text(line.get(PARTNER_LEDGER.PARTNER_ID)),
                CsvLines.harmless(line.get(PARTNERS.PARTNER_NUMBER)),
                text(line.get(PARTNER_LEDGER.AT)),
                line.get(PARTNER_LEDGER.KIND).toString(),
                text(amount.currency()),
                amount.amount().toPlainString(),
                text(line.get(PARTNER_LEDGER.EVENT_ID)),
                text(line.get(PARTNER_LEDGER.PAYOUT_ID)),
                text(line.get(PARTNER_LEDGER.CUSTOMER_ID)),
                text(line.get(PARTNER_LEDGER.INVOICE_ID)),
                CsvLines.harmless(text(line.get(PARTNER_LEDGER.PAYMENT_REFERENCE))));
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
