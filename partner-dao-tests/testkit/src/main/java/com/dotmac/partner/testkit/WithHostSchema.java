package com.dotmac.partner.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a test class: its databases have the host's own tables. The Flyway migrations run first, then the scripts, then the
 * class; classes that say the same share a template.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface WithHostSchema {

    /** Creates the tables by other means, for example Liquibase. It has a constructor without parameters. */
    Class<? extends HostSchema> value() default HostSchema.class;

    /** Locations of the host's Flyway, for example {@code classpath:db/migration}. */
    String[] flyway() default {};

    /** SQL scripts of the class path, for example {@code orders.sql}, in this order. */
    String[] scripts() default {};
}
