package com.dotmac.partner.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test a database of its own: it resolves a parameter of type {@link PartnerDatabase} to a clone of a template
 * that it migrates once for the whole run.
 *
 * <p>{@link EmptyDatabase} and {@link WithoutRowSecurity} on the parameter ask for other databases; {@link
 * WithHostSchema} on the class puts the host's own tables into them. With {@code
 * -Dpartner.isolated=false} none has row security.
 *
 * <p>{@code -Dpartner.db=auto|container|embedded|external} chooses the server. The extension drops the clone when the
 * test has ended, or the class if the parameter is of {@code @BeforeAll}; the server stops with the JVM.
 */
public final class PartnerDatabaseExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(PartnerDatabaseExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PartnerDatabase.class;
    }

    @Override
    public PartnerDatabase resolveParameter(ParameterContext parameter, ExtensionContext context) {
        PartnerDatabaseServer server = PartnerDatabaseServer.ofThisJvm();
        PartnerDatabase clone = cloned(parameter, context, server);
        context.getStore(NAMESPACE).put(clone, new Dropped(server, clone));
        return clone;
    }

    /** Before JUnit 5.13 a store closes no other {@code AutoCloseable} than this. */
    @SuppressWarnings("deprecation")
    private record Dropped(PartnerDatabaseServer server, PartnerDatabase database)
            implements ExtensionContext.Store.CloseableResource, AutoCloseable {

        @Override
        public void close() {
            server.drop(database);
        }
    }

    private static PartnerDatabase cloned(
            ParameterContext parameter, ExtensionContext context, PartnerDatabaseServer server) {
        if (parameter.isAnnotated(EmptyDatabase.class)) {
            return server.createEmpty();
        }
        Class<?> test = context.getRequiredTestClass();
        HostSchema host = HostSchema.of(test);
        boolean withoutRowSecurity = parameter.isAnnotated(WithoutRowSecurity.class) || isWithoutRowSecurity(test);
        return withoutRowSecurity ? server.createWithoutRowSecurity(host) : server.create(host);
    }

    private static boolean isWithoutRowSecurity(Class<?> test) {
        return TestClasses.annotation(test, WithoutRowSecurity.class).isPresent();
    }
}
