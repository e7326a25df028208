package com.dotmac.partner.schema.catalog;

/** How a database compares with the migrations of this jar. */
public enum SchemaVerdict {
    /** Every migration of this jar is applied, and the catalog is what they leave. */
    UP_TO_DATE,
    /**
     * A newer library has migrated the database and removed nothing that this library uses: no migration that this jar
     * does not know is a contracting one. Allowed, so that old and new instances run side by side during a release.
     */
    AHEAD,
    /**
     * A newer library has migrated the database, and one of its migrations removes something: its description begins
     * with contract.
     */
    AHEAD_AND_CONTRACTED,
    /** Some migrations of this jar are not applied. */
    BEHIND,
    /** There are partner tables, and no history says which migrations created them. */
    UNTRACKED,
    /** There is neither a partner table nor a history. */
    ABSENT,
    /** The history says that a migration failed. */
    FAILED,
    /**
     * The history has a migration whose file differs in this jar, or is not in this jar although later ones are; or the
     * history lacks a migration although it has later ones.
     */
    CHANGED,
    /** Every migration is applied, but the catalog was changed afterwards. */
    DRIFTED;

    /** Whether an application built with this jar may start. */
    public boolean isAllowed() {
        return this == UP_TO_DATE || this == AHEAD;
    }
}
