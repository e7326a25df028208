package com.dotmac.partner.schema.catalog;

/**
 * Where a schema is, for messages: never with a password, which a JDBC URL may carry in its parameters.
 *
 * @param url JDBC URL without its parameters
 * @param schema its name as it is, not quoted
 * @param owner the role that owns the tables, or the database while there are none
 */
public record Place(String url, String schema, String owner) {

    public Place {
        int parameters = url.indexOf('?');
        url = parameters < 0 ? url : url.substring(0, parameters);
    }

    /** The command line that does this to it. */
    String command(String command) {
        return "java -jar partner-schema-" + SchemaVersions.ofThisJar().library() + "-cli.jar " + command + " --url "
                + url + " --user " + word(owner)
                + (schema.equals("public") ? "" : " --schema " + word(schema));
    }

    /** One word to a shell. */
    private static String word(String text) {
        return text.matches("[\\w.-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** Like {@code schema "public" of jdbc:postgresql://db/app}. */
    @Override
    public String toString() {
        return "schema \"" + schema + "\" of " + url;
    }
}
