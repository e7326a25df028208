package com.dotmac.partner.quickstart;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the user may choose.
 *
 * @param invoices a file as {@link InvoiceFile} describes it
 * @param url JDBC URL of the user's database, in which the data stays; null: an embedded one that ends with the program
 * @param user null: as the URL says, or else the operating system's user
 * @param password null: as the URL says, or none
 */
record Options(
        Path invoices,
        @Nullable String url,
        @Nullable String user,
        @Nullable String password) {

    /** From {@code -Dquickstart.invoices}, {@code .url}, {@code .user} and {@code .password}; empty is not given. */
    static Options fromSystemProperties() {
        return new Options(
                Path.of(System.getProperty("quickstart.invoices", "")),
                given("quickstart.url"),
                given("quickstart.user"),
                given("quickstart.password"));
    }

    private static @Nullable String given(String property) {
        String value = System.getProperty(property, "");
        return value.isBlank() ? null : value;
    }
}
