package com.dotmac.partner.dao.internal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, which every Java platform has. */
public final class Sha256 {

    private static final MessageDigest SHA_256 = lookedUp();

    private Sha256() {}

    /** The digest of these bytes. */
    public static byte[] of(byte[] bytes) {
        return begin().digest(bytes);
    }

    /** A copy: to look the algorithm up takes longer than to hash a request. */
    static MessageDigest begin() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException looked) {
            return lookedUp();
        }
    }

    private static MessageDigest lookedUp() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }
}
