package com.dotmac.partner.dao.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** An embedded PostgreSQL for one test, which can kill it and start it again on its files. */
public final class KillableServer implements AutoCloseable {

    private final Path data;
    private final EmbeddedPostgres server;
    private final Path control;

    public KillableServer(Path data) throws IOException {
        this.data = data;
        this.server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                // Off by default in an embedded server, which would then lose the transactions that it acknowledged
                // last.
                .setServerConfig("synchronous_commit", "on")
                // What was written outlives the process that wrote it; the disk is asked only for when the machine
                // stops.
                .setServerConfig("fsync", "off")
                .start();
        this.control = Path.of(postmaster().info().command().orElseThrow()).resolveSibling("pg_ctl");
    }

    /** The same after a restart. */
    public DataSource database() {
        return server.getPostgresDatabase();
    }

    /** Another database of the server, which somebody has created. */
    public DataSource database(String name) {
        return server.getDatabase("postgres", name);
    }

    /** SIGKILL to the postmaster, then to everything it had started; waits until they are gone. */
    public void kill() throws Exception {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all = new ArrayList<>();
        all.add(postmaster);
        postmaster.descendants().forEach(all::add);
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : all) {
            process.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    private ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0));
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** Starts the server on the same port and data, which it recovers first. */
    public void startAgain() throws Exception {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) { // as which PostgreSQL refuses to run
            command.addAll(List.of("unshare", "-U"));
        }
        String log = data.resolveSibling("log").toString();
        command.addAll(List.of(control.toString(), "-D", data.toString(), "-w", "-t", "60", "-l", log, "restart"));
        Process starting = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(data.resolveSibling("restart").toFile())
                .start();
        if (!starting.waitFor(90, TimeUnit.SECONDS) || starting.exitValue() != 0) {
            throw new IllegalStateException(
                    "the server did not start again: " + Files.readString(data.resolveSibling("restart")));
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
