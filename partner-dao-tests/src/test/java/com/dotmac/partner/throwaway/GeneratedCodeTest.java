package com.dotmac.partner.throwaway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.testkit.PartnerMigrations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Jdbc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Generates code with the configuration of the build, and compares it with what the build generated. */
class GeneratedCodeTest {

    private static final Path SCHEMA_MODULE = Path.of("..", "partner-schema");

    @TempDir
    Path directory;

    @Test
    void an_embedded_database_gives_the_code_of_the_build_byte_for_byte() throws Exception {
        assertThat(generatedFrom("embedded")).isEqualTo(generatedByTheBuild());
    }

    @Test
    void a_container_gives_the_code_of_the_build_byte_for_byte() throws Exception {
        DockerEngine engine = DockerEngine.find();
        assumeTrue(engine.answers(), "no Docker engine answers at " + engine.address());
        String image = System.getProperty("partner.db.image", "postgres:17-alpine");
        assumeTrue(engine.canGet(image), "the Docker engine cannot get " + image);

        assertThat(generatedFrom("container")).isEqualTo(generatedByTheBuild());
    }

    private Map<String, String> generatedFrom(String choice) throws Exception {
        Properties properties = new Properties();
        properties.putAll(System.getProperties());
        properties.setProperty("partner.db", choice);
        try (ThrowawayDatabase database = ThrowawayDatabase.start(properties)) {
            PGSimpleDataSource dataSource = new PGSimpleDataSource();
            dataSource.setUrl(database.url());
            dataSource.setUser(database.user());
            dataSource.setPassword(database.password());
            PartnerMigrations.configuration(dataSource).load().migrate();
            GenerationTool.generate(buildConfiguration()
                    .withJdbc(new Jdbc()
                            .withUrl(database.url())
                            .withUser(database.user())
                            .withPassword(database.password())));
        }
        return files(directory);
    }

    /** The generator element of the module's POM: there is one configuration, and this is it. */
    private Configuration buildConfiguration() throws IOException {
        String pom = Files.readString(SCHEMA_MODULE.resolve("pom.xml"));
        String generator = pom.substring(pom.indexOf("<generator>"), pom.indexOf("</generator>"))
                .replace("${generated.sources}", directory.toString());
        return GenerationTool.load(new ByteArrayInputStream(
                ("<configuration>" + generator + "</generator></configuration>").getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, String> generatedByTheBuild() throws IOException {
        Map<String, String> files = files(SCHEMA_MODULE.resolve("target/generated-sources/jooq"));
        assertThat(files).containsKey("com/dotmac/partner/schema/jooq/Tables.java");
        return files;
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return files;
    }
}
