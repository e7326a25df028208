package com.dotmac.partner.throwaway;

import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL container, started by Testcontainers and removed on {@link #close()}. */
final class ContainerDatabase implements ThrowawayDatabase {

    private final PostgreSQLContainer container;
    private final String description;

    ContainerDatabase(String image, String description) {
        this.description = description;
        this.container = new PostgreSQLContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"))
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
        return container.getJdbcUrl();
    }

    @Override
    public String user() {
        return container.getUsername();
    }

    @Override
    public String password() {
        return container.getPassword();
    }

    @Override
    public void close() {
        container.stop();
    }
}
