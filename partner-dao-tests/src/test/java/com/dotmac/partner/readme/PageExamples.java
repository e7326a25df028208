package com.dotmac.partner.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The Java examples of a page and those of a test, to compare. Not by line: the formatter may break one that the page has whole. */
final class PageExamples {

    private PageExamples() {}

    /** Every block of Java on a page of docs. */
    static List<String> ofPage(String name) throws IOException {
        return found("```java\n(.*?)```\n", Files.readString(Path.of("..", "docs", name)));
    }

    /** What stands between {@code example begins} and {@code example ends} in a test of this package. */
    static List<String> ofTest(Class<?> test) throws IOException {
        String source = "src/test/java/com/dotmac/partner/readme/" + test.getSimpleName() + ".java";
        return found("// example begins\n(.*?)\\s*// example ends\n", Files.readString(Path.of(source)));
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(text)
                .results()
                .map(example -> example.group(1).replaceAll("\\s+", ""))
                .toList();
    }
}
