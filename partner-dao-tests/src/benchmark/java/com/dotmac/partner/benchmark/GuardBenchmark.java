package com.dotmac.partner.benchmark;

import com.dotmac.partner.benchmark.basics.BenchmarkDatabase;
import com.dotmac.partner.benchmark.basics.Line;
import com.dotmac.partner.benchmark.basics.Ratio;
import com.dotmac.partner.schema.SchemaGuard;
import com.dotmac.partner.testkit.PartnerMigrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The guard that an application runs when it starts, beside Flyway's validate, which compares only the history. */
final class GuardBenchmark {

    private static final int ROUNDS = 101;

    private GuardBenchmark() {}

    static List<Line> run() throws Exception {
        try (BenchmarkDatabase clone = BenchmarkDatabase.ofThisFork()) {
            DataSource database = clone.dataSource();
            Flyway flyway = PartnerMigrations.configuration(database).load();
            return List.of(
                    Line.time(
                            "SchemaGuard.verify",
                            "Flyway's validate",
                            Ratio.of(() -> SchemaGuard.verify(database), flyway::validate, ROUNDS)),
                    Line.time(
                            "SchemaGuard.verify",
                            "connecting and select 1",
                            Ratio.of(() -> SchemaGuard.verify(database), () -> selectOne(database), ROUNDS)));
        }
    }

    private static void selectOne(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        }
    }
}
