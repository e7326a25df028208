package com.dotmac.partner.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each package of main code is a room. A room knows only the rooms that its module lists before it. */
class RoomsTest {

    private static final int FILES_IN_A_PACKAGE = 30;
    private static final int LINES_IN_A_FILE = 300;
    private static final int TYPES_THAT_USERS_SEE = 80;

    /** The package itself, as a room of its module. */
    private static final String ROOT = "";

    private static final MavenModule SCHEMA = new MavenModule(
            "partner-schema",
            "com.dotmac.partner.schema",
            List.of("types", "catalog", "migration", "adoption", ROOT, "cli"));

    private static final MavenModule DAO = new MavenModule(
            "partner-dao",
            "com.dotmac.partner.dao",
            List.of(
                    "basics",
                    "internal",
                    "calculation",
                    "partners",
                    "bulk",
                    "rules",
                    "commissions",
                    "sales",
                    "payouts",
                    "statements",
                    ROOT,
                    "spring"));

    private static final MavenModule TESTKIT =
            new MavenModule("partner-dao-tests/testkit", "com.dotmac.partner", List.of("throwaway", "testkit"));

    private static final MavenModule QUICKSTART =
            new MavenModule("partner-dao-tests", "com.dotmac.partner", List.of("quickstart"));

    static Stream<MavenModule> modules() {
        return Stream.of(SCHEMA, DAO);
    }

    static Stream<MavenModule> publishedModules() {
        return Stream.of(SCHEMA, DAO, TESTKIT);
    }

    static Stream<MavenModule> usersOfTheLibrary() {
        return Stream.of(TESTKIT, QUICKSTART);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void a_room_knows_only_the_rooms_before_it(MavenModule module) {
        classes().should(knowOnlyRoomsBeforeTheirs(module)).check(module.classes());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void packages_are_free_of_cycles(MavenModule module) {
        slices().assignedFrom(by("package", JavaClass::getPackageName))
                .should()
                .beFreeOfCycles()
                .check(module.classes());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void files_are_free_of_cycles(MavenModule module) {
        slices().assignedFrom(by("file", type -> type.getName().replaceFirst("\\$.*", "")))
                .should()
                .beFreeOfCycles()
                .check(module.classes());
    }

    /** A test can move a function of the database, but no keyword of SQL, and no clock of a client says when something was. */
    @Test
    void the_time_comes_from_a_function_of_the_database() {
        noClasses()
                .should()
                .callMethodWhere(describe(
                        "jOOQ writes a keyword",
                        call -> call.getTargetOwner().isEquivalentTo(DSL.class)
                                && call.getName().matches("now|current(Instant|Timestamp|Date|Time|Local.*|Offset.*)")))
                .orShould()
                .callMethod(Instant.class, "now")
                .check(DAO.classes());
    }

    @Test
    void basics_and_calculation_know_no_database() {
        classes()
                .that()
                .resideInAnyPackage("..dao.basics..", "..dao.calculation..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "org.jspecify..",
                        "com.dotmac.partner.schema.types..",
                        "com.dotmac.partner.dao.basics..",
                        "com.dotmac.partner.dao.internal..",
                        "com.dotmac.partner.dao.calculation..")
                .check(DAO.classes());
        noClasses()
                .that()
                .resideInAnyPackage("..dao.basics..", "..dao.calculation..")
                .should()
                .dependOnClassesThat(resideInAPackage("..dao.internal..").and(not(simpleName("Checks"))))
                .check(DAO.classes());
        noClasses()
                .that()
                .resideInAPackage("..dao.basics..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..internal..")
                .check(DAO.classes());
    }

    /**
     * The schema's tools, the quickstart and the test kit are users of the library: they call none of its internal
     * classes.
     */
    @ParameterizedTest
    @MethodSource("usersOfTheLibrary")
    void nobody_outside_the_library_calls_its_internal_classes(MavenModule user) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.dotmac.partner.dao..internal..")
                .check(user.classes());
    }

    @Test
    void users_see_at_most_eighty_types() {
        assertThat(DAO.classes().stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(type ->
                                type.isTopLevelClass() && !type.getPackageName().contains(".internal"))
                        .map(JavaClass::getName))
                .hasSizeBetween(1, TYPES_THAT_USERS_SEE);
    }

    /** A user may import {@code java.sql.*} and {@code java.util.*} beside our packages. */
    @ParameterizedTest
    @MethodSource("modules")
    void no_type_has_the_name_of_one_that_users_import_with_a_star(MavenModule module) {
        assertThat(module.classes().stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
                        .filter(type -> Stream.of("java.lang.", "java.sql.", "java.time.", "java.util.")
                                .anyMatch(known -> isAType(known + type.getSimpleName())))
                        .map(JavaClass::getName))
                .isEmpty();
    }

    private static boolean isAType(String name) {
        try {
            Class.forName(name, false, RoomsTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException none) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource("publishedModules")
    void a_package_holds_at_most_thirty_files(MavenModule module) {
        Map<Path, Long> packages = module.files().stream().collect(groupingBy(Path::getParent, counting()));
        assertThat(packages)
                .isNotEmpty()
                .allSatisfy((room, files) -> assertThat(files).as("%s", room).isLessThanOrEqualTo(FILES_IN_A_PACKAGE));
    }

    @ParameterizedTest
    @MethodSource("modules")
    void a_file_has_at_most_three_hundred_lines(MavenModule module) throws IOException {
        Map<Path, Integer> lines = new TreeMap<>();
        for (Path file : module.files()) {
            lines.put(file, Files.readAllLines(file).size());
        }
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy((file, count) -> assertThat(count).as("%s", file).isLessThanOrEqualTo(LINES_IN_A_FILE));
    }

    /**
     * The main code of one Maven module, without what the build generates.
     *
     * @param rooms names of packages below the root package; a room knows only the rooms before it
     */
    private record MavenModule(String name, String rootPackage, List<String> rooms) {

        private static final Map<MavenModule, JavaClasses> IMPORTED = new ConcurrentHashMap<>();

        JavaClasses classes() {
            return IMPORTED.computeIfAbsent(this, MavenModule::imported);
        }

        /** Reads the classes of the module alone, not those that they use: that would take several times as long. */
        private JavaClasses imported() {
            return ArchConfiguration.withThreadLocalScope(configuration -> {
                configuration.setResolveMissingDependenciesFromClassPath(false);
                return new ClassFileImporter()
                        .withImportOption(location -> !location.contains("/schema/jooq/"))
                        .importPath(Path.of("..", name, "target", "classes"));
            });
        }

        List<Path> files() {
            Path sources = Path.of("..", name, "src", "main", "java");
            try (Stream<Path> files = Files.walk(sources)) {
                return files.filter(file -> file.toString().endsWith(".java")).toList();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        boolean holds(JavaClass type) {
            return type.getPackageName().equals(rootPackage)
                    || type.getPackageName().startsWith(rootPackage + ".") && rooms.contains(roomOf(type));
        }

        /** The first name below the root package: a package below a room belongs to the room. */
        String roomOf(JavaClass type) {
            String below = type.getPackageName().substring(rootPackage.length());
            return below.isEmpty() ? ROOT : below.substring(1).replaceFirst("\\..*", "");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static ArchCondition<JavaClass> knowOnlyRoomsBeforeTheirs(MavenModule module) {
        return new ArchCondition<>("know only the rooms before theirs in " + module.rooms) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!module.holds(type)) {
                    events.add(violated(type, type.getName() + " is in no room of " + module));
                    return;
                }
                int room = module.rooms.indexOf(module.roomOf(type));
                for (Dependency known : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = known.getTargetClass().getBaseComponentType();
                    if (module.holds(target) && module.rooms.indexOf(module.roomOf(target)) > room) {
                        events.add(violated(known, known.getDescription()));
                    }
                }
            }
        };
    }

    private static SliceAssignment by(String what, Function<JavaClass, String> name) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(name.apply(type));
            }

            @Override
            public String getDescription() {
                return "each " + what;
            }
        };
    }
}
