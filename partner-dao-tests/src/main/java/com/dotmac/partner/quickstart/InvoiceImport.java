package com.dotmac.partner.quickstart;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_ACCOUNTS;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.Accrual;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerDetails;
import com.dotmac.partner.quickstart.InvoiceRow.CustomersPartner;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Imports one row in one transaction: all of it or nothing. */
final class InvoiceImport {

    static final String ACTOR = "job:quickstart";

    /**
     * The payout minimums, for which the file has no column: the same for every partner, and none in other currencies.
     */
    static final List<Money> PAYOUT_MINIMUMS =
            List.of(Money.of("50.00", "USD"), Money.of("5000", "JPY"), Money.of("15.000", "KWD"));

    private static final Instant ASSIGNED_FROM =
            InvoiceRowReader.FIRST_DATE.atStartOfDay(ZoneOffset.UTC).toInstant();

    private final DSLContext sql;

    InvoiceImport(DSLContext sql) {
        this.sql = sql;
    }

    /** The result of a row: the customer's partners, and what they earn. */
    record Imported(List<Partner> partners, Accrual accrual) {}

    /**
     * Does what a service does when an invoice is issued: the library joins the transaction in which the host writes
     * its own rows. Every step has a key and can be repeated.
     */
    Imported take(InvoiceRow row) {
        return sql.transactionResult(transaction -> {
            DSLContext tx = transaction.dsl();
            PartnerScope scope = PartnerStore.create(tx).tenant(row.tenant()).actingAs(ACTOR);
            insertHostRow(tx, "customers", row.customerId());
            insertHostRow(tx, "invoices", row.invoiceId());
            Map<Partner, CustomersPartner> partners = new LinkedHashMap<>();
            row.partners().forEach(partner -> partners.put(registered(scope, partner), partner));
            refuseOtherPartners(tx, row, partners.keySet());
            partners.forEach((partner, terms) -> assign(scope, row, partner, terms));
            return new Imported(List.copyOf(partners.keySet()), accrue(scope, row));
        });
    }

    /** The host's part. In a real host these rows have more columns. */
    private static void insertHostRow(DSLContext tx, String table, UUID id) {
        tx.execute("insert into {0} (id) values ({1}) on conflict do nothing", DSL.table(DSL.name(table)), DSL.val(id));
    }

    private static Partner registered(PartnerScope scope, CustomersPartner partner) {
        BigDecimal rate = partner.defaultRate();
        PartnerDetails details =
                PartnerDetails.named(partner.name()).withDefaultRate(rate == null ? null : rate.toPlainString());
        Outcome<Partner> registered =
                scope.partners().register(new NewPartner("partner:" + partner.name(), null, details, PAYOUT_MINIMUMS));
        return registered.replayed()
                ? registered.value()
                : scope.partners()
                        .activate(registered.value().id(), "registered by the quickstart")
                        .value();
    }

    /** An earlier file may have assigned other partners; the library would let all of them earn. */
    private static void refuseOtherPartners(DSLContext tx, InvoiceRow row, Set<Partner> partners) {
        Set<UUID> assigned = tx.select(PARTNER_ACCOUNTS.PARTNER_ID)
                .from(PARTNER_ACCOUNTS)
                .where(PARTNER_ACCOUNTS.TENANT_ID.eq(row.tenant()))
                .and(PARTNER_ACCOUNTS.CUSTOMER_ID.eq(row.customerId()))
                .fetchSet(PARTNER_ACCOUNTS.PARTNER_ID);
        Set<UUID> wanted = partners.stream().map(Partner::id).collect(Collectors.toSet());
        if (!assigned.isEmpty() && !assigned.equals(wanted)) {
            throw new BadRowException(
                    "customer " + row.customer() + " was assigned to other partners by an earlier run");
        }
    }

    private static void assign(PartnerScope scope, InvoiceRow row, Partner partner, CustomersPartner terms) {
        scope.partners()
                .assign(new CustomerAssignment(
                        "assignment:" + partner.companyName() + ";" + row.customer(),
                        partner.id(),
                        row.customerId(),
                        terms.customRate(),
                        ASSIGNED_FROM,
                        null));
    }

    private static Accrual accrue(PartnerScope scope, InvoiceRow row) {
        return scope.commissions()
                .accrue(new Sale(
                        "invoice:" + row.number(), row.customerId(), row.invoiceId(), row.amount(), row.occurredAt()));
    }
}
