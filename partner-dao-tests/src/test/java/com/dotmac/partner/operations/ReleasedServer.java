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

/** An embedded PostgreSQL of a given release. The slow lane of the build puts the archives of all releases there. */
final class ReleasedServer implements AutoCloseable {

    private static final Path ARCHIVES = Path.of("target", "servers");

    private final EmbeddedPostgres server;

    private ReleasedServer(EmbeddedPostgres server) {
        this.server = server;
    }

    /** Skips the test where the archive is not there. */
    static ReleasedServer of(int release, Map<String, String> settings) throws IOException {
        Path archive = archive(release);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPgBinaryResolver((system, machine) -> content(archive))
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "100");
        settings.forEach(builder::setServerConfig);
        return new ReleasedServer(builder.start());
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

    int port() {
        return server.getPort();
    }

    PGSimpleDataSource database(String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {server.getPort()});
        source.setUser("postgres");
        source.setDatabaseName(name);
        return source;
    }

    /** As psql and pg_dump read it. */
    String uri(String database) {
        return "postgresql://postgres@localhost:" + server.getPort() + "/" + database;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
