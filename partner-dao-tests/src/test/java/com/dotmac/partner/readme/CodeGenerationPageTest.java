package com.dotmac.partner.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gate builds the files that docs/code-generation.md shows. */
@Tag("fast")
class CodeGenerationPageTest {

    @ParameterizedTest
    @CsvSource({"groovy, build.gradle", "xml, jooq-codegen.xml"})
    void the_documentation_shows_the_project_for_gradle(String language, String file) throws IOException {
        String page = Files.readString(Path.of("..", "docs", "code-generation.md"));

        assertThat(page)
                .contains("```" + language + "\n"
                        + Files.readString(Path.of("src/it/gradle").resolve(file)) + "```\n");
    }
}
