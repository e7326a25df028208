package com.dotmac.partner.benchmark.bulk;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.BulkSummary;
import com.dotmac.partner.dao.commissions.CommissionDao;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Shows that {@code recordAll} and {@code stream} of millions need no more memory than of thousands: with {@code
 * -Xmx128m}, it ends with the number of rows or with an OutOfMemoryError. The first argument is that number, 5,000,000
 * by default.
 */
public final class BulkMemory {

    private static final long LIMIT = 128L << 20;

    private BulkMemory() {}

    /** Runs in a JVM of its own, with that limit. */
    public static List<Line> run() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx128m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-Dorg.jooq.no-logo=true",
                "-Dorg.jooq.no-tips=true",
                "-Dpartner.db=" + System.getProperty("partner.db", "auto"),
                "-classpath",
                System.getProperty("java.class.path"),
                BulkMemory.class.getName(),
                System.getProperty("benchmark.memory", "5000000")));
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IllegalStateException("the JVM of 128 MB ended with " + exit);
        }
        return List.of();
    }

    public static void main(String[] arguments) throws Exception {
        long rows = arguments.length == 0 ? 5_000_000 : Long.parseLong(arguments[0]);
        if (Runtime.getRuntime().maxMemory() > LIMIT) {
            throw new IllegalStateException("this JVM may take more than 128 MB: run it with -Xmx128m");
        }
        try (ThrowawayDatabase server = ThrowawayDatabase.start(System.getProperties())) {
            BulkDatabase databases = BulkDatabase.in(server);
            databases.seconds(rows, database -> {
                CommissionDao commissions = BenchmarkDatabase.store(database)
                        .tenant(BulkDatabase.TENANT)
                        .actingAs(BulkDatabase.ACTOR)
                        .commissions();
                BulkSummary summary = commissions.recordAll(
                        BulkRows.of(rows, databases.partners()), BulkMode.KEEP_GOOD, outcome -> {});
                say("recordAll: %,d rows within -Xmx128m, %s", summary.recorded(), summary.amounts());
                try (Stream<CommissionEvent> events =
                        commissions.stream(CommissionQuery.all(), CommissionOrder.EARLIEST_EVENT_FIRST)) {
                    say(
                            "stream: %,d events within -Xmx128m",
                            events.mapToLong(event -> 1).sum());
                }
            });
        }
    }

    private static void say(String words, Object... values) {
        System.out.println(String.format(Locale.ROOT, words, values));
    }
}
