package com.dotmac.partner.schema.catalog;

/** What a database is, measured by the migrations of this jar. */
public enum SchemaVerdict {
    /** Every migration of this jar is applied and the catalog is what they leave. */
    UP_TO_DATE,
    /**
     * A newer library has migrated it, and took nothing away that this one uses: none of the migrations unknown to this jar is
     * a contracting one. Allowed, so that old and new instances run side by side while a release rolls out.
     */
    AHEAD,
    /** A newer library has migrated it, and one of its migrations takes something away: its description begins with contract. */
    AHEAD_AND_CONTRACTED,
    /** Some migrations of this jar are not applied. */
    BEHIND,
    /** There are partner tables, and no history says which migrations made them. */
    UNTRACKED,
    /** There is neither a partner table nor a history. */
    ABSENT,
    /** The history says that a migration failed. */
    FAILED,
    /** A migration was applied from a file that this jar holds otherwise, or does not hold though it holds later ones. */
    CHANGED,
    /** Every migration is applied, but somebody has changed the catalog since. */
    DRIFTED;

    /** Whether an application built with this jar may start. */
    public boolean isAllowed() {
        return this == UP_TO_DATE || this == AHEAD;
    }
}
