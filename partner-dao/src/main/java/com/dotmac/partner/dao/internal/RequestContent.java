package com.dotmac.partner.dao.internal;

import com.dotmac.partner.dao.basics.Money;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content of a request field by field, in the one form whose hash the database stores.
 *
 * <p>The bytes: the format version, the operation, then each field in the order of the calls. A field is its name, the tag of its type, the
 * length of its value and the value. A field without a value is its name and {@link #ABSENT}. An operation writes every field of its request,
 * the absent ones too. A field that a later version adds is left out when it is absent, so that older requests keep their hash.
 *
 * <p>A key never expires, and its hash stays in the database. So an operation keeps its name, and the names, types and order of its fields,
 * for ever: a second delivery that is hashed in another way is refused as another request. The tests of each room pin a hash for
 * each operation.
 */
public final class RequestContent {

    static final byte FORMAT = 1;

    private static final byte ABSENT = '-';
    private static final byte TEXT = 't';
    private static final byte LITERAL = 'l';
    private static final byte ID = 'u';
    private static final byte NUMBER = 'n';
    private static final byte INTEGER = 'i';
    private static final byte MONEY = 'm';
    private static final byte INSTANT = 'z';
    private static final byte OBJECT = 'o';
    private static final byte LIST = 'a';

    private static final int USUAL_SIZE = 512;

    private final String operation;
    private byte[] bytes = new byte[USUAL_SIZE];
    private int size;

    private RequestContent(String operation) {
        this.operation = operation;
        bytes[size++] = FORMAT;
        value(operation.getBytes(StandardCharsets.UTF_8));
    }

    /** @param operation what the request asks for, as it stays in column {@code operation}; it completes "the key was used to ..." */
    public static RequestContent of(String operation) {
        return new RequestContent(operation);
    }

    String operation() {
        return operation;
    }

    public RequestContent text(String name, @Nullable String value) {
        return field(name, TEXT, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
    }

    /** One of a fixed set of words. The caller writes each word out: the name of a constant in Java may change. */
    public RequestContent literal(String name, @Nullable String word) {
        return field(name, LITERAL, word == null ? null : word.getBytes(StandardCharsets.UTF_8));
    }

    /** The code of ISO 4217. */
    public RequestContent currency(String name, @Nullable Currency value) {
        return literal(name, value == null ? null : value.getCurrencyCode());
    }

    public RequestContent id(String name, @Nullable UUID value) {
        if (value == null) {
            return absent(name);
        }
        header(name, ID, 2 * Long.BYTES);
        putLong(value.getMostSignificantBits());
        putLong(value.getLeastSignificantBits());
        return this;
    }

    /** Equal numbers have the same bytes at every scale. */
    public RequestContent number(String name, @Nullable BigDecimal value) {
        return field(name, NUMBER, value == null ? null : plain(value).getBytes(StandardCharsets.US_ASCII));
    }

    public RequestContent integer(String name, @Nullable Integer value) {
        if (value == null) {
            return absent(name);
        }
        header(name, INTEGER, Integer.BYTES);
        putInt(value);
        return this;
    }

    /** The currency's code, then the amount as a number. */
    public RequestContent money(String name, @Nullable Money value) {
        return field(
                name,
                MONEY,
                value == null
                        ? null
                        : (value.currency().getCurrencyCode() + plain(value.amount()))
                                .getBytes(StandardCharsets.US_ASCII));
    }

    /** Seconds since 1970 and nanoseconds. */
    public RequestContent instant(String name, @Nullable Instant value) {
        if (value == null) {
            return absent(name);
        }
        header(name, INSTANT, Long.BYTES + Integer.BYTES);
        putLong(value.getEpochSecond());
        putInt(value.getNano());
        return this;
    }

    /** A value that has fields of its own. */
    public <T> RequestContent object(String name, @Nullable T value, BiConsumer<RequestContent, T> fields) {
        if (value == null) {
            return absent(name);
        }
        name(name, OBJECT);
        measured(value, fields);
        return this;
    }

    /** The number of items, then the fields of each. */
    public <T> RequestContent list(String name, List<T> items, BiConsumer<RequestContent, T> fields) {
        name(name, LIST);
        measured(items, (content, each) -> {
            putInt(each.size());
            for (T item : each) {
                measured(item, fields);
            }
        });
        return this;
    }

    /** All that the hash covers. */
    byte[] bytes() {
        return Arrays.copyOf(bytes, size);
    }

    byte[] sha256() {
        MessageDigest sha256 = Sha256.begin();
        sha256.update(bytes, 0, size);
        return sha256.digest();
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private RequestContent absent(String name) {
        name(name, ABSENT);
        return this;
    }

    private RequestContent field(String name, byte tag, byte @Nullable [] value) {
        if (value == null) {
            return absent(name);
        }
        name(name, tag);
        value(value);
        return this;
    }

    private void header(String name, byte tag, int length) {
        name(name, tag);
        putInt(length);
    }

    /** Names are short and in ASCII: a byte for the length, and one for each character. */
    private void name(String name, byte tag) {
        int length = name.length();
        reserve(length + 2);
        bytes[size++] = (byte) length;
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) name.charAt(i);
        }
        bytes[size++] = tag;
    }

    private void value(byte[] value) {
        putInt(value.length);
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    /** Writes the fields first, then their length in front of them. */
    private <T> void measured(T value, BiConsumer<RequestContent, T> fields) {
        putInt(0);
        int start = size;
        fields.accept(this, value);
        int end = size;
        size = start - Integer.BYTES;
        putInt(end - start);
        size = end;
    }

    private void putInt(int value) {
        reserve(Integer.BYTES);
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    private void putLong(long value) {
        putInt((int) (value >>> Integer.SIZE));
        putInt((int) value);
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
