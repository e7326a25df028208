package com.dotmac.partner.throwaway;

import java.util.Properties;

/**
 * A PostgreSQL database to be thrown away: the one the build generates from, and the one the tests run on.
 *
 * <p>The build compiles these sources by itself before anything else exists; the tests compile them as sources of their
 * own. One property picks the database for both: {@code -Dpartner.db=auto|container|embedded|external}.
 *
 * <p>Errors: {@link IllegalStateException} when the chosen database is not to be had; the message says why and how to
 * choose another.
 */
public interface ThrowawayDatabase extends AutoCloseable {

    String CHOICE = "partner.db";
    String IMAGE = "partner.db.image";
    String URL = "partner.db.url";
    String USER = "partner.db.user";
    String PASSWORD = "partner.db.password";

    /** What was started and why, in one line. */
    String description();

    /** JDBC URL of an empty database. */
    String url();

    /** A role that owns the database and, but for {@code external}, may create others beside it. */
    String user();

    String password();

    /** Whether the server goes on after {@link #close()}, with every other database that was created there. */
    default boolean serverStays() {
        return false;
    }

    /** Stops the server and removes what it left; for {@code external}, empties the database. Again: does nothing. */
    @Override
    void close();

    /**
     * Starts the database that the properties choose.
     *
     * @param properties {@code partner.db} and, with it, {@code partner.db.image}, {@code .url}, {@code .user} and
     *     {@code .password}; what is missing takes its default
     * @throws IllegalStateException when it is not to be had, or the choice is unknown
     */
    static ThrowawayDatabase start(Properties properties) {
        String choice = properties.getProperty(CHOICE, "auto");
        return switch (choice) {
            case "container" -> {
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
        return new ContainerDatabase(image, "container, image " + image + " (a Docker engine answers)");
    }

    private static String image(Properties properties) {
        return properties.getProperty(IMAGE, "postgres:17-alpine");
    }
}
