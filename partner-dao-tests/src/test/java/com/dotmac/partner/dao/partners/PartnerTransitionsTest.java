package com.dotmac.partner.dao.partners;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.schema.types.PartnerStatus.ACTIVE;
import static com.dotmac.partner.schema.types.PartnerStatus.ARCHIVED;
import static com.dotmac.partner.schema.types.PartnerStatus.PENDING;
import static com.dotmac.partner.schema.types.PartnerStatus.SUSPENDED;
import static com.dotmac.partner.schema.types.PartnerStatus.TERMINATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.dotmac.partner.dao.basics.Outcome;
import com.dotmac.partner.dao.basics.PartnerException.IllegalTransition;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("fast")
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerTransitionsTest {

    private static final Map<PartnerStatus, Set<PartnerStatus>> ALLOWED = Map.of(
            PENDING, Set.of(ACTIVE, TERMINATED),
            ACTIVE, Set.of(SUSPENDED, TERMINATED),
            SUSPENDED, Set.of(ACTIVE, TERMINATED),
            TERMINATED, Set.of(ARCHIVED),
            ARCHIVED, Set.of());

    private final Programme programme;
    private final PartnerDao partners;

    PartnerTransitionsTest(PartnerDatabase database) {
        programme = new Programme(database);
        partners = programme.acme.partners();
    }

    private UUID registered() {
        return partners.register(NewPartner.named(Programme.newKey(), "Northwind"))
                .value()
                .id();
    }

    private Outcome<Partner> transition(UUID id, PartnerStatus to) {
        return switch (to) {
            case ACTIVE -> partners.activate(id, "because");
            case SUSPENDED -> partners.suspend(id, "because");
            case TERMINATED -> partners.terminate(id, "because");
            case ARCHIVED -> partners.archive(id, "because");
            case PENDING -> throw new IllegalArgumentException("nothing becomes pending");
        };
    }

    private UUID standing(PartnerStatus status) {
        UUID id = registered();
        switch (status) {
            case PENDING -> {}
            case ACTIVE -> transition(id, ACTIVE);
            case SUSPENDED -> {
                transition(id, ACTIVE);
                transition(id, SUSPENDED);
            }
            case TERMINATED -> transition(id, TERMINATED);
            case ARCHIVED -> {
                transition(id, TERMINATED);
                transition(id, ARCHIVED);
            }
        }
        return id;
    }

    @TestFactory
    Stream<DynamicTest> a_partner_makes_only_allowed_transitions() {
        return Arrays.stream(PartnerStatus.values()).flatMap(from -> Stream.of(ACTIVE, SUSPENDED, TERMINATED, ARCHIVED)
                .map(to -> dynamicTest(from + " -> " + to, () -> attempt(from, to))));
    }

    private void attempt(PartnerStatus from, PartnerStatus to) {
        UUID id = standing(from);
        String before = programme.fingerprint();
        if (ALLOWED.get(from).contains(to)) {
            assertThat(transition(id, to).value().status()).isEqualTo(to);
        } else if (from == to) {
            assertThat(transition(id, to).replayed()).isTrue();
            assertThat(programme.fingerprint()).isEqualTo(before);
        } else {
            assertThatThrownBy(() -> transition(id, to))
                    .isInstanceOf(IllegalTransition.class)
                    .hasMessage("partner " + id + " is " + from + " and may not become " + to);
            assertThat(programme.fingerprint()).isEqualTo(before);
        }
    }

    @Test
    void every_transition_is_in_the_audit_trail_in_order_with_actor_reason_and_time() {
        UUID id = registered();
        assertThat(partners.history(id)).isEmpty();

        partners.activate(id, "contract signed");
        partners.activate(id, "contract signed");
        partners.suspend(id, "under review");
        partners.activate(id, "cleared");
        partners.suspend(id, "under review again");
        Partner gone = partners.terminate(id, "contract ended").value();

        List<Partner.StatusChange> history = partners.history(id);
        assertThat(history)
                .extracting(change -> change.from() + " " + change.to() + ": "
                        + change.reason().orElseThrow())
                .containsExactly(
                        "pending active: contract signed",
                        "active suspended: under review",
                        "suspended active: cleared",
                        "active suspended: under review again",
                        "suspended terminated: contract ended");
        assertThat(history).extracting(Partner.StatusChange::changedBy).containsOnly("user:42");
        assertThat(history.get(4).changedAt()).isEqualTo(gone.updatedAt());
        assertThat(gone.statusReason()).contains("contract ended");
    }

    /** Ids say which came first only to the millisecond. */
    @Test
    void changes_of_one_millisecond_are_in_the_order_in_which_one_leads_to_the_next() {
        assertThat(PartnerHistorySql.inOrder(
                        List.of("AB", "BA", "PA"),
                        "P",
                        change -> change.substring(0, 1),
                        change -> change.substring(1)))
                .containsExactly("PA", "AB", "BA");
        assertThat(PartnerHistorySql.inOrder(
                        List.of("AB", "BA", "AB"),
                        "P",
                        change -> change.substring(0, 1),
                        change -> change.substring(1)))
                .containsExactly("AB", "BA", "AB");
    }

    @Test
    void of_eight_threads_that_activate_a_partner_one_does() throws Exception {
        UUID id = registered();

        List<Outcome<Partner>> outcomes = Together.run(8, thread -> partners.activate(id, "contract signed"));

        assertThat(outcomes.stream().filter(outcome -> !outcome.replayed())).hasSize(1);
        assertThat(partners.history(id)).hasSize(1);
    }

    @Test
    void a_hold_keeps_payouts_open_until_its_release_and_both_are_recorded() {
        Partner partner = programme.activePartner("0.1");
        programme.approvedSale(programme.customerOf(partner), "200", "USD", JANUARY);

        Outcome<Partner> held = partners.hold(partner.id(), "bank details missing");
        assertThat(held.replayed()).isFalse();
        assertThat(held.value().payoutHoldReason()).contains("bank details missing");
        assertThat(programme.closeAll(FEBRUARY).closed()).isEmpty();

        Outcome<Partner> released = partners.releaseHold(partner.id(), "details came");
        assertThat(released.replayed()).isFalse();
        assertThat(released.value().payoutHoldReason()).isEmpty();
        assertThat(programme.closeAll(FEBRUARY).closed()).hasSize(1);

        List<Partner.HoldChange> holds = partners.holds(partner.id());
        assertThat(holds)
                .extracting(change ->
                        change.from().orElse("-") + " > " + change.to().orElse("-") + " ("
                                + change.releaseReason().orElse("-") + ") " + change.changedBy())
                .containsExactly(
                        "- > bank details missing (-) user:42", "bank details missing > - (details came) user:42");
        assertThat(holds.get(1).changedAt()).isEqualTo(released.value().updatedAt());
    }

    @Test
    void a_hold_put_or_released_twice_changes_nothing_and_another_reason_is_recorded() {
        UUID id = registered();
        partners.hold(id, "fraud");
        String before = programme.fingerprint();
        assertThat(partners.hold(id, "fraud").replayed()).isTrue();
        assertThat(programme.fingerprint()).isEqualTo(before);

        partners.hold(id, "court order");
        partners.releaseHold(id, "lifted");
        before = programme.fingerprint();
        assertThat(partners.releaseHold(id, "lifted").replayed()).isTrue();
        assertThat(programme.fingerprint()).isEqualTo(before);

        assertThat(partners.holds(id))
                .extracting(change -> change.to().orElse("-"))
                .containsExactly("fraud", "court order", "-");
    }

    @Test
    void holds_of_eight_threads_are_each_recorded_once() throws Exception {
        UUID id = registered();
        Together.run(8, thread -> IntStream.range(0, 5)
                .mapToObj(i -> thread % 2 == 0 ? partners.hold(id, "fraud") : partners.releaseHold(id, "lifted"))
                .toList());

        List<Partner.HoldChange> holds = partners.holds(id);
        for (int i = 0; i < holds.size(); i++) {
            assertThat(holds.get(i).to().isPresent()).isEqualTo(i % 2 == 0);
        }
        assertThat(partners.find(id).orElseThrow().rowVersion()).isEqualTo(1 + holds.size());
    }

    @Test
    void a_partner_of_another_tenant_is_neither_changed_nor_held() {
        UUID id = registered();
        PartnerDao others = programme.other.partners();
        String before = programme.fingerprint();

        Stream.<Runnable>of(
                        () -> others.activate(id, "mine"),
                        () -> others.suspend(id, "mine"),
                        () -> others.terminate(id, "mine"),
                        () -> others.archive(id, "mine"),
                        () -> others.hold(id, "mine"),
                        () -> others.releaseHold(id, "mine"))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(NotFound.class)
                        .hasMessage("this tenant has no partner " + id + "; check the id and the tenant"));
        assertThat(programme.fingerprint()).isEqualTo(before);
    }
}
