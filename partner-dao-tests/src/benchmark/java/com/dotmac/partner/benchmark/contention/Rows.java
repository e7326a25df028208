package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.dao.statements.Verification;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Compares the rows with what the calls should have written. */
final class Rows {

    private final DSLContext sql;

    Rows(DataSource dataSource) {
        this(DSL.using(dataSource, SQLDialect.POSTGRES));
    }

    Rows(DSLContext sql) {
        this.sql = sql;
    }

    DSLContext sql() {
        return sql;
    }

    void require(String cell, String expected, String query, Object... values) {
        String found = sql.fetchSingle(query, values).get(0, String.class);
        if (!expected.equals(found)) {
            throw new IllegalStateException("after " + cell + ": found " + found + "; expected " + expected);
        }
    }

    void requireClean(String cell, Verification verification) {
        if (!verification.isClean()) {
            throw new IllegalStateException("after " + cell + " these invariants are broken: " + verification.counts()
                    + ", first " + verification.rows());
        }
    }
}
