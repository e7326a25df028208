package com.dotmac.partner.quickstart;

import com.dotmac.partner.quickstart.InvoiceRow.CustomersPartner;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What earlier rows say of customers and partners. The import refuses a row that contradicts them, and then ignores it.
 */
final class EarlierRows {

    private record Subject(String tenant, String name) {}

    private record Said(String value, long line) {}

    private final Map<Subject, Said> said = new HashMap<>();

    /** @throws BadRowException names what differs, and the line with which it differs */
    void add(InvoiceRow row) {
        Map<String, String> says = new LinkedHashMap<>();
        row.partners().forEach(partner -> says.put("default rate of partner " + partner.name(), defaultRate(partner)));
        says.put("partners of customer " + row.customer(), partners(row));
        says.put(
                "content of invoice " + row.number(),
                row.date() + ", " + row.customer() + ", " + row.amount() + refunds(row));

        says.forEach((subject, value) -> refuseOther(row, subject, value));
        if (row.refunds() != null) {
            refuseOther(row, customerAndCurrency(row.refunds()), row.customer() + ", " + currency(row));
        }
        says.put(customerAndCurrency(row.number()), row.customer() + ", " + currency(row));
        says.forEach(
                (subject, value) -> said.putIfAbsent(new Subject(row.tenant(), subject), new Said(value, row.line())));
    }

    private void refuseOther(InvoiceRow row, String subject, String value) {
        Said earlier = said.get(new Subject(row.tenant(), subject));
        if (earlier != null && !earlier.value().equals(value)) {
            throw new BadRowException("the " + subject + " is \"" + value + "\" here and \"" + earlier.value()
                    + "\" on line " + earlier.line());
        }
    }

    private static String customerAndCurrency(String number) {
        return "customer and currency of invoice " + number;
    }

    private static String currency(InvoiceRow row) {
        return row.amount().currency().getCurrencyCode();
    }

    private static String refunds(InvoiceRow row) {
        return row.refunds() == null ? "" : ", refunds " + row.refunds();
    }

    private static String partners(InvoiceRow row) {
        return row.partners().stream()
                .map(partner -> partner.name() + (partner.customRate() == null ? "" : " at " + partner.customRate()))
                .collect(Collectors.joining("; "));
    }

    private static String defaultRate(CustomersPartner partner) {
        BigDecimal rate = partner.defaultRate();
        return rate == null ? "none" : rate.toPlainString();
    }
}
