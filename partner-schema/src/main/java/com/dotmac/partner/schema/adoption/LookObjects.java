package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our enum types and functions as temporary objects, so that the look can ask the constraints of the newest schema
 * before there is one. A domain over text stands for each enum: no cast to it fails, and a wrong label is found like
 * any other wrong value.
 */
final class LookObjects {

    private static final Pattern FUNCTION = Pattern.compile("(?<![.\\w])(partner_\\w+)\\(");

    private LookObjects() {}

    static void create(SchemaTransaction transaction) throws SQLException {
        transaction.execute("""
                create function pg_temp.look_converted(value text, wanted anyelement) returns anyelement language plpgsql
                as $$
                begin
                    execute format('select %L::%s', value, pg_typeof(wanted)) into wanted;
                    return wanted;
                exception when others then
                    return null;
                end
                $$
                """);
        StringBuilder constraints = new StringBuilder();
        Map<String, String> functions = new LinkedHashMap<>();
        for (CatalogFact fact : SchemaVersions.ofThisJar().newestFacts()) {
            switch (fact.kind()) {
                case "enum" -> transaction.execute("create domain pg_temp." + fact.name() + " as text");
                case "constraint", "index" ->
                    constraints.append(fact.definition()).append('\n');
                case "function" -> functions.put(fact.name().replaceFirst("\\(.*", ""), fact.definition());
                default -> {}
            }
        }
        create(transaction, constraints.toString(), functions);
        // What the adoption calls, and no constraint.
        create(transaction, "partner_provider_key(", functions);
        create(transaction, "partner_server(", functions);
        transaction.execute("""
                create function pg_temp.look_server() returns text language plpgsql
                as $$
                begin
                    perform pg_temp.partner_server();
                    return null;
                exception when others then
                    return sqlerrm;
                end
                $$
                """);
        transaction.execute("""
                create function pg_temp.partner_provider_key(tenant text, partner uuid, currency text, cutoff timestamptz, number numeric)
                    returns text language sql
                return case when isfinite(cutoff) and number between 0 and 2147483647
                    then pg_temp.partner_provider_key(tenant, partner, currency::char(3), cutoff, number::integer) end
                """);
    }

    /** Why the adoption could not record the server that pays; empty if it can. */
    static Optional<String> whyNoServer(SchemaTransaction transaction) throws SQLException {
        return transaction.query("select pg_temp.look_server()").stream()
                .map(row -> row.get(0))
                .filter(reason -> !reason.equals("null"))
                .findFirst();
    }

    /** Creates the functions that a text calls, and before each of them those that it calls. */
    private static void create(SchemaTransaction transaction, String text, Map<String, String> functions)
            throws SQLException {
        Matcher call = FUNCTION.matcher(text);
        while (call.find()) {
            String definition = functions.remove(call.group(1));
            if (definition != null) {
                create(transaction, definition, functions);
                transaction.execute(temporary(definition));
            }
        }
    }

    /** The same SQL with the temporary types and functions. */
    static String temporary(String sql) {
        return FUNCTION.matcher(sql.replaceAll("::partner_(\\w+)", "::pg_temp.partner_$1"))
                .replaceAll("pg_temp.$1(");
    }
}
