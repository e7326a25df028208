package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The triggers record every payout hold, and nobody records one by hand. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PayoutHoldsTest {

    private static final String HOLDS = """
            select coalesce(from_hold, '-'), coalesce(to_hold, '-'), coalesce(reason, '-'), changed_by, (changed_at = now())::text
            from partner_payout_hold_changes where changed_by = 'user:9' order by partner_id, id
            """;

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @Test
    void holds_of_many_partners_in_one_statement_are_recorded_one_by_one() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("""
                    update partners set payout_hold_reason = company_name, updated_by = 'user:9', updated_at = now() where tenant_id = 'acme'
                    """);

            assertThat(rehearsal.rows(HOLDS))
                    .containsExactlyInAnyOrder("- Contoso - user:9 true", "- Northwind - user:9 true");
        }
    }

    @Test
    void another_reason_and_the_release_are_recorded_and_nothing_else_is() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal
                    .run(contoso("payout_hold_reason = 'fraud'"))
                    .run(contoso("payout_hold_reason = 'fraud', phone = '1'"))
                    .run(contoso("payout_hold_reason = 'court order'"))
                    .run(contoso("payout_hold_reason = null, payout_release_reason = 'lifted'"));

            assertThat(rehearsal.rows(HOLDS))
                    .containsExactlyInAnyOrder(
                            "- fraud - user:9 true",
                            "fraud court order - user:9 true",
                            "court order - lifted user:9 true");
        }
    }

    @Test
    void a_hold_is_not_recorded_by_hand() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf("""
                            insert into partner_payout_hold_changes (tenant_id, partner_id, to_hold, changed_by)
                            values ('acme', md5('contoso')::uuid, 'fraud', 'user:9')
                            """))
                    .isEqualTo(
                            Refusal.check(
                                    "payout_hold_change_is_recorded_by_its_guard",
                                    "rows of partner_payout_hold_changes may be written only by the guard of partners: change the payout hold of the partner"));
        }
    }

    private static String contoso(String change) {
        return "update partners set " + change
                + ", updated_by = 'user:9', updated_at = now() where company_name = 'Contoso'";
    }
}
