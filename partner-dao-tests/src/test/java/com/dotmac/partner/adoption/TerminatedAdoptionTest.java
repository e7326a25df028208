package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An adoption whose backend is terminated at any moment leaves the old database or the adopted one. */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class TerminatedAdoptionTest {

    private static final String TERMINATE = """
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and xact_start is not null
            """;

    @Test
    void a_backend_that_is_terminated_leaves_the_old_database_or_the_adopted_one(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        List<String> before = legacy.everything();
        Random random = new Random(14);
        boolean adopted = false;
        int terminated = 0;
        for (int attempt = 1; !adopted; attempt++) {
            CompletableFuture<Boolean> adoption = CompletableFuture.supplyAsync(() -> {
                try {
                    legacy.schema.applyAdoption(EnumSet.allOf(AdoptionConsent.class));
                    return true;
                } catch (PartnerSchemaException lost) {
                    return false;
                }
            });
            if (attempt <= 12) {
                pause(random.nextInt(400 * attempt));
                // Between two transactions there is nothing to terminate.
                while (!adoption.isDone() && legacy.rows(TERMINATE).isEmpty()) {
                    pause(1);
                }
            }
            adopted = adoption.orTimeout(5, TimeUnit.MINUTES).join();
            if (!adopted) {
                terminated++;
                if (legacy.value("select to_regclass('partner_schema_history') is not null")
                        .equals("true")) {
                    // The commit was done: its answer was lost, or references to the host's tables are still to be
                    // added.
                    if (!legacy.schema.migrate().isEmpty()) {
                        assertThat(legacy.schema.drift()).isEmpty();
                        return;
                    }
                    break;
                }
                assertThat(legacy.everything()).isEqualTo(before);
            }
        }

        assertThat(terminated).isPositive();
        legacy.endsWhereMigrateEnds(other);
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
