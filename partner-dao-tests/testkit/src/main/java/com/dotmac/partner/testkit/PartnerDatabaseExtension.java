package com.dotmac.partner.testkit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test a database of its own: it resolves a parameter of type {@link PartnerDatabase} to a clone of a template
 * that it migrates once for the whole run.
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
        PartnerDatabase clone = parameter.isAnnotated(EmptyDatabase.class) ? server.createEmpty() : server.create();
        context.getStore(NAMESPACE).put(clone, (AutoCloseable) () -> server.drop(clone));
        return clone;
    }
}
