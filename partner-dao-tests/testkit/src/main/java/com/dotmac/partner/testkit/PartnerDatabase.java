package com.dotmac.partner.testkit;

import com.dotmac.partner.dao.PartnerStore;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A migrated database for one test, with the host's tables or stand-ins for them. The extension drops it when the test has
 * ended.
 *
 * <p>Three roles connect to it. The application's role has the rights that {@code partner-schema roles} gives it, and row
 * security binds it: it sees one tenant. The operator's role has the same rights and sees all tenants. The owner of the
 * tables sees all tenants and may do everything: for what a test prepares, for what it checks of all tenants, and for
 * migrations.
 */
public final class PartnerDatabase {

    private final PGSimpleDataSource owner;
    private final PGSimpleDataSource application;
    private final PGSimpleDataSource operator;
    private final boolean isolated;
    private final ReusedConnections ownersConnections;
    private final ReusedConnections applicationsConnections;
    private final MovedClock clock;

    /** @param isolated whether it has row security */
    PartnerDatabase(
            PGSimpleDataSource owner, PGSimpleDataSource application, PGSimpleDataSource operator, boolean isolated) {
        this.owner = owner;
        this.application = application;
        this.operator = operator;
        this.isolated = isolated;
        ownersConnections = new ReusedConnections(owner);
        applicationsConnections = new ReusedConnections(application);
        clock = new MovedClock(ownersConnections);
    }

    public String url() {
        return owner.getURL();
    }

    /** The owner of the tables. */
    public String user() {
        return owner.getUser();
    }

    /** The password of {@link #user()}. */
    public String password() {
        return owner.getPassword();
    }

    /** Opens a new connection for each request, as the application's role. An empty database gives it no rights. */
    public PGSimpleDataSource dataSource() {
        return application;
    }

    /** Opens a new connection for each request, as the operator's role. */
    public PGSimpleDataSource dataSourceOfOperator() {
        return operator;
    }

    /** Opens a new connection for each request, as the owner of the tables. */
    public PGSimpleDataSource dataSourceOfOwner() {
        return owner;
    }

    /** A store on reused connections of the application's role. */
    public PartnerStore store() {
        return store(applicationsConnections);
    }

    /** A store on these connections; {@link PartnerStore#isolated() isolated} if the database has row security. */
    public PartnerStore store(DataSource connections) {
        return isolatedHere(PartnerStore.create(connections));
    }

    /** The same on a caller's context, for example in a transaction of {@link #sqlOfApplication()}. */
    public PartnerStore store(DSLContext context) {
        return isolatedHere(PartnerStore.create(context));
    }

    private PartnerStore isolatedHere(PartnerStore store) {
        return isolated ? store.isolated() : store;
    }

    /**
     * Lets the application create temporary tables, as {@code reconcile} does. A deployment gives that right to the reader's role, not
     * to the application's.
     */
    public void allowTemporaryTables() {
        sql().execute("grant temporary on database " + owner.getDatabaseName() + " to " + application.getUser());
    }

    /** A store that sees all tenants, on the connections of {@link #sql()}: for {@link PartnerStore#verify}. */
    public PartnerStore storeOfOwner() {
        return PartnerStore.create(ownersConnections);
    }

    /**
     * For plain SQL of the owner, who sees all tenants. A session setting of one statement may still apply to the next
     * one.
     */
    public DSLContext sql() {
        return DSL.using(ownersConnections, SQLDialect.POSTGRES);
    }

    /** For plain SQL and transactions of the application. Without a tenant it sees no row, if there is row security. */
    public DSLContext sqlOfApplication() {
        return DSL.using(applicationsConnections, SQLDialect.POSTGRES);
    }

    /**
     * Puts the database's clock forward, for all sessions and from their next statement: holds end, leases end, a period
     * that has not ended can be closed. Rows keep the times that they have, and new ones get the new time.
     *
     * <p>It moves {@code now()}, {@code transaction_timestamp()}, {@code statement_timestamp()} and {@code
     * clock_timestamp()}. It does not move the keywords {@code current_timestamp}, {@code current_date} and {@code
     * localtimestamp}, which the library does not use, the literal {@code 'now'}, or the clock of the JVM.
     *
     * @throws IllegalArgumentException if the time is negative
     * @throws IllegalStateException if the owner is no superuser
     */
    public void advance(Duration time) {
        clock.advance(time);
    }

    /** The time of the database: take it, not {@link Instant#now()}, after {@link #advance}. */
    public Instant now() {
        return clock.now();
    }

    void close() {
        ownersConnections.close();
        applicationsConnections.close();
    }
}
