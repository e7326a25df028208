package com.dotmac.partner.lifecycle;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.postgresql.ds.PGSimpleDataSource;

/** A PgBouncer in front of a test's database, as a child process on a free port. */
final class PgBouncer implements AutoCloseable {

    /** How many server processes it has for a database. */
    static final int SERVERS = 4;

    private static final List<Path> BINARIES =
            List.of(Path.of("/usr/sbin/pgbouncer"), Path.of("/usr/bin/pgbouncer"), Path.of("/usr/local/bin/pgbouncer"));

    private final PartnerDatabase database;
    private final Path directory;
    private final Process process;
    private final int port;

    /** Logs in as this role whoever connects, on at most so many server processes. */
    private PgBouncer(PartnerDatabase database, String mode, String user, String password, int servers)
            throws Exception {
        this.database = database;
        Path binary = BINARIES.stream().filter(Files::isExecutable).findFirst().orElseThrow(PgBouncer::missing);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        boolean isRoot = System.getProperty("user.name").equals("root");
        directory = Files.createTempDirectory("pgbouncer");
        Path settings = directory.resolve("pgbouncer.ini");
        URI server = server(database);
        Files.writeString(settings, """
                [databases]
                * = host=%s port=%d user=%s password='%s'
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = %s
                default_pool_size = %d
                server_round_robin = 1
                ignore_startup_parameters = extra_float_digits
                """.formatted(
                        server.getHost().equals("localhost") ? "127.0.0.1" : server.getHost(),
                        server.getPort(),
                        user,
                        password.replace("'", "''"),
                        port,
                        mode,
                        servers));
        // PgBouncer refuses to run as root: it becomes another user, who has to read the file.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
        List<String> command = Stream.concat(
                        Stream.of(binary.toString()),
                        isRoot ? Stream.of("-u", "nobody", settings.toString()) : Stream.of(settings.toString()))
                .toList();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        awaitStart();
    }

    /** In this mode, as the owner of the database. */
    static PgBouncer inMode(String mode, PartnerDatabase database) throws Exception {
        return new PgBouncer(database, mode, database.user(), database.password(), SERVERS);
    }

    /** In transaction mode, as this role. */
    static PgBouncer as(TestRole role, PartnerDatabase database) throws Exception {
        return new PgBouncer(database, "transaction", role.name(), TestRole.PASSWORD, SERVERS);
    }

    /** In transaction mode, as the application, all on one server process. */
    static PgBouncer onOneServerAsApplication(PartnerDatabase database) throws Exception {
        PGSimpleDataSource application = database.dataSource();
        return new PgBouncer(database, "transaction", application.getUser(), application.getPassword(), 1);
    }

    private static AssertionError missing() {
        String reason = "there is no pgbouncer here: apt-get install pgbouncer";
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            return new AssertionError(reason);
        }
        Assumptions.abort(reason);
        return Assertions.fail();
    }

    private static URI server(PartnerDatabase database) {
        return URI.create(database.url().substring("jdbc:".length()));
    }

    /** The URL of the database by way of the pooler, with these parameters. */
    String url(String parameters) {
        return "jdbc:postgresql://127.0.0.1:" + port + server(database).getPath() + "?" + parameters;
    }

    PGSimpleDataSource dataSource(String parameters) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url(parameters));
        dataSource.setUser("anybody");
        return dataSource;
    }

    private void awaitStart() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 200 && process.isAlive(); attempt++) {
            try (Connection connection = dataSource("connectTimeout=2").getConnection()) {
                if (connection.isValid(2)) {
                    return;
                }
            } catch (SQLException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        String log = Files.readString(directory.resolve("log"));
        close();
        throw new AssertionError("pgbouncer does not start: " + log);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            for (Path file : List.of(directory.resolve("pgbouncer.ini"), directory.resolve("log"), directory)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
