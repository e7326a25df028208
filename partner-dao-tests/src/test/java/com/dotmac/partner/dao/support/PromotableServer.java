package com.dotmac.partner.dao.support;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A primary and a standby that follows it asynchronously, in their own processes. The standby is a copy of the stopped
 * primary, because the embedded binaries have no pg_basebackup.
 */
public final class PromotableServer implements AutoCloseable {

    private final Path directory;
    private final Path control;
    private final List<PGSimpleDataSource> sources = new ArrayList<>();
    private Node primary;
    private Node standby;
    private int nodes;

    private record Node(Path data, int port) {}

    public PromotableServer(Path directory) throws Exception {
        this.directory = directory;
        Path data = directory.resolve("node-0");
        EmbeddedPostgres first = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start();
        try {
            long postmaster = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0));
            control = Path.of(ProcessHandle.of(postmaster)
                            .orElseThrow()
                            .info()
                            .command()
                            .orElseThrow())
                    .resolveSibling("pg_ctl");
        } finally {
            first.close();
        }
        primary = new Node(data, freePort());
        start(primary);
    }

    /** Of whatever server is the primary: the connections move with a promotion. */
    public PGSimpleDataSource database(String name) {
        PGSimpleDataSource source = source(primary, name);
        sources.add(source);
        return source;
    }

    private static PGSimpleDataSource source(Node node, String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {node.port});
        source.setUser("postgres");
        source.setDatabaseName(name);
        return source;
    }

    /** Copies the primary to a new standby, which then follows it. */
    public void addStandby() throws Exception {
        stop(primary, "fast");
        standby = new Node(directory.resolve("node-" + ++nodes), freePort());
        run(List.of("cp", "-a", primary.data.toString(), standby.data.toString()));
        Files.createFile(standby.data.resolve("standby.signal"));
        follow("host=localhost port=" + primary.port + " user=postgres");
        start(primary);
        start(standby);
        standbyHasEverything();
    }

    /** What the primary commits from now on, the standby never gets. */
    public void theStandbyFallsBehind() throws Exception {
        standbyHasEverything();
        follow("");
        control(standby, "reload");
        await("the standby goes on receiving", () -> value(
                        standby, "postgres", "select count(*) from pg_stat_wal_receiver")
                .equals("0"));
    }

    /** The primary dies, and the standby takes its place. */
    public void failOver() throws Exception {
        stop(primary, "immediate");
        control(standby, "-w", "-t", "60", "promote");
        primary = standby;
        standby = null;
        sources.forEach(source -> source.setPortNumbers(new int[] {primary.port}));
    }

    /** A statement that runs on the standby. */
    public String onTheStandby(String name, String sql) throws Exception {
        return value(standby, name, sql);
    }

    /** Of the standby, which lets nobody write. */
    public PGSimpleDataSource standby(String name) {
        return source(standby, name);
    }

    /** Waits until the standby has what the primary has committed. */
    public void standbyHasEverything() throws Exception {
        String end = value(primary, "postgres", "select pg_current_wal_flush_lsn()::text");
        await("the standby has not received " + end, () -> "t"
                .equals(value(standby, "postgres", "select pg_last_wal_replay_lsn() >= '" + end + "'::pg_lsn")));
    }

    private void follow(String conninfo) throws IOException {
        Files.writeString(standby.data.resolve("postgresql.auto.conf"), "primary_conninfo = '" + conninfo + "'\n");
    }

    private void start(Node node) throws IOException {
        // The disk is asked for nothing: what was written outlives a process that is killed.
        control(
                node,
                "-w",
                "-t",
                "60",
                "-l",
                node.data.resolveSibling(node.data.getFileName() + ".log").toString(),
                "-o",
                "-p " + node.port + " -c fsync=off -c synchronous_commit=on -c wal_retrieve_retry_interval=100ms",
                "start");
    }

    private void stop(Node node, String mode) throws IOException {
        control(node, "-w", "-t", "60", "-m", mode, "stop");
    }

    private void control(Node node, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) { // as which PostgreSQL refuses to run
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(control.toString(), "-D", node.data.toString()));
        command.addAll(Arrays.asList(arguments));
        run(command);
    }

    private void run(List<String> command) throws IOException {
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + ": " + Files.readString(said));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(command + " was interrupted", stopped);
        }
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    private static void await(String complaint, Check check) throws Exception {
        for (int times = 0; !check.holds(); times++) {
            if (times == 600) {
                throw new IllegalStateException(complaint);
            }
            Thread.sleep(50);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        for (Node node : new Node[] {primary, standby}) {
            if (node != null && Files.exists(node.data.resolve("postmaster.pid"))) {
                stop(node, "immediate");
            }
        }
    }

    private static String value(Node node, String name, String sql) throws Exception {
        try (var connection = source(node, name).getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
