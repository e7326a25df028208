package com.dotmac.partner.throwaway;

import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A PostgreSQL container, started by Testcontainers and removed on {@link #close()}. Uses only what Testcontainers 1 and 2 have
 * under the same name.
 */
final class ContainerDatabase implements ThrowawayDatabase {

    private static final String NAME = "partner";
    private static final int PORT = 5432;

    private final GenericContainer<?> container;
    private final String description;

    ContainerDatabase(String image, String description) {
        this.description = description;
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(PORT)
                .withEnv("POSTGRES_USER", NAME)
                .withEnv("POSTGRES_PASSWORD", NAME)
                .withEnv("POSTGRES_DB", NAME)
                // The image starts the server once to set it up, and once more for its users.
                .waitingFor(Wait.forLogMessage(".*database system is ready to accept connections.*\\s", 2)
                        .withStartupTimeout(Duration.ofMinutes(1)))
                .withCommand(
                        "postgres",
                        "-c",
                        "fsync=off",
                        "-c",
                        "full_page_writes=" + System.getProperty(FULL_PAGE_WRITES, "off"),
                        "-c",
                        "max_connections=200");
        try {
            container.start();
        } catch (RuntimeException failed) {
            container.stop();
            throw new IllegalStateException(
                    "partner.db: the image " + image
                            + " did not start. Choose another with -Dpartner.db.image, or another"
                            + " database with -Dpartner.db=embedded.",
                    failed);
        }
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public String url() {
        return "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(PORT) + "/" + NAME;
    }

    @Override
    public String user() {
        return NAME;
    }

    @Override
    public String password() {
        return NAME;
    }

    @Override
    public void close() {
        container.stop();
    }
}
