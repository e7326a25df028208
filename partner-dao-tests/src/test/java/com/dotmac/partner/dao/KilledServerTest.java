package com.dotmac.partner.dao;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.support.Acknowledged;
import com.dotmac.partner.dao.support.KillableServer;
import com.dotmac.partner.dao.support.PersistentClient;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerMigrations;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The test kills the server under its clients many times. Everything that it acknowledged is there, and nothing is
 * there twice.
 */
@Tag("slow")
class KilledServerTest {

    private static final int KILLS = Integer.getInteger("server.kills", 20);
    private static final int CLIENTS = 4;

    @Test
    void a_server_killed_again_and_again_has_what_it_acknowledged_and_nothing_twice(@TempDir Path directory)
            throws Exception {
        String choice = System.getProperty("partner.db", "auto");
        assumeTrue(
                List.of("embedded", "auto").contains(choice),
                () -> "kills a server of its own, which is embedded, and -Dpartner.db=" + choice + " rules that out");

        try (KillableServer server = new KillableServer(directory.resolve("data"))) {
            PartnerMigrations.configuration(server.database()).load().migrate();
            HikariConfig pool = new HikariConfig();
            pool.setDataSource(server.database());
            pool.setMaximumPoolSize(CLIENTS + 1);
            pool.setConnectionTimeout(2_000);
            ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
            try (HikariDataSource pooled = new HikariDataSource(pool)) {
                PartnerStore store = PartnerStore.create(pooled);
                Programme programme = new Programme(DSL.using(pooled, SQLDialect.POSTGRES), store);
                Acknowledged acknowledged = new Acknowledged();
                List<Partner> partners = List.of(programme.activePartner("0.1"), programme.activePartner("0.2"));
                List<UUID> customers =
                        partners.stream().map(programme::customerOf).toList();
                int keysBefore = acknowledged.recordedKeys(programme.sql).size();

                AtomicBoolean over = new AtomicBoolean();
                List<Future<?>> clients = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    PersistentClient each =
                            new PersistentClient("client-" + client, programme.acme, acknowledged, partners, customers);
                    clients.add(executor.submit(() -> {
                        while (!over.get()) {
                            each.work();
                        }
                    }));
                }
                Random random = new Random(7);
                for (int kill = 1; kill <= KILLS; kill++) {
                    acknowledged.await(20 + random.nextInt(40), clients);
                    server.kill();
                    server.startAgain();
                }
                acknowledged.await(50, clients);
                over.set(true);
                for (Future<?> client : clients) {
                    client.get(120, TimeUnit.SECONDS);
                }

                System.out.println("killed " + KILLS + " times: " + acknowledged.summary());
                assertThat(acknowledged.interrupted.get())
                        .as("calls whose response was lost")
                        .isGreaterThanOrEqualTo(KILLS);
                assertThat(acknowledged.replayed.get())
                        .as("calls that had had their effect")
                        .isPositive();
                acknowledged.requireOnRecord(programme.sql, keysBefore);
                assertThat(store.verify().rows()).isEmpty();
                assertThat(store.verify().isClean()).isTrue();
                assertThat(programme.brokenInvariants()).isEmpty();
            } finally {
                executor.shutdownNow();
            }
        }
    }
}
