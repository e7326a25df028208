package com.dotmac.partner.lifecycle;

import static org.junit.jupiter.api.Assumptions.abort;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** The program psql, as an operator runs it. */
final class Psql {

    record Run(int status, String output) {}

    private Psql() {}

    /** Reads the script from its standard input. Skips the test where there is no psql. */
    static Run run(PartnerDatabase database, String script) throws IOException, InterruptedException {
        PGSimpleDataSource target = Sql.dataSource(database);
        ProcessBuilder psql = new ProcessBuilder(
                        program().toString(),
                        "-X",
                        "-q",
                        "-h",
                        target.getServerNames()[0],
                        "-p",
                        String.valueOf(target.getPortNumbers()[0]),
                        "-U",
                        database.user(),
                        "-d",
                        target.getDatabaseName())
                .redirectErrorStream(true);
        psql.environment().put("PGPASSWORD", database.password());
        psql.environment().put("PGCLIENTENCODING", "UTF8");
        Process process = psql.start();
        Thread feed = new Thread(() -> {
            try (var in = process.getOutputStream()) {
                in.write(script.getBytes(StandardCharsets.UTF_8));
            } catch (IOException ended) {
                // psql stops reading at the first error.
            }
        });
        feed.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        feed.join();
        return new Run(process.waitFor(), output);
    }

    private static Path program() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("psql", "psql.exe").map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(() -> abort("there is no psql on the PATH: "
                        + Arrays.toString(
                                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))));
    }
}
