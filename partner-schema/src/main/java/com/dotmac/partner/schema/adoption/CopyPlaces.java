package com.dotmac.partner.schema.adoption;

/**
 * Where the statements of the copy find what they read.
 *
 * @param oldTables the schema of the old tables, with a dot
 * @param changes the table of the changes that need a consent
 * @param newPayouts the new payouts, which the copy of the events joins
 */
record CopyPlaces(String oldTables, String changes, String newPayouts) {

    /** During the copy. */
    static final CopyPlaces OF_THE_COPY =
            new CopyPlaces(CopySql.SCHEMA + ".", CopySql.SCHEMA + ".changes", "partner_payouts");

    String old(String table) {
        return oldTables + table;
    }
}
