package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The build has put the service and what it needs into one directory. */
@ExtendWith(PartnerDatabaseExtension.class)
class RuntimeImageTest {

    private static final Path MODULES = Path.of("target", "modules");

    @TempDir
    Path directory;

    @Test
    void the_service_runs_on_an_image_of_the_modules_of_the_jdk_that_it_needs(PartnerDatabase database)
            throws Exception {
        UUID customer = UUID.randomUUID();
        UUID invoice = UUID.randomUUID();
        database.sql().execute("insert into customers values (?)", customer);
        database.sql().execute("insert into invoices values (?)", invoice);
        String modules = modulesOfTheJdk();
        Path image = image(modules);

        assertThat(lines(image, "java", "--list-modules").map(module -> module.replaceAll("@.*", "")))
                .contains("java.base", "java.sql")
                .doesNotContain("jdk.compiler", "jdk.jlink", "java.rmi");
        assertThat(lines(
                        image,
                        "java",
                        "--module-path",
                        MODULES.toString(),
                        "--module",
                        "com.example/com.example.Application",
                        database.url(),
                        database.user(),
                        database.password(),
                        customer.toString(),
                        invoice.toString()))
                .contains("paid 125.00 USD");
    }

    private static String modulesOfTheJdk() throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "--ignore-missing-deps",
                "--multi-release",
                "17",
                "--print-module-deps",
                "--module-path",
                MODULES.toString()));
        try (Stream<Path> jars = Files.list(MODULES)) {
            jars.map(Path::toString).sorted().forEach(arguments::add);
        }
        return lines(jdk(), "jdeps", arguments.toArray(String[]::new))
                .reduce((line, next) -> next)
                .orElseThrow();
    }

    private Path image(String modules) throws Exception {
        Path image = directory.resolve("image");
        assertThat(lines(jdk(), "jlink", "--add-modules", modules, "--output", image.toString()))
                .isEmpty();
        return image;
    }

    private static Path jdk() {
        return Path.of(System.getProperty("java.home"));
    }

    private static Stream<String> lines(Path home, String tool, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.add(0, home.resolve("bin").resolve(tool).toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines();
    }
}
