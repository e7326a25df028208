package com.dotmac.partner.adoption;

import static com.dotmac.partner.schema.adoption.AdoptionConsent.SET_RULES_ASIDE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.schema.catalog.PartnerSchemaException;
import com.dotmac.partner.testkit.EmptyDatabase;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** adopt refuses what it cannot adopt safely, names it, and changes nothing. */
@ExtendWith(PartnerDatabaseExtension.class)
class RefusedAdoptionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "update partners set deleted_at = now() where partner_number = 'P-3'"
                        + "|1 rows of partners are marked as deleted (deleted_at): restore or delete them first"
                        + " (b0000000-0000-0000-0000-000000000003)",
                "update partners set tenant_id = null where partner_number = 'P-3'"
                        + "|1 partners belong to no tenant: set their tenant_id first (b0000000-0000-0000-0000-000000000003)",
                "update partner_accounts set tenant_id = 'globex' where id::text like '%1'"
                        + "|1 rows of partner_accounts belong to another tenant than their partner: correct their tenant_id first"
                        + " (e0000000-0000-0000-0000-000000000001)",
                "update partner_accounts set end_date = null where id::text like '%2'"
                        + "|1 accounts are not active but their end is not in the past: set it first (e0000000-0000-0000-0000-000000000002)",
                "update partner_accounts set end_date = now() + interval '1 day' where id::text like '%2'"
                        + "|1 accounts are not active but their end is not in the past: set it first (e0000000-0000-0000-0000-000000000002)",
                "update partner_payouts set status = 'READY', total_amount = 0, commission_count = 0 where id::text like '%2';"
                        + " update partner_commission_events set payout_id = null where id::text like '%3'"
                        + "|1 payouts are closed but there is nothing to pay, or events are linked to such payouts; correct them, or"
                        + " cancel the payouts with --cancel-empty-payouts",
                "update partner_commission_events set status = 'PAID' where id::text like '%4'"
                        + "|1 events are paid but in no payout; correct them, or put them into completed payouts without evidence of"
                        + " payment with --accept-paid-without-payout",
                "update partner_commission_events set status = 'PAID', commission_amount = -1, payout_id = null where id::text like '%5'"
                        + "|1 events are paid but in no payout, and add up to zero or less for their partner and currency; correct"
                        + " them, or approve them again with --reopen-paid-below-zero",
                "update partner_payouts set period_end = now() + interval '1 day' where id::text like '%1'"
                        + "|1 payouts are closed but their period has not ended: correct their period_end first"
                        + " (f0000000-0000-0000-0000-000000000001)",
                "alter table partners alter default_commission_rate type numeric(5,2);"
                        + " update partners set default_commission_rate = 1.5 where partner_number = 'P-3'"
                        + "|1 rows of partners have a default_commission_rate that is no fraction from 0 to 1: twelve and a half percent"
                        + " is 0.125; correct them first (b0000000-0000-0000-0000-000000000003)",
                "update partner_commission_events set commission_rate = 9.5 where id::text like '%1'"
                        + "|1 rows of partner_commission_events have a commission_rate that is no fraction from 0 to 1: twelve and a half"
                        + " percent is 0.125; correct them first (90000000-0000-0000-0000-000000000001)",
                "update partner_commission_events set currency = 'XXX' where id::text like '%6'"
                        + "|1 rows of partner_commission_events have a currency that this library does not know: correct it first"
                        + " (90000000-0000-0000-0000-000000000006)",
                "alter table partner_commission_events alter commission_amount type numeric(15,3);"
                        + " update partner_commission_events set commission_amount = 3.001 where id::text like '%5'"
                        + "|1 rows of partner_commission_events have a commission_amount with more decimal digits than their currency:"
                        + " correct it first (90000000-0000-0000-0000-000000000005)",
                "alter table partner_commission_events alter commission_amount type real"
                        + "|commission_amount of partner_commission_events is of type real, which is not exact: make it numeric first, and"
                        + " see what that rounds",
                "create function host_total() returns numeric begin atomic select sum(total_amount) from partner_payouts; end"
                        + "|function host_total() would stay with the old table partner_payouts: drop it first, and create it again afterwards",
                "create function host_partners() returns setof partners language sql as 'select * from partners'"
                        + "|function host_partners() would stay with the old table partners: drop it first, and create it again afterwards",
                "create trigger host_copy before update on partner_payouts"
                        + " for each row execute function suppress_redundant_updates_trigger()"
                        + "|trigger host_copy on table partner_payouts would stay with the old table partner_payouts: drop it first, and"
                        + " create it again afterwards",
                "create policy host_only on host_4 using (id in (select 1 from partners))"
                        + "|policy host_only on table host_4 would stay with the old table partners: drop it first, and create it again"
                        + " afterwards",
                "alter table partners enable row level security"
                        + "|row level security would stay with the old table partners: drop it first, and create it again afterwards",
                "update partner_payouts set total_amount = 21 where id::text like '%2'"
                        + "|1 totals or counts of payouts are not those of their events; correct them, or replace them with"
                        + " --recalculate-totals",
                "create table host_bonuses (id int, partner_id uuid constraint bonus_of references partners)"
                        + "|the host's table host_bonuses refers to partners (bonus_of): drop that constraint first, and add it again to the"
                        + " new key afterwards",
                "create view host_report as select sum(total_amount) from partner_payouts"
                        + "|the host's view host_report reads partner_payouts: drop it first, and create it again afterwards",
                "create schema partner_before_adoption"
                        + "|the schema partner_before_adoption exists already: rename or drop what an earlier adoption stored there",
                "insert into partner_commissions select id, id, 'REVENUE_SHARE', 0.1, null, null, now(), null, true, 'acme' from partners"
                        + " where partner_number = 'P-1'"
                        + "|1 rows of partner_commissions have no model and currency, which rules need here: define them again after the adoption,"
                        + " and leave these behind with --set-rules-aside",
            })
    void adopt_names_a_reason_that_can_be_seen_before_it_changes_anything(
            String change, String refusal, @EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute(change);
        List<String> everything = legacy.everything();

        assertThat(legacy.schema.adopt(Set.of()).refusals()).containsExactly(refusal);
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessage("adopt was refused and has changed nothing: " + refusal);

        assertThat(legacy.everything()).isEqualTo(everything);
    }

    @Test
    void a_base_that_would_be_rounded_ends_it_and_nothing_has_changed(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute("alter table partner_commission_events alter base_amount type numeric");
        legacy.execute("update partner_commission_events set base_amount = 1000.00004 where id::text like '%1'");
        List<String> everything = legacy.everything();

        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .hasMessage(
                        "adopt was refused and has changed nothing: 1 rows of partner_commission_events have a base_amount"
                                + " with more decimal digits than their currency: correct it first"
                                + " (90000000-0000-0000-0000-000000000001)");

        assertThat(legacy.everything()).isEqualTo(everything);
    }

    /** As the owner of the tables, who is not a superuser: a policy that is forced hides rows from it too. */
    @Test
    void rows_that_a_policy_hides_are_not_left_behind(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        String owner = "adopting_owner_" + Long.toUnsignedString(System.nanoTime());
        legacy.execute("create role " + owner);
        try {
            legacy.execute("create policy in_payout on partner_commission_events using (payout_id is not null)");
            legacy.execute("alter table partner_commission_events enable row level security");
            legacy.execute("alter table partner_commission_events force row level security");
            legacy.ownedBy(owner);

            assertThatThrownBy(() -> legacy.as(owner).applyAdoption(Set.of()))
                    .hasMessageStartingWith(
                            "adopt failed and left nothing of this step: ERROR: query would be affected by"
                                    + " row-level security policy for table \"partner_commission_events\"");
        } finally {
            legacy.execute("drop owned by " + owner + " cascade");
            legacy.execute("drop role " + owner);
        }
    }

    @Test
    void rules_of_another_kind_are_left_behind_on_request(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        legacy.execute(
                "insert into partner_commissions select id, id, 'REVENUE_SHARE', 0.1, null, null, now(), null, true, null from partners");

        legacy.schema.applyAdoption(Set.of(SET_RULES_ASIDE));

        assertThat(legacy.value("select count(*) from partner_commissions")).isEqualTo("0");
        assertThat(legacy.value("select count(*) from partner_before_adoption.partner_commissions"))
                .isEqualTo("3");
    }

    @Test
    void a_database_with_a_history_has_nothing_to_adopt(PartnerDatabase database) {
        Legacy legacy = Legacy.migrated(database);
        String refusal =
                "there is a history already, up to version 20: migrate applies what is pending, drift says what differs";

        assertThat(legacy.schema.adopt(Set.of()).refusals()).containsExactly(refusal);
        assertThatThrownBy(() -> legacy.schema.applyAdoption(Set.of()))
                .hasMessage("adopt was refused and has changed nothing: " + refusal);
    }

    @Test
    void migrate_refuses_tables_without_a_history_and_names_adopt(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.createAll(database);
        List<String> everything = legacy.everything();

        assertThatThrownBy(legacy.schema::migrate)
                .isInstanceOf(PartnerSchemaException.Refused.class)
                .hasMessageContaining(
                        "holds partner tables (partner_accounts, partner_commission_events, partner_commissions,"
                                + " partner_payouts, partner_users, partners) but no history of the migrations that created them")
                .hasMessageContaining(
                        "See which version they are nearest to, and adopt them: java -jar partner-schema-");

        assertThat(legacy.everything()).isEqualTo(everything);
    }

    @Test
    void what_a_host_put_on_tables_of_ours_is_not_dropped_silently(@EmptyDatabase PartnerDatabase database) {
        Legacy legacy = Legacy.byHand(database);
        legacy.execute("""
                create function host_audit() returns trigger language plpgsql as 'begin return null; end';
                create trigger host_audit after insert on partners for each statement execute function host_audit();
                alter table partner_users enable row level security;
                """);

        assertThat(legacy.schema.adopt(Set.of()).refusals())
                .containsExactly(
                        "the trigger partners.host_audit is the host's own: drop it first, and create it again afterwards",
                        "the row security partner_users is the host's own: drop it first, and create it again afterwards");
    }
}
