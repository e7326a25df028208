package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.dao.commissions.CommissionOrder.FIRST_RECORDED_FIRST;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.support.ManyEvents;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionStreamTest {

    private static final int EVENTS = 3000;
    private static final CommissionQuery ALL = CommissionQuery.all();

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void a_stream_closed_half_way_gives_its_connection_back_as_it_was(String autoCommit, PartnerDatabase database)
            throws SQLException {
        given(database);
        try (HikariDataSource pool = poolOfOne(database, autoCommit)) {
            for (PartnerStore store :
                    List.of(database.store(pool), database.store(DSL.using(pool, SQLDialect.POSTGRES)))) {
                CommissionDao commissions = acme(store).commissions();
                try (Stream<CommissionEvent> events = commissions.stream(ALL, FIRST_RECORDED_FIRST)) {
                    Iterator<CommissionEvent> each = events.iterator();
                    assertThat(each.next().id()).isNotEqualTo(each.next().id());
                    assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                            .isOne();
                }
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
                assertThat(commissions.list(ALL, FIRST_RECORDED_FIRST, 1).items())
                        .hasSize(1);
                try (Connection connection = pool.getConnection()) {
                    assertThat(connection.getAutoCommit()).isEqualTo(Boolean.valueOf(autoCommit));
                    assertThat(cursors(connection)).isZero();
                }
            }
        }
    }

    @Test
    void a_stream_in_the_callers_transaction_reads_with_a_cursor_and_leaves_the_transaction_open(
            PartnerDatabase database) throws SQLException {
        Programme programme = given(database);
        String before = programme.fingerprint();
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            PartnerScope joined = acme(database.store(DSL.using(connection, SQLDialect.POSTGRES)));
            try (Stream<CommissionEvent> events = joined.commissions().stream(ALL, FIRST_RECORDED_FIRST)) {
                assertThat(cursors(connection)).isOne();
                Iterator<CommissionEvent> each = events.iterator();
                for (int read = 1; read <= 1500; read++) {
                    UUID id = each.next().id();
                    if (read % 300 == 0) {
                        assertThat(joined.commissions().approve(List.of(id)).approved())
                                .hasSize(1);
                    }
                }
                assertThat(each).hasNext();
            }
            assertThat(cursors(connection)).isZero();
            assertThat(connection.getAutoCommit()).isFalse();
            assertThat(programme.fingerprint()).as("seen from outside").isEqualTo(before);
            connection.rollback();
        }
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_stream_of_a_context_without_a_transaction_reads_with_a_cursor_and_loses_nothing_written_meanwhile(
            PartnerDatabase database) throws SQLException {
        Programme programme = given(database);
        UUID first;
        try (Connection connection = database.dataSource().getConnection()) {
            PartnerScope joined = acme(database.store(DSL.using(connection, SQLDialect.POSTGRES)));
            try (Stream<CommissionEvent> events = joined.commissions().stream(ALL, FIRST_RECORDED_FIRST)) {
                assertThat(cursors(connection)).isOne();
                first = events.findFirst().orElseThrow().id();
                joined.commissions().approve(List.of(first));
            }
            assertThat(cursors(connection)).isZero();
            assertThat(connection.getAutoCommit()).isTrue();
        }
        assertThat(programme.acme.commissions().find(first).orElseThrow().payoutId())
                .isPresent();
    }

    @Test
    void a_stream_that_cannot_begin_gives_its_connection_back(PartnerDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setConnectionInitSql("set search_path to nowhere");
        try (HikariDataSource pool = new HikariDataSource(config)) {
            for (PartnerStore store :
                    List.of(database.store(pool), database.store(DSL.using(pool, SQLDialect.POSTGRES)))) {
                assertThatThrownBy(() -> acme(store).commissions().stream(ALL, FIRST_RECORDED_FIRST))
                        .isInstanceOf(PartnerException.Database.class)
                        .hasMessage(
                                "the partner schema is not there: relation \"partner_commission_events\" does not exist;"
                                        + " migrate it before the application starts, and check the connection's search_path");
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            }
        }
    }

    @Test
    void a_stream_that_breaks_says_so_and_gives_its_connection_back(PartnerDatabase database) {
        Programme programme = given(database);
        try (HikariDataSource pool = poolOfOne(database, "true")) {
            CommissionDao commissions = acme(database.store(pool)).commissions();
            assertThatThrownBy(() -> {
                        try (Stream<CommissionEvent> events = commissions.stream(ALL, FIRST_RECORDED_FIRST)) {
                            Iterator<CommissionEvent> each = events.iterator();
                            each.next();
                            programme.sql.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                                    + " where datname = current_database() and pid <> pg_backend_pid()");
                            each.forEachRemaining(event -> assertThat(event).isNotNull());
                        }
                    })
                    .isInstanceOf(PartnerException.TryAgain.class)
                    .hasMessageStartingWith("the connection to the database was lost;");
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            try (Stream<CommissionEvent> events = commissions.stream(ALL, FIRST_RECORDED_FIRST)) {
                assertThat(events.count()).isEqualTo(EVENTS);
            }
        }
    }

    private static Programme given(PartnerDatabase database) {
        Programme programme = new Programme(database);
        new ManyEvents(programme.sql)
                .insert(List.of(programme.activePartner("0.1").id()), EVENTS, FEBRUARY);
        return programme;
    }

    private static HikariDataSource poolOfOne(PartnerDatabase database, String autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database.dataSource());
        config.setAutoCommit(Boolean.parseBoolean(autoCommit));
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private static PartnerScope acme(PartnerStore store) {
        return store.tenant("acme").actingAs("user:42");
    }

    /** Not counting the statement that asks. */
    private static int cursors(Connection connection) throws SQLException {
        try (ResultSet count = connection
                .createStatement()
                .executeQuery("select count(*) from pg_cursors where statement like '%partner_commission_events%'"
                        + " and statement not like '%pg_cursors%'")) {
            count.next();
            return count.getInt(1);
        }
    }
}
