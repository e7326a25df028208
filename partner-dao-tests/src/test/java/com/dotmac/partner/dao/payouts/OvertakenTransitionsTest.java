package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.schema.types.PartnerStatus.ACTIVE;
import static com.dotmac.partner.schema.types.PartnerStatus.SUSPENDED;
import static com.dotmac.partner.schema.types.PayoutStatus.CANCELLED;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerUser;
import com.dotmac.partner.dao.partners.PartnerUser.Status;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Another caller changes the row between the statement that changed nothing and the one that reads why: the answer
 * describes the row as it is then, and never refuses an allowed transition.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class OvertakenTransitionsTest {

    private final PartnerDatabase database;
    private final Programme programme;
    private final List<Overtaking> overtakings = new ArrayList<>();
    private final PartnerScope other;
    private final Partner partner;

    OvertakenTransitionsTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        other = programme.acme;
        partner = programme.activePartner("0.1");
    }

    @AfterEach
    void every_overtaking_happened_and_every_invariant_holds() {
        assertThat(overtakings)
                .isNotEmpty()
                .allMatch(overtaking -> overtaking.done().get());
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    /** A caller whom another overtakes once, after the caller's first statement with this verb on this table. */
    private PartnerScope overtakenAfter(String verbAndTable, Runnable overtaking) {
        return overtaken(new Overtaking(verbAndTable, overtaking));
    }

    private PartnerScope overtaken(Overtaking... listeners) {
        overtakings.addAll(List.of(listeners));
        return database.store(database.sqlOfApplication()
                        .configuration()
                        .deriveAppending(listeners)
                        .dsl())
                .tenant("acme")
                .actingAs("user:44");
    }

    private record Overtaking(String verb, String table, Runnable overtaking, AtomicBoolean done)
            implements ExecuteListener {

        Overtaking(String verbAndTable, Runnable overtaking) {
            this(
                    verbAndTable.substring(0, verbAndTable.indexOf(' ')),
                    verbAndTable.substring(verbAndTable.indexOf(' ') + 1),
                    overtaking,
                    new AtomicBoolean());
        }

        @Override
        public void executeEnd(ExecuteContext context) {
            String sql = String.valueOf(context.sql());
            if (sql.startsWith(verb) && sql.contains(table) && done.compareAndSet(false, true)) {
                overtaking.run();
            }
        }
    }

    @Test
    void a_partner_suspended_meanwhile_is_activated() {
        PartnerScope overtaken =
                overtakenAfter("update \"partners\"", () -> other.partners().suspend(partner.id(), "looked into"));

        Outcome<Partner> outcome = overtaken.partners().activate(partner.id(), "cleared");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isEqualTo(ACTIVE);
        assertThat(other.partners().history(partner.id()))
                .extracting(Partner.StatusChange::to)
                .containsExactly(ACTIVE, SUSPENDED, ACTIVE);
    }

    @Test
    void a_partner_terminated_meanwhile_is_refused_as_terminated() {
        PartnerScope overtaken =
                overtakenAfter("update \"partners\"", () -> other.partners().terminate(partner.id(), "contract ended"));

        assertThatThrownBy(() -> overtaken.partners().activate(partner.id(), "cleared"))
                .isInstanceOf(PartnerException.IllegalTransition.class)
                .hasMessage("partner " + partner.id() + " is terminated and may not become active");
    }

    @Test
    void payouts_held_meanwhile_are_released() {
        PartnerScope overtaken =
                overtakenAfter("update \"partners\"", () -> other.partners().hold(partner.id(), "disputed"));

        Outcome<Partner> outcome = overtaken.partners().releaseHold(partner.id(), "resolved");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().payoutHoldReason()).isEmpty();
    }

    @Test
    void payouts_released_meanwhile_are_held() {
        other.partners().hold(partner.id(), "disputed");
        PartnerScope overtaken =
                overtakenAfter("update \"partners\"", () -> other.partners().releaseHold(partner.id(), "resolved"));

        Outcome<Partner> outcome = overtaken.partners().hold(partner.id(), "disputed");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().payoutHoldReason()).contains("disputed");
    }

    @Test
    void a_payout_failed_meanwhile_is_ready_again() {
        ClaimedPayout claimed = claimed();
        PartnerScope overtaken = overtakenAfter("update \"partner_payouts\"", () -> other.payouts()
                .fail(claimed.attempt().id(), "account closed"));

        Outcome<Payout> outcome = overtaken.payouts().retry(claimed.payout().id(), "account corrected");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isEqualTo(READY);
    }

    @Test
    void a_payout_claimed_and_failed_meanwhile_is_cancelled() {
        UUID payout = closed();
        List<ClaimedPayout> claimed = new ArrayList<>();
        PartnerScope overtaken = overtaken(
                new Overtaking("select \"p\".", () -> claimed.add(claim(payout))),
                new Overtaking("update \"partner_payouts\"", () -> other.payouts()
                        .fail(claimed.get(0).attempt().id(), "account closed")));

        Outcome<Payout> outcome = overtaken.payouts().cancel(payout, "wrong account");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isEqualTo(CANCELLED);
        assertThat(other.payouts().attempts(payout)).hasSize(1);
    }

    @Test
    void a_user_who_returned_meanwhile_leaves() {
        UUID person = person();
        other.users().deactivate(person, "left");
        PartnerScope overtaken =
                overtakenAfter("update \"partner_users\"", () -> other.users().reactivate(person, "came back"));

        Outcome<PartnerUser> outcome = overtaken.users().deactivate(person, "left for good");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isEqualTo(Status.INACTIVE);
    }

    @Test
    void a_user_who_left_meanwhile_returns() {
        UUID person = person();
        PartnerScope overtaken =
                overtakenAfter("update \"partner_users\"", () -> other.users().deactivate(person, "left"));

        Outcome<PartnerUser> outcome = overtaken.users().reactivate(person, "came back");

        assertThat(outcome.replayed()).isFalse();
        assertThat(outcome.value().status()).isNotEqualTo(Status.INACTIVE);
    }

    private UUID person() {
        return other.users()
                .add(NewPartnerUser.of(Programme.newKey(), partner.id(), "ann@northwind.example", "Ann", "clerk"))
                .value()
                .id();
    }

    private UUID closed() {
        programme.approvedSale(programme.customerOf(partner), "1000.00", "USD", JANUARY);
        return programme.closeAll(FEBRUARY).closed().get(0).id();
    }

    private ClaimedPayout claimed() {
        return claim(closed());
    }

    private ClaimedPayout claim(UUID payout) {
        Optional<ClaimedPayout> claimed = other.payouts().claim(payout, "worker-1", Duration.ofMinutes(5));
        return claimed.orElseThrow();
    }
}
