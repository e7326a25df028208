package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.throwaway.ThrowawayDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An embedded server that waits for the disk at each commit, as a real one does. */
final class DurableServer implements ThrowawayDatabase {

    private final EmbeddedPostgres server;

    private DurableServer(String fullPageWrites) throws IOException {
        this.server = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", fullPageWrites)
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_connections", "200")
                // The run asks for checkpoints itself, so that none falls into one cell alone.
                .setServerConfig("checkpoint_timeout", "1h")
                .setServerConfig("max_wal_size", "8GB")
                .start();
    }

    static DurableServer withFullPageWrites(String onOrOff) throws IOException {
        return new DurableServer(onOrOff);
    }

    @Override
    public String description() {
        return "embedded, fsync on";
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
            throw new UncheckedIOException("the benchmark's server did not stop", failed);
        }
    }
}
