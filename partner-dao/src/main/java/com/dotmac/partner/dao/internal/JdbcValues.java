package com.dotmac.partner.dao.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The values of one call of a {@link JdbcStatement}; the first position is 1. */
interface JdbcValues {

    /** Sets the value of a question mark. */
    void set(PreparedStatement statement, int position) throws SQLException;

    /** The value as the database has it, for a listener that shows it. */
    @Nullable
    Object shown(int position);
}
