/**
 * A database for tests of Spring Boot: {@link com.dotmac.partner.testkit.spring.AutoConfigurePartnerDatabase}. A service without Spring
 * does not need Spring for the rest of the kit.
 */
@NullMarked
package com.dotmac.partner.testkit.spring;

import org.jspecify.annotations.NullMarked;
