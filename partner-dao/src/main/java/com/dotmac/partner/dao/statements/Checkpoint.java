package com.dotmac.partner.dao.statements;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Up to where a verification has seen everything that was written: keep its text, and give it to the next one.
 *
 * @param transaction the oldest transaction of this database that had not ended by then
 */
public record Checkpoint(long transaction) {

    private static final int MAXIMUM_DIGITS = 18;

    public Checkpoint {
        if (transaction < 0) {
            throw new PartnerException.InvalidInput(
                    "checkpoint " + transaction + " is not one that a verification returned");
        }
    }

    /** Reads what {@link #toString} wrote. */
    public static Checkpoint of(@Nullable String text) {
        Checks.present(text, "checkpoint");
        if (!text.matches("[0-9]{1," + MAXIMUM_DIGITS + "}")) {
            throw new PartnerException.InvalidInput(
                    "checkpoint \"" + text + "\" is not one that a verification returned");
        }
        return new Checkpoint(Long.parseLong(text));
    }

    @Override
    public String toString() {
        return String.valueOf(transaction);
    }
}
