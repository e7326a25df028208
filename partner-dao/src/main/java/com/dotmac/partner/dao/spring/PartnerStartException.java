package com.dotmac.partner.dao.spring;

import org.jspecify.annotations.Nullable;

/**
 * The application must not start. Spring repeats an exception's message for each bean on the way, so this one is short; the
 * description and the action are printed once, by {@link PartnerStartFailureAnalyzer}.
 */
final class PartnerStartException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String description;
    private final String action;

    PartnerStartException(String description, String action) {
        this(description, action, null);
    }

    PartnerStartException(String description, String action, @Nullable Throwable cause) {
        super("the partner schema is not usable", cause);
        this.description = description;
        this.action = action;
    }

    /** What was found. */
    String description() {
        return description;
    }

    /** What to do, with the command to run. */
    String action() {
        return action;
    }
}
