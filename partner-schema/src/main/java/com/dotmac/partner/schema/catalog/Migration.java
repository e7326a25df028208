package com.dotmac.partner.schema.catalog;

/**
 * A migration in this jar.
 *
 * @param version its number, from 1
 * @param location the folder under {@code db/partner}: {@code schema}, or {@code host-links} for references to the host's tables
 * @param script the file's name
 * @param checksum what Flyway writes into the history for this file
 * @param description what the file's name says it does
 */
public record Migration(int version, String location, String script, int checksum, String description) {

    private static final String CONTRACTING = "contract ";

    /** Whether it belongs to the references to the host's tables, which a host without such tables leaves out. */
    public boolean linksHost() {
        return location.equals("host-links");
    }

    /** Whether it takes something away that the library before it uses: its description begins with {@code contract}. */
    static boolean contracts(String description) {
        return description.startsWith(CONTRACTING);
    }

    /** The file as it is, with placeholders. */
    public String sql() {
        return JarResource.text("/db/partner/" + location + "/" + script);
    }

    /** The file that undoes it, with placeholders. */
    public String undoSql() {
        return JarResource.text("/db/partner/undo/U" + script.substring(1));
    }

    /** Like {@code V7 guards of payouts}. */
    @Override
    public String toString() {
        return "V" + version + " " + description;
    }
}
