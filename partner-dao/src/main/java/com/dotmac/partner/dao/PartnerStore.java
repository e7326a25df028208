package com.dotmac.partner.dao;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.CallersContext;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.SqlErrors;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.dao.payouts.AllTenantsDao;
import com.dotmac.partner.dao.statements.InvariantSql;
import com.dotmac.partner.dao.statements.StatementDao;
import com.dotmac.partner.dao.statements.Verification;
import java.util.Optional;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DataSourceConnectionProvider;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.impl.DefaultTransactionProvider;

/**
 * The way in: partner commissions and payouts in one PostgreSQL database.
 *
 * <p>Thread-safe; an application needs one. The store keeps no connection and creates no table: migrate the schema
 * before the application starts. Only {@code payouts().reconcile} creates one, a temporary table of its transaction.
 * Connections find the tables through their {@code search_path}.
 *
 * <pre>{@code
 * PartnerStore store = PartnerStore.create(dataSource);
 * PartnerScope acme = store.tenant("acme").actingAs("user:42");
 * }</pre>
 */
public final class PartnerStore {

    private final Transactions transactions;
    private final boolean isolated;

    private PartnerStore(Transactions transactions, boolean isolated) {
        this.transactions = transactions;
        this.isolated = isolated;
    }

    /**
     * A store whose every operation takes a connection of its own and commits by itself, with the pool's auto-commit on or off.
     *
     * @param dataSource connections to PostgreSQL 15 or newer, isolation read committed
     * @throws PartnerException.InvalidInput if the data source is missing
     */
    public static PartnerStore create(DataSource dataSource) {
        Checks.present(dataSource, "dataSource");
        DataSourceConnectionProvider connections = new DataSourceConnectionProvider(dataSource);
        DefaultConfiguration own = new DefaultConfiguration();
        own.setSQLDialect(SQLDialect.POSTGRES);
        // Not jOOQ's defaults: those come from a file, where the application has one.
        own.setSettings(new Settings());
        own.setConnectionProvider(connections);
        // Not nested: jOOQ would set a savepoint at the start of every transaction, and release it at the end.
        own.setTransactionProvider(new DefaultTransactionProvider(connections, false));
        return new PartnerStore(Transactions.own(SqlErrors.heardOf(own.dsl())), false);
    }

    /**
     * A store that takes part in the caller's transaction, if the context's connection has one open (auto-commit off: plain JDBC, jOOQ's
     * {@code transaction}, Spring), and rolls back with it. If none is open, an operation commits by itself.
     *
     * <p>Statements and cost: the store honours each setting of the context, or refuses it; {@code docs/settings.md} has the list. Every
     * statement has the context's query timeout. If the context has execute listeners, they hear every statement, which then takes a
     * little longer.
     *
     * <p>Concurrency: the caller's transaction keeps the locks of an operation until it ends. Each operation sets a savepoint: a refused
     * operation leaves nothing behind, and the caller may go on.
     *
     * @param dsl a context of dialect POSTGRES
     * @throws PartnerException.InvalidInput if the context is missing or has another dialect
     * @throws PartnerException.InvalidInput if a setting or a listener of the context changes what the library's statements mean
     */
    public static PartnerStore create(DSLContext dsl) {
        Checks.present(dsl, "dsl");
        CallersContext.check(dsl);
        return new PartnerStore(Transactions.joining(SqlErrors.heardOf(dsl)), false);
    }

    /**
     * The same store, for a database with row security (the location {@code partner-dao/row-security}). Every transaction tells the
     * database its tenant and sees no other. Without this call, a role that row security binds finds no row there.
     *
     * <p>Statements and cost: the setting travels with the first statement of a transaction, in the same round trip; in the caller's
     * transaction with each statement. It ends with the transaction and leaves nothing on the connection, so it also works behind a
     * pooler that pools transactions.
     */
    public PartnerStore isolated() {
        return new PartnerStore(transactions, true);
    }

    /**
     * The tenant for the next step, which reads and changes rows of this tenant only.
     *
     * @param tenantId 1 to 255 characters
     * @throws PartnerException.InvalidInput if the tenant is missing or has another length
     */
    public PartnerTenant tenant(String tenantId) {
        String tenant = Checks.text(tenantId, "tenant", Checks.NAME_LENGTH);
        return new PartnerTenant(isolated ? transactions.telling(tenant) : transactions, tenant);
    }

    /**
     * All tenants at once, for the service of an operator who pays for them.
     *
     * <p>With row security, give the store the operator's role: the script {@code partner-schema roles --operator} makes one. A store
     * that is {@link #isolated()} tells the database no tenant here.
     */
    public AllTenants acrossTenants() {
        return new AllTenants(transactions);
    }

    /**
     * Calculates every invariant again from the rows of all tenants: see {@link StatementDao#verify}.
     *
     * <p>Statements and cost: a statement for each invariant; together they read every row some ten times. Run it at night or on a
     * replica. Give it a role that sees all tenants.
     *
     * <p>Concurrency: takes no lock; reads one snapshot.
     *
     * <p>Source: view {@code partner_broken_invariants}.
     *
     * @throws PartnerException.InvalidInput if row security hides rows from the role
     */
    public Verification verify() {
        return InvariantSql.all(transactions, Optional.empty());
    }

    /**
     * Calculates every invariant again, as {@link #verify()} does, but only for partners with a row that was inserted or updated since
     * the checkpoint: see {@link StatementDao#verifySince}.
     *
     * @param checkpoint what the last verification returned
     * @throws PartnerException.InvalidInput if {@code checkpoint} is missing
     * @throws PartnerException.InvalidInput if {@code checkpoint} is ahead of this database
     * @throws PartnerException.InvalidInput if row security hides rows from the role
     */
    public Verification verifySince(Verification.Checkpoint checkpoint) {
        Checks.present(checkpoint, "checkpoint");
        return InvariantSql.since(transactions, Optional.empty(), checkpoint);
    }

    /** All tenants without an actor: every change needs an actor, whom the database records. */
    public static final class AllTenants {

        private final Transactions transactions;

        private AllTenants(Transactions transactions) {
            this.transactions = transactions;
        }

        /**
         * What an operator does for all tenants. Cheap.
         *
         * @param actor who acts, in the caller's words, 1 to 255 characters, for example {@code operator:7}
         * @throws PartnerException.InvalidInput if the actor is missing or has another length
         */
        public AllTenantsDao actingAs(String actor) {
            return new AllTenantsDao(transactions, Checks.text(actor, "actor", Checks.NAME_LENGTH));
        }
    }

    /** A tenant without an actor: every change needs an actor, whom the database records. */
    public static final class PartnerTenant {

        private final Transactions transactions;
        private final String tenantId;

        private PartnerTenant(Transactions transactions, String tenantId) {
            this.transactions = transactions;
            this.tenantId = tenantId;
        }

        /**
         * The scope for one request. Cheap.
         *
         * @param actor who acts, in the caller's words, 1 to 255 characters, for example {@code user:42} or {@code job:close}
         * @throws PartnerException.InvalidInput if the actor is missing or has another length
         */
        public PartnerScope actingAs(String actor) {
            return new PartnerScope(new Scope(transactions, tenantId, Checks.text(actor, "actor", Checks.NAME_LENGTH)));
        }
    }
}
