/** Measures every claim about speed against a named peer in one run: {@code mvn -q verify -Pbenchmark}. */
@NullMarked
package com.dotmac.partner.benchmark;

import org.jspecify.annotations.NullMarked;
