package com.dotmac.partner.dao.internal;

import static org.jooq.impl.DSL.field;

import java.time.Instant;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/** The time of the database, which decides everything: no statement takes the time of a client. */
public final class DatabaseTime {

    private static final Field<Instant> NOW = field("now()", SQLDataType.INSTANT);

    private DatabaseTime() {}

    /**
     * The begin of the transaction, by the function that the guards compare with. jOOQ writes the keyword {@code
     * current_timestamp}: the same time, but the test kit can move only a function.
     */
    public static Field<Instant> currentInstant() {
        return NOW;
    }
}
