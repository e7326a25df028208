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
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;

/** Plain SQL in one transaction that is always rolled back, so that many tests can share a database and its rows. */
final class Rehearsal implements AutoCloseable {

    private static final Pattern CHANGES_ROWS =
            Pattern.compile("(insert|update|delete|with|merge)\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern BODY = Pattern.compile("\\$\\$.*?\\$\\$", Pattern.DOTALL);

    private final Connection connection;

    Rehearsal(PartnerDatabase database) {
        try {
            connection = database.dataSourceOfOwner().getConnection();
            connection.setAutoCommit(false);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Refuses a statement that changes no row: the assertions after it would hold without it. */
    Rehearsal run(String sql) {
        List<Integer> rows = new ArrayList<>();
        execute(sql, rows).ifPresent(refusal -> {
            throw new AssertionError(sql + "\nwas refused: " + refusal);
        });
        List<String> statements = Stream.of(BODY.matcher(sql).replaceAll("...").split(";"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
        if (statements.size() != rows.size()) {
            throw new AssertionError(
                    sql + "\nis " + rows.size() + " statements, parted by semicolons " + statements.size());
        }
        for (int i = 0; i < rows.size(); i++) {
            if (CHANGES_ROWS.matcher(statements.get(i)).lookingAt() && rows.get(i) == 0) {
                throw new AssertionError(statements.get(i) + "\nchanged no row");
            }
        }
        return this;
    }

    /** Empty if PostgreSQL accepted the statement; the statements before it stay in both cases. */
    Optional<Refusal> attempt(String sql) {
        return execute(sql, new ArrayList<>());
    }

    /** @param rows takes how many rows each statement changed; 0 of one that changes none by its nature */
    private Optional<Refusal> execute(String sql, List<Integer> rows) {
        try (Statement statement = connection.createStatement()) {
            Savepoint before = connection.setSavepoint();
            try {
                boolean isQuery = statement.execute(sql);
                while (isQuery || statement.getUpdateCount() >= 0) {
                    rows.add(Math.max(statement.getUpdateCount(), 0));
                    isQuery = statement.getMoreResults();
                }
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

    /** Each row as text, with one blank between its columns. */
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
