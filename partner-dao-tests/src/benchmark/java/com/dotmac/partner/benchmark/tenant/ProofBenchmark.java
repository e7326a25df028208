package com.dotmac.partner.benchmark.tenant;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.benchmark.basics.Shop;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.statements.StatementDao;
import com.dotmac.partner.dao.statements.Verification;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The proof of a whole tenant beside one count and sum of its rows, and what a partner sees in a tenant of ten times as
 * many events.
 */
final class ProofBenchmark {

    private static final int ROUNDS = 5;
    private static final int READS = 301;
    private static final Instant FEBRUARY = Instant.parse("2026-02-01T00:00:00Z");
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");

    /** The tables that hold nearly all rows of the tenant, each read once. */
    private static final String COUNT_AND_SUM = """
            select (select sum(commission_amount) from partner_commission_events) || ' '
                || (select count(*) from partner_idempotency_keys where request_hash is not null) || ' '
                || (select sum(total_amount) from partner_payouts) || ' '
                || (select sum(commission_amount) from partner_commission_totals)
            """;

    private ProofBenchmark() {}

    static List<Line> run(LoadedTenant few, LoadedTenant many) throws Exception {
        try (HikariDataSource pool = many.pool();
                HikariDataSource poolOfFew = few.pool()) {
            return lines(few, many, BenchmarkDatabase.store(pool), BenchmarkDatabase.store(poolOfFew));
        }
    }

    private static List<Line> lines(LoadedTenant few, LoadedTenant many, PartnerStore store, PartnerStore storeOfFew)
            throws Exception {
        StatementDao statements = statements(store);
        StatementDao ofFew = statements(storeOfFew);
        UUID partner = partner(many);
        UUID partnerOfFew = partner(few);
        Verification.Checkpoint before = checkpoint(statements.verify());
        many.execute("update partners set phone = '1' where id in (select id from partners order by id limit 10)");
        return List.of(
                Line.time(
                        "verify of a tenant, " + many.events() + " events",
                        "one count and sum of the same rows",
                        rounds(() -> checkpoint(statements.verify()), () -> many.sql()
                                .fetch(COUNT_AND_SUM))),
                Line.time(
                        "verify of a tenant, " + many.events() + " events",
                        "store.verify of the same rows",
                        rounds(
                                () -> checkpoint(statements.verify()),
                                () -> checkpoint(many.storeOfOperator().verify())),
                        1.5),
                Line.time(
                        "verify of a tenant, " + many.events() + " events",
                        "verify of a tenth of the events",
                        rounds(() -> checkpoint(statements.verify()), () -> checkpoint(ofFew.verify()))),
                Line.time(
                        "verifySince, 10 of 10,000 partners were written",
                        "one count and sum of all rows",
                        rounds(() -> checkpoint(statements.verifySince(before)), () -> many.sql()
                                .fetch(COUNT_AND_SUM))),
                Line.time(
                        "statement of a month, " + many.events() + " events",
                        "the same, a tenth of the events",
                        Ratio.of(
                                () -> statements.statements(partner, FEBRUARY, MARCH),
                                () -> ofFew.statements(partnerOfFew, FEBRUARY, MARCH),
                                READS),
                        1.5),
                Line.time(
                        "balance of a partner, " + many.events() + " events",
                        "the same, a tenth of the events",
                        Ratio.of(() -> statements.balance(partner), () -> ofFew.balance(partnerOfFew), READS),
                        1.5));
    }

    /** The median of few rounds: each takes seconds. */
    private static double rounds(Ratio.Work ours, Ratio.Work peers) throws Exception {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ratios.add(Ratio.once(ours, peers));
        }
        return Ratio.median(ratios);
    }

    private static Verification.Checkpoint checkpoint(Verification verification) {
        if (!verification.isClean()) {
            throw new IllegalStateException("found " + verification.counts());
        }
        return verification.checkpoint();
    }

    private static StatementDao statements(PartnerStore store) {
        return store.tenant(Shop.TENANT).actingAs(Shop.ACTOR).statements();
    }

    private static UUID partner(LoadedTenant tenant) {
        return tenant.sql()
                .fetchSingle("select id from partners order by id offset 5000 limit 1")
                .get(0, UUID.class);
    }
}
