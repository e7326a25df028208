package com.dotmac.partner.schema.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/** The build runs it: it writes the complete schema and its history rows as one script for psql. */
final class ConsolidatedScript {

    private ConsolidatedScript() {}

    /**
     * Writes the scripts: with and without foreign keys to the host, each without and with row security.
     *
     * @param arguments the directory to write into
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        write(directory.resolve("partner-tables.sql"), Optional.of(HostTables.DEFAULT), false);
        write(directory.resolve("partner-tables-without-host-links.sql"), Optional.empty(), false);
        write(directory.resolve("partner-tables-isolated.sql"), Optional.of(HostTables.DEFAULT), true);
        write(directory.resolve("partner-tables-isolated-without-host-links.sql"), Optional.empty(), true);
    }

    private static void write(Path file, Optional<HostTables> host, boolean isolated) throws IOException {
        SchemaSettings settings =
                new SchemaSettings(new PGSimpleDataSource(), null, host, Duration.ofSeconds(5), line -> {}, isolated);
        Files.writeString(file, Plan.ofEverything(settings).script());
    }
}
