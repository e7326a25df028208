package com.dotmac.partner.dao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Every public method of every DAO refuses each missing argument before it asks for a connection, with a message
 * that names the argument. The test finds new methods by itself. {@link BadInputTest} tests the values of arguments.
 */
@Tag("fast")
class EveryMethodRefusesNothingTest {

    /** Connects to nowhere: a statement would fail with something else than the message expected. */
    private static final PartnerScope ACME =
            PartnerStore.create(new PGSimpleDataSource()).tenant("acme").actingAs("user:42");

    private static final UUID ID = UUID.fromString("01a204b8-a116-7a2d-ab4c-f413632bf361");
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Money TEN = Money.of("10", "USD");

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(UUID.class, ID),
            Map.entry(String.class, "some text"),
            Map.entry(Money.class, TEN),
            Map.entry(Currency.class, TEN.currency()),
            Map.entry(Duration.class, Duration.ofMinutes(5)),
            Map.entry(int.class, 10),
            Map.entry(Appendable.class, new StringBuilder()),
            Map.entry(Checkpoint.class, new Checkpoint(1)),
            Map.entry(Sale.class, new Sale("k", ID, null, TEN, AT)),
            Map.entry(NewCommission.class, NewCommission.on("k", ID, TEN, TEN, AT)),
            Map.entry(NewPartner.class, NewPartner.named("k", "Northwind")),
            Map.entry(CustomerAssignment.class, CustomerAssignment.from("k", ID, ID, AT)),
            Map.entry(NewRule.class, NewRule.from("k", ID, "USD", CommissionTerms.revenueShare("0.1"), AT)),
            Map.entry(
                    RuleRevision.class,
                    new RuleRevision(CommissionTerms.revenueShare("0.1"), CommissionCaps.NONE, null, AT)));

    @TestFactory
    Stream<DynamicTest> an_argument_that_is_missing_is_named() {
        return daos().stream().flatMap(dao -> methods(dao).flatMap(method -> Stream.of(method.getParameters())
                .filter(parameter -> !parameter.getType().isPrimitive())
                .filter(parameter -> !isOptional(method, parameter))
                .map(missing -> DynamicTest.dynamicTest(
                        dao.getClass().getSimpleName() + "." + method.getName() + " without " + missing.getName(),
                        () -> refuses(dao, method, missing)))));
    }

    /** Fails if reflection misses a DAO or a method. */
    @Test
    void the_methods_are_found() {
        assertThat(daos()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(daos()).allSatisfy(dao -> assertThat(methods(dao)).isNotEmpty());
        assertThat(methods(ACME.partners())).extracting(Method::getName).contains("register", "find");
    }

    private static List<Object> daos() {
        return Stream.of(PartnerScope.class.getMethods())
                .filter(method ->
                        method.getDeclaringClass() == PartnerScope.class && method.getReturnType() != String.class)
                .map(method -> invoke(ACME, method, List.of()))
                .toList();
    }

    /**
     * Those of the superclass too, which only its room sees; javac's copies of them in the DAO are synthetic and have
     * no names.
     */
    private static Stream<Method> methods(Object dao) {
        return Stream.<Class<?>>iterate(dao.getClass(), type -> type != Object.class, Class::getSuperclass)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                // A superclass of a DAO is not public itself.
                .peek(method -> method.setAccessible(true));
    }

    private static boolean isOptional(Method method, Parameter parameter) {
        int position = List.of(method.getParameters()).indexOf(parameter);
        return method.getAnnotatedParameterTypes()[position].isAnnotationPresent(Nullable.class);
    }

    private static void refuses(Object dao, Method method, Parameter missing) {
        List<@Nullable Object> arguments = new ArrayList<>();
        Instant at = AT;
        YearMonth month = YearMonth.of(2026, 1);
        for (Parameter parameter : method.getParameters()) {
            // Each later than the one before, so that periods are in order.
            at = at.plusSeconds(60);
            month = month.plusMonths(1);
            arguments.add(parameter.equals(missing) ? null : sample(parameter, at, month));
        }

        Throwable refused = catchThrowable(() -> invoke(dao, method, arguments));

        assertThat(refused)
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        missing.getName().equals("key")
                                ? "idempotency key is missing"
                                : missing.getName() + " is missing");
    }

    private static Object sample(Parameter parameter, Instant at, YearMonth month) {
        Class<?> type = parameter.getType();
        if (SAMPLES.containsKey(type)) {
            return SAMPLES.get(type);
        }
        if (type == Instant.class) {
            return at;
        }
        if (type == YearMonth.class) {
            return month;
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == Stream.class) {
            return Stream.empty();
        }
        if (type == Set.class) {
            return Set.of(ID);
        }
        if (type.isAssignableFrom(List.class)) {
            String elements = parameter.getParameterizedType().getTypeName();
            return elements.contains("String")
                    ? List.of("k")
                    : List.of(elements.contains("NewRule") ? SAMPLES.get(NewRule.class) : ID);
        }
        if (type == Consumer.class) {
            return (Consumer<Object>) ignored -> {};
        }
        if (type.isAssignableFrom(StringReader.class)) {
            return new StringReader("");
        }
        if (type.isAssignableFrom(StringBuilder.class)) {
            return new StringBuilder();
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        // A type with a factory or a constant of no arguments, like a query for all.
        return Stream.of(type.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers())
                        && method.getParameterCount() == 0
                        && method.getReturnType() == type)
                .findFirst()
                .map(method -> invoke(null, method, List.of()))
                .orElseThrow(() -> new AssertionError("give a sample of " + type.getName()));
    }

    private static Object invoke(@Nullable Object target, Method method, List<@Nullable Object> arguments) {
        try {
            return method.invoke(target, arguments.toArray());
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new AssertionError(Arrays.toString(arguments.toArray()), thrown.getCause());
        } catch (IllegalAccessException hidden) {
            throw new AssertionError(hidden);
        }
    }
}
