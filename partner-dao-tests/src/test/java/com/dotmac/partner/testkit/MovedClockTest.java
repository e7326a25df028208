package com.dotmac.partner.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutDao;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test puts the database's clock forward, and the library acts on the new time. */
@ExtendWith(PartnerDatabaseExtension.class)
class MovedClockTest {

    private static final Duration MONTH = Duration.ofDays(31);
    private static final Money SALE = Money.of("500.00", "USD");

    private PartnerDatabase database;
    private PartnerProgramme programme;
    private PayoutDao payouts;

    @BeforeEach
    void start(PartnerDatabase given) {
        database = given;
        programme = PartnerProgramme.in(database, "acme");
        payouts = programme.scope().payouts();
    }

    @Test
    @Tag("fast")
    void a_hold_ends() {
        Partner partner = programme.activePartner(
                NewPartner.named("p1", "Northwind").withDefaultRate("0.10").withHoldDays(30));
        programme.approvedCommissions(programme.customerOf(partner), SALE);
        assertThat(programme.closeAll().closed()).isEmpty();

        database.advance(Duration.ofDays(29));
        assertThat(programme.closeAll().closed()).isEmpty();
        database.advance(Duration.ofDays(2));

        assertThat(programme.closeAll().closed())
                .singleElement()
                .extracting(Payout::total)
                .isEqualTo(Money.of("50.00", "USD"));
        assertNothingIsBroken();
    }

    @Test
    void a_lease_ends() {
        Partner partner = programme.activePartner("0.10");
        Payout ready = programme.readyPayout(programme.customerOf(partner), SALE);
        ClaimedPayout claimed =
                payouts.claim(ready.id(), "worker-1", Duration.ofHours(1)).orElseThrow();
        database.advance(Duration.ofMinutes(59));
        assertThat(payouts.expireLeases()).isEmpty();

        database.advance(Duration.ofMinutes(2));

        assertThat(payouts.expireLeases())
                .extracting(PayoutAttempt::id)
                .containsExactly(claimed.attempt().id());
        assertNothingIsBroken();
    }

    @Test
    void a_period_ends() {
        Instant end = database.now().plus(20, ChronoUnit.DAYS);
        Partner partner = programme.activePartner("0.10");
        programme.approvedCommissions(programme.customerOf(partner), SALE);
        assertThatThrownBy(() -> payouts.closeAll("run", end))
                .isInstanceOf(PartnerException.InvalidInput.class)
                .hasMessageContaining("is in the future");

        database.advance(MONTH);

        assertThat(payouts.closeAll("run", end).closed()).hasSize(1);
        assertNothingIsBroken();
    }

    @Test
    void all_that_is_recorded_has_the_new_time() {
        database.advance(MONTH);
        Instant before = Instant.now().plus(MONTH).minus(1, ChronoUnit.MINUTES);

        Partner partner = programme.activePartner("0.10");
        UUID customer = programme.customerOf(partner);
        Payout paid = programme.readyPayout(customer, SALE);
        ClaimedPayout claimed =
                payouts.claim(paid.id(), "worker-1", Duration.ofHours(1)).orElseThrow();
        payouts.succeed(claimed.attempt().id(), "bank-1", claimed.attempt().amount());

        assertThat(database.now()).isBetween(before, before.plus(10, ChronoUnit.MINUTES));
        assertThat(payouts.find(paid.id()).orElseThrow().completedAt())
                .hasValueSatisfying(time -> assertThat(time).isAfter(before));
        assertNothingIsBroken();
    }

    @Test
    void a_session_that_has_planned_its_statement_sees_it() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement time = connection.prepareStatement("select now()")) {
            Instant before = Instant.now();
            for (int times = 0; times < 10; times++) {
                assertThat(read(time)).isBefore(before.plus(1, ChronoUnit.HOURS));
            }

            database.advance(MONTH);

            assertThat(read(time)).isAfter(before.plus(30, ChronoUnit.DAYS));
        }
    }

    @Test
    void time_does_not_go_back() {
        assertThatThrownBy(() -> database.advance(Duration.ofDays(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time does not go back: PT-24H");
    }

    @Test
    void only_a_superuser_moves_it() {
        assertThatThrownBy(() -> new MovedClock(database.dataSource()).advance(MONTH))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "only a superuser moves the clock of a test database: choose -Dpartner.db=embedded or container,"
                                + " or give -Dpartner.db=external a superuser");
    }

    private static Instant read(PreparedStatement time) throws SQLException {
        try (ResultSet row = time.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private void assertNothingIsBroken() {
        assertThat(database.storeOfOwner().verify().isClean()).isTrue();
    }
}
