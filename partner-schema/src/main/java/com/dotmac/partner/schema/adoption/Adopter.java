package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.CatalogFact;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.Drift;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaReader;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.catalog.SchemaVersions;
import com.dotmac.partner.schema.migration.LockRetry;
import com.dotmac.partner.schema.migration.MigrationsInOneTransaction;
import com.dotmac.partner.schema.migration.Migrator;
import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Takes over partner tables without a history: reports what it would do, or brings them to the newest version. */
public final class Adopter {

    /** Kinds of facts that hold rows, or whose change would rewrite rows: an adoption in place changes none of them. */
    private static final Set<String> SHAPE = Set.of("table", "column", "enum");

    private static final Set<String> HOSTS_OWN = Set.of("trigger", "policy", "row security", "rule");

    private static final String PRECONDITIONS = """
            select format('role %s may not create a schema: grant create on database %I to %1$s', quote_ident(current_user), current_database())
            where not has_database_privilege(current_database(), 'create')
            union all
            select format('role %s does not own the table %s, so it may not replace it: run adopt as its owner, or as a superuser',
                quote_ident(current_user), c.oid::regclass)
            from pg_class c where c.oid = any (?::regclass[]::oid[]) and not pg_has_role(c.relowner, 'usage')
            """;

    private final SchemaSettings settings;
    private final SchemaState state;
    private final Set<AdoptionConsent> consents;
    private final SchemaVersions known = SchemaVersions.ofThisJar();

    /** @param state the state of the database as it was read */
    public Adopter(SchemaSettings settings, SchemaState state, Set<AdoptionConsent> consents) {
        this.settings = settings;
        this.state = state;
        this.consents = consents;
    }

    /**
     * Returns what an adoption would find and do. It writes to temporary objects alone, and rolls those back; no
     * session waits for its locks.
     */
    public Adoption look() throws SQLException {
        return SchemaTransaction.lookThroughTemporaryObjects(
                settings, state.place().schema(), transaction -> look(transaction, LookedAtRows.Depth.EVERYTHING));
    }

    /**
     * Adopts the tables, in one transaction: if it fails, nothing has changed. Adds the references to the host's tables
     * afterwards: if that fails, migrate goes on with it.
     *
     * @throws PartnerSchemaException.Refused when it is not safe or fails
     */
    public Adoption apply() {
        // It takes long, and so comes before the locks; what happens meanwhile, a second look or a constraint finds.
        Adoption looked = LockRetry.run(settings, "adopt", this::look);
        refuseIfNotSafe(looked);
        Adoption adopted = LockRetry.run(
                settings,
                "adopt",
                () -> SchemaTransaction.run(settings, state.place().schema(), transaction -> {
                    Adoption adoption = lockAndLook(transaction);
                    refuseIfNotSafe(adoption);
                    apply(adoption, transaction);
                    return adoption;
                }));
        new HostLinks(settings, state).add(adopted);
        return adopted.withMapped(looked.mapped());
    }

    private static void refuseIfNotSafe(Adoption adoption) {
        if (!adoption.refusals().isEmpty()) {
            throw new PartnerSchemaException.Refused(
                    "adopt was refused and has changed nothing: " + String.join("; ", adoption.refusals()));
        }
    }

    /**
     * Does all that {@link #apply} does, with the same locks, and rolls it back; but it locks no table of the host. What
     * would end the adoption is among the refusals.
     */
    public Adoption rehearse() {
        Adoption looked = LockRetry.run(settings, "the rehearsal", this::look);
        if (!looked.refusals().isEmpty()) {
            return looked;
        }
        try {
            LockRetry.run(
                    settings,
                    "the rehearsal",
                    () -> SchemaTransaction.rehearse(settings, state.place().schema(), transaction -> {
                        Adoption adoption = lockAndLook(transaction);
                        refuseIfNotSafe(adoption);
                        apply(adoption, transaction);
                        return adoption;
                    }));
            return looked;
        } catch (PartnerSchemaException.Refused refused) {
            return looked.refusedBecause(refused.getMessage());
        }
    }

    private Adoption lockAndLook(SchemaTransaction transaction) throws SQLException {
        for (String table : LegacyTables.read(transaction).names()) {
            transaction.execute("lock table " + table + " in share row exclusive mode");
        }
        refuseIfHistoryChanged(transaction);
        return look(transaction, LookedAtRows.Depth.WHAT_NO_CONSTRAINT_REFUSES);
    }

    private void refuseIfHistoryChanged(SchemaTransaction transaction) throws SQLException {
        String hasHistory = transaction.value(
                "select to_regclass(quote_ident(current_schema()) || '.partner_schema_history') is not null");
        if (hasHistory.equals("t")
                && !transaction
                        .value("select count(*) from partner_schema_history")
                        .equals(
                                state.hasHistory()
                                        ? String.valueOf(state.history().size())
                                        : "no table")) {
            throw new PartnerSchemaException.Refused(
                    "adopt has changed nothing: another session has adopted or migrated in the meantime. Look at info");
        }
    }

    private Adoption look(SchemaTransaction transaction, LookedAtRows.Depth depth) throws SQLException {
        if (!state.applied().isEmpty()) {
            return new Adoption(
                    Adoption.Way.NOTHING_TO_ADOPT,
                    state.applied().last(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of("there is a history already, up to version "
                            + state.applied().last() + ": migrate applies what is pending, drift says what differs"));
        }
        LegacyTables legacy = LegacyTables.read(transaction);
        if (legacy.names().isEmpty()) {
            return new Adoption(
                    Adoption.Way.MIGRATE,
                    0,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of("apply all migrations: there is no partner table to adopt"),
                    List.of());
        }
        Set<CatalogFact> found = facts(transaction);
        int nearest = NearestVersion.of(found, settings);
        List<Difference> differences = Drift.between(known.facts(NearestVersion.versionsTo(nearest, settings)), found);
        boolean inPlace = differences.stream()
                .noneMatch(difference -> SHAPE.contains(difference.fact().kind()));
        LookedAtRows rows = LookedAtRows.look(transaction, settings, legacy, inPlace, depth);
        List<String> refusals = new ArrayList<>(preconditions(transaction, legacy));
        refusals.addAll(MissingConsents.of(rows.findings(), consents));
        refusals.addAll(rows.refusals());
        List<String> steps = new ArrayList<>();
        if (inPlace) {
            refusals.addAll(hostsOwn(differences));
            differences.forEach(difference -> steps.add("repair: " + difference));
            known.migrations().values().stream()
                    .filter(settings::wants)
                    .filter(migration -> migration.version() > nearest)
                    .forEach(migration -> steps.add("apply " + migration.script()));
            steps.addAll(new AdoptionCost(transaction, legacy).inPlace());
        } else {
            AdoptionByRebuild rebuild = new AdoptionByRebuild(settings, legacy);
            refusals.addAll(rebuild.refusals(transaction));
            steps.addAll(rebuild.steps());
            steps.addAll(new AdoptionCost(transaction, legacy).ofRebuild());
        }
        return new Adoption(
                inPlace ? Adoption.Way.IN_PLACE : Adoption.Way.REBUILD,
                nearest,
                differences,
                rows.findings(),
                rows.mapped(),
                steps,
                refusals);
    }

    /** What the database lacks for this role, and what it may not do. */
    private List<String> preconditions(SchemaTransaction transaction, LegacyTables legacy) throws SQLException {
        List<String> missing = new ArrayList<>(new Migrator(settings, state).missing());
        transaction
                .query(
                        PRECONDITIONS,
                        transaction
                                .connection()
                                .createArrayOf("text", legacy.names().toArray()))
                .forEach(row -> missing.add(row.get(0)));
        return missing;
    }

    private void apply(Adoption adoption, SchemaTransaction transaction) throws SQLException {
        MigrationsInOneTransaction migrations = new MigrationsInOneTransaction(settings, transaction);
        LegacyTables legacy = LegacyTables.read(transaction);
        AdoptionChecks checks = new AdoptionChecks(transaction, legacy);
        RecordedChanges changes = new RecordedChanges(transaction, new RowFindings(legacy, settings));
        switch (adoption.way()) {
            case NOTHING_TO_ADOPT -> throw new IllegalStateException("refused before");
            case MIGRATE -> {
                migrations.startHistory(state);
                migrations.applyAllButHostLinks();
            }
            case IN_PLACE -> {
                if (legacy.has(MonthlyTotals.TABLE)) {
                    MonthlyTotals.clear(transaction);
                }
                if (adoption.findings().stream()
                        .anyMatch(finding -> finding.kind().consent().isPresent())) {
                    changes.record();
                    checks.leaveOutChanged();
                    changes.changeInPlace();
                }
                for (Difference difference : adoption.differences()) {
                    if (HostLinks.isOne(difference)) {
                        continue;
                    }
                    settings.progress().step("repairing: " + difference);
                    Difference named =
                            difference.in(settings.names(state.place().schema()));
                    transaction.execute(settings.filled(withinTransaction(named.repair())));
                }
                migrations.startHistory(state);
                migrations.recordTo(adoption.nearest());
                migrations.applyAllButHostLinks();
                checks.moneyIsUntouched("");
            }
            case REBUILD -> {
                changes.record();
                checks.leaveOutChanged();
                new AdoptionByRebuild(settings, legacy).apply(transaction, migrations, state);
                checks.moneyIsUntouched(RecordedChanges.SCHEMA + ".");
            }
        }
        if (adoption.way() != Adoption.Way.MIGRATE) {
            AdoptedAttempts.record(transaction);
            MonthlyTotals.rebuild(transaction);
        }
        checks.totalsFollowEvents();
        Set<Integer> versions = new TreeSet<>(NearestVersion.versionsTo(known.newest(), settings));
        List<Difference> left = Drift.between(known.facts(versions), facts(transaction)).stream()
                .filter(difference -> !HostLinks.isOne(difference))
                .toList();
        if (!left.isEmpty()) {
            throw new PartnerSchemaException.Refused(
                    "adopt has changed nothing: it would have left differences: " + left);
        }
    }

    /**
     * PostgreSQL cannot create an index concurrently in a transaction. The tables are locked against writing anyway.
     */
    private static String withinTransaction(String statements) {
        return statements.replaceAll("(?i) concurrently", "");
    }

    private Set<CatalogFact> facts(SchemaTransaction transaction) throws SQLException {
        String searchPath = transaction.value("select current_setting('search_path')");
        transaction.searchOnly(state.place().schema());
        Set<CatalogFact> facts = SchemaReader.factsWithin(transaction.connection());
        transaction.query("select set_config('search_path', ?, true)", searchPath);
        return facts;
    }

    /** What the host has put on our tables for its own use. The rebuild refuses the same. */
    private static List<String> hostsOwn(List<Difference> differences) {
        return differences.stream()
                .filter(difference -> difference.kind() == Difference.Kind.EXTRA)
                .map(Difference::fact)
                .filter(fact -> HOSTS_OWN.contains(fact.kind()))
                .map(fact -> "the " + fact.kind() + " " + fact.name()
                        + " is the host's own: drop it first, and create it again afterwards")
                .toList();
    }
}
