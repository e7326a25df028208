package com.dotmac.partner.schema.migration;

/**
 * Receives a line about each step of a long operation, and about what a step waits for. Another thread may call it too.
 */
@FunctionalInterface
public interface SchemaProgress {

    /** Receives one line. */
    void step(String line);
}
