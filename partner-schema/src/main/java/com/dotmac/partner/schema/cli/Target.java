package com.dotmac.partner.schema.cli;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.migration.HostTables;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Option;

/** The options of every command: which database, and how to work on it. */
final class Target {

    @Option(
            names = "--url",
            required = true,
            description =
                    "JDBC URL, like jdbc:postgresql://host:5432/app. The password is read from PGPASSWORD or ~/.pgpass.")
    private String url = "";

    @Option(names = "--user", description = "Role to connect as: the owner of the tables.")
    private @Nullable String user;

    @Option(
            names = "--schema",
            description =
                    "Schema of the partner tables; default: where the search path finds their history, else its first.")
    private @Nullable String schema;

    @Option(names = "--no-host-links", description = "The host has no tables for customers, invoices and users here.")
    private boolean withoutHostLinks;

    @Option(
            names = "--isolated",
            description = "Add row security: a transaction sees the rows of the tenant that it has set, and no others.")
    private boolean isolated;

    @Option(names = "--customers-table", defaultValue = "customers", description = "Default: ${DEFAULT-VALUE}.")
    private String customersTable = "";

    @Option(names = "--customers-key", defaultValue = "id", description = "Default: ${DEFAULT-VALUE}.")
    private String customersKey = "";

    @Option(
            names = "--customers-tenant",
            description = "Its column for the tenant: references to the table carry the tenant. Default: it has none.")
    private @Nullable String customersTenant;

    @Option(names = "--invoices-table", defaultValue = "invoices", description = "Default: ${DEFAULT-VALUE}.")
    private String invoicesTable = "";

    @Option(names = "--invoices-key", defaultValue = "id", description = "Default: ${DEFAULT-VALUE}.")
    private String invoicesKey = "";

    @Option(
            names = "--invoices-tenant",
            description = "Its column for the tenant: references to the table carry the tenant. Default: it has none.")
    private @Nullable String invoicesTenant;

    @Option(names = "--users-table", defaultValue = "users", description = "Default: ${DEFAULT-VALUE}.")
    private String usersTable = "";

    @Option(names = "--users-key", defaultValue = "id", description = "Default: ${DEFAULT-VALUE}.")
    private String usersKey = "";

    @Option(
            names = "--users-tenant",
            description = "Its column for the tenant: references to the table carry the tenant. Default: it has none.")
    private @Nullable String usersTenant;

    @Option(
            names = "--lock-timeout",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description =
                    "How long a statement waits for a lock, like 5s or 500ms; then the tool tries again, a few times."
                            + " Default: ${DEFAULT-VALUE}.")
    private Duration lockTimeout = Duration.ZERO;

    @Option(
            names = "--host-lock-timeout",
            defaultValue = "1s",
            converter = DurationConverter.class,
            description =
                    "The same for a table of the host, whose statements may wait as long. Default: ${DEFAULT-VALUE}.")
    private Duration hostLockTimeout = Duration.ZERO;

    @Option(
            names = "--wait",
            defaultValue = "60s",
            converter = DurationConverter.class,
            description =
                    "How long migrate waits for another migration of this schema to end. Default: ${DEFAULT-VALUE}.")
    private Duration wait = Duration.ZERO;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    boolean json() {
        return json;
    }

    PartnerSchema schema(Output output) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "--url " + withoutParameters() + ": give a JDBC URL, like jdbc:postgresql://host:5432/app");
        }
        PGSimpleDataSource database = new PGSimpleDataSource();
        try {
            database.setUrl(url);
        } catch (IllegalArgumentException invalid) {
            // The driver's message repeats the URL, which may have a password in it.
            throw new IllegalArgumentException(
                    "--url " + withoutParameters()
                            + ": the PostgreSQL driver does not understand it; it should be like jdbc:postgresql://host:5432/app");
        }
        if (user != null) {
            database.setUser(user);
        }
        String password = System.getenv("PGPASSWORD");
        if (password != null) {
            database.setPassword(password);
        }
        PartnerSchema target = PartnerSchema.of(database)
                .waitingForLocks(lockTimeout)
                .waitingForHostLocks(hostLockTimeout)
                .waitingForMigrations(wait)
                .reportingTo(output::progress);
        if (schema != null) {
            target = target.inSchema(schema);
        }
        if (isolated) {
            target = target.isolated();
        }
        return withoutHostLinks ? target : target.linkedTo(host());
    }

    private HostTables host() {
        return HostTables.DEFAULT
                .customers(customersTable, customersKey)
                .customersTenant(customersTenant)
                .invoices(invoicesTable, invoicesKey)
                .invoicesTenant(invoicesTenant)
                .users(usersTable, usersKey)
                .usersTenant(usersTenant);
    }

    /** A URL may carry a password. */
    private String withoutParameters() {
        return url.replaceFirst("\\?.*", "");
    }
}
