package com.dotmac.partner.throwaway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Real PostgreSQL server binaries from Maven Central, run as a child process in a temporary directory. */
final class EmbeddedDatabase implements ThrowawayDatabase {

    private final EmbeddedPostgres server;
    private final String description;

    EmbeddedDatabase(String description) {
        this.description = description;
        try {
            this.server = EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", System.getProperty(FULL_PAGE_WRITES, "off"))
                    .setServerConfig("max_connections", "200")
                    .start();
        } catch (IOException | RuntimeException failed) {
            throw new IllegalStateException(
                    "partner.db: embedded PostgreSQL did not start: " + failed.getMessage()
                            + ". Choose another database with -Dpartner.db=container or -Dpartner.db=external.",
                    failed);
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    public String password() {
        return "postgres";
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("partner.db: embedded PostgreSQL did not stop", failed);
        }
    }
}
