package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.statements.Verification.Invariant.AUDIT_TRAIL;
import static com.dotmac.partner.dao.statements.Verification.Invariant.BALANCES;
import static com.dotmac.partner.dao.statements.Verification.Invariant.COMMISSION_TOTALS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.PAYOUTS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.PAYOUT_TOTALS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.REFERENCES;
import static com.dotmac.partner.dao.statements.VerificationDamages.event;
import static com.dotmac.partner.dao.statements.VerificationDamages.recordedKey;
import static com.dotmac.partner.dao.statements.VerificationDamages.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.dotmac.partner.dao.PartnerStore;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.statements.Verification.BrokenRow;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.dao.statements.Verification.Invariant;
import com.dotmac.partner.dao.statements.VerificationDamages.Damage;
import com.dotmac.partner.dao.statements.VerificationDamages.Found;
import com.dotmac.partner.dao.support.AltersAmounts;
import com.dotmac.partner.dao.support.BusyProgramme;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The library and psql find what a superuser damages with the guards disabled, and nothing else. */
@AltersAmounts
@ExtendWith(PartnerDatabaseExtension.class)
class VerificationTest {

    private final PartnerDatabase database;
    private final PartnerStore store;
    private final Programme programme;
    private final BusyProgramme busy;

    VerificationTest(PartnerDatabase database) {
        this.database = database;
        store = database.storeOfOwner();
        programme = new Programme(database);
        BusyProgramme.ofAnotherTenant(programme);
        busy = new BusyProgramme(programme);
    }

    @Test
    void a_return_of_more_than_was_paid_is_found() {
        CommissionEvent returned = programme
                .acme
                .payouts()
                .recordReturn(Programme.newKey(), busy.completed.id(), "account closed")
                .value();
        assertThat(programme.acme.statements().verify().isClean()).isTrue();

        busy.damage("update partner_commission_events set commission_amount = 99 where id = ?", returned.id());

        assertThat(lines(programme.acme.statements().verify()))
                .contains(event(
                        PAYOUTS,
                        returned,
                        "returns 99.0000 USD of payout " + busy.completed.id()
                                + ", which is completed and has a total of 17.0000 USD"));
    }

    @Test
    void a_busy_programme_breaks_nothing() {
        assertThat(store.verify().rows()).isEmpty();
        assertThat(store.verify().isClean()).isTrue();
        assertThat(programme.acme.statements().verify().isClean()).isTrue();
        assertThat(programme.sql.fetchCount(programme.sql.selectFrom("partner_broken_invariants")))
                .isZero();
    }

    static Stream<Arguments> damages() {
        return VerificationDamages.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void damage_is_found_and_named(String what, Damage damage, Found found) {
        Checkpoint before = store.verify().checkpoint();
        damage.to(busy);
        List<String> expected = found.apply(busy);

        Verification verification = programme.acme.statements().verify();

        assertThat(lines(verification)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(verification.counts().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(expected.size());
        assertThat(verification.isClean()).isFalse();
        assertThat(verification.rows()).extracting(BrokenRow::tenantId).containsOnly("acme");
        assertThat(lines(store.verify())).containsAll(expected);
        assertThat(programme
                        .sql
                        .resultQuery("select invariant || ' ' || table_name || ' ' || row_id || ': ' || detail"
                                + " from partner_broken_invariants where tenant_id = 'acme'")
                        .fetchInto(String.class))
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(programme.other.statements().verify().counts().keySet())
                .isEqualTo(what.contains("another tenant") ? Set.of(REFERENCES, AUDIT_TRAIL) : Set.of());
        busy.damage("update partners set phone = '1'");
        List<BrokenRow> ofPartners = verification.rows().stream()
                .filter(broken -> broken.partnerId().isPresent())
                .toList();
        assertThat(programme.acme.statements().verifySince(before).rows()).isEqualTo(ofPartners);
        // With statistics it reads by index.
        programme.sql.execute("analyze partner_commission_events");
        assertThat(programme.acme.statements().verifySince(before).rows()).isEqualTo(ofPartners);
        assertThat(store.verifySince(before).rows()).containsAll(ofPartners);
    }

    @Test
    void each_view_lists_its_own_invariant() {
        for (Invariant invariant : Invariant.values()) {
            assertThat(programme.sql.fetchCount(programme.sql.selectFrom(
                            "partner_broken_" + invariant.name().toLowerCase(Locale.ROOT))))
                    .isZero();
        }
        assertThat(Arrays.stream(Invariant.values()).map(Invariant::toString).map(Invariant::named))
                .containsExactly(Invariant.values());
    }

    @Test
    void since_a_checkpoint_only_partners_written_later_are_verified() {
        busy.damage("update partner_payouts set commission_count = 3 where id = ?", busy.ready.id());
        Checkpoint after = Checkpoint.of(store.verify().checkpoint().toString());
        programme.approvedSale(busy.customer, "30", "USD", Programme.MARCH);

        assertThat(store.verifySince(after).isClean()).isTrue();
        assertThat(store.verify().counts()).containsOnlyKeys(PAYOUT_TOTALS);

        busy.damage("update partners set phone = '1' where id = ?", busy.second.id());

        assertThat(store.verifySince(after).counts()).containsOnlyKeys(PAYOUT_TOTALS);
    }

    @Test
    void events_that_somebody_changed_past_the_triggers_are_found_with_the_next_row_of_their_partner() {
        Checkpoint before = store.verify().checkpoint();
        busy.damage("update partner_commission_events set commission_amount = 13 where id = ?", busy.open.id());

        assertThat(store.verifySince(before).isClean()).isTrue();
        assertThat(store.verify().isClean()).isFalse();
        programme.approvedSale(busy.customer, "30", "USD", Programme.MARCH);

        assertThat(store.verifySince(before).rows()).isEqualTo(store.verify().rows());
    }

    static Stream<Arguments> writes() {
        return Stream.of(
                arguments("a sale", (Write) busy -> busy.programme.sale(busy.customer, "5", "USD", Programme.MARCH)),
                arguments("an approval", (Write)
                        busy -> busy.programme.acme.commissions().approve(List.of(busy.pending.id()))),
                arguments("a claim", (Write) busy -> busy.programme
                        .acme
                        .payouts()
                        .claim(readyPayoutOf(busy.partner.id(), busy), "worker-1", Duration.ofMinutes(5))
                        .orElseThrow()),
                arguments("a returned payment", (Write) busy -> busy.programme
                        .acme
                        .payouts()
                        .recordReturn(Programme.newKey(), busy.completed.id(), "account closed")),
                arguments("a refund that claws nothing back", (Write)
                        busy -> busy.programme.sql.execute(recordedKey("damage-1")
                                + "insert into partner_refunds (tenant_id, sale_id, amount, line_amounts, reason, idempotency_key,"
                                + " recorded_by) values ('acme', '" + VerificationDamages.saleOf(busy, busy.open)
                                + "', 0, '{0}', 'x',"
                                + " 'damage-1', 'x')")));
    }

    private static UUID readyPayoutOf(UUID partner, BusyProgramme busy) {
        return busy.programme
                .sql
                .fetchSingle("select id from partner_payouts where status = 'ready' and partner_id = ?", partner)
                .get(0, UUID.class);
    }

    interface Write {
        void to(BusyProgramme busy);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("writes")
    void a_write_makes_its_partner_looked_at(String what, Write write) {
        busy.damage("delete from partner_status_changes where partner_id = ? and payout_id is null", busy.partner.id());
        Checkpoint after = store.verify().checkpoint();
        assertThat(store.verifySince(after).isClean()).isTrue();

        write.to(busy);

        assertThat(store.verifySince(after).counts()).containsOnlyKeys(AUDIT_TRAIL);
    }

    @Test
    void what_was_deleted_is_found_with_the_next_row_of_its_partner() {
        Checkpoint before = store.verify().checkpoint();
        busy.damage("delete from partner_commission_events where id = ?", busy.ofSecond.id());

        assertThat(store.verifySince(before).isClean()).isTrue();
        busy.damage("update partners set phone = '1' where id = ?", busy.second.id());

        assertThat(store.verifySince(before).counts()).containsOnlyKeys(BALANCES, COMMISSION_TOTALS, PAYOUT_TOTALS);
    }

    @Test
    void a_transaction_that_was_open_at_the_checkpoint_is_not_missed() {
        Verification between = programme.sql.transactionResult(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("update partner_payouts set commission_count = 3 where id = ?", busy.ready.id());
            return store.verify();
        });

        assertThat(between.isClean()).isTrue();
        assertThat(store.verifySince(between.checkpoint()).counts()).containsOnlyKeys(PAYOUT_TOTALS);
    }

    @Test
    void a_checkpoint_of_another_database_is_refused() {
        long now = store.verify().checkpoint().transaction();

        assertThatThrownBy(() -> store.verifySince(new Checkpoint(now + 1_000_000)))
                .isInstanceOf(PartnerException.InvalidInput.class)
                // The server counts the transactions of all databases, also those of its own autovacuum.
                .hasMessageMatching("checkpoint " + (now + 1_000_000) + " is ahead of this database, which is at \\d+"
                        + ": it is another's, or this one was restored\\. Verify everything");
    }

    @Test
    void a_hundred_broken_rows_are_named_and_all_are_counted() {
        busy.damage(
                "insert into partner_commission_totals select 'acme', '" + busy.partner.id()
                        + "', 'EUR', date '2000-01-01' + make_interval(months => n), 'paid', 0, 1, 1, 1 from generate_series(1, 150) n");

        Verification verification = store.verify();

        assertThat(verification.counts()).isEqualTo(Map.of(COMMISSION_TOTALS, 150L));
        assertThat(verification.rows()).hasSize(100);
        assertThat(verification.rows().get(0))
                .hasToString(
                        "commission totals: partner_commission_totals " + busy.partner.id()
                                + "/EUR/2000-02-01/paid of partner " + busy.partner.id()
                                + " (acme) has 1.0000 on a base of 1.0000 for 1 commissions, but the events add up to 0 on a base of 0 for 0");
    }

    @Test
    void the_owner_rebuilds_monthly_totals() {
        busy.damage(
                "update partner_commission_totals set commission_amount = 16, base_amount = 5 where status = 'paid'");
        busy.damage("delete from partner_commission_totals where status = 'pending'");
        busy.damage("insert into partner_commission_totals values ('acme', '" + busy.partner.id()
                + "', 'EUR', '2020-01-01', 'paid', 0, 1, 1, 1)");
        assertThat(store.verify().counts()).isEqualTo(Map.of(COMMISSION_TOTALS, 3L));

        assertThat(programme.sql.fetchValue("select partner_rebuild_commission_totals()"))
                .isEqualTo(3L);

        assertThat(store.verify().isClean()).isTrue();
        assertThat(programme.sql.fetchValue("select partner_rebuild_commission_totals()"))
                .isEqualTo(0L);
        assertThatThrownBy(() -> database.sql().execute("update partner_commission_totals set commission_count = 9"))
                .hasMessageContaining(
                        "rows of partner_commission_totals may be written only by the triggers of the commission events: record or change an event");
    }

    @Test
    void nobody_else_rebuilds_monthly_totals() {
        String role = "partner_reader_" + UUID.randomUUID().toString().replace("-", "");
        programme.sql.execute("create role " + role);
        try {
            assertThatThrownBy(() -> programme.sql.transaction(transaction -> {
                        transaction.dsl().execute("set local role " + role);
                        transaction.dsl().execute("select partner_rebuild_commission_totals()");
                    }))
                    .hasMessageContaining("permission denied for function partner_rebuild_commission_totals");
        } finally {
            programme.sql.execute("drop role " + role);
        }
    }

    private static List<String> lines(Verification verification) {
        return verification.rows().stream()
                .map(broken -> row(broken.invariant(), broken.table(), broken.rowId(), broken.detail()))
                .toList();
    }
}
