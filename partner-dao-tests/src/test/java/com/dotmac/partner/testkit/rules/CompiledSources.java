package com.dotmac.partner.testkit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Classes of one test, against stand-ins for libraries that are not on the class path. */
final class CompiledSources {

    private final Path sources;
    private final Path classes;
    private final List<Path> files = new ArrayList<>();

    CompiledSources(Path directory) {
        sources = directory.resolve("sources");
        classes = directory.resolve("classes");
    }

    CompiledSources with(String packageName, String className, String body) {
        try {
            Path folder = Files.createDirectories(sources.resolve(packageName.replace('.', '/')));
            files.add(Files.writeString(
                    folder.resolve(className + ".java"),
                    "package " + packageName + "; public class " + className + " { " + body + " }"));
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The directory with all of them. */
    Path compile() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            errors,
                            manager,
                            null,
                            List.of("-d", classes.toString()),
                            null,
                            manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(compiled).as(errors.toString()).isTrue();
            return classes;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
