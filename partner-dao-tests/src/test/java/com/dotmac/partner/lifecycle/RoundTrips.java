package com.dotmac.partner.lifecycle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy between one client and the server: counts how often the client sends after the server has answered. */
public final class RoundTrips implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final AtomicBoolean serverSpokeLast = new AtomicBoolean(true);
    private final AtomicInteger count = new AtomicInteger();
    private final Thread relay;

    /** For one connection to this server. */
    public RoundTrips(String host, int port) throws IOException {
        relay = new Thread(() -> relay(host, port), "round-trips");
        relay.start();
    }

    public int port() {
        return door.getLocalPort();
    }

    /** Returns once the client has closed its connection; its last message counts too. */
    public int count() throws InterruptedException {
        relay.join();
        return count.get();
    }

    private void relay(String host, int port) {
        try (Socket client = door.accept();
                Socket server = new Socket(host, port)) {
            Thread back = new Thread(() -> pass(server, client, () -> serverSpokeLast.set(true)), "round-trips-back");
            back.start();
            pass(client, server, () -> {
                if (serverSpokeLast.getAndSet(false)) {
                    count.incrementAndGet();
                }
            });
            back.join();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to, Runnable spoken) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[65_536];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                spoken.run();
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException closed) {
            // One side has closed its connection: there is nothing more to pass on.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
