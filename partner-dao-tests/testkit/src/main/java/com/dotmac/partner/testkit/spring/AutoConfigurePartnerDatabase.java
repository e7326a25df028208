package com.dotmac.partner.testkit.spring;

import com.dotmac.partner.testkit.WithHostSchema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a {@code @SpringBootTest}, or another test that starts a Spring context: the application's {@code DataSource} connects
 * to a throwaway database, as the application's role. Flyway and Liquibase of Spring Boot connect as the owner.
 *
 * <p>The database has the partner tables, and the tables of {@link WithHostSchema}. It has row security if the application
 * says {@code partner.isolated=true}. The context has it as a bean, a {@link com.dotmac.partner.testkit.PartnerDatabase}.
 * It lives as long as the context, which Spring keeps for all test classes of the same configuration: rows that a test does
 * not roll back are there in the next one.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface AutoConfigurePartnerDatabase {}
