package com.dotmac.partner.operations;

import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An embedded PostgreSQL of a given release, with an owner of databases who is no superuser, and the owner's database
 * {@code app}. The slow lane of the build puts the archives of all releases there.
 */
final class ReleasedServer implements AutoCloseable {

    static final String OWNER = "app_owner";

    private static final Path ARCHIVES = Path.of("target", "servers");

    private final EmbeddedPostgres server;

    private ReleasedServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** All releases; the gate takes the newest: {@code -Dpartner.releases=18}. */
    static Stream<Integer> releases() {
        return Stream.of(System.getProperty("partner.releases", "15,16,17,18").split(","))
                .map(Integer::valueOf);
    }

    /** Skips the test where the archive is not there. */
    static ReleasedServer of(int release, Map<String, String> settings) throws IOException {
        Path archive = archive(release);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPgBinaryResolver((system, machine) -> content(archive))
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "100");
        settings.forEach(builder::setServerConfig);
        ReleasedServer server = new ReleasedServer(builder.start());
        ProgrammeOnServer.sql(server.admin("postgres")).execute("create role app_owner login");
        server.create("app");
        return server;
    }

    private static Path archive(int release) throws IOException {
        if (Files.isDirectory(ARCHIVES)) {
            try (Stream<Path> files = Files.list(ARCHIVES)) {
                List<Path> found = files.filter(
                                file -> file.getFileName().toString().contains("-" + release + "."))
                        .toList();
                if (!found.isEmpty()) {
                    return found.get(0);
                }
            }
        }
        return abort("there is no PostgreSQL " + release + " in " + ARCHIVES + ": run mvn verify -Pslow");
    }

    private static InputStream content(Path archive) throws IOException {
        try (JarFile jar = new JarFile(archive.toFile())) {
            var entry = jar.stream()
                    .filter(file -> file.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow();
            return new ByteArrayInputStream(jar.getInputStream(entry).readAllBytes());
        }
    }

    /** A new database of the owner. */
    void create(String name) {
        ProgrammeOnServer.sql(admin("postgres")).execute("create database " + name + " owner " + OWNER);
    }

    PGSimpleDataSource database(String name) {
        return source(name, OWNER);
    }

    /** As a superuser. */
    PGSimpleDataSource admin(String name) {
        return source(name, "postgres");
    }

    /** As any role. */
    PGSimpleDataSource source(String name, String user) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {server.getPort()});
        source.setUser(user);
        source.setDatabaseName(name);
        return source;
    }

    /** As psql and pg_dump read it. */
    String uri(String database) {
        return uri(database, OWNER);
    }

    String adminUri(String database) {
        return uri(database, "postgres");
    }

    /** @param user a role, and its password after a colon if the server asks for one */
    String uri(String database, String user) {
        return "postgresql://" + user + "@localhost:" + server.getPort() + "/" + database;
    }

    String url(String database) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
