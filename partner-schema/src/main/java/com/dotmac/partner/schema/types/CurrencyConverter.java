package com.dotmac.partner.schema.types;

import java.util.Currency;
import org.jooq.impl.AbstractConverter;

/**
 * Reads and writes {@code currency char(3)} columns as {@link Currency}.
 *
 * <p>Source: ISO 4217, as the JDK has it.
 */
public final class CurrencyConverter extends AbstractConverter<String, Currency> {

    /** The generated code creates it. */
    public CurrencyConverter() {
        super(String.class, Currency.class);
    }

    /** @throws IllegalArgumentException when this JDK does not know the code */
    @Override
    public Currency from(String code) {
        return code == null ? null : Currency.getInstance(code);
    }

    @Override
    public String to(Currency currency) {
        return currency == null ? null : currency.getCurrencyCode();
    }
}
