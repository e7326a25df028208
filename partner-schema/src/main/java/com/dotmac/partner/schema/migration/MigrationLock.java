package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Flyway's lock, which a migration of this schema holds. It belongs to a session, and not to a transaction. */
final class MigrationLock {

    /** Flyway adds the hash of the history's name. */
    private static final long FLYWAY = 77431708279161L;

    private static final long ASK_EVERY_MILLIS = 250;

    private static final String HOLDER = """
            select format('process %s of role %s%s%s holds it, connected since %s, %s since %s', holder.pid,
                coalesce(holder.usename, '(hidden)'),
                coalesce(' (' || nullif(holder.application_name, '') || ')', ''),
                coalesce(' from ' || host(holder.client_addr), ''),
                coalesce(date_trunc('second', holder.backend_start)::text, '(hidden)'),
                coalesce(holder.state, '(hidden)'),
                coalesce(date_trunc('second', holder.state_change)::text, '(hidden)')), holder.pid
            from pg_locks held
            join pg_stat_activity holder on holder.pid = held.pid
            where held.locktype = 'advisory' and held.granted and held.objsubid = 1
              and held.database = (select oid from pg_database where datname = current_database())
              and (held.classid::bigint << 32) | held.objid::bigint = ?
            limit 1
            """;

    private record Holder(String text, String pid) {}

    private final SchemaSettings settings;
    private final long key;

    MigrationLock(SchemaSettings settings, String schema) {
        this.settings = settings;
        key = FLYWAY + ("\"" + schema.replace("\"", "\"\"") + "\".\"" + HistoryTable.NAME + "\"").hashCode();
    }

    /**
     * Returns when nobody holds the lock.
     *
     * @throws PartnerSchemaException.Refused with the session that still holds it after the longest wait
     */
    void awaitFree() throws SQLException {
        long giveUp = System.nanoTime() + settings.longestWait().toNanos();
        boolean said = false;
        try (Connection connection = settings.dataSource().getConnection()) {
            for (Optional<Holder> holder = holder(connection); holder.isPresent(); holder = holder(connection)) {
                if (System.nanoTime() >= giveUp) {
                    throw refused(holder);
                }
                if (!said) {
                    said = true;
                    settings.progress()
                            .step("waiting for another migration of this schema: "
                                    + holder.get().text());
                }
                TimeUnit.MILLISECONDS.sleep(ASK_EVERY_MILLIS);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new PartnerSchemaException.Refused("interrupted while waiting for another migration", stopped);
        }
    }

    /** For Flyway, which waits again for each migration, and names nobody. */
    PartnerSchemaException.Refused refused() throws SQLException {
        try (Connection connection = settings.dataSource().getConnection()) {
            return refused(holder(connection));
        }
    }

    private PartnerSchemaException.Refused refused(Optional<Holder> holder) {
        return new PartnerSchemaException.Refused("migrate gave up after "
                + settings.longestWait().toSeconds()
                + " s: another session holds the lock of migrations of this schema"
                + holder.map(who -> ": " + who.text()
                                + ". Run it again when that session is done, or with a longer --wait. If nobody migrates there"
                                + " any more, like on a pooled connection, end it: select pg_terminate_backend("
                                + who.pid() + ")")
                        .orElse(". Run it again"));
    }

    private Optional<Holder> holder(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setLong(1, key);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new Holder(row.getString(1), row.getString(2))) : Optional.empty();
            }
        }
    }
}
