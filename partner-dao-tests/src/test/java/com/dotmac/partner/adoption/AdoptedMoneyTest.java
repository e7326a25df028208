package com.dotmac.partner.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.adoption.AdoptionConsent;
import com.dotmac.partner.schema.adoption.AdoptionFinding;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Events that were paid without a payout, and payouts that do not equal their events, end adopted with consents. */
@ExtendWith(PartnerDatabaseExtension.class)
class AdoptedMoneyTest {

    private static final Set<AdoptionConsent> ALL = EnumSet.allOf(AdoptionConsent.class);

    private static final String EVENTS =
            "select id::text, partner_id::text, currency::text, trim_scale(commission_amount), event_date from partner_commission_events order by 1";

    @Test
    void paid_events_without_a_payout_get_one_that_says_so(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        // No payout, a payout that does not exist, a payout in another currency, a payout that is not completed.
        legacy.execute("""
                update partner_commission_events set status = 'PAID', paid_at = '2026-04-01' where right(id::text, 1) in ('3', '4', '5', '6');
                update partner_commission_events set payout_id = 'ff000000-0000-0000-0000-000000000001' where right(id::text, 1) = '5';
                update partner_commission_events set payout_id = 'f0000000-0000-0000-0000-000000000002' where right(id::text, 1) = '4';
                update partner_payouts set status = 'READY' where right(id::text, 1) = '2';
                """);
        List<String> events = legacy.rows(EVENTS);

        assertThat(legacy.schema.adopt(Set.of()).findings())
                .extracting(finding -> finding.kind() + " " + finding.id() + " " + finding.column())
                .contains(
                        "PAID_WITHOUT_PAYOUT 90000000-0000-0000-0000-000000000003 payout_id",
                        "PAID_WITHOUT_PAYOUT 90000000-0000-0000-0000-000000000004 payout_id",
                        "PAID_WITHOUT_PAYOUT 90000000-0000-0000-0000-000000000005 payout_id",
                        "PAID_WITHOUT_PAYOUT 90000000-0000-0000-0000-000000000006 payout_id",
                        "ORPHAN 90000000-0000-0000-0000-000000000005 payout_id",
                        "FORBIDDEN_LINK 90000000-0000-0000-0000-000000000003 payout_id",
                        "FORBIDDEN_LINK 90000000-0000-0000-0000-000000000004 payout_id",
                        "TOTAL f0000000-0000-0000-0000-000000000002 total_amount",
                        "EMPTY_PAYOUT f0000000-0000-0000-0000-000000000002 status");
        assertThat(legacy.schema.adopt(ALL).refusals()).isEmpty();

        legacy.schema.applyAdoption(ALL);

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(EVENTS)).isEqualTo(events);
        assertThat(legacy.rows("""
                        select p.partner_id, p.currency::text, p.status, trim_scale(p.total_amount), p.commission_count, p.payment_reference,
                               p.status_reason
                        from partner_payouts p where close_key like '%without%' order by 1, 2
                        """))
                .containsExactly(
                        adopted("01", "EUR", "7.77"),
                        adopted("01", "USD", "20.25"),
                        adopted("02", "USD", "3"),
                        adopted("03", "JPY", "500"));
        assertThat(
                        legacy.rows(
                                "select status, trim_scale(total_amount), status_reason from partner_payouts where id::text like '%-000000000002'"))
                .containsExactly(
                        "[cancelled, 0, adopted: it was ready but its events add up to 0: there is nothing to pay; adopted: its"
                                + " total amount was 20.25, its events add up to 0]");
        assertThat(legacy.rows("""
                        select c.old_value, p.currency::text from partner_before_adoption.changes c join partner_payouts p on p.id::text = c.new_value
                        where kind = 'PAID_WITHOUT_PAYOUT' and right(row_id, 1) = '4'
                        """)).containsExactly("[null, EUR]");
    }

    private static String adopted(String partner, String currency, String total) {
        return "[b0000000-0000-0000-0000-0000000000" + partner + ", " + currency + ", completed, " + total
                + ", 1, adopted without evidence of payment, adopted: 1 events were marked as paid but in no payout; there is no"
                + " evidence of the payment]";
    }

    @Test
    void totals_that_do_not_add_up_are_replaced_and_the_old_figure_is_on_record(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("""
                update partner_payouts set total_amount = 149.99 where right(id::text, 1) = '1';
                update partner_payouts set commission_count = 7 where right(id::text, 1) = '2';
                """);
        List<String> everything = legacy.everything();
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .hasMessageContaining("2 totals or counts of payouts are not those of their events");
        assertThat(legacy.everything()).isEqualTo(everything);
        assertThat(legacy.schema.adopt(Set.of()).findings())
                .extracting(AdoptionFinding::toString)
                .containsExactly(
                        "partner_payouts f0000000-0000-0000-0000-000000000001: total_amount 149.99 for 2 is not what its events add"
                                + " up to, which is 150 for 2",
                        "partner_payouts f0000000-0000-0000-0000-000000000002: commission_count 7 is not the number of its events,"
                                + " which is 1");

        legacy.schema.applyAdoption(Set.of(AdoptionConsent.RECALCULATE_TOTALS));

        legacy.endsWhereMigrateEnds(other);
        assertThat(
                        legacy.rows(
                                "select row_id, column_name, old_value, new_value from partner_before_adoption.changes order by 1"))
                .containsExactly(
                        "[f0000000-0000-0000-0000-000000000001, total_amount, 149.99, 150]",
                        "[f0000000-0000-0000-0000-000000000002, commission_count, 7, 1]");
        assertThat(
                        legacy.rows(
                                "select trim_scale(total_amount), commission_count, status_reason from partner_payouts order by id"))
                .containsExactly(
                        "[150, 2, adopted: its total amount was 149.99, its events add up to 150]",
                        "[20.25, 1, adopted: its period had ended]");
    }

    @Test
    void a_paid_event_of_ours_whose_payout_is_gone_is_adopted_in_place(
            @EmptyDatabase PartnerDatabase database, @EmptyDatabase PartnerDatabase other) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute(Legacy.resource("rows_of_ours.sql"));
        legacy.execute("""
                alter table partner_commission_events disable trigger user;
                update partner_commission_events set status = 'paid', paid_at = '2026-04-01' where right(id::text, 1) = '2';
                alter table partner_commission_events enable trigger user;
                """);

        legacy.schema.applyAdoption(ALL);

        legacy.endsWhereMigrateEnds(other);
        assertThat(legacy.rows(
                        "select status, payment_reference from partner_payouts where close_key like '%without%'"))
                .containsExactly("[completed, adopted without evidence of payment]");
    }

    @Test
    void a_rehearsal_ends_as_the_adoption_would_and_changes_nothing(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        List<String> everything = legacy.everything();

        assertThat(legacy.schema.rehearseAdoption(Set.of()).refusals()).isEmpty();
        assertThat(legacy.everything()).isEqualTo(everything);

        legacy.execute("alter table partners drop constraint partners_partner_number_key");
        legacy.execute("update partners set partner_number = 'P-1'");
        assertThat(legacy.schema.rehearseAdoption(Set.of()).refusals())
                .isEqualTo(legacy.schema.adopt(Set.of()).refusals())
                .containsExactly(
                        "2 rows of partners have a partner_number that another partner of their tenant has too: give"
                                + " each its own first (b0000000-0000-0000-0000-000000000001, b0000000-0000-0000-0000-000000000002)");
    }

    @Test
    void values_without_a_column_stay_readable(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("update partner_commission_events set notes = 'by phone' where right(id::text, 1) = '2'");
        legacy.execute(
                "update partner_payouts set payment_method = 'wire', notes = 'late' where right(id::text, 1) = '1'");

        legacy.schema.applyAdoption(Set.of());

        assertThat(legacy.rows("""
                        select v.table_name, (v.old_values - 'status' - 'payout_id' - 'total_amount' - 'updated_at')::text from partner_before_adoption.old_values v
                        where v.table_name = 'partner_commission_events' and right(v.row_id, 1) = '2'
                           or v.table_name = 'partner_payouts' and right(v.row_id, 1) = '1'
                           or v.table_name = 'partner_accounts' and right(v.row_id, 1) = '1'
                        order by 1
                        """))
                .containsExactly(
                        "[partner_accounts, {\"is_active\": true, \"engagement_type\": \"direct\"}]",
                        "[partner_commission_events, {\"notes\": \"by phone\", \"event_type\": \"bonus\"}]",
                        "[partner_payouts, {\"notes\": \"late\", \"payment_method\": \"wire\"}]");
    }
}
