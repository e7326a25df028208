package com.dotmac.partner.schema.migration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;

/** The build runs it: it writes the complete schema and its history rows as one script for psql. */
final class ConsolidatedScript {

    private ConsolidatedScript() {}

    /**
     * Writes both scripts, with and without foreign keys to the host.
     *
     * @param arguments the directory to write into
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        write(directory.resolve("partner-tables.sql"), Optional.of(HostTables.DEFAULT));
        write(directory.resolve("partner-tables-without-host-links.sql"), Optional.empty());
    }

    private static void write(Path file, Optional<HostTables> host) throws IOException {
        SchemaSettings settings = SchemaSettings.of(new PGSimpleDataSource()).linkedTo(host);
        Files.writeString(file, Plan.ofEverything(settings).script());
    }
}
