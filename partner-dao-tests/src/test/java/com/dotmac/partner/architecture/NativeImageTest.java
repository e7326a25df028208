package com.dotmac.partner.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.jooq.DefaultSchema;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jooq.Table;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What GraalVM has to keep in a native image, because no code names it: resources, and the records that jOOQ makes by
 * reflection. Nothing here runs in a native image.
 */
class NativeImageTest {

    private static final Path SCHEMA = classesOf("partner-schema");
    private static final Path DAO = classesOf("partner-dao");
    private static final Path CONFIGURATION = SCHEMA.resolve("META-INF/native-image/com.dotmac.partner/partner-schema");
    private static final Set<String> READS_A_RESOURCE =
            Set.of("getResource", "getResourceAsStream", "getResources", "getSystemResourceAsStream");
    private static final Set<String> REFLECTS = Set.of("forName", "newInstance", "loadClass");

    private static Path classesOf(String module) {
        return Path.of("..", module, "target", "classes");
    }

    @Test
    void every_resource_of_the_library_is_kept() throws IOException {
        List<Pattern> kept = read("resource-config.json")
                .get("resources")
                .get("includes")
                .valueStream()
                .map(include -> Pattern.compile(include.get("pattern").asString()))
                .toList();

        assertThat(resources(SCHEMA))
                .hasSizeGreaterThan(40)
                .contains("com/dotmac/partner/schema/catalog/versions.txt", "partner-dao/undo/U20__row_security.sql")
                .allMatch(resource -> kept.stream()
                        .anyMatch(pattern -> pattern.matcher(resource).matches()));
        assertThat(kept).allMatch(pattern -> resources(SCHEMA).stream()
                .anyMatch(resource -> pattern.matcher(resource).matches()));
        assertThat(resources(DAO)).as("it has none").isEmpty();
    }

    @Test
    void jooq_finds_the_constructor_of_every_record() throws IOException {
        assertThat(read("reflect-config.json")
                        .valueStream()
                        .filter(type -> type.get("methods").toString().equals("""
                                [{"name":"<init>","parameterTypes":[]}]"""))
                        .map(type -> type.get("name").asString()))
                .containsExactlyInAnyOrderElementsOf(DefaultSchema.DEFAULT_SCHEMA.getTables().stream()
                        .map(Table::getRecordType)
                        .map(Class::getName)
                        .toList());
    }

    /** Otherwise the configuration lacks what that code reads. */
    @Test
    void only_one_class_reads_resources_and_none_makes_objects_by_name() {
        JavaClasses classes = new ClassFileImporter().importPaths(SCHEMA, DAO);
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.catalog\\.JarResource")
                .should(call("java.lang.Class", READS_A_RESOURCE))
                .orShould(call("java.lang.ClassLoader", READS_A_RESOURCE))
                .orShould(call("java.lang.Class", REFLECTS))
                .orShould(call("java.lang.ClassLoader", REFLECTS))
                .orShould(call("java.lang.reflect.Constructor", REFLECTS))
                .orShould(call("java.util.ServiceLoader", Set.of("load")))
                .check(classes);
    }

    private static ArchCondition<JavaClass> call(String owner, Set<String> methods) {
        return new ArchCondition<>("call " + owner + "." + methods) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (access.getTargetOwner().getName().equals(owner) && methods.contains(access.getName())) {
                        events.add(SimpleConditionEvent.satisfied(type, access.getDescription()));
                    }
                }
            }
        };
    }

    private static JsonNode read(String file) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(CONFIGURATION.resolve(file)));
    }

    /** What is no class, and neither Maven's nor a framework's. */
    private static List<String> resources(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> classes.relativize(file).toString())
                    .filter(name -> !name.endsWith(".class") && !name.startsWith("META-INF/"))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
