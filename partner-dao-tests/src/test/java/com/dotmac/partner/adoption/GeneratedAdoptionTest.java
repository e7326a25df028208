package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.adoption.Adoption;
import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Databases of {@code create_all()} with all faults mixed, made from a seed: every one ends adopted with the same rows, or
 * refused by the look with every reason. The ten seeds were chosen by a rule, 1001 and on, before anybody ran them. The system
 * properties {@code adoption.firstSeed} and {@code adoption.seeds} choose others, and how many.
 */
@Tag("slow")
@ExtendWith(PartnerDatabaseExtension.class)
class GeneratedAdoptionTest {

    private static final Set<AdoptionConsent> ALL = EnumSet.allOf(AdoptionConsent.class);

    private static final String ADDED_EVENTS =
            "select new_value from partner_before_adoption.changes where kind = 'UNEXPLAINED_PAYMENT'";

    private static final String ROWS = """
            select 'event', id::text, partner_id::text, currency::text, trim_scale(commission_amount::numeric), event_date::timestamptz
            from partner_commission_events
            union all
            select 'partner', id::text, partner_number, null, default_commission_rate::numeric(7, 6), created_at from partners
            union all
            select 'payout', p.id::text, p.partner_id::text, p.currency::text, null, null from partner_payouts p where p.id::text like 'f0%'
            union all
            select 'paid', p.id::text, p.partner_id::text, p.currency::text, trim_scale(p.total_amount), null from partner_payouts p
            where p.id::text like 'f0%' and lower(p.status::text) = 'completed' and p.total_amount > 0
            union all
            select 'account', id::text, partner_id::text, null, custom_commission_rate::numeric(7, 6), created_at from partner_accounts
            union all
            select 'user', id::text, partner_id::text, email, null, created_at from partner_users
            order by 1, 2
            """;

    static IntStream seeds() {
        int first = Integer.getInteger("adoption.firstSeed", 1001);
        return IntStream.range(first, first + Integer.getInteger("adoption.seeds", 10));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void slips_of_money_are_adopted_without_a_statement_by_hand(
            int seed, @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = generated(database, seed, "generated_rows.sql");
        List<String> everything = legacy.everything();
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .isInstanceOf(PartnerSchemaException.Refused.class);
        assertThat(legacy.everything()).isEqualTo(everything);

        assertThat(legacy.schema.adopt(ALL).refusals()).isEmpty();
        assertThat(legacy.everything()).isEqualTo(everything);
        isAdopted(legacy, other);
    }

    /** Deletes the rows that the look refuses, and only those: nothing else was in the way. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void faults_that_no_consent_heals_are_refused_by_the_look_each_with_its_rows(
            int seed, @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = generated(database, seed, "generated_rows.sql", "generated_faults.sql");
        List<String> everything = legacy.everything();

        Adoption looked = legacy.schema.adopt(ALL);
        if (!looked.refusals().isEmpty()) {
            assertThatThrownBy(() -> legacy.schema.applyAdoption(ALL))
                    .hasMessage("adopt was refused and has changed nothing: " + String.join("; ", looked.refusals()));
            assertThat(legacy.everything()).isEqualTo(everything);
            looked.findings().stream()
                    .filter(finding -> finding.kind() == AdoptionFinding.Kind.REFUSED)
                    .forEach(row -> legacy.execute("delete from " + row.table() + " where id = '" + row.id() + "'"));
            // Partners take their rows with them, but these two hang together by no key any more.
            legacy.execute("""
                    delete from partner_commission_events e where not exists (select from partners p where p.id = e.partner_id)
                    """);
        }
        assertThat(legacy.schema.adopt(ALL).refusals()).isEmpty();
        isAdopted(legacy, other);
    }

    private static Legacy generated(PartnerDatabase database, int seed, String... scripts) {
        Legacy legacy = Legacy.createAll(database);
        StringBuilder script = new StringBuilder("select setseed(" + seed / 1_000_000.0 + ");\n");
        for (String name : scripts) {
            script.append(Legacy.resource(name));
        }
        legacy.execute(script.toString());
        return legacy;
    }

    private static void isAdopted(Legacy legacy, PartnerDatabase other) {
        List<String> rows = legacy.rows(ROWS);
        legacy.schema.applyAdoption(ALL);
        legacy.endsWhereMigrateEnds(other);
        legacy.execute("create table added as " + ADDED_EVENTS);
        assertThat(legacy.rows("""
                        select * from (%s) r (kind, id, owner, currency, amount, at)
                        where kind <> 'paid' and id not in (table added)
                        """.formatted(ROWS)))
                .isEqualTo(
                        rows.stream().filter(row -> !row.startsWith("[paid,")).toList());
        // What was paid is still paid, with or without evidence of what for.
        for (String paid : rows.stream().filter(row -> row.startsWith("[paid,")).toList()) {
            String[] of = paid.split(", ");
            assertThat(legacy.rows("select status, total_amount >= " + of[4] + " from partner_payouts where id = '"
                            + of[1] + "'"))
                    .containsExactly("[completed, true]");
        }
    }
}
