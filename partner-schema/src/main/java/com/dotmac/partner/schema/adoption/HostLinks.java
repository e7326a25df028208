package com.dotmac.partner.schema.adoption;

import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.SchemaState;
import com.dotmac.partner.schema.migration.HostTables;
import com.dotmac.partner.schema.migration.LockRetry;
import com.dotmac.partner.schema.migration.MigrationsInOneTransaction;
import com.dotmac.partner.schema.migration.SchemaSettings;
import com.dotmac.partner.schema.migration.SchemaTransaction;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Adds the references to the host's tables after the adoption, as migrate does: each in a transaction of its own, with
 * the lock timeout of the host, without a check of the rows; then checks the rows while traffic goes on.
 */
final class HostLinks {

    /**
     * To validate a reference, the owner reads all rows. If the tables have the row security of V20, its policy shows them;
     * with row_security = off, PostgreSQL would refuse.
     */
    private static final String SHOWS_ALL_ROWS = """
            select set_config('row_security', 'on', true)
            where exists (select from pg_policy where polname = 'partner_owner' and polrelid = to_regclass('partners'))
            """;

    private static final Pattern VALIDATION = Pattern.compile("alter table \\S+ validate constraint [^\\s;]+;");

    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private final SchemaSettings settings;
    private final SchemaState state;

    HostLinks(SchemaSettings settings, SchemaState state) {
        this.settings = settings;
        this.state = state;
    }

    /** Whether the repair of this difference locks a table of the host. */
    static boolean isOne(Difference difference) {
        return difference.fact().definition().contains("${host}");
    }

    void add(Adoption adoption) {
        try {
            if (adoption.way() == Adoption.Way.IN_PLACE) {
                adoption.differences().stream().filter(HostLinks::isOne).forEach(this::repair);
            }
            Optional<String> applied;
            do {
                applied = transaction(transaction -> {
                    MigrationsInOneTransaction migrations = new MigrationsInOneTransaction(settings, transaction);
                    migrations.continueHistory();
                    return migrations.applyNextHostLink();
                });
            } while (applied.isPresent());
        } catch (PartnerSchemaException.Refused refused) {
            throw new PartnerSchemaException.Refused(
                    "adopt has adopted the tables, but not added every reference to the host's tables: "
                            + refused.getMessage()
                            + whatToClear(refused)
                            + ". migrate adds those that are pending, drift prints what else is missing",
                    refused);
        }
    }

    /** The statements that clear the rows which a reference refuses: the host deleted their targets after the look. */
    private String whatToClear(PartnerSchemaException.Refused refused) {
        Throwable cause = refused;
        while (cause != null && !(cause instanceof SQLException)) {
            cause = cause.getCause();
        }
        if (!(cause instanceof SQLException failed) || !FOREIGN_KEY_VIOLATION.equals(failed.getSQLState())) {
            return "";
        }
        try {
            return transaction(this::rowsWithoutTarget);
        } catch (PartnerSchemaException.Refused unknown) {
            refused.addSuppressed(unknown);
            return "";
        }
    }

    private String rowsWithoutTarget(SchemaTransaction transaction) throws SQLException {
        HostTables host = settings.host().orElseThrow();
        LegacyTables tables = LegacyTables.read(transaction);
        StringBuilder found = new StringBuilder();
        for (RowFindings.HostColumn link : RowFindings.HOST_COLUMNS) {
            String condition = RowFindings.hasNoTarget(tables, host, link);
            String rows = transaction.value("select count(*) from " + link.table() + " o where " + condition);
            if (!rows.equals("0")) {
                found.append((". %1$s rows of %2$s have a %3$s that does not exist in %4$s; clear them: update %2$s o"
                                + " set %3$s = null where %5$s")
                        .formatted(
                                rows,
                                link.table(),
                                link.column(),
                                host.names().get(link.role() + "_table"),
                                condition));
            }
        }
        return found.toString();
    }

    /** What is in the way goes in the transaction that adds the reference. Validation reads all rows: it is alone. */
    private void repair(Difference difference) {
        settings.progress().step("repairing: " + difference);
        String repair = settings.filled(
                difference.in(settings.names(state.place().schema())).repair());
        Matcher validation = VALIDATION.matcher(repair);
        execute(validation.replaceAll(""));
        validation.reset().results().map(MatchResult::group).forEach(this::execute);
    }

    private void execute(String statements) {
        if (statements.isBlank()) {
            return;
        }
        transaction(transaction -> {
            transaction.execute(settings.filled("set local lock_timeout = '${host_lock_timeout}'"));
            transaction.execute(statements);
            return statements;
        });
    }

    private <T> T transaction(SchemaTransaction.Work<T> work) {
        return LockRetry.run(
                settings,
                "adding a reference to a table of the host",
                settings::hostLockTimeout,
                () -> SchemaTransaction.run(settings, state.place().schema(), transaction -> {
                    transaction.execute(SHOWS_ALL_ROWS);
                    return work.run(transaction);
                }));
    }
}
