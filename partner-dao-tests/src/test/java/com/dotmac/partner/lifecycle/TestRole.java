package com.dotmac.partner.lifecycle;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A role that may log in, named after the database of the test; roles belong to the whole server, so the test drops it.
 */
final class TestRole implements AutoCloseable {

    static final String PASSWORD = "s3cret-of-the-test";

    private final PartnerDatabase database;
    private final String name;

    TestRole(PartnerDatabase database) {
        this.database = database;
        name = Sql.value(database, "select current_database() || '_role'");
        Sql.run(database, "create role " + name + " login password '" + PASSWORD + "'");
    }

    String name() {
        return name;
    }

    DataSource dataSource() {
        PGSimpleDataSource dataSource = Sql.dataSource(database);
        dataSource.setUser(name);
        dataSource.setPassword(PASSWORD);
        return dataSource;
    }

    /**
     * If the server is a throwaway one whose files the test can write, makes it ask this role for its password from now
     * on: an embedded server lets everybody in.
     *
     * @return whether a wrong password is refused
     */
    boolean isAskedForItsPassword() throws IOException {
        Path rules = Path.of(Sql.value(database, "show hba_file"));
        boolean ours = !"external".equals(System.getProperty(ThrowawayDatabase.CHOICE));
        if (isLetIn() && ours && Files.isWritable(rules)) {
            Files.writeString(rules, rule() + Files.readString(rules));
            for (int attempt = 0; attempt < 200 && isLetIn(); attempt++) {
                Sql.run(database, "select pg_reload_conf()");
            }
        }
        return !isLetIn();
    }

    private boolean isLetIn() {
        PGSimpleDataSource wrong = Sql.dataSource(database);
        wrong.setUser(name);
        wrong.setPassword("not-" + PASSWORD);
        try {
            wrong.getConnection().close();
            return true;
        } catch (SQLException refused) {
            return false;
        }
    }

    private String rule() {
        return "host all " + name + " all scram-sha-256\n";
    }

    private void takeRuleBack() {
        Path rules = Path.of(Sql.value(database, "show hba_file"));
        try {
            if (Files.isWritable(rules) && Files.readString(rules).startsWith(rule())) {
                Files.writeString(rules, Files.readString(rules).substring(rule().length()));
                Sql.run(database, "select pg_reload_conf()");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        takeRuleBack();
        Sql.run(database, "drop owned by " + name, "drop role " + name);
    }
}
