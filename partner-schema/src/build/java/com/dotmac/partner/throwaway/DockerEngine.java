package com.dotmac.partner.throwaway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds out whether a Docker engine answers, in two seconds, and whether it has or can get an image, in ten.
 * Testcontainers checks more and takes minutes to fail.
 */
record DockerEngine(String address, boolean answers) {

    private static final int ANSWER_SECONDS = 2;
    private static final int REGISTRY_SECONDS = 10;

    /** Asks the engine of DOCKER_HOST, or else the first of the usual sockets that exists. */
    static DockerEngine find() {
        String host = System.getenv("DOCKER_HOST");
        return at(host != null && !host.isBlank() ? host : usualSocket());
    }

    static DockerEngine at(String address) {
        return new DockerEngine(address, succeeds(address, "GET /_ping", ANSWER_SECONDS));
    }

    void required() {
        if (!answers) {
            throw new IllegalStateException("partner.db=container: no Docker engine answers at " + address + " within "
                    + ANSWER_SECONDS + " s. Start one or set DOCKER_HOST, or choose another database:"
                    + " -Dpartner.db=embedded (needs no engine), -Dpartner.db=external with -Dpartner.db.url, .user and"
                    + " .password (an empty database of yours), or -Dpartner.db=auto (a container if an engine answers,"
                    + " else embedded).");
        }
    }

    void requiredToGet(String image) {
        if (!canGet(image)) {
            throw new IllegalStateException(
                    "partner.db=container: the Docker engine at " + address + " has no image " + image
                            + " and cannot get it. Pull or build it, name another with -Dpartner.db.image, or choose another"
                            + " database: -Dpartner.db=embedded.");
        }
    }

    /** Whether the engine has the image, or its registry begins to send it. Reads only the status line and pulls nothing. */
    boolean canGet(String image) {
        int tag = image.lastIndexOf(':') > image.lastIndexOf('/') ? image.lastIndexOf(':') : image.length();
        String pull = "/images/create?fromImage=" + image.substring(0, tag) + "&tag="
                + (tag < image.length() ? image.substring(tag + 1) : "latest");
        return succeeds(address, "GET /images/" + image + "/json", ANSWER_SECONDS)
                || succeeds(address, "POST " + pull, REGISTRY_SECONDS);
    }

    private static String usualSocket() {
        List<Path> usual = List.of(
                Path.of("/var/run/docker.sock"),
                Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"),
                Path.of(System.getProperty("user.home"), ".docker/desktop/docker.sock"));
        return "unix://" + usual.stream().filter(Files::exists).findFirst().orElse(usual.get(0));
    }

    private static boolean succeeds(String address, String request, int seconds) {
        URI uri = URI.create(address);
        Callable<Boolean> asked =
                "unix".equals(uri.getScheme()) ? () -> succeeds(Path.of(uri.getPath()), request) : () -> connects(uri);
        FutureTask<Boolean> answer = new FutureTask<>(asked);
        Thread thread = new Thread(answer, "docker-engine-request");
        thread.setDaemon(true); // a socket that accepts and stays silent must not keep the build alive
        thread.start();
        try {
            return answer.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException noAnswer) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean succeeds(Path socket, String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap((request + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate("HTTP/1.0 200".length());
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // read on until the status line is complete
            }
            return new String(answer.array(), StandardCharsets.US_ASCII).matches("HTTP/1\\.[01] 200");
        }
    }

    /** An engine over TCP may require TLS, so this checks only that something listens. */
    private static boolean connects(URI uri) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), ANSWER_SECONDS * 1000);
            return true;
        }
    }
}
