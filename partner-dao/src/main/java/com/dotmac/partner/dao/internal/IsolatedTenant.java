package com.dotmac.partner.dao.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.ExecuteListenerProvider;
import org.jooq.ExecuteType;
import org.jspecify.annotations.Nullable;

/**
 * The tenant that a context tells a database with row security. A listener of the context has it: it also reaches the statements of
 * a transaction whose connection jOOQ keeps. Other listeners hear each statement as it is without row security.
 */
final class IsolatedTenant {

    private IsolatedTenant() {}

    /** The context whose every statement sees this tenant. */
    static DSLContext told(DSLContext dsl, String tenantId) {
        Configuration configuration = dsl.configuration();
        List<ExecuteListenerProvider> providers =
                new ArrayList<>(Arrays.asList(configuration.executeListenerProviders()));
        providers.add(new Provider(tenantId));
        return configuration
                .derive(providers.toArray(ExecuteListenerProvider[]::new))
                .dsl();
    }

    /** The connection, on which each statement tells the context's tenant; as it is, if the context has none. */
    static Connection on(DSLContext dsl, Connection connection) {
        return of(dsl.configuration())
                .map(tenantId -> TenantConnection.of(connection, tenantId))
                .orElse(connection);
    }

    private static Optional<String> of(Configuration configuration) {
        for (ExecuteListenerProvider provider : configuration.executeListenerProviders()) {
            if (provider instanceof Provider tenant) {
                return Optional.of(tenant.tenantId);
            }
        }
        return Optional.empty();
    }

    /** The context without this listener, for a connection that tells the tenant by itself. */
    static Configuration withoutListener(DSLContext dsl) {
        Configuration configuration = dsl.configuration();
        return configuration.derive(Arrays.stream(configuration.executeListenerProviders())
                .filter(provider -> !(provider instanceof Provider))
                .toArray(ExecuteListenerProvider[]::new));
    }

    /** By this type the library tells its own listener from the caller's. */
    static final class Provider implements ExecuteListenerProvider {

        private static final long serialVersionUID = 1;

        private final String tenantId;

        Provider(String tenantId) {
            this.tenantId = tenantId;
        }

        @Override
        public ExecuteListener provide() {
            return new Listener(tenantId);
        }
    }

    private static final class Listener implements ExecuteListener {

        private static final long serialVersionUID = 1;

        private final String tenantId;
        private @Nullable String text;
        private boolean autoCommit;

        Listener(String tenantId) {
            this.tenantId = tenantId;
        }

        /**
         * The text that the connection prepares; every listener hears the text without the tenant before and after. The
         * temporary table of a reconciliation has no tenant, and jOOQ does not prepare such a statement.
         */
        @Override
        public void prepareStart(ExecuteContext context) {
            Connection connection = context.connection();
            String sql = context.sql();
            if (connection != null
                    && sql != null
                    && context.type() != ExecuteType.DDL
                    && TenantConnection.needsTenant(connection, sql)) {
                text = sql;
                try {
                    autoCommit = connection.getAutoCommit();
                } catch (SQLException refused) {
                    throw SqlErrors.translated(refused);
                }
                context.sql(TenantConnection.telling(sql, autoCommit));
            }
        }

        @Override
        public void prepareEnd(ExecuteContext context) {
            PreparedStatement statement = context.statement();
            if (text == null || statement == null) {
                return;
            }
            context.sql(text);
            try {
                context.statement(new TellingStatement(statement, context.connection(), tenantId, autoCommit));
            } catch (SQLException refused) {
                throw SqlErrors.translated(refused);
            }
        }
    }
}
