package com.dotmac.partner.quickstart;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.quickstart.InvoiceRow.CustomersPartner;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Makes an {@link InvoiceRow} of the values on one line, or says what is wrong with the first bad value. */
final class InvoiceRowReader {

    /** Customers are assigned to their partners from this date on: no invoice may be older. */
    static final LocalDate FIRST_DATE = LocalDate.of(2000, 1, 1);

    /** Two names fit into one idempotency key. */
    private static final int TEXT_LENGTH = 120;

    private static final String RATE = "0(\\.[0-9]{1,6})?|1(\\.0{1,6})?";

    private final CSVRecord values;

    InvoiceRowReader(CSVRecord values) {
        this.values = values;
    }

    /**
     * @param line where the row is in the file
     * @param today the last date to accept
     * @throws BadRowException with the first reason to refuse the row
     */
    InvoiceRow read(long line, LocalDate today) {
        InvoiceRow row = new InvoiceRow(
                line,
                text("tenant", values.get("tenant")),
                text("invoice_number", values.get("invoice_number")),
                date(values.get("date"), today),
                text("customer", values.get("customer")),
                partners(),
                amount(values.get("amount"), values.get("currency")),
                values.get("refunds_invoice").isEmpty()
                        ? null
                        : text("refunds_invoice", values.get("refunds_invoice")));
        if (row.refunds() != null && row.amount().signum() >= 0) {
            throw new BadRowException("refunds_invoice is given, and the amount " + row.amount()
                    + " is not negative; only a credit note refunds");
        }
        return row;
    }

    private static String text(String column, String value) {
        if (value.isBlank()) {
            throw new BadRowException(column + " is blank");
        }
        if (value.length() > TEXT_LENGTH) {
            throw new BadRowException(column + " has " + value.length() + " characters; give at most " + TEXT_LENGTH);
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new BadRowException(column + " contains a control character");
        }
        return value;
    }

    private static LocalDate date(String value, LocalDate today) {
        LocalDate date;
        try {
            date = LocalDate.parse(value);
        } catch (DateTimeParseException unreadable) {
            throw new BadRowException("date \"" + value + "\" is not a date like 2026-07-31");
        }
        if (date.isBefore(FIRST_DATE) || date.isAfter(today)) {
            throw new BadRowException("date " + value + " is not from " + FIRST_DATE + " to today, " + today);
        }
        return date;
    }

    /** The library refuses digits beyond the minor unit, and codes that are no currency. */
    private static Money amount(String amount, String currency) {
        try {
            return Money.of(amount, currency);
        } catch (PartnerException.InvalidInput refused) {
            throw new BadRowException(String.valueOf(refused.getMessage()));
        }
    }

    private List<CustomersPartner> partners() {
        List<String> names = several(values.get("partner"));
        List<String> defaultRates = rates("partner_rate", names.size());
        List<String> customRates = rates("customer_rate", names.size());
        List<CustomersPartner> partners = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            partners.add(new CustomersPartner(
                    text("partner", names.get(i)),
                    rate("partner_rate", defaultRates.get(i)),
                    rate("customer_rate", customRates.get(i))));
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new BadRowException("partner \"" + values.get("partner") + "\" names a partner twice");
        }
        return List.copyOf(partners);
    }

    /** As many rates as partners; an empty value means that no partner has a rate. */
    private List<String> rates(String column, int partners) {
        String value = values.get(column);
        List<String> rates = value.isEmpty() ? Collections.nCopies(partners, "") : several(value);
        if (rates.size() != partners) {
            throw new BadRowException(column + " \"" + value + "\" has " + rates.size() + " rates, and partner \""
                    + values.get("partner") + "\" names " + partners + "; give as many, separated by ;");
        }
        return rates;
    }

    private static List<String> several(String value) {
        return value.isEmpty() ? List.of() : List.of(value.split("\\s*;\\s*", -1));
    }

    private static @Nullable BigDecimal rate(String column, String value) {
        if (value.isEmpty()) {
            return null;
        }
        if (!value.matches(RATE)) {
            throw new BadRowException(column + " \"" + value
                    + "\" is not a fraction from 0 to 1 with at most 6 decimals; twelve and a half percent is 0.125");
        }
        return new BigDecimal(value).stripTrailingZeros();
    }
}
