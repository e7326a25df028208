package com.dotmac.partner.quickstart;

import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.quickstart.InvoiceImport.Imported;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** What this run imported, earned and refused. */
final class Tally {

    /** Partners of each tenant, in the order of their numbers. */
    final Map<String, Set<Partner>> partners = new TreeMap<>();

    final Set<UUID> invoices = new HashSet<>();
    final Set<UUID> commissions = new HashSet<>();
    int refused;

    int accrued;
    int approved;
    int closed;
    int paid;

    void add(InvoiceRow row, Imported imported) {
        partners.computeIfAbsent(row.tenant(), tenant -> new TreeSet<>(Comparator.comparing(Partner::number)))
                .addAll(imported.partners());
        invoices.add(row.invoiceId());
        imported.accrual().events().stream().map(CommissionEvent::id).forEach(commissions::add);
        accrued += imported.accrual().replayed() ? 0 : 1;
    }

    boolean nothingChanged() {
        return accrued + approved + closed + paid == 0;
    }
}
