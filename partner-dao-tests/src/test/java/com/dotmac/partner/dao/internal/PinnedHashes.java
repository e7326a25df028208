package com.dotmac.partner.dao.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The hash of each operation's request, as databases store it. Keys never expire: a hash that changes turns every second delivery
 * after an upgrade into a conflict. Nobody edits a hash here; new content takes a field of its own and needs a decision about the
 * old ones. The requests of each room are in a subclass, whose static method {@code pinned} gives them.
 */
public abstract class PinnedHashes {

    /** @param sha256 of the content, in lower-case hexadecimal */
    public record Pinned(String what, RequestContent content, String sha256) {
        @Override
        public String toString() {
            return what;
        }
    }

    @ParameterizedTest
    @MethodSource("pinned")
    void the_hash_of_an_operation_stays_as_it_is(Pinned pinned) {
        assertThat(hash(pinned.content)).isEqualTo(pinned.sha256);
    }

    @ParameterizedTest
    @MethodSource("pinned")
    void another_format_version_would_change_the_hash(Pinned pinned) throws Exception {
        byte[] bytes = pinned.content.bytes();
        assertThat(bytes[0]).isEqualTo((byte) 1);

        bytes[0] = 2;
        assertThat(MessageDigest.getInstance("SHA-256").digest(bytes)).isNotEqualTo(pinned.content.sha256());
    }

    protected static String hash(RequestContent content) {
        return HexFormat.of().formatHex(content.sha256());
    }
}
