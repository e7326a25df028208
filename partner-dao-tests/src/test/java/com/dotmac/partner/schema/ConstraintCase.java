package com.dotmac.partner.schema;

/**
 * A statement that breaks one constraint.
 *
 * @param preparation run before it; "" in most cases
 */
record ConstraintCase(String sqlState, String constraint, String preparation, String sql) {

    static ConstraintCase check(String constraint, String sql) {
        return new ConstraintCase(Refusal.CHECK, constraint, "", sql);
    }

    static ConstraintCase unique(String constraint, String sql) {
        return new ConstraintCase(Refusal.UNIQUE, constraint, "", sql);
    }

    static ConstraintCase reference(String constraint, String sql) {
        return new ConstraintCase(Refusal.REFERENCE, constraint, "", sql);
    }

    static ConstraintCase exclusion(String constraint, String sql) {
        return new ConstraintCase(Refusal.EXCLUSION, constraint, "", sql);
    }

    /** Drops a narrower unique constraint that would refuse first, so that the wider one must refuse alone. */
    ConstraintCase without(String narrower) {
        return new ConstraintCase(sqlState, constraint, Catalog.dropOf(narrower), sql);
    }

    /** Disables the guard of the table, which refuses every change by hand, as the owner of the table could. */
    ConstraintCase withoutGuardsOf(String table) {
        return new ConstraintCase(sqlState, constraint, "select 'alter table " + table + " disable trigger user'", sql);
    }
}
