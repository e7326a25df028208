package com.dotmac.partner.testkit;

import com.dotmac.partner.testkit.MigrationRules.Violation;
import java.util.List;
import java.util.stream.Stream;

/** What {@link MigrationRules} asks of migrations and undos. */
@FunctionalInterface
interface MigrationRule {

    /** @param files by version; those without one first */
    Stream<Violation> violations(List<MigrationFile> files);
}
