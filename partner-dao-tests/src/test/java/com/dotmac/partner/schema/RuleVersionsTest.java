package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A version of a rule is immutable except its end, so that an event always names the version that calculated it. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RuleVersionsTest {

    private static final List<String> CHANGES_OF_A_HYBRID = List.of(
            "tenant_id = 'other', partner_id = md5('fabrikam')::uuid, idempotency_key = 'fabrikam'",
            "id = md5('elsewhere')::uuid",
            "rule_id = md5('elsewhere')::uuid",
            "version = 3",
            "partner_id = md5('contoso')::uuid",
            "model = 'revenue_share', flat_fee = null",
            "model = 'flat_fee', rate = null",
            "currency = 'EUR'",
            "rate = 0.2",
            "flat_fee = 6",
            "event_cap = 50",
            "period_cap = 50, cap_period = 'month'",
            "cap_period = 'month', period_cap = 50",
            "hold_days = 7",
            "product_id = 'one'",
            "customer_id = md5('customer')::uuid",
            "priority = 1",
            "effective_from = '2025-01-02Z'",
            "effective_from = '2025-01-02Z', effective_to = '2025-06-01Z'",
            "idempotency_key = 'sale'",
            "created_at = created_at + interval '1 second'",
            "created_by = 'user:2'");

    private static final List<String> CHANGES_OF_A_TIERED = List.of(
            "tier_minimums = '{0,200}'", "tier_rates = '{0.1,0.3}'", "tier_mode = 'marginal'", "tier_period = 'month'");

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    static Stream<String> changesOfAHybrid() {
        return CHANGES_OF_A_HYBRID.stream();
    }

    static Stream<String> changesOfATiered() {
        return CHANGES_OF_A_TIERED.stream();
    }

    @ParameterizedTest
    @MethodSource("changesOfAHybrid")
    void a_version_never_changes_but_for_its_end(String change) {
        assertIsFixed("hybrid", change);
    }

    @ParameterizedTest
    @MethodSource("changesOfATiered")
    void the_tiers_of_a_version_never_change(String change) {
        assertIsFixed("tiered", change);
    }

    @Test
    void every_column_but_the_end_has_a_case() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows("""
                            select attname from pg_attribute
                            where attrelid = 'partner_commissions'::regclass and attnum > 0 and not attisdropped
                              and attname <> 'effective_to'
                            """)).allMatch(column -> Stream.of(CHANGES_OF_A_HYBRID, CHANGES_OF_A_TIERED)
                    .flatMap(List::stream)
                    .anyMatch(change -> change.startsWith(column + " = ")));
        }
    }

    @Test
    void one_changed_version_refuses_the_whole_statement() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("""
                            update partner_commissions
                            set effective_to = '2027-01-01Z', priority = priority + (model = 'tiered')::int
                            where id in (md5('share')::uuid, md5('tiered')::uuid)
                            """)).isEqualTo(fixed(rehearsal, "tiered"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"'2026-06-01Z'", "'2027-01-01Z'", "null"})
    void the_end_of_a_version_may_change(String end) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run("update partner_commissions set effective_to = '2026-12-01Z' where id = md5('share')::uuid")
                    .run("update partner_commissions set effective_to = %s where id = md5('share')::uuid"
                            .formatted(end));

            assertThat(rehearsal.value(
                            "select (effective_to is not distinct from %s)::text from partner_commissions where id = md5('share')::uuid"
                                    .formatted(end)))
                    .isEqualTo("true");
        }
    }

    private static void assertIsFixed(String rule, String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(
                            "update partner_commissions set " + change + " where id = md5('" + rule + "')::uuid"))
                    .isEqualTo(fixed(rehearsal, rule));
        }
    }

    private static Refusal fixed(Rehearsal rehearsal, String rule) {
        return Refusal.check(
                "commission_rule_versions_are_immutable",
                "version %s of a commission rule is immutable except for its end: write a new version"
                        .formatted(rehearsal.value("select md5('" + rule + "')::uuid")));
    }
}
