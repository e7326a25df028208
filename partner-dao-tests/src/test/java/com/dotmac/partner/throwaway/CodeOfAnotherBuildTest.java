package com.dotmac.partner.throwaway;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.codegen.PartnerTablesDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.GeneratedSerialVersionUID;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another project generates by {@link PartnerTablesDatabase}, beside what the build of partner-schema generated. */
class CodeOfAnotherBuildTest {

    private static final Path OURS = Path.of("..", "partner-schema", "target", "generated-sources", "jooq");

    @TempDir
    Path directory;

    @Test
    void it_has_the_same_tables_views_and_functions_with_the_same_columns() throws Exception {
        generate("com.dotmac.partner.schema.jooq", new Database());

        Map<String, String> theirs = files(directory);
        assertThat(theirs).hasSameSizeAs(files(OURS));
        assertThat(files(OURS)).allSatisfy((name, code) -> assertThat(columns(theirs.get(name)))
                .isEqualTo(columns(code)));
    }

    @Test
    void its_configuration_comes_first() throws Exception {
        generate(
                "com.example.db", new Database().withIncludes("partner_payouts").withExcludes("partner_payouts_.*"));

        assertThat(files(directory)).containsKey("com/example/db/tables/PartnerPayouts.java");
        assertThat(files(directory).keySet()).noneMatch(name -> name.endsWith("/Partners.java"));
    }

    private void generate(String packageName, Database database) throws Exception {
        GenerationTool.generate(new Configuration()
                .withGenerator(new Generator()
                        .withDatabase(database.withName(PartnerTablesDatabase.class.getName())
                                .withInputSchema("public")
                                .withOutputSchemaToDefault(true))
                        .withGenerate(new Generate()
                                .withGeneratedAnnotation(false)
                                .withSourcesOnViews(false)
                                .withGeneratedSerialVersionUID(GeneratedSerialVersionUID.CONSTANT)
                                .withGlobalObjectReferences(true)
                                .withJavaTimeTypes(true)
                                .withComments(true)
                                .withImplicitJoinPathsToMany(false))
                        .withTarget(new Target().withPackageName(packageName).withDirectory(directory.toString()))));
    }

    /** The names of columns, parameters and constraints. */
    private static List<String> columns(String code) {
        return Pattern.compile("DSL.name\\(\"\\w+\"\\)")
                .matcher(code)
                .results()
                .map(MatchResult::group)
                .toList();
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> found = Files.walk(root)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        assertThat(files).isNotEmpty();
        return files;
    }
}
