package com.dotmac.partner.schema;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;

/** Plain SQL in one transaction that is always rolled back, so that many tests can share a database and its rows. */
final class Rehearsal implements AutoCloseable {

    private final Connection connection;

    Rehearsal(PartnerDatabase database) {
        try {
            connection = database.dataSource().getConnection();
            connection.setAutoCommit(false);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    Rehearsal run(String sql) {
        attempt(sql).ifPresent(refusal -> {
            throw new AssertionError(sql + "\nwas refused: " + refusal);
        });
        return this;
    }

    /** Empty if the statement was accepted; what was done before it stays either way. */
    Optional<Refusal> attempt(String sql) {
        try (Statement statement = connection.createStatement()) {
            Savepoint before = connection.setSavepoint();
            try {
                statement.execute(sql);
                connection.releaseSavepoint(before);
                return Optional.empty();
            } catch (PSQLException refused) {
                connection.rollback(before);
                return Optional.of(Refusal.of(refused));
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    Refusal refusalOf(String sql) {
        return attempt(sql).orElseThrow(() -> new AssertionError(sql + "\nwas accepted"));
    }

    /** Each row as text, its columns parted by one blank. */
    List<String> rows(String query) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(result.getString(column));
                }
                rows.add(String.join(" ", row));
            }
            return rows;
        } catch (SQLException failed) {
            throw new IllegalStateException(query, failed);
        }
    }

    String value(String query) {
        return String.join("\n", rows(query));
    }

    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
