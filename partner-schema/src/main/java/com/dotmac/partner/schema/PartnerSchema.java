package com.dotmac.partner.schema;

import com.dotmac.partner.schema.adoption.Adopter;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.Drift;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.MigrationStatus;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaAssessment;
import com.dotmac.partner.schema.catalog.SchemaReader;
import com.dotmac.partner.schema.catalog.SchemaReport;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.schema.migration.LockRetry;
import com.dotmac.partner.schema.migration.Migrator;
import com.dotmac.partner.schema.migration.Plan;
import com.dotmac.partner.schema.migration.SchemaProgress;
import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.Undo;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * The life cycle of the partner schema, for deployment steps; the command line offers the same. Applications do not call it:
 * they ask {@link SchemaGuard}.
 *
 * <pre>{@code
 * PartnerSchema.of(dataSource).linkedTo(HostTables.DEFAULT).migrate();
 * }</pre>
 *
 * <p>Works as the owner of the tables, on several connections of the data source at once (one of them watches the locks).
 * Immutable; each method that configures returns a new one.
 *
 * <p>Concurrency: of several migrations at once, one applies, the others wait and find nothing to do. A lock that is not to be
 * had within the lock timeout is tried again {@value LockRetry#ATTEMPTS} times with growing pauses, then given up, naming who held it.
 *
 * <p>Errors: {@link PartnerSchemaException.Refused} when an operation would not be safe or did not succeed; its message says
 * what was left as it was. {@link PartnerSchemaException.Unreadable} when the database does not answer.
 */
public final class PartnerSchema {

    private final SchemaSettings settings;

    private PartnerSchema(SchemaSettings settings) {
        this.settings = settings;
    }

    /** The version of this jar. */
    public static String libraryVersion() {
        return SchemaVersions.ofThisJar().library();
    }

    /** The highest version in this jar. */
    public static int newestVersion() {
        return SchemaVersions.ofThisJar().newest();
    }

    /** In the schema where the search path finds the history, else its first; without host tables; lock timeout 5 s. */
    public static PartnerSchema of(DataSource dataSource) {
        return new PartnerSchema(
                new SchemaSettings(dataSource, null, Optional.empty(), Duration.ofSeconds(5), line -> {}));
    }

    /** @param schema its name as it is, not quoted */
    public PartnerSchema inSchema(String schema) {
        return new PartnerSchema(new SchemaSettings(
                settings.dataSource(), schema, settings.host(), settings.lockTimeout(), settings.progress()));
    }

    /** With references to these tables of the host's ({@code db/partner/host-links}). */
    public PartnerSchema linkedTo(HostTables host) {
        return new PartnerSchema(new SchemaSettings(
                settings.dataSource(),
                settings.schema(),
                Optional.of(host),
                settings.lockTimeout(),
                settings.progress()));
    }

    /** @param lockTimeout how long a statement waits for a lock before it gives up and is tried again; at least 1 ms */
    public PartnerSchema waitingForLocks(Duration lockTimeout) {
        if (lockTimeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "lock timeout " + lockTimeout + ": give at least 1 ms; PostgreSQL takes 0 for no limit");
        }
        return new PartnerSchema(new SchemaSettings(
                settings.dataSource(), settings.schema(), settings.host(), lockTimeout, settings.progress()));
    }

    /** Tells it about each step. */
    public PartnerSchema reportingTo(SchemaProgress progress) {
        return new PartnerSchema(new SchemaSettings(
                settings.dataSource(), settings.schema(), settings.host(), settings.lockTimeout(), progress));
    }

    /** Every migration of this jar and of the history, by version. Reads only. */
    public List<MigrationStatus> info() {
        SchemaState state = state();
        return MigrationStatus.of(
                state, new SchemaAssessment(state, settings.host().isPresent()));
    }

    /** What {@link SchemaGuard} finds. Reads only. */
    public SchemaReport verify() {
        SchemaGuard guard =
                settings.schema() == null ? SchemaGuard.ofSearchPath() : SchemaGuard.inSchema(settings.schema());
        return (settings.host().isPresent() ? guard.linkedToHost() : guard).report(settings.dataSource());
    }

    /**
     * Applies what is pending, each migration in a transaction of its own; needs Flyway on the class path.
     *
     * @return the scripts applied, in their order; empty when there was nothing to do
     * @throws PartnerSchemaException.Refused on a schema that is untracked, failed, changed or ahead and contracted, when a
     *     migration fails, or when a lock is not to be had; what was applied before stays applied
     */
    public List<String> migrate() {
        return new Migrator(settings, migratable()).migrate();
    }

    /**
     * The SQL that {@link #migrate} would run and the history rows it would write, as one script for psql. Reads only.
     *
     * @throws PartnerSchemaException.Refused as {@link #migrate} on a schema it would refuse
     */
    public String plan() {
        return Plan.of(settings, migratable()).script();
    }

    /**
     * In what the catalog differs from what the applied migrations leave; pending migrations are no difference, nor is anything
     * of the host's own. Reads only.
     *
     * @throws PartnerSchemaException.Refused when there is no history to compare with, or a newer library has written it
     */
    public List<Difference> drift() {
        SchemaState state = state();
        SchemaReport report = new SchemaAssessment(state, false).report();
        switch (report.verdict()) {
            case UP_TO_DATE, BEHIND, DRIFTED, CHANGED, FAILED -> {}
            case ABSENT, UNTRACKED, AHEAD, AHEAD_AND_CONTRACTED ->
                throw new PartnerSchemaException.Refused("there is nothing to compare with: " + report.message());
        }
        Map<String, String> names = settings.names(state.place().schema());
        return Drift.between(SchemaVersions.ofThisJar().facts(state.applied()), snapshot()).stream()
                .map(difference -> difference.in(names))
                .toList();
    }

    /** What the catalog says about our tables, by kind and name. Reads only. */
    public Set<CatalogFact> snapshot() {
        return read(SchemaReader::facts);
    }

    /**
     * Takes back every migration above a version, the last applied first, in one transaction with the history.
     *
     * @param version the highest that stays; 0 takes back all
     * @param losing tables whose rows may be lost; without a name here, a table that holds rows is not dropped
     * @return what was undone, in that order
     * @throws PartnerSchemaException.Refused when rows would be lost; nothing has changed then
     */
    public List<Migration> undo(int version, Set<String> losing) {
        return new Undo(settings, state()).to(version, losing);
    }

    /**
     * What an adoption of partner tables without a history would find and do. Reads only.
     *
     * @param consents as for {@link #applyAdoption}: what they would allow is then no refusal
     */
    public Adoption adopt(Set<AdoptionConsent> consents) {
        SchemaState state = state();
        requireSchema(state);
        try {
            return new Adopter(settings, state, consents).look();
        } catch (SQLException failed) {
            throw SchemaGuard.unreadable(failed);
        }
    }

    /**
     * Takes over partner tables without a history and brings them to the newest version, in one transaction: until it commits, and
     * if it never does, everything is as it was. Ids and amounts of rows stay what they are.
     *
     * <p>Concurrency: the partner tables are locked against writing meanwhile; the host's tables are locked for the moment in
     * which the references to them are added, at the end.
     *
     * @param consents what may be done to links of existing rows; each is on record afterwards in
     *     {@code partner_before_adoption.cleared_links}
     * @return what was found and done
     * @throws PartnerSchemaException.Refused when it cannot be done safely; nothing has changed then
     */
    public Adoption applyAdoption(Set<AdoptionConsent> consents) {
        SchemaState state = state();
        requireSchema(state);
        return new Adopter(settings, state, consents).apply();
    }

    private SchemaState migratable() {
        SchemaState state = state();
        SchemaReport report = new SchemaAssessment(state, settings.host().isPresent()).report();
        return switch (report.verdict()) {
            case UP_TO_DATE, BEHIND, ABSENT, AHEAD, DRIFTED -> {
                requireSchema(state);
                yield state;
            }
            case UNTRACKED, FAILED, CHANGED, AHEAD_AND_CONTRACTED ->
                throw new PartnerSchemaException.Refused(report.message());
        };
    }

    private void requireSchema(SchemaState state) {
        String schema = state.place().schema();
        boolean exists = read(reader -> reader.exists(schema));
        if (!exists) {
            throw new PartnerSchemaException.Refused(
                    "there is no schema \"" + schema + "\": create it first, create schema \"" + schema + "\"");
        }
    }

    private SchemaState state() {
        return read(SchemaReader::history);
    }

    private interface Reading<T> {
        T of(SchemaReader reader) throws SQLException;
    }

    private <T> T read(Reading<T> reading) {
        try (Connection connection = settings.dataSource().getConnection()) {
            return reading.of(new SchemaReader(connection, settings.schema()));
        } catch (SQLException failed) {
            throw SchemaGuard.unreadable(failed);
        }
    }
}
