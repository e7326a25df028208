package com.dotmac.partner.schema;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.Drift;
import com.dotmac.partner.schema.catalog.HostReferences;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.RowSecurity;
import com.dotmac.partner.schema.catalog.SchemaAssessment;
import com.dotmac.partner.schema.catalog.SchemaReader;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.catalog.ServerMessage;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.schema.migration.SchemaSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Checks, when an application starts, whether the database has the schema that this library was built for. Needs no
 * Flyway and only the right to read; creates and changes nothing.
 *
 * <pre>{@code
 * SchemaGuard.verify(dataSource);
 * }</pre>
 *
 * <p>A DBA may change comments, storage parameters, owners and rights and add indexes that are not unique: the guard
 * accepts these differences. It refuses what can bypass a guard of money, such as a parent of a table, a subscription or
 * a role whose sessions fire no trigger. docs/drift.md has a table.
 *
 * <p>Statements and cost: one connection of the data source; one round trip if the schema is as expected, one more
 * for {@link #isolated()}, and one more if the guard has to name differences. The guard compares the whole catalog of
 * the partner tables, by a digest that the database calculates.
 *
 * <p>Concurrency: a read-only snapshot; only a migration can wait for its locks.
 *
 * <p>Source: {@code partner_schema_history}, and {@code versions.txt}, which the build writes into this jar.
 */
public final class SchemaGuard {

    private final @Nullable String schema;
    private final boolean linksHost;
    private final Map<String, String> host;
    private final Isolation isolation;

    /** What the guard requires of row security: nothing, the policies, or also that they bind the role. */
    private enum Isolation {
        NOT_REQUIRED,
        POLICIES,
        OF_THE_ROLE
    }

    private SchemaGuard(@Nullable String schema, boolean linksHost, Map<String, String> host, Isolation isolation) {
        this.schema = schema;
        this.linksHost = linksHost;
        this.host = host;
        this.isolation = isolation;
    }

    /**
     * Checks the schema in which the connection's search path finds the history, or its first schema if there is no
     * history.
     */
    public static SchemaGuard ofSearchPath() {
        return new SchemaGuard(null, false, Map.of(), Isolation.NOT_REQUIRED);
    }

    /** Checks this schema. The application's search path must name it too, because the library's statements do not. */
    public static SchemaGuard inSchema(String schema) {
        return new SchemaGuard(schema, false, Map.of(), Isolation.NOT_REQUIRED);
    }

    /**
     * Requires the foreign keys to the host's tables. Without this call, a database that has none of them is accepted.
     */
    public SchemaGuard linkedToHost() {
        return new SchemaGuard(schema, true, host, isolation);
    }

    /**
     * Requires the foreign keys to the host's tables, and that they carry the tenant where {@code tables} names a tenant
     * column. Commands in messages name these tables if the database has no foreign keys to the host's tables yet.
     */
    public SchemaGuard linkedTo(HostTables tables) {
        return new SchemaGuard(schema, true, tables.names(), isolation);
    }

    /**
     * Requires row security, and that it binds the role of the connection. Without this call, a database that has no row
     * security is accepted. A superuser, a role with {@code bypassrls}, a member of the tables' owner and a role with a policy
     * of its own see all tenants: the guard refuses them.
     */
    public SchemaGuard isolated() {
        return new SchemaGuard(schema, linksHost, host, Isolation.OF_THE_ROLE);
    }

    /**
     * What these settings want. Row security need not bind the role: the owner sees all tenants. Commands in messages name the
     * settings' tables of the host where the database refers to none yet.
     */
    static SchemaGuard of(SchemaSettings settings) {
        return new SchemaGuard(
                settings.schema(),
                settings.host().isPresent(),
                settings.hostOr(Map.of()),
                settings.isolated() ? Isolation.POLICIES : Isolation.NOT_REQUIRED);
    }

    /**
     * Returns if the application may start on this database; the same as {@code ofSearchPath().require(dataSource)}.
     *
     * @throws PartnerSchemaException.NotUsable when the application must not start; the message names the version
     *     found, the version needed and the command to run
     * @throws PartnerSchemaException.Unreadable when the database does not answer, or the role may not read the history
     */
    public static void verify(DataSource dataSource) {
        ofSearchPath().require(dataSource);
    }

    /**
     * Returns if the application may start on this database.
     *
     * @throws PartnerSchemaException.NotUsable when the application must not start; the message names the version
     *     found, the version needed and the command to run
     * @throws PartnerSchemaException.Unreadable when the database does not answer, or the role may not read the history
     */
    public void require(DataSource dataSource) {
        SchemaReport report = report(dataSource);
        if (!report.verdict().isAllowed()) {
            throw new PartnerSchemaException.NotUsable(report);
        }
    }

    /**
     * Returns what the guard found, as a value: for readiness probes.
     *
     * @throws PartnerSchemaException.Unreadable when the database does not answer, or the role may not read the history
     */
    public SchemaReport report(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return report(connection);
        } catch (SQLException failed) {
            throw unreadable(failed);
        }
    }

    private SchemaReport report(Connection connection) throws SQLException {
        SchemaReader reader = new SchemaReader(connection, schema);
        SchemaState state = reader.state().linkedTo(host);
        SchemaAssessment assessment = new SchemaAssessment(state, linksHost, isolation != Isolation.NOT_REQUIRED);
        SchemaReport report = assessment.report();
        if (isolation == Isolation.OF_THE_ROLE && report.verdict().isAllowed()) {
            Optional<String> why =
                    RowSecurity.whyNotBound(connection, state.place().schema());
            if (why.isPresent()) {
                return assessment.notBound(why.get());
            }
        }
        if (report.verdict() != SchemaVerdict.UP_TO_DATE) {
            return report;
        }
        List<String> withoutTenant = new HostReferences(reader, state.place().schema(), host)
                .differencesOfTenants().stream().map(Difference::toString).toList();
        if (!withoutTenant.isEmpty()) {
            return assessment.drifted(withoutTenant);
        }
        if (assessment.catalogIsAsMigrated()) {
            return report;
        }
        Set<CatalogFact> expected = SchemaVersions.ofThisJar().facts(state.applied());
        List<String> differences = Drift.of(expected, reader.facts()).stream()
                .filter(difference -> !difference.isHarmless())
                .map(Difference::toString)
                .toList();
        return differences.isEmpty() ? report : assessment.drifted(differences);
    }

    static PartnerSchemaException.Unreadable unreadable(SQLException failed) {
        String advice =
                switch (String.valueOf(failed.getSQLState())) {
                    case SchemaReader.NO_RIGHT ->
                        ". Run the script of partner-schema roles again, as after every migrate; or give the role the right to"
                                + " read it: grant usage on the schema and select on partner_schema_history";
                    case SchemaReader.LOCKED ->
                        ". Another session has locked a partner table against reading: try again when it has ended";
                    default -> "";
                };
        return new PartnerSchemaException.Unreadable(
                "the partner schema cannot be read: " + ServerMessage.of(failed) + " (SQLSTATE " + failed.getSQLState()
                        + ")" + advice,
                failed);
    }
}
