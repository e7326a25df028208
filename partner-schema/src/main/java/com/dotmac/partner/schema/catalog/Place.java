package com.dotmac.partner.schema.catalog;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a schema is, for messages. It never has a password, which a JDBC URL may have in its parameters.
 *
 * @param url JDBC URL without its parameters
 * @param schema its name, without quotes
 * @param owner the role that owns the tables; the role that owns the database while there are none
 * @param host the tables, keys and tenant columns of the host that our foreign keys refer to, like {@code users_table}; none
 *     if there is no such foreign key
 */
public record Place(String url, String schema, String owner, Map<String, String> host) {

    /** Removes the parameters from the URL. */
    public Place {
        int parameters = url.indexOf('?');
        url = parameters < 0 ? url : url.substring(0, parameters);
        host = Collections.unmodifiableMap(new TreeMap<>(host));
    }

    /** The same place; foreign keys to tables that it does not have yet would refer to these. */
    public Place linkedTo(Map<String, String> tables) {
        Map<String, String> all = new TreeMap<>(tables);
        all.putAll(host);
        return new Place(url, schema, owner, all);
    }

    /**
     * The placeholders of migrations and repairs for these tables of the host: where a table has a tenant column, the reference to it
     * begins with the tenant.
     */
    public static Map<String, String> placeholders(Map<String, String> host) {
        Map<String, String> placeholders = new TreeMap<>();
        for (String role : List.of("customers", "invoices", "users")) {
            if (host.containsKey(role + "_table")) {
                String tenant = host.get(role + "_tenant");
                String column = role.replaceFirst("s$", "_id");
                String key = host.get(role + "_key");
                placeholders.put(role + "_table", host.get(role + "_table"));
                placeholders.put(role + "_key", tenant == null ? key : tenant + ", " + key);
                placeholders.put(role + "_columns", tenant == null ? column : "tenant_id, " + column);
            }
        }
        return placeholders;
    }

    /**
     * The command line that runs this command on the schema, with the host's tables.
     *
     * @param linksHost whether foreign keys to the host are required although there are none
     * @param isolates whether row security is there or required
     */
    String command(String command, boolean linksHost, boolean isolates) {
        StringBuilder line = new StringBuilder("java -jar partner-schema-")
                .append(SchemaVersions.ofThisJar().library())
                .append("-cli.jar ")
                .append(command)
                .append(" --url ")
                .append(word(url))
                .append(" --user ")
                .append(word(owner))
                .append(" --schema ")
                .append(word(schema));
        host.forEach((setting, name) -> {
            String usual = setting.endsWith("_key") ? "id" : setting.replaceFirst("_table$", "");
            if (!name.equals(usual)) {
                line.append(" --").append(setting.replace('_', '-')).append(' ').append(word(name));
            }
        });
        if (host.isEmpty() && !linksHost) {
            line.append(" --no-host-links");
        }
        return isolates ? line + " --isolated" : line.toString();
    }

    /** Quotes the text if a shell would not take it as one word. */
    private static String word(String text) {
        return text.matches("[\\w.:/@-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** Like {@code schema "public" of jdbc:postgresql://db/app}. */
    @Override
    public String toString() {
        return "schema \"" + schema + "\" of " + url;
    }
}
