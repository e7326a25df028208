package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.sales.SaleSteps.Scenario;
import com.dotmac.partner.dao.support.Pool;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseServer;
import com.zaxxer.hikari.HikariDataSource;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Random sales with lines and discounts, refunds in any split and order, undos, and restatements after random changes,
 * across payout states. After each step every partner has of every sale what {@link SaleModel} says. At the end no
 * invariant is broken, and every event is explained.
 *
 * <p>jqwik prints the smallest scenario that fails, and its seed; {@code .jqwik-database} stores it, and the next run
 * begins with it. {@code -Dtag=search -Djqwik.tries.default=5000} tries as many by a new seed.
 */
class SalePropertyTest {

    private static PartnerDatabaseServer server;
    private static PartnerDatabase database;
    private static HikariDataSource pool;

    @BeforeContainer
    static void start() {
        server = new PartnerDatabaseServer();
        database = server.create();
        pool = Pool.of(database);
    }

    @AfterContainer
    static void stop() {
        pool.close();
        server.drop(database);
        server.close();
    }

    @Provide
    Arbitrary<Scenario> scenarios() {
        return SaleSteps.scenarios();
    }

    @Property(seed = "20261128", tries = 30)
    void every_partner_has_of_every_sale_what_the_model_says(@ForAll("scenarios") Scenario scenario) {
        new SaleRun(database.sql(), database.store(pool), scenario).run();
    }

    @Property(seed = "20261129", tries = 150)
    @Tag("slow")
    void every_partner_has_of_every_sale_what_the_model_says_in_more_scenarios(@ForAll("scenarios") Scenario scenario) {
        new SaleRun(database.sql(), database.store(pool), scenario).run();
    }

    @Property
    @Tag("search")
    void every_partner_has_of_every_sale_what_the_model_says_by_a_new_seed(@ForAll("scenarios") Scenario scenario) {
        new SaleRun(database.sql(), database.store(pool), scenario).run();
    }
}
