package com.dotmac.partner.lifecycle;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.ds.PGSimpleDataSource;

/** Plain SQL, as somebody with psql would send it. */
final class Sql {

    private Sql() {}

    /** Several statements in a text are one transaction. */
    static void run(PartnerDatabase database, String... texts) {
        run(database.dataSourceOfOwner(), texts);
    }

    static void run(DataSource database, String... texts) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            for (String text : texts) {
                statement.execute(text);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Each statement of the text by itself, since some cannot run in a transaction. */
    static void runOneByOne(PartnerDatabase database, String text) {
        runOneByOne(database.dataSourceOfOwner(), text);
    }

    static void runOneByOne(DataSource database, String text) {
        try {
            for (NativeQuery query : Parser.parseJdbcSql(text, true, false, true, false, false)) {
                run(database, query.nativeSql);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(text, failed);
        }
    }

    /** Each row as text, with one blank between its columns. */
    static List<String> rows(PartnerDatabase database, String query) {
        return rowsAfter(database, "", query);
    }

    /** On a connection whose session has settings of its own. */
    static List<String> rowsAfter(PartnerDatabase database, String setting, String query) {
        try (Connection connection = database.dataSourceOfOwner().getConnection();
                Statement before = connection.createStatement();
                Statement statement = connection.createStatement()) {
            before.execute(setting);
            ResultSet result = statement.executeQuery(query);
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

    static String value(PartnerDatabase database, String query) {
        return String.join("\n", rows(database, query));
    }

    /** Host tables, each with a key. */
    static void createHostTables(PartnerDatabase database) {
        run(database, """
                create table customers (id uuid primary key);
                create table invoices (id uuid primary key);
                create table users (id uuid primary key);
                """);
    }

    /** The same database, reached in another way. */
    static PGSimpleDataSource dataSource(PartnerDatabase database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.url());
        dataSource.setUser(database.user());
        dataSource.setPassword(database.password());
        return dataSource;
    }
}
