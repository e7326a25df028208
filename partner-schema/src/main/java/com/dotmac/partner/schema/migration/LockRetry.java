package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.ServerMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Runs what may find a table locked: again after a pause, a few times, then gives up and says who was in the way. */
public final class LockRetry {

    public static final int ATTEMPTS = 5;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Set<String> LOCK_NOT_AVAILABLE_OR_DEADLOCK = Set.of("55P03", "40P01");

    public interface Work<T> {
        T run() throws SQLException;
    }

    private LockRetry() {}

    /** @param what for messages, like {@code migrate} */
    public static <T> T run(SchemaSettings settings, String what, Work<T> work) {
        Duration pause = settings.lockTimeout();
        for (int attempt = 1; ; attempt++) {
            Optional<String> blocker;
            Exception refusal;
            try (LockWatch watch = new LockWatch(settings)) {
                try {
                    return work.run();
                } catch (SQLException | RuntimeException failed) {
                    if (!isRefusedLock(failed)) {
                        throw failed;
                    }
                    refusal = failed;
                    blocker = watch.blocker();
                }
            } catch (SQLException failed) {
                throw new PartnerSchemaException.Refused(
                        what + " failed and left nothing of this step: " + ServerMessage.of(failed) + " (SQLSTATE "
                                + failed.getSQLState() + ")",
                        failed);
            }
            String because = "a lock was not to be had within " + settings.lockTimeoutText()
                    + blocker.map(who -> ": " + who).orElse("");
            if (attempt == ATTEMPTS) {
                throw new PartnerSchemaException.Refused(
                        what + " gave up after " + ATTEMPTS + " attempts and left nothing of this step: " + because
                                + ". Run it again when that session is done, or with a longer lock timeout",
                        refusal);
            }
            settings.progress()
                    .step("  " + because + "; attempt " + (attempt + 1) + " of " + ATTEMPTS + " in " + pause.toMillis()
                            + " ms");
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private static boolean isRefusedLock(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && LOCK_NOT_AVAILABLE_OR_DEADLOCK.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new PartnerSchemaException.Refused("interrupted while waiting for a lock", stopped);
        }
    }
}
