package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test kit is compiled with one version of Testcontainers, and runs with the version of the service. */
@ExtendWith(PartnerDatabaseExtension.class)
class ContainersTest {

    private static final String STARTS_CONTAINERS = "com.dotmac.partner.throwaway.ContainerDatabase";

    /** What the JVM looks up when it runs a call: the name, the parameters and what the method returns. */
    @Test
    void this_version_has_every_method_that_the_kit_calls() throws ClassNotFoundException {
        JavaClass kit = new ClassFileImporter()
                .importClasses(Class.forName(STARTS_CONTAINERS))
                .get(STARTS_CONTAINERS);

        List<JavaCall<?>> calls = Stream.concat(
                        kit.getMethodCallsFromSelf().stream(), kit.getConstructorCallsFromSelf().stream())
                .<JavaCall<?>>map(call -> call)
                .filter(call -> call.getTargetOwner().getName().startsWith("org.testcontainers."))
                .toList();

        assertThat(calls).hasSizeGreaterThanOrEqualTo(10).allSatisfy(call -> assertThat(signatures(call))
                .contains(signature(call)));
    }

    /** In a container if an engine answers; the kit finds Testcontainers in any case. */
    @Test
    void a_test_gets_a_database(PartnerDatabase database) {
        assertThat(database.sql().fetchValue("select count(*) from partners")).isEqualTo(0L);
    }

    private static String signature(JavaCall<?> call) {
        String parameters = String.join(
                ",",
                call.getTarget().getRawParameterTypes().stream()
                        .map(JavaClass::getName)
                        .toList());
        return call.getTarget().getRawReturnType().getName() + " " + call.getName() + "(" + parameters + ")";
    }

    private static List<String> signatures(JavaCall<?> call) throws ClassNotFoundException {
        Class<?> owner = Class.forName(call.getTargetOwner().getName());
        return Stream.concat(
                        Arrays.stream(owner.getConstructors()).map(ContainersTest::signature),
                        Arrays.stream(owner.getMethods()).map(ContainersTest::signature))
                .toList();
    }

    private static String signature(Constructor<?> constructor) {
        return "void <init>(" + parameters(constructor.getParameterTypes()) + ")";
    }

    private static String signature(Method method) {
        return method.getReturnType().getName() + " " + method.getName() + "(" + parameters(method.getParameterTypes())
                + ")";
    }

    private static String parameters(Class<?>[] types) {
        return String.join(",", Arrays.stream(types).map(Class::getName).toList());
    }
}
