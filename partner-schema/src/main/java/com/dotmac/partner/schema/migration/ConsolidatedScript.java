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
     * Writes the scripts: with and without foreign keys to the host, each without and with row security.
     *
     * @param arguments the directory to write into
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        SchemaSettings unlinked = SchemaSettings.of(new PGSimpleDataSource());
        SchemaSettings linked = unlinked.linkedTo(Optional.of(HostTables.DEFAULT));
        write(directory.resolve("partner-tables.sql"), linked);
        write(directory.resolve("partner-tables-without-host-links.sql"), unlinked);
        write(directory.resolve("partner-tables-isolated.sql"), linked.isolating());
        write(directory.resolve("partner-tables-isolated-without-host-links.sql"), unlinked.isolating());
    }

    private static void write(Path file, SchemaSettings settings) throws IOException {
        Files.writeString(file, Plan.ofEverything(settings).script());
    }
}
