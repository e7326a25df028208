package com.dotmac.partner.schema;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.Drift;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaAssessment;
import com.dotmac.partner.schema.catalog.SchemaReader;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVerdict;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.catalog.ServerMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Looks, at the start of an application, whether the database is what this library was built for. Needs no Flyway and no right
 * but to read; creates and changes nothing.
 *
 * <pre>{@code
 * SchemaGuard.verify(dataSource);
 * }</pre>
 *
 * <p>What a DBA may do without stopping an instance from starting: comments, storage parameters, indexes that are not unique.
 *
 * <p>Shape: one connection of the data source, one round trip when all is well and one more when something is to be named.
 * The whole catalog of the partner tables is compared, by a digest that the database makes.
 *
 * <p>Concurrency: a read-only snapshot; takes no lock that anything but a migration could wait for.
 *
 * <p>Source: {@code partner_schema_history}, and {@code versions.txt}, which the build writes into this jar.
 */
public final class SchemaGuard {

    private final @Nullable String schema;
    private final boolean linksHost;

    private SchemaGuard(@Nullable String schema, boolean linksHost) {
        this.schema = schema;
        this.linksHost = linksHost;
    }

    /** Of the schema in which the connection's search path finds the history; without one, its first. */
    public static SchemaGuard ofSearchPath() {
        return new SchemaGuard(null, false);
    }

    /** Of this schema; the application's search path is to name it, since the library's statements do not. */
    public static SchemaGuard inSchema(String schema) {
        return new SchemaGuard(schema, false);
    }

    /** References to the host's tables are demanded; otherwise a database that has none of them is taken to do without. */
    public SchemaGuard linkedToHost() {
        return new SchemaGuard(schema, true);
    }

    /**
     * Returns when the application may start on this database: {@code ofSearchPath().require(dataSource)}.
     *
     * @throws PartnerSchemaException.NotUsable when it may not; the message names the version found, the version needed and the
     *     command to run
     * @throws PartnerSchemaException.Unreadable when the database does not answer, or the role may not read the history
     */
    public static void verify(DataSource dataSource) {
        ofSearchPath().require(dataSource);
    }

    /**
     * Returns when the application may start on this database.
     *
     * @throws PartnerSchemaException.NotUsable when it may not; the message names the version found, the version needed and the
     *     command to run
     * @throws PartnerSchemaException.Unreadable when the database does not answer, or the role may not read the history
     */
    public void require(DataSource dataSource) {
        SchemaReport report = report(dataSource);
        if (!report.verdict().isAllowed()) {
            throw new PartnerSchemaException.NotUsable(report);
        }
    }

    /**
     * What was found, as a value: for readiness probes.
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
        SchemaState state = reader.state();
        SchemaAssessment verdicts = new SchemaAssessment(state, linksHost);
        SchemaReport report = verdicts.report();
        if (report.verdict() != SchemaVerdict.UP_TO_DATE || verdicts.catalogIsAsMigrated()) {
            return report;
        }
        Set<CatalogFact> expected = SchemaVersions.ofThisJar().facts(state.applied());
        List<String> differences = Drift.between(expected, reader.facts()).stream()
                .filter(difference -> !difference.isHarmless())
                .map(Difference::toString)
                .toList();
        return differences.isEmpty() ? report : verdicts.drifted(differences);
    }

    static PartnerSchemaException.Unreadable unreadable(SQLException failed) {
        String advice =
                switch (String.valueOf(failed.getSQLState())) {
                    case SchemaReader.NO_RIGHT ->
                        ". Give the role the right to read it: grant usage on the schema and select on partner_schema_history";
                    case SchemaReader.LOCKED ->
                        ". Somebody has locked a partner table against reading: try again when that is over";
                    default -> "";
                };
        return new PartnerSchemaException.Unreadable(
                "the partner schema cannot be looked at: " + ServerMessage.of(failed) + " (SQLSTATE "
                        + failed.getSQLState() + ")" + advice,
                failed);
    }
}
