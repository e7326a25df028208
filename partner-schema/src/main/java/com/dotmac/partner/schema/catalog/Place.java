package com.dotmac.partner.schema.catalog;

/**
 * Where a schema is, for messages. It never has a password, which a JDBC URL may have in its parameters.
 *
 * @param url JDBC URL without its parameters
 * @param schema its name, without quotes
 * @param owner the role that owns the tables; the role that owns the database while there are none
 */
public record Place(String url, String schema, String owner) {

    /** Removes the parameters from the URL. */
    public Place {
        int parameters = url.indexOf('?');
        url = parameters < 0 ? url : url.substring(0, parameters);
    }

    /** The command line that runs this command on the schema. */
    String command(String command) {
        return "java -jar partner-schema-" + SchemaVersions.ofThisJar().library() + "-cli.jar " + command + " --url "
                + url + " --user " + word(owner)
                + (schema.equals("public") ? "" : " --schema " + word(schema));
    }

    /** Quotes the text if a shell would not take it as one word. */
    private static String word(String text) {
        return text.matches("[\\w.-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** Like {@code schema "public" of jdbc:postgresql://db/app}. */
    @Override
    public String toString() {
        return "schema \"" + schema + "\" of " + url;
    }
}
