package com.dotmac.partner.schema;

import com.dotmac.partner.schema.adoption.Adopter;
import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.Drift;
import com.dotmac.partner.schema.catalog.HistoryDamage;
import com.dotmac.partner.schema.catalog.HostReferences;
import com.dotmac.partner.schema.catalog.Migration;
import com.dotmac.partner.schema.catalog.MigrationStatus;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.Place;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Migrates, checks, compares, adopts and undoes the partner schema, for deployment steps. The command line offers the
 * same operations. An application calls {@link SchemaGuard} instead.
 *
 * <pre>{@code
 * PartnerSchema.of(dataSource).linkedTo(HostTables.DEFAULT).migrate();
 * }</pre>
 *
 * <p>The data source connects as the owner of the tables. An operation uses several of its connections at once, because
 * one of them watches the locks. Instances are immutable: each method that configures returns a new one.
 *
 * <p>Concurrency: exactly one of several concurrent migrations applies; the others wait and find nothing to do. If a
 * lock is not available within the lock timeout, the operation makes {@value LockRetry#ATTEMPTS} attempts with growing
 * pauses, then fails and names the session that holds the lock.
 *
 * <p>Each operation throws {@link PartnerSchemaException.Unreadable} when the database does not answer, or the role may
 * not read the history.
 */
public final class PartnerSchema {

    private final SchemaSettings settings;

    private PartnerSchema(SchemaSettings settings) {
        this.settings = settings;
    }

    /** Returns the version of this jar. */
    public static String libraryVersion() {
        return SchemaVersions.ofThisJar().library();
    }

    /** Returns the highest migration version in this jar. */
    public static int newestVersion() {
        return SchemaVersions.ofThisJar().newest();
    }

    /**
     * Works in the schema where the search path finds the history, or in its first schema if there is no history. Sets
     * no host tables, a lock timeout of 5 s, one of 1 s for the host's tables, and waits 60 s for another migration.
     */
    public static PartnerSchema of(DataSource dataSource) {
        return new PartnerSchema(SchemaSettings.of(dataSource));
    }

    /**
     * Works in this schema. The search path does not matter.
     *
     * @param schema its name, without quotes
     */
    public PartnerSchema inSchema(String schema) {
        return new PartnerSchema(settings.inSchema(schema));
    }

    /** Adds row security ({@code partner-dao/row-security}): a transaction sees only rows of the tenant that it has set. */
    public PartnerSchema isolated() {
        return new PartnerSchema(settings.isolating());
    }

    /** Adds foreign keys to these tables of the host (the migrations in {@code partner-dao/host-links}). */
    public PartnerSchema linkedTo(HostTables host) {
        return new PartnerSchema(settings.linkedTo(Optional.of(host)));
    }

    /**
     * Sets the lock timeout.
     *
     * @param lockTimeout how long a statement waits for a lock before its attempt fails; at least 1 ms
     * @throws IllegalArgumentException when it is shorter than 1 ms
     */
    public PartnerSchema waitingForLocks(Duration lockTimeout) {
        return new PartnerSchema(settings.waitingForLocks(lockTimeout, settings.hostLockTimeout()));
    }

    /**
     * Sets the lock timeout of migrations that lock a table of the host. While such a migration waits for its lock,
     * statements of the host that came later wait behind it: no longer than this in each attempt.
     *
     * @param lockTimeout how long it waits before its attempt fails; at least 1 ms
     * @throws IllegalArgumentException when it is shorter than 1 ms
     */
    public PartnerSchema waitingForHostLocks(Duration lockTimeout) {
        return new PartnerSchema(settings.waitingForLocks(settings.lockTimeout(), lockTimeout));
    }

    /**
     * Sets how long {@link #migrate} waits for another migration of the same schema to end.
     *
     * @param atMost how long; zero does not wait
     * @throws IllegalArgumentException when it is negative
     */
    public PartnerSchema waitingForMigrations(Duration atMost) {
        return new PartnerSchema(settings.waitingForMigrations(atMost));
    }

    /** Reports each step of an operation to this listener. */
    public PartnerSchema reportingTo(SchemaProgress progress) {
        return new PartnerSchema(settings.reportingTo(progress));
    }

    /** Returns every migration of this jar and of the history, ordered by version. Reads only. */
    public List<MigrationStatus> info() {
        SchemaState state = state();
        return MigrationStatus.of(state, settings.assess(state));
    }

    /** Returns what {@link SchemaGuard} finds. Reads only. */
    public SchemaReport verify() {
        return SchemaGuard.of(settings).report(settings.dataSource());
    }

    /**
     * Applies the pending migrations, each in its own transaction. Needs Flyway on the class path.
     *
     * @return the scripts applied, in their order; empty when no migration was pending
     * @throws PartnerSchemaException.Refused when the schema is untracked, failed, changed, or ahead and contracted
     * @throws PartnerSchemaException.Refused when the schema does not exist
     * @throws PartnerSchemaException.Refused when a migration fails; the migrations before it stay applied
     * @throws PartnerSchemaException.Refused when a lock is not available; the migrations before it stay applied
     */
    public List<String> migrate() {
        return new Migrator(settings, migratable()).migrate();
    }

    /**
     * Returns the SQL that {@link #migrate} would run and the history rows that it would write, as one script for psql.
     * Reads only.
     *
     * @throws PartnerSchemaException.Refused when {@link #migrate} would refuse the schema
     */
    public String plan() {
        return Plan.of(settings, migratable()).script();
    }

    /**
     * Returns each difference between the catalog and what the applied migrations leave, in an order in which the
     * repairs can run. A pending migration is no difference, and an object of the host is none. Reads only.
     *
     * <p>If the history is damaged, returns only what is wrong with it; if something was renamed, only the renames. Their
     * repairs come first: call it again after them. A repair that begins with {@code -- by hand} says why no statement
     * repairs it.
     *
     * @throws PartnerSchemaException.Refused when there is no history to compare with
     * @throws PartnerSchemaException.Refused when a newer library has written the history
     */
    public List<Difference> drift() {
        SchemaState state = state();
        SchemaReport report = new SchemaAssessment(state, false, false).report();
        switch (report.verdict()) {
            case UP_TO_DATE, BEHIND, DRIFTED, CHANGED, FAILED -> {}
            case ABSENT, UNTRACKED, AHEAD, AHEAD_AND_CONTRACTED ->
                throw new PartnerSchemaException.Refused("there is nothing to compare with: " + report.message());
        }
        Map<String, String> host = settings.hostOr(state.place().host());
        Set<CatalogFact> found = snapshot();
        List<Difference> differences = new ArrayList<>(new HistoryDamage(state, found).differences());
        if (differences.isEmpty()) {
            differences.addAll(Drift.of(SchemaVersions.ofThisJar().facts(state.applied()), found));
            differences.addAll(
                    read(reader -> new HostReferences(reader, state.place().schema(), host).differences()));
        }
        Map<String, String> names = new HashMap<>(settings.names(state.place().schema()));
        names.putAll(Place.placeholders(host));
        return differences.stream().map(difference -> difference.in(names)).toList();
    }

    /** Returns every fact of the catalog about the partner tables, ordered by kind and name. Reads only. */
    public Set<CatalogFact> snapshot() {
        return read(SchemaReader::facts);
    }

    /**
     * Undoes every migration above a version, the last applied first, and deletes its row of the history, all in one
     * transaction. If it is refused, nothing has changed.
     *
     * @param version the highest version that stays applied; 0 undoes all
     * @param losing tables whose rows may be lost; an undo does not drop any other table that has rows
     * @return the migrations that were undone, in that order
     * @throws PartnerSchemaException.Refused when a table would lose rows and {@code losing} does not name it
     * @throws PartnerSchemaException.Refused when this jar or the history lacks one of the migrations
     * @throws PartnerSchemaException.Refused when a lock is not available, or another session has migrated meanwhile
     * @throws IllegalArgumentException when the version is negative
     */
    public List<Migration> undo(int version, Set<String> losing) {
        return new Undo(settings, state()).to(version, losing);
    }

    /**
     * Returns what an adoption of partner tables without a history would find and do. Writes temporary objects alone.
     *
     * @param consents as for {@link #applyAdoption}: what they allow is no refusal
     * @throws PartnerSchemaException.Refused when the schema does not exist
     */
    public Adoption adopt(Set<AdoptionConsent> consents) {
        Adopter adopter = adopter(consents);
        return read(reader -> adopter.look());
    }

    /**
     * Takes over partner tables without a history and brings them to the newest version, in one transaction. Nothing
     * changes before it commits. Ids and amounts of rows never change.
     *
     * <p>Concurrency: the adoption looks first, then locks the partner tables until it commits. Afterwards it adds each
     * foreign key to the host's tables in a transaction of its own; if one fails, {@link #migrate} goes on.
     *
     * @param consents what it may do to existing rows; {@code partner_before_adoption.changes} records each change
     * @return what the adoption found and did
     * @throws PartnerSchemaException.Refused when it is not safe, fails, or a lock or the schema is missing
     */
    public Adoption applyAdoption(Set<AdoptionConsent> consents) {
        return adopter(consents).apply();
    }

    /**
     * Does all that {@link #applyAdoption} does to our tables, with the same locks and disk, and rolls it back.
     *
     * @throws PartnerSchemaException.Refused when a lock or the schema is missing; all else is among the refusals
     */
    public Adoption rehearseAdoption(Set<AdoptionConsent> consents) {
        return adopter(consents).rehearse();
    }

    private Adopter adopter(Set<AdoptionConsent> consents) {
        return new Adopter(settings, inItsSchema(state()), consents);
    }

    private SchemaState migratable() {
        SchemaState state = state();
        SchemaReport report = settings.assess(state).report();
        return switch (report.verdict()) {
            case UP_TO_DATE, BEHIND, ABSENT, AHEAD, DRIFTED -> inItsSchema(state);
            case UNTRACKED, FAILED, CHANGED, AHEAD_AND_CONTRACTED ->
                throw new PartnerSchemaException.Refused(report.message());
        };
    }

    /** The same, if the schema exists. */
    private SchemaState inItsSchema(SchemaState state) {
        String schema = state.place().schema();
        if (!read(reader -> reader.exists(schema))) {
            throw new PartnerSchemaException.Refused(
                    "there is no schema \"" + schema + "\": create it first, create schema \"" + schema + "\"");
        }
        return state;
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
