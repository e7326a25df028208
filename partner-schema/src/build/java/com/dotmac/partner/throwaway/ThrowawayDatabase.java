package com.dotmac.partner.throwaway;

import java.util.Properties;

/**
 * A PostgreSQL database that is thrown away after use: the build generates code from one, and the tests run on one.
 *
 * <p>The build compiles these sources before all others; the tests compile them as sources of their own. One property
 * chooses the database for both: {@code -Dpartner.db=auto|container|embedded|external}.
 */
public interface ThrowawayDatabase extends AutoCloseable {

    String CHOICE = "partner.db";
    String IMAGE = "partner.db.image";
    String URL = "partner.db.url";
    String USER = "partner.db.user";
    String PASSWORD = "partner.db.password";

    /** Off by default: tests do without what protects a real disk. The benchmark has it on, as a real server does. */
    String FULL_PAGE_WRITES = "partner.db.full-page-writes";

    /** One line that says what was started and why. */
    String description();

    /** JDBC URL of an empty database. */
    String url();

    /** A role that owns the database and, except for {@code external}, may create others. */
    String user();

    String password();

    /** Whether the server keeps running after {@link #close()}, with every other database on it. */
    default boolean serverStays() {
        return false;
    }

    /** Stops the server and removes its files; for {@code external}, empties the database. A second call does nothing. */
    @Override
    void close();

    /**
     * Starts the database that the properties choose.
     *
     * @param properties {@code partner.db} and, with it, {@code partner.db.image}, {@code .url}, {@code .user} and
     *     {@code .password}; a missing one has its default
     * @throws IllegalStateException when the chosen database does not start; the message says why and how to choose another
     * @throws IllegalStateException when the choice is unknown
     */
    static ThrowawayDatabase start(Properties properties) {
        String choice = properties.getProperty(CHOICE, "auto");
        return switch (choice) {
            case "container" -> {
                if (!hasTestcontainers()) {
                    throw new IllegalStateException(CHOICE + "=container needs Testcontainers: add the dependency"
                            + " org.testcontainers:testcontainers, or choose another database: -D" + CHOICE
                            + "=embedded.");
                }
                DockerEngine engine = DockerEngine.find();
                engine.required();
                engine.requiredToGet(image(properties));
                yield new ContainerDatabase(image(properties), "container, image " + image(properties));
            }
            case "embedded" -> new EmbeddedDatabase("embedded");
            case "external" -> new ExternalDatabase(properties);
            case "auto" -> startAny(image(properties));
            default ->
                throw new IllegalStateException(CHOICE + "=" + choice
                        + ": there is no such choice. Use auto, container, embedded or external.");
        };
    }

    private static ThrowawayDatabase startAny(String image) {
        DockerEngine engine = DockerEngine.find();
        if (!engine.answers()) {
            return new EmbeddedDatabase("embedded (no Docker engine answers)");
        }
        if (!engine.canGet(image)) {
            return new EmbeddedDatabase("embedded (a Docker engine answers but cannot get " + image + ")");
        }
        if (!hasTestcontainers()) {
            return new EmbeddedDatabase("embedded (no Testcontainers on the class path)");
        }
        return new ContainerDatabase(image, "container, image " + image + " (a Docker engine answers)");
    }

    /** The test kit leaves it, and its version, to the service. */
    private static boolean hasTestcontainers() {
        try {
            Class.forName(
                    "org.testcontainers.containers.GenericContainer", false, ThrowawayDatabase.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    private static String image(Properties properties) {
        return properties.getProperty(IMAGE, "postgres:17-alpine");
    }
}
