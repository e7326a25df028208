package com.dotmac.partner.schema.catalog;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a role, a database or a server may set otherwise, and what changes how PostgreSQL understands or prints a
 * statement: a verdict depends on none of it. The driver sets and needs client_encoding; only a superuser may set
 * lc_messages, and nothing here reads a message.
 */
public final class PinnedSettings {

    private static final Map<String, String> PINNED = new TreeMap<>(Map.ofEntries(
            Map.entry("array_nulls", "on"),
            Map.entry("backslash_quote", "safe_encoding"),
            Map.entry("bytea_output", "hex"),
            Map.entry("DateStyle", "ISO, MDY"),
            Map.entry("escape_string_warning", "off"),
            Map.entry("extra_float_digits", "1"),
            Map.entry("IntervalStyle", "postgres"),
            Map.entry("lc_monetary", "C"),
            Map.entry("lc_numeric", "C"),
            Map.entry("quote_all_identifiers", "off"),
            Map.entry("standard_conforming_strings", "on"),
            Map.entry("TimeZone", "UTC"),
            Map.entry("transform_null_equals", "off"),
            Map.entry("xmlbinary", "base64"),
            Map.entry("xmloption", "content")));

    private PinnedSettings() {}

    /** The end of a statement that pins the settings until the transaction ends. */
    static String untilTheEnd() {
        return PINNED.entrySet().stream()
                .map(setting -> "set_config('" + setting.getKey() + "', '" + setting.getValue() + "', true)")
                .collect(joining(", ", "", ";\n"));
    }

    /**
     * The same settings for a session that migrates. The time zone stays: Flyway records the time of a migration in it.
     *
     * @param set {@code set}, or {@code set local}
     */
    public static String forMigrations(String set) {
        return PINNED.entrySet().stream()
                .filter(setting -> !setting.getKey().equals("TimeZone"))
                .map(setting -> set + " " + setting.getKey() + " = '" + setting.getValue() + "';\n")
                .collect(joining());
    }
}
