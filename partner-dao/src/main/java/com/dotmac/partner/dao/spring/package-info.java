/**
 * Wires the library into Spring Boot 3.5 to 4.1: an application has a {@link com.dotmac.partner.dao.PartnerStore} bean without
 * a line of configuration in Java. Spring is optional: nothing else in the library knows this package.
 *
 * <p>Nobody calls these classes. Spring Boot finds them by {@code META-INF/spring}; docs/spring-boot.md lists the properties.
 */
@NullMarked
package com.dotmac.partner.dao.spring;

import org.jspecify.annotations.NullMarked;
