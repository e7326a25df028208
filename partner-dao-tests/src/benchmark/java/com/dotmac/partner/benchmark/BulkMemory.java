package com.dotmac.partner.benchmark;

import com.dotmac.partner.dao.BulkMode;
import com.dotmac.partner.dao.BulkSummary;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.util.Locale;

/**
 * That {@code recordAll} of millions needs no more memory than of thousands: run with {@code -Xmx128m}, it ends with the
 * rows or with an OutOfMemoryError. How many: the first argument, 5,000,000 when left out.
 */
public final class BulkMemory {

    private static final long LIMIT = 128L << 20;

    private BulkMemory() {}

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length == 0 ? 5_000_000 : Long.parseLong(arguments[0]);
        if (Runtime.getRuntime().maxMemory() > LIMIT) {
            throw new IllegalStateException("this JVM may take more than 128 MB: run it with -Xmx128m");
        }
        try (ThrowawayDatabase server = ThrowawayDatabase.start(System.getProperties())) {
            BulkDatabase databases = BulkDatabase.in(server);
            databases.seconds(rows, database -> {
                BulkSummary summary = PartnerStore.create(database)
                        .tenant(BulkDatabase.TENANT)
                        .actingAs(BulkDatabase.ACTOR)
                        .commissions()
                        .recordAll(BulkRows.of(rows, databases.partners()), BulkMode.KEEP_GOOD, outcome -> {});
                System.out.println(String.format(
                        Locale.ROOT, "recordAll: %,d rows within -Xmx128m, %s", summary.recorded(), summary.amounts()));
            });
        }
    }
}
