package com.dotmac.partner.lifecycle;

import com.dotmac.partner.testkit.PartnerDatabase;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A role that may log in, named after the database of the test; roles belong to the whole server, so it goes with the test. */
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

    @Override
    public void close() {
        Sql.run(database, "drop owned by " + name, "drop role " + name);
    }
}
