package com.dotmac.partner.dao;

import java.util.function.Function;
import org.jooq.DSLContext;

/** Where a write begins and ends: in a transaction of its own, or inside the caller's. */
final class Transactions {

    private final DSLContext dsl;
    private final boolean callersMayBeOpen;

    private Transactions(DSLContext dsl, boolean callersMayBeOpen) {
        this.dsl = dsl;
        this.callersMayBeOpen = callersMayBeOpen;
    }

    /** Every write commits by itself, also on a pool whose connections come with auto-commit off. */
    static Transactions own(DSLContext dsl) {
        return new Transactions(dsl, false);
    }

    /** A write joins the transaction that is open on the context's connection; without one it commits by itself. */
    static Transactions joining(DSLContext dsl) {
        return new Transactions(dsl, true);
    }

    <T> T read(Function<DSLContext, T> work) {
        return work.apply(dsl);
    }

    <T> T write(Function<DSLContext, T> work) {
        if (callersMayBeOpen && !dsl.connectionResult(connection -> connection.getAutoCommit())) {
            return work.apply(dsl);
        }
        return dsl.transactionResult(transaction -> work.apply(transaction.dsl()));
    }
}
