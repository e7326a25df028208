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

    PartnerDatabase(PGSimpleDataSource dataSource) {
        this.dataSource = dataSource;
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

    public PartnerStore store() {
        return PartnerStore.create(dataSource);
    }

    /** For plain SQL. */
    public DSLContext sql() {
        return DSL.using(dataSource, SQLDialect.POSTGRES);
    }
}
