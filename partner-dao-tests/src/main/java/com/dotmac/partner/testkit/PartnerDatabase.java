package com.dotmac.partner.testkit;

import com.dotmac.partner.dao.PartnerStore;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/** A migrated database of one test's own, with stand-ins for the host's tables. Gone when the test is over. */
public final class PartnerDatabase {

    private final PGSimpleDataSource dataSource;
    private final ReusedConnections reused;

    PartnerDatabase(PGSimpleDataSource dataSource) {
        this.dataSource = dataSource;
        this.reused = new ReusedConnections(dataSource);
    }

    public String url() {
        return dataSource.getURL();
    }

    public String user() {
        return dataSource.getUser();
    }

    public String password() {
        return dataSource.getPassword();
    }

    /** A new connection at each request, as the owner of the tables. */
    public DataSource dataSource() {
        return dataSource;
    }

    /** On connections that are used again, with those of {@link #sql()}. */
    public PartnerStore store() {
        return PartnerStore.create(reused);
    }

    /** For plain SQL. What a statement sets for its session may be there for the next one. */
    public DSLContext sql() {
        return DSL.using(reused, SQLDialect.POSTGRES);
    }

    void close() {
        reused.close();
    }
}
