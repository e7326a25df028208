package com.dotmac.partner.dao.internal;

import org.jooq.DSLContext;
import org.jooq.ExecuteListenerProvider;
import org.jooq.tools.JooqLogger;
import org.jooq.tools.LoggerListener;

/** Whether anybody but the library listens to the statements of a context. */
final class ContextListeners {

    private static final JooqLogger LOGGER = JooqLogger.getLogger(LoggerListener.class);

    private ContextListeners() {}

    /** Listeners of the caller; or jOOQ's own, which writes statements to the log when that is at debug. */
    static boolean hear(DSLContext dsl) {
        for (ExecuteListenerProvider provider : dsl.configuration().executeListenerProviders()) {
            if (!(provider instanceof SqlErrors.Provider)) {
                return true;
            }
        }
        return !Boolean.FALSE.equals(dsl.settings().isExecuteLogging()) && LOGGER.isDebugEnabled();
    }
}
