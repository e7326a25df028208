package com.dotmac.partner.schema.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the text of a file in this jar: by its name if it is in this package, else by its path. */
final class JarResource {

    private JarResource() {}

    static String text(String name) {
        try (InputStream in = JarResource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar of partner-schema holds no " + name + ": build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
