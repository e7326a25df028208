package com.dotmac.partner.schema.catalog;

/**
 * A migration in this jar.
 *
 * @param version its number, from 1
 * @param location the folder under {@code partner-dao}: {@code schema}; {@code host-links} for references to the
 *     host's tables; {@code row-security} for policies
 * @param script the file's name
 * @param checksum the number that Flyway writes into the history for this file
 * @param description the words in the file's name
 */
public record Migration(int version, String location, String script, int checksum, String description) {

    private static final String CONTRACTING = "contract ";

    /** Whether it adds foreign keys to the host's tables. A host without such tables leaves it out. */
    public boolean linksHost() {
        return location.equals("host-links");
    }

    /** Whether it adds policies by which a transaction sees one tenant only. */
    public boolean isolates() {
        return location.equals("row-security");
    }

    /** Whether a database may leave it out: only its own location has an order with it. */
    boolean isOptional() {
        return linksHost() || isolates();
    }

    /** Whether it removes something that an older library uses: then its description begins with {@code contract}. */
    static boolean contracts(String description) {
        return description.startsWith(CONTRACTING);
    }

    /** The text of the file, with its placeholders. */
    public String sql() {
        return JarResource.text("/partner-dao/" + location + "/" + script);
    }

    /** The text of the file that undoes it, with its placeholders. */
    public String undoSql() {
        return JarResource.text("/partner-dao/undo/U" + script.substring(1));
    }

    /** Like {@code V7 guards of payouts}. */
    @Override
    public String toString() {
        return "V" + version + " " + description;
    }
}
