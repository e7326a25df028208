package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import com.dotmac.partner.schema.jooq.tables.PartnerLedger;
import com.dotmac.partner.schema.jooq.tables.Partners;
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

    private static final PartnerLedger L = PARTNER_LEDGER.as("l");
    private static final Partners P = PARTNERS.as("p");

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

    /** Opens a transaction: without one the driver would read all rows at once. */
    long writeTo(Appendable out) throws IOException {
        try {
            return scope.transactions().write(dsl -> {
                partnerId.ifPresent(id -> KnownPartner.require(scope, dsl, id));
                return write(dsl, new CsvLines(out));
            });
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
     * Indexes: partner_commission_events_by_partner and partner_payouts_by_period for a partner,
     * partner_commission_events_by_date for the tenant.
     */
    private Cursor<? extends Record> lines(DSLContext dsl) {
        return dsl.select(
                        L.PARTNER_ID,
                        P.PARTNER_NUMBER,
                        L.AT,
                        L.KIND,
                        L.CURRENCY,
                        L.AMOUNT,
                        L.EVENT_ID,
                        L.PAYOUT_ID,
                        L.CUSTOMER_ID,
                        L.INVOICE_ID,
                        L.PAYMENT_REFERENCE)
                .from(L)
                .join(P)
                .on(P.TENANT_ID.eq(L.TENANT_ID))
                .and(P.ID.eq(L.PARTNER_ID))
                .where(L.TENANT_ID.eq(scope.tenantId()))
                .and(partnerId.map(L.PARTNER_ID::eq).orElseGet(DSL::noCondition))
                .and(L.AT.ge(from))
                .and(L.AT.lt(to))
                .orderBy(L.PARTNER_ID, L.AT, L.EVENT_ID, L.PAYOUT_ID)
                .fetchSize(FETCHED_AT_ONCE)
                .fetchLazy();
    }

    private static List<String> values(Record line) {
        Money amount = new Money(line.get(L.AMOUNT), line.get(L.CURRENCY));
        return List.of(
                text(line.get(L.PARTNER_ID)),
                CsvLines.harmless(line.get(P.PARTNER_NUMBER)),
                text(line.get(L.AT)),
                line.get(L.KIND).getLiteral(),
                text(amount.currency()),
                amount.amount().toPlainString(),
                text(line.get(L.EVENT_ID)),
                text(line.get(L.PAYOUT_ID)),
                text(line.get(L.CUSTOMER_ID)),
                text(line.get(L.INVOICE_ID)),
                CsvLines.harmless(text(line.get(L.PAYMENT_REFERENCE))));
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }
}
