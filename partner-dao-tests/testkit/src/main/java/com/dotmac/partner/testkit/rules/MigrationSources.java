package com.dotmac.partner.testkit.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the SQL files below directories, each file once, also if two of the directories contain it. */
final class MigrationSources {

    private final SortedMap<URI, MigrationFile> files = new TreeMap<>();

    static List<MigrationFile> below(List<Path> directories) {
        MigrationSources sources = new MigrationSources();
        directories.forEach(sources::read);
        return sources.files();
    }

    static List<MigrationFile> onClassPath(List<String> locations) {
        MigrationSources sources = new MigrationSources();
        locations.forEach(sources::read);
        return sources.files();
    }

    private List<MigrationFile> files() {
        return new ArrayList<>(files.values());
    }

    private void read(String location) {
        String name = location.replaceFirst("^classpath:", "").replaceAll("^/|/$", "");
        try {
            List<URL> places = Collections.list(
                    Thread.currentThread().getContextClassLoader().getResources(name));
            if (places.isEmpty()) {
                throw new IllegalArgumentException("no " + name + " on the class path");
            }
            for (URL place : places) {
                if (place.openConnection() instanceof JarURLConnection jar) {
                    readJar(Path.of(jar.getJarFileURL().toURI()), name);
                } else {
                    read(Path.of(place.toURI()));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (URISyntaxException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private void readJar(Path jar, String name) throws IOException {
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of())) {
            read(inside.getPath("/" + name));
        }
    }

    private void read(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("no directory " + directory);
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                String name =
                        path.getFileName() == null ? "" : path.getFileName().toString();
                if (name.matches("[VU]\\d.*\\.sql")) {
                    files.put(path.toUri(), MigrationFile.of(name, Files.readString(path)));
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
