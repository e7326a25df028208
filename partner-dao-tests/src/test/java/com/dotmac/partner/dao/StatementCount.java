package com.dotmac.partner.dao;

import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;

/** Counts the statements that go to the database. */
final class StatementCount implements ExecuteListener {

    private static final long serialVersionUID = 1;

    private final AtomicInteger statements = new AtomicInteger();

    int statements() {
        return statements.get();
    }

    @Override
    public void executeStart(ExecuteContext context) {
        statements.incrementAndGet();
    }
}
