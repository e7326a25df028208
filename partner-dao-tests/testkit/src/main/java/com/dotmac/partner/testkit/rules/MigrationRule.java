package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.stream.Stream;

/** One rule of {@link MigrationRules} for migrations and undos. */
@FunctionalInterface
interface MigrationRule {

    /** @param files ordered by version; files without a version come first */
    Stream<Violation> violations(List<MigrationFile> files);
}
