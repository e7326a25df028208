package com.dotmac.partner.schema.migration;

/** Told, in a line, about each step of a long operation, and about what a step waits for. Called from another thread too. */
@FunctionalInterface
public interface SchemaProgress {

    void step(String line);
}
