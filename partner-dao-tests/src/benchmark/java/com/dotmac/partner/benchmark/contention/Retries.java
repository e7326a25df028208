package com.dotmac.partner.benchmark.contention;

import com.dotmac.partner.dao.basics.PartnerException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/** Makes a call again, as a service does, if a concurrent transaction ended it; counts how often. */
final class Retries {

    private static final int MOST = 100;
    private static final Set<String> CONCURRENT = Set.of("40001", "40P01");

    private final AtomicLong count = new AtomicLong();

    <T> T call(Callable<T> call) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.call();
            } catch (PartnerException | SQLException refused) {
                if (!retryHelps(refused) || attempt == MOST) {
                    throw refused;
                }
                count.incrementAndGet();
            }
        }
    }

    private static boolean retryHelps(Exception refused) {
        return refused instanceof PartnerException ours
                ? ours.retryHelps()
                : CONCURRENT.contains(String.valueOf(((SQLException) refused).getSQLState()));
    }

    long count() {
        return count.get();
    }
}
