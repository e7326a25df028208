/**
 * The command line, in the executable jar with the classifier {@code cli}. Each command calls {@code PartnerSchema}.
 */
@NullMarked
package com.dotmac.partner.schema.cli;

import org.jspecify.annotations.NullMarked;
