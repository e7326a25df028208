package com.dotmac.partner.dao.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The test damages rows on purpose: {@link EveryEventRecalculates} ignores the rows that it leaves. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AltersAmounts {}
