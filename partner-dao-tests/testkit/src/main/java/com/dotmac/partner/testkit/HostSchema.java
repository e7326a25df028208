package com.dotmac.partner.testkit;

import com.dotmac.partner.schema.migration.HostTables;
import javax.sql.DataSource;

/**
 * The host's own tables, as its Flyway, its Liquibase or its scripts make them. A test run creates them once, in the
 * template that it clones for each test, before the partner tables: the foreign keys of those refer to them.
 *
 * <p>Two objects that are equal share a template.
 */
@FunctionalInterface
public interface HostSchema {

    /** No table of the host: stand-ins for all three. */
    HostSchema STANDINS = owner -> {};

    /** What {@link WithHostSchema} on the class says, or on the class that it is nested in; otherwise stand-ins. */
    static HostSchema of(Class<?> test) {
        return AnnotatedHostSchema.of(test);
    }

    /** Creates the tables, and the rows that every test has, in an empty database, as its owner. */
    void create(DataSource owner) throws Exception;

    /**
     * Which tables the partner tables refer to. One that {@link #create} does not make is a stand-in, which has a key only.
     * {@code customers}, {@code invoices} and {@code users} with the key {@code id}, unless overridden.
     */
    default HostTables tables() {
        return HostTables.DEFAULT;
    }
}
