package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A list of a tenant's rows: a query in one order. It writes the page tokens of {@link Page#next} and reads them.
 *
 * <p>A token has the place, the id of the last row, and a digest of the place, the tenant, the query and the order. So it fits its own
 * list only, and has no value of a row. The digest has no key, and needs none: a statement looks for the row among those of its tenant,
 * so whoever makes a token of his own can begin his own list at another row of it, and nothing else.
 */
public final class PagedList {

    private static final int ID_SIZE = 2 * Long.BYTES;

    /** What remains of the digest: enough to tell a token that was cut, mistyped or given to another list. */
    private static final int DIGEST_SIZE = 16;

    private final byte[] content;

    private PagedList(byte[] content) {
        this.content = content;
    }

    /** @param query its name, order and conditions; its words and their order may change: tokens do not outlive a library */
    public static PagedList of(Scope scope, RequestContent query) {
        return new PagedList(query.text("tenant", scope.tenantId()).bytes());
    }

    /**
     * The page of the first {@code size} rows.
     *
     * @param rows of a statement that asks for one row more than the page has, which tells whether there is a next page
     */
    public <T> Page<T> page(List<T> rows, int size, Function<T, UUID> id) {
        return rows.size() <= size
                ? new Page<>(rows, Optional.empty())
                : new Page<>(rows.subList(0, size), Optional.of(token(id.apply(rows.get(size - 1)))));
    }

    private String token(UUID last) {
        return token(put(ByteBuffer.allocate(ID_SIZE), last).array());
    }

    /**
     * The row after which the page begins.
     *
     * @throws PartnerException.InvalidInput if no page of this list gave the token out
     */
    public UUID last(String token) {
        return id(ByteBuffer.wrap(place(token, ID_SIZE)));
    }

    /** @param place where the next page begins; it has no values of rows */
    public String token(byte[] place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(place.length + DIGEST_SIZE)
                        .put(place)
                        .put(digest(place))
                        .array());
    }

    /** What {@link #token(byte[])} was given, if it has this length; throws as {@link #last}. */
    public byte[] place(String token, int length) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException noToken) {
            throw refused();
        }
        byte[] place = Arrays.copyOf(bytes, length);
        // The text is compared: its last character may have bits that the decoder ignores.
        if (!token(place).equals(token)) {
            throw refused();
        }
        return place;
    }

    private byte[] digest(byte[] place) {
        MessageDigest sha256 = Sha256.begin();
        sha256.update(content);
        return Arrays.copyOf(sha256.digest(place), DIGEST_SIZE);
    }

    public static ByteBuffer put(ByteBuffer place, UUID id) {
        return place.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    }

    public static UUID id(ByteBuffer place) {
        return new UUID(place.getLong(), place.getLong());
    }

    /** The same for every token that is not of this list: it tells nothing about the list that it is of. */
    public static PartnerException.InvalidInput refused() {
        return new PartnerException.InvalidInput(
                "the page token is not of this list; give Page.next() as it is, for the same"
                        + " tenant, query and order, or begin without a token");
    }
}
