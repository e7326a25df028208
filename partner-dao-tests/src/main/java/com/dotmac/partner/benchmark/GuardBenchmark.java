package com.dotmac.partner.benchmark;

import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.testkit.PartnerMigrations;
import com.dotmac.partner.throwaway.ThrowawayDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Locale;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** The guard of an application's start, beside Flyway's validate, which compares the history but not the catalog. */
public final class GuardBenchmark {

    private static final int ROUNDS = 101;

    private GuardBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        try (ThrowawayDatabase server = ThrowawayDatabase.start(System.getProperties())) {
            PGSimpleDataSource database = new PGSimpleDataSource();
            database.setUrl(server.url());
            database.setUser(server.user());
            database.setPassword(server.password());
            PartnerMigrations.configuration(database).load().migrate();
            Flyway flyway = PartnerMigrations.configuration(database).load();

            print(
                    "SchemaGuard.verify, of Flyway validate",
                    Ratio.of(() -> SchemaGuard.verify(database), flyway::validate, ROUNDS));
            print(
                    "SchemaGuard.verify, of connecting and select 1",
                    Ratio.of(() -> SchemaGuard.verify(database), () -> selectOne(database), ROUNDS));
        }
    }

    private static void selectOne(PGSimpleDataSource database) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }

    private static void print(String what, double ratio) {
        System.out.println(String.format(Locale.ROOT, "%-50s %6.2f", what, ratio));
    }
}
