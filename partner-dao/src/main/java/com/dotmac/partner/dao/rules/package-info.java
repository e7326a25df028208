/** By which rule a sale earns: define, revise, retire, match, preview and simulate rules. */
@NullMarked
package com.dotmac.partner.dao.rules;

import org.jspecify.annotations.NullMarked;
