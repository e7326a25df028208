package com.dotmac.partner.schema.migration;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.schema.catalog.ServerMessage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Runs work that may find a table locked. Tries again after a pause, a few times, then fails and names the session with
 * the lock.
 */
public final class LockRetry {

    /** How often it runs the work. */
    public static final int ATTEMPTS = 5;

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Set<String> LOCK_NOT_AVAILABLE_OR_DEADLOCK = Set.of("55P03", "40P01");

    /** Work that may wait for a lock. */
    public interface Work<T> {
        /** Does it once; it leaves nothing behind when it fails. */
        T run() throws SQLException;
    }

    private LockRetry() {}

    /**
     * Runs the work until it finds its locks.
     *
     * @param what the operation, for messages, like {@code migrate}
     * @throws PartnerSchemaException.Refused when the lock is not available in the last attempt
     * @throws PartnerSchemaException.Refused when the work fails for another reason
     */
    public static <T> T run(SchemaSettings settings, String what, Work<T> work) {
        return run(settings, what, settings::lockTimeout, work);
    }

    /**
     * The same, with another timeout than that of our tables.
     *
     * @param timeout how long the statement that failed has waited for its lock
     */
    public static <T> T run(SchemaSettings settings, String what, Supplier<Duration> timeout, Work<T> work) {
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
            String because = "a lock was not available within " + timeout.get().toMillis() + "ms"
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
