package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.util.List;
import java.util.stream.Stream;

/** Every migration has an undo, and every undo a migration. */
final class UndoRule implements MigrationRule {

    @Override
    public Stream<Violation> violations(List<MigrationFile> files) {
        List<MigrationFile> migrations =
                files.stream().filter(MigrationFile::isMigration).toList();
        List<MigrationFile> undos = files.stream().filter(MigrationFile::isUndo).toList();
        return Stream.concat(
                without(migrations, undos, "a migration has an undo of its number and description", "U"),
                without(undos, migrations, "an undo has a migration of its number and description", "V"));
    }

    private static Stream<Violation> without(
            List<MigrationFile> files, List<MigrationFile> others, String rule, String otherKind) {
        return files.stream()
                .filter(file -> others.stream().noneMatch(file::isOtherHalfOf))
                .map(file ->
                        file.violation(rule, "write " + otherKind + file.name().substring(1)));
    }
}
