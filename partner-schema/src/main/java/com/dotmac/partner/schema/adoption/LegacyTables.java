package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The partner tables before an adoption, with their columns. Other tools created them, so no column is certain to
 * exist.
 */
final class LegacyTables {

    private static final Set<String> WHOLE_NUMBERS = Set.of("smallint", "integer", "bigint");
    private static final Set<String> TEXTS = Set.of("character varying", "character", "text", "json");

    private final Map<String, Map<String, String>> types = new TreeMap<>();
    private final boolean convertsSafely;
    private final Set<Conversion> conversions = new LinkedHashSet<>();

    /** A conversion of a column that fails for some texts. */
    record Conversion(String table, String column, String type) {}

    private LegacyTables(boolean convertsSafely) {
        this.convertsSafely = convertsSafely;
    }

    /** Reads the tables of the first schema in the search path. */
    static LegacyTables read(SchemaTransaction transaction) throws SQLException {
        LegacyTables tables = new LegacyTables(false);
        String[] known = SchemaVersions.ofThisJar().namesOf("table");
        for (List<String> column :
                transaction.query("""
                select c.relname, a.attname, format_type(a.atttypid, null)
                from pg_class c join pg_attribute a on a.attrelid = c.oid
                where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
                  and c.relkind in ('r', 'p') and c.relname = any (?) and a.attnum > 0 and not a.attisdropped
                order by c.relname, a.attnum
                """, transaction.connection().createArrayOf("text", known))) {
            tables.types
                    .computeIfAbsent(column.get(0), table -> new HashMap<>())
                    .put(column.get(1), column.get(2));
        }
        return tables;
    }

    /** The same tables, whose expressions convert by {@code look_converted} what a cast may refuse. */
    LegacyTables safely() {
        LegacyTables safe = new LegacyTables(true);
        safe.types.putAll(types);
        return safe;
    }

    /** The conversions in the expressions so far that a value may refuse. */
    Set<Conversion> conversions() {
        return conversions;
    }

    List<String> names() {
        return List.copyOf(types.keySet());
    }

    boolean has(String table) {
        return types.containsKey(table);
    }

    boolean has(String table, String column) {
        return columns(table).containsKey(column);
    }

    /** Name and type of each column; empty if the table does not exist. */
    Map<String, String> columns(String table) {
        return types.getOrDefault(table, Map.of());
    }

    /** The column as an expression of our type; empty if the table has no such column. */
    Optional<String> expression(String table, String column, String wantedType) {
        return Optional.ofNullable(columns(table).get(column)).map(type -> {
            String base = base(wantedType);
            if (!convertsSafely || type.equals(base) || base.startsWith("partner_") || base.startsWith("character")) {
                return converted("o." + column, type, base);
            }
            String wide = WHOLE_NUMBERS.contains(base) ? "numeric" : base;
            if (TEXTS.contains(type)) {
                conversions.add(new Conversion(table, column, wide));
                return "pg_temp.look_converted(o." + column + "::text, null::" + wide + ")";
            }
            return converted("o." + column, type, wide);
        });
    }

    /** The type without its length and collation. */
    static String base(String type) {
        return type.replaceFirst("\\(.*?\\)", "").replaceFirst(" collate .*", "");
    }

    /**
     * Takes times without a zone as UTC (a time as text too, because the zone of the session is UTC) and enum labels in
     * lower case. Never casts to a length: a cast would cut a text that is too long, and the assignment refuses it.
     */
    private static String converted(String value, String type, String base) {
        if (base.startsWith("partner_")) {
            return "lower(" + value + "::text)::" + base;
        }
        if (type.equals(base) || base.startsWith("character") && type.startsWith("character")) {
            return value;
        }
        return switch (base) {
            case "character varying", "character" -> value + "::text";
            case "timestamp with time zone" ->
                type.startsWith("character") || type.equals("text")
                        ? "(" + value + "::timestamptz)"
                        : "(" + value + "::timestamp at time zone 'UTC')";
            case "uuid", "jsonb" -> value + "::text::" + base;
            default -> value + "::" + base;
        };
    }
}
