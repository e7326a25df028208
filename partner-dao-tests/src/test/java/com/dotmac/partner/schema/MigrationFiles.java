package com.dotmac.partner.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The SQL files of {@code partner-dao} as the class path has them: in a jar or in a directory of classes. */
final class MigrationFiles {

    /** @param name from the number on: {@code 7__host_links.sql} */
    record File(char kind, int version, String name, String sql) {

        @Override
        public String toString() {
            return kind + name;
        }
    }

    static final SortedMap<Integer, File> MIGRATIONS = read('V');
    static final SortedMap<Integer, File> UNDOS = read('U');

    private static SortedMap<Integer, File> read(char kind) {
        SortedMap<Integer, File> files = new TreeMap<>();
        for (File file : readAll()) {
            if (file.kind == kind && files.put(file.version, file) != null) {
                throw new AssertionError("two files " + kind + file.version);
            }
        }
        return files;
    }

    private static List<File> readAll() {
        try {
            URL place = MigrationFiles.class.getResource("/partner-dao");
            if (place == null) {
                throw new AssertionError("no partner-dao on the class path");
            }
            URI root = place.toURI();
            if (root.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(root, Map.of())) {
                    return readAll(jar.getPath("/partner-dao"));
                }
            }
            return readAll(Path.of(root));
        } catch (IOException | URISyntaxException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static List<File> readAll(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .map(MigrationFiles::file)
                    .sorted(Comparator.comparing(File::name))
                    .toList();
        }
    }

    private static File file(Path path) {
        String name = path.getFileName().toString();
        try {
            return new File(
                    name.charAt(0),
                    Integer.parseInt(name.substring(1, name.indexOf("__"))),
                    name.substring(1),
                    Files.readString(path));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private MigrationFiles() {}
}
