package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Where a page of a list ended: the values that place the last row in the order of the list.
 *
 * <p>{@link Page#next} has it as a text: a checksum, the list and the values. The checksum is no secret: it tells a token that was cut
 * or mistyped from one that a list gave out.
 */
public final class PageToken {

    /** PostgreSQL stores no text with this character, so no value contains it. */
    private static final String SEPARATOR = "\0";

    private final List<String> values;

    private PageToken(List<String> values) {
        this.values = values;
    }

    /**
     * The page of the first {@code size} rows.
     *
     * @param rows of a statement that asks for one row more than the page has, which tells whether there is a next page
     * @param token writes the token of the page's last row
     */
    public static <T> Page<T> page(List<T> rows, int size, Function<T, String> token) {
        if (rows.size() <= size) {
            return new Page<>(rows, Optional.empty());
        }
        return new Page<>(rows.subList(0, size), Optional.of(token.apply(rows.get(size - 1))));
    }

    /**
     * Writes a token.
     *
     * @param list the rows and their order, in words of a message
     * @param values of the last row: instants, UUIDs and texts
     */
    public static String encode(String list, Object... values) {
        return encode(Stream.concat(Stream.of(list), Arrays.stream(values).map(Object::toString))
                .collect(Collectors.joining(SEPARATOR)));
    }

    private static String encode(String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        byte[] token = ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt((int) checksum.getValue())
                .put(bytes)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /**
     * Reads a token.
     *
     * @param list that the caller reads, as {@link #encode} was given it
     * @throws PartnerException.InvalidInput if no list gave the token out
     * @throws PartnerException.InvalidInput if another list, or the same in another order, gave the token out
     */
    public static PageToken decode(String list, String token) {
        List<String> parts = List.of(content(token).split(SEPARATOR, -1));
        if (!parts.get(0).equals(list)) {
            throw new PartnerException.InvalidInput("the page token belongs to the list of " + parts.get(0)
                    + " and was given to the list of " + list + "; give it to its own list, or begin without a token");
        }
        return new PageToken(parts.subList(1, parts.size()));
    }

    private static String content(String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            String content = new String(bytes, Integer.BYTES, bytes.length - Integer.BYTES, StandardCharsets.UTF_8);
            if (encode(content).equals(token)) {
                return content;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException noToken) {
            throw broken();
        }
        throw broken();
    }

    /** The value at the position that {@link #encode} gave it; the first is 0. */
    public Instant instant(int position) {
        try {
            return Checks.instant(Instant.parse(text(position)), "the page token");
        } catch (DateTimeException noInstant) {
            throw broken();
        }
    }

    /** As {@link #instant}. */
    public UUID id(int position) {
        try {
            return UUID.fromString(text(position));
        } catch (IllegalArgumentException noId) {
            throw broken();
        }
    }

    /** As {@link #instant}. */
    public String text(int position) {
        if (position >= values.size()) {
            throw broken();
        }
        return values.get(position);
    }

    private static PartnerException.InvalidInput broken() {
        return new PartnerException.InvalidInput(
                "the page token is none that a list gave out; give Page.next() as it is, or begin without a token");
    }
}
