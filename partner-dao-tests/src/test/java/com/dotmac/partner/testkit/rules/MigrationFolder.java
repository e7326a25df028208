package com.dotmac.partner.testkit.rules;

import com.dotmac.partner.testkit.rules.MigrationRules.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The migrations of one test. */
final class MigrationFolder {

    private static final String LOCK_TIMEOUT = "set local lock_timeout = '5s';\n";

    private final Path directory;
    private int version;

    MigrationFolder(Path directory) {
        this.directory = directory;
    }

    /** The next version, after its lock timeout, and an undo for it. */
    MigrationFolder migration(String description, String sql) {
        version++;
        return file("V" + version + "__" + description + ".sql", LOCK_TIMEOUT + sql)
                .file("U" + version + "__" + description + ".sql", LOCK_TIMEOUT);
    }

    /** The next version, with a lock timeout that needs no transaction, and an undo for it. */
    MigrationFolder outsideTransaction(String description, String sql) {
        version++;
        return file("V" + version + "__" + description + ".sql", "set lock_timeout = '5s';\n" + sql)
                .file("U" + version + "__" + description + ".sql", LOCK_TIMEOUT);
    }

    MigrationFolder file(String name, String sql) {
        try {
            Files.writeString(directory.resolve(name), sql);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    MigrationRules rules() {
        return MigrationRules.inDirectories(directory);
    }

    List<Violation> violations() {
        return rules().violations();
    }
}
