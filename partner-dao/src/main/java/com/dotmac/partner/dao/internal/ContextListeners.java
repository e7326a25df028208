package com.dotmac.partner.dao.internal;

import org.jooq.DSLContext;
import org.jooq.ExecuteListenerProvider;
import org.jooq.tools.JooqLogger;
import org.jooq.tools.LoggerListener;

/** Finds listeners of a context other than the library's own. */
final class ContextListeners {

    private static final JooqLogger LOGGER = JooqLogger.getLogger(LoggerListener.class);

    private ContextListeners() {}

    /** Whether the caller has listeners, or jOOQ's own listener writes statements to a log at level debug. */
    static boolean hear(DSLContext dsl) {
        for (ExecuteListenerProvider provider : dsl.configuration().executeListenerProviders()) {
            if (!(provider instanceof SqlErrors.Provider || provider instanceof IsolatedTenant.Provider)) {
                return true;
            }
        }
        return !Boolean.FALSE.equals(dsl.settings().isExecuteLogging()) && LOGGER.isDebugEnabled();
    }
}
