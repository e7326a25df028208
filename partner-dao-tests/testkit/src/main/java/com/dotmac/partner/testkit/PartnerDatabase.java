package com.dotmac.partner.testkit;

import com.dotmac.partner.dao.PartnerStore;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A migrated database for one test, with stand-ins for the host's tables. The extension drops it when the test has
 * ended.
 */
public final class PartnerDatabase {

    private final PGSimpleDataSource dataSource;
    private final ReusedConnections reused;
    private final ReusedConnections isolated;
    private final boolean isIsolated;

    PartnerDatabase(PGSimpleDataSource dataSource, boolean isIsolated) {
        this.dataSource = dataSource;
        this.isIsolated = isIsolated;
        reused = new ReusedConnections(dataSource, dataSource.getUser());
        isolated = new ReusedConnections(dataSource, PartnerDatabaseServer.APPLICATION);
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

    /** Opens a new connection for each request, as the owner of the tables. */
    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * A store on reused connections: those of {@link #sql()}, or those of a role that row security binds, with {@code
     * -Dpartner.isolated=true}.
     */
    public PartnerStore store() {
        return isIsolated ? PartnerStore.create(isolated).isolated() : PartnerStore.create(reused);
    }

    /** A store that sees all tenants, on the connections of {@link #sql()}: for {@link PartnerStore#verify}. */
    public PartnerStore storeOfOwner() {
        return PartnerStore.create(reused);
    }

    /** For plain SQL. A session setting of one statement may still apply to the next one. */
    public DSLContext sql() {
        return DSL.using(reused, SQLDialect.POSTGRES);
    }

    void close() {
        reused.close();
        isolated.close();
    }
}
