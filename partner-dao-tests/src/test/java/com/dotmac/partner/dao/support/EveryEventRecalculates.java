package com.dotmac.partner.dao.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.calculation.Earning;
import com.dotmac.partner.dao.commissions.Explanation;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.dao.rules.internal.PastSaleSql;
import com.dotmac.partner.testkit.PartnerDatabase;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * After each test of the library's packages, calculates every event that the test left again, from the inputs that the
 * event stores. The amount must be the recorded one. {@code META-INF/services} registers it for the whole suite; {@link
 * AltersAmounts} leaves a test out.
 */
public final class EveryEventRecalculates implements InvocationInterceptor, AfterEachCallback {

    private static final int EXPLAINED_EACH = 300;

    private final ThreadLocal<List<PartnerDatabase>> databases = ThreadLocal.withInitial(ArrayList::new);

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> constructor, ExtensionContext context)
            throws Throwable {
        remember(constructor.getArguments());
        return invocation.proceed();
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        remember(method.getArguments());
        invocation.proceed();
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        remember(method.getArguments());
        invocation.proceed();
    }

    private void remember(List<Object> arguments) {
        arguments.stream()
                .filter(PartnerDatabase.class::isInstance)
                .map(PartnerDatabase.class::cast)
                .forEach(databases.get()::add);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<PartnerDatabase> used = List.copyOf(databases.get());
        databases.remove();
        Class<?> test = context.getRequiredTestClass();
        if (test.getPackageName().startsWith(PartnerStore.class.getPackageName())
                && !test.isAnnotationPresent(AltersAmounts.class)
                && context.getExecutionException().isEmpty()) {
            used.forEach(EveryEventRecalculates::replay);
        }
    }

    private static void replay(PartnerDatabase database) {
        record Event(String tenant, UUID id) {}
        if (database.sql().fetchValue("select to_regclass('partner_commission_events')") == null) {
            return;
        }
        List<Event> events = database.sql()
                .fetch("select tenant_id, id from partner_commission_events order by 1, 2")
                .map(row -> new Event(row.get(0, String.class), row.get(1, UUID.class)));
        if (events.size() > EXPLAINED_EACH) {
            replayInBulk(database);
            return;
        }
        for (Event event : events) {
            PartnerScope scope = database.store().tenant(event.tenant()).actingAs("test:replay");
            Explanation explanation = scope.commissions().explain(event.id()).orElseThrow();
            assertThat(explanation.recomputed())
                    .as("event " + event.id() + " calculated again: " + explanation.summary())
                    .isEqualTo(explanation.event().amount());
        }
    }

    /** The same, many events at a time. */
    private static void replayInBulk(PartnerDatabase database) {
        database.sql().transaction(transaction -> {
            for (var side : transaction
                    .dsl()
                    .fetch("select distinct tenant_id, partner_id, currency from partner_commission_events")) {
                Scope scope =
                        new Scope(Transactions.joining(transaction.dsl()), side.get(0, String.class), "test:replay");
                Currency currency = Currency.getInstance(side.get(2, String.class));
                new PastSaleSql(scope, transaction.dsl(), side.get(1, UUID.class), currency)
                        .between(Optional.empty(), Instant.parse("9999-12-31T00:00:00Z"), event -> {
                            if (!event.parts().isEmpty()) {
                                assertThat(Earning.amount(event.parts(), currency))
                                        .as("event " + event.id() + " calculated again")
                                        .isEqualTo(event.amount());
                            }
                        });
            }
        });
    }
}
