package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.PartnerException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.CRC32;

/** Where a page of commission events ended, and its token: the order, the last event's date and id, and a checksum. */
record CommissionPosition(Instant eventDate, UUID id) {

    private static final int CONTENT = Byte.BYTES + Long.BYTES + Integer.BYTES + 2 * Long.BYTES;
    private static final int LENGTH = CONTENT + Integer.BYTES;

    static CommissionPosition of(CommissionEvent event) {
        return new CommissionPosition(event.eventDate(), event.id());
    }

    String token(CommissionOrder order) {
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH)
                .put((byte) order.ordinal())
                .putLong(eventDate.getEpochSecond())
                .putInt(eventDate.getNano())
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits());
        bytes.putInt(checksum(bytes));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    static CommissionPosition of(String token, CommissionOrder order) {
        ByteBuffer bytes = decoded(token);
        CommissionOrder orderOfToken = CommissionOrder.values()[bytes.get()];
        if (orderOfToken != order) {
            throw new PartnerException.InvalidInput("the page token is of the order " + orderOfToken
                    + " and was given with " + order + "; give it with its own, or begin without a token");
        }
        return new CommissionPosition(
                Instant.ofEpochSecond(bytes.getLong(), bytes.getInt()), new UUID(bytes.getLong(), bytes.getLong()));
    }

    private static ByteBuffer decoded(String token) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
        } catch (IllegalArgumentException noBase64) {
            throw broken();
        }
        if (bytes.capacity() != LENGTH || bytes.getInt(CONTENT) != checksum(bytes)) {
            throw broken();
        }
        return bytes;
    }

    /** Not a secret: it tells a token that was cut or mistyped from one that a list gave out. */
    private static int checksum(ByteBuffer bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes.array(), 0, CONTENT);
        return (int) checksum.getValue();
    }

    private static PartnerException broken() {
        return new PartnerException.InvalidInput(
                "the page token is none that a list of commission events gave out; give Page.next() as it is, or begin"
                        + " without a token");
    }
}
