package com.dotmac.partner.throwaway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What counts as an engine that answers, tried on sockets of the test. */
class DockerEngineTest {

    @TempDir
    Path directory;

    @Test
    void no_socket_is_no_engine_and_the_message_says_how_to_choose_another() {
        String address = "unix://" + directory.resolve("docker.sock");

        assertThatThrownBy(() -> DockerEngine.at(address).required())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "partner.db=container: no Docker engine answers at " + address + " within 2 s. Start one or set"
                                + " DOCKER_HOST, or choose another database: -Dpartner.db=embedded (needs no engine),"
                                + " -Dpartner.db=external with -Dpartner.db.url, .user and .password (an empty database of yours),"
                                + " or -Dpartner.db=auto (a container if an engine answers, else embedded).");
    }

    @Test
    void a_socket_that_stays_silent_is_no_engine() throws IOException {
        Path socket = directory.resolve("silent.sock");
        try (ServerSocketChannel silent = listen(socket)) {
            assertThat(silent.isOpen()).isTrue();
            assertThat(DockerEngine.at("unix://" + socket).answers()).isFalse();
        }
    }

    @Test
    void an_engine_that_answers_has_the_image_or_cannot_get_it() throws IOException {
        Path socket = directory.resolve("engine.sock");
        try (ServerSocketChannel listening = listen(socket)) {
            answer(
                    listening,
                    request -> request.startsWith("GET /_ping") || request.contains("/images/here:1/json")
                            ? "HTTP/1.0 200 OK\r\n\r\n"
                            : "HTTP/1.0 500 Internal Server Error\r\n\r\n");
            DockerEngine engine = DockerEngine.at("unix://" + socket);

            assertThat(engine.answers()).isTrue();
            assertThat(engine.canGet("here:1")).isTrue();
            assertThatThrownBy(() -> engine.requiredToGet("elsewhere:1"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("partner.db=container: the Docker engine at " + engine.address()
                            + " has no image elsewhere:1"
                            + " and cannot get it. Pull or build it, name another with -Dpartner.db.image, or choose another"
                            + " database: -Dpartner.db=embedded.");
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static void answer(ServerSocketChannel listening, UnaryOperator<String> answers) {
        Thread thread = new Thread(() -> {
            while (true) {
                try (SocketChannel client = listening.accept()) {
                    ByteBuffer request = ByteBuffer.allocate(512);
                    client.read(request);
                    String line = new String(request.array(), StandardCharsets.US_ASCII);
                    client.write(ByteBuffer.wrap(answers.apply(line).getBytes(StandardCharsets.US_ASCII)));
                } catch (IOException closed) {
                    return; // the test has ended
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
