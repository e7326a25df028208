package com.dotmac.partner.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.schema.PartnerSchema;
import com.dotmac.partner.schema.catalog.Difference;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import com.dotmac.partner.testkit.WithoutRowSecurity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One line names a change by hand, and the statement beside it reverts the change. */
@Tag("server")
@WithoutRowSecurity
@ExtendWith(PartnerDatabaseExtension.class)
class DriftTest {

    private record Change(String sql, String line) {

        @Override
        public String toString() {
            return sql;
        }
    }

    private static Change change(String sql, String line) {
        return new Change(sql, line);
    }

    static Stream<Change> changes() {
        return Stream.of(
                change("drop index partner_payouts_ready", "missing index partner_payouts_ready"),
                change(
                        "create index by_phone on partners (phone)",
                        "extra index by_phone (CREATE INDEX by_phone ON partners USING btree (phone))"),
                change(
                        "drop index partners_hot; create index partners_hot on partners (phone)"
                                        .replace("partners_hot", "partner_users_by_user")
                                        .replace("on partners (phone)", "on partner_users (user_id)")
                                + "; comment on index partner_users_by_user is 'Serves the host when it deletes a user.'",
                        "different index partner_users_by_user: expected CREATE INDEX partner_users_by_user ON partner_users"
                                + " USING btree (user_id) WHERE user_id IS NOT NULL, found CREATE INDEX"
                                + " partner_users_by_user ON partner_users USING btree (user_id)"),
                change(
                        "update pg_index set indisvalid = false where indexrelid = 'partner_payouts_ready'::regclass",
                        "different index partner_payouts_ready: expected CREATE INDEX partner_payouts_ready ON"
                                + " partner_payouts USING btree (tenant_id, closed_at, id) WHERE status ="
                                + " 'ready'::partner_payout_status, found CREATE INDEX partner_payouts_ready ON"
                                + " partner_payouts USING btree (tenant_id, closed_at, id) WHERE status ="
                                + " 'ready'::partner_payout_status (invalid)"),
                change(
                        "alter index partner_payouts_ready rename to payouts_to_pay",
                        "renamed index partner_payouts_ready: is called payouts_to_pay"),
                change(
                        "alter table partners alter column phone type text",
                        "different column partners.phone: expected character varying(50), found text"),
                change(
                        "alter table partners alter column partner_number type varchar(50) collate \"POSIX\"",
                        "different column partners.partner_number: expected character varying(50) collate \"C\","
                                + " found character varying(50) collate \"POSIX\""),
                change(
                        "alter table partners add column note text not null default ''; comment on column partners.note is 'x'",
                        "extra column partners.note (text)"),
                change("alter table partners drop column phone", "missing column partners.phone"),
                change("alter table partners drop column row_version", "missing column partners.row_version"),
                change(
                        "alter table partners alter column company_name drop not null",
                        "missing not null partners.company_name"),
                change(
                        "alter table partners alter column phone set not null",
                        "extra not null partners.phone (not null)"),
                change(
                        "alter table partners alter column tier set default 'gold'",
                        "different default partners.tier: expected 'bronze'::partner_tier, found 'gold'::partner_tier"),
                change("alter table partners alter column tier drop default", "missing default partners.tier"),
                change(
                        "alter table partners alter column phone set default '?'",
                        "extra default partners.phone ('?'::character varying)"),
                change(
                        "alter table partners disable trigger partner_guard_partners",
                        "different trigger state partners.partner_guard_partners: expected enabled, found disabled"),
                change(
                        "alter table partners enable always trigger partner_guard_partners",
                        "different trigger state partners.partner_guard_partners: expected enabled, found enabled always"),
                change(
                        "drop trigger partner_guard_partners on partners",
                        "missing trigger partners.partner_guard_partners"),
                change(
                        "alter trigger partner_guard_partners on partners rename to guard",
                        "renamed trigger partners.partner_guard_partners: is called guard"),
                change(
                        "create trigger audited before truncate on partners for each statement execute function partner_refuse_truncate()",
                        "extra trigger partners.audited (CREATE TRIGGER audited BEFORE TRUNCATE ON partners FOR EACH"
                                + " STATEMENT EXECUTE FUNCTION partner_refuse_truncate())"),
                change(
                        "create or replace function partner_money_fits(amount numeric, currency char(3)) returns boolean"
                                + " language sql immutable parallel safe return true",
                        "different function partner_money_fits(numeric,character): its text was changed"),
                change(
                        "alter function partner_guard_partners() set search_path = pg_temp, public",
                        "different function partner_guard_partners(): its text was changed"),
                change(
                        "alter function partner_guard_partners() reset search_path",
                        "different function partner_guard_partners(): its text was changed"),
                change(
                        "create function partner_money_fits(amount integer) returns boolean language sql return true",
                        "extra function partner_money_fits(integer)"),
                change(
                        "alter table partners rename constraint partner_has_tenant to partners_tenant_check",
                        "renamed constraint partners.partner_has_tenant: is called partners_tenant_check"),
                change(
                        "alter table partners rename constraint partner_number_is_unique to partners_number_key",
                        "renamed constraint partners.partner_number_is_unique: is called partners_number_key"),
                change(
                        "alter table partners drop constraint partner_has_tenant",
                        "missing constraint partners.partner_has_tenant"),
                change(
                        "alter table partners drop constraint partner_number_is_unique",
                        "missing constraint partners.partner_number_is_unique"),
                change(
                        "alter table partner_accounts drop constraint partner_account_periods_do_not_overlap",
                        "missing constraint partner_accounts.partner_account_periods_do_not_overlap"),
                change(
                        "alter table partner_users drop constraint partner_user_is_a_host_user",
                        "missing constraint partner_users.partner_user_is_a_host_user"),
                change(
                        "alter table partners add check (phone <> '')",
                        "extra constraint partners.partners_phone_check (CHECK (phone::text <> ''::text))"
                                .replace("CHECK (phone::text <> ''::text)", "CHECK (((phone)::text <> ''::text))")),
                change(
                        "alter table partners drop constraint partner_has_tenant,"
                                + " add constraint partner_has_tenant check (btrim(tenant_id) <> '') not valid",
                        "different constraint partners.partner_has_tenant: expected CHECK ((btrim((tenant_id)::text) <>"
                                + " ''::text)), found CHECK ((btrim((tenant_id)::text) <> ''::text)) NOT VALID"),
                change(
                        "alter table partner_users drop constraint partner_user_is_a_host_user,"
                                + " add constraint partner_user_is_a_host_user foreign key (user_id) references users (id)",
                        "different constraint partner_users.partner_user_is_a_host_user: expected FOREIGN KEY (user_id)"
                                + " REFERENCES ${host} ON DELETE SET NULL, found FOREIGN KEY (user_id) REFERENCES ${host}"),
                change(
                        "alter table partner_payout_minimums disable trigger all",
                        "extra foreign key state partner_payout_minimums.payout_minimum_belongs_to_partner (not enforced)"),
                change(
                        "alter table partner_payout_minimums set unlogged",
                        "different table partner_payout_minimums: expected permanent table, found unlogged table"),
                change(
                        "alter table partner_payout_minimums set unlogged;"
                                + " alter table partner_payout_minimums set (fillfactor = 60)",
                        "different table partner_payout_minimums: expected permanent table,"
                                + " found unlogged table with (fillfactor=60)"),
                change(
                        "alter table partner_payouts set (fillfactor = 70)",
                        "different table partner_payouts: expected permanent table with (fillfactor=50),"
                                + " found permanent table with (fillfactor=70)"),
                change(
                        "alter table partner_payouts reset (fillfactor)",
                        "different table partner_payouts: expected permanent table with (fillfactor=50), found permanent table"),
                change(
                        "alter table partner_payouts set (autovacuum_enabled = false)",
                        "different table partner_payouts: expected permanent table with (fillfactor=50),"
                                + " found permanent table with (autovacuum_enabled=false, fillfactor=50)"),
                change(
                        "alter table partners set (fillfactor = 70)",
                        "different table partners: expected permanent table, found permanent table with (fillfactor=70)"),
                change(
                        "create rule no_deletes as on delete to partners do instead nothing",
                        "extra rule partners.no_deletes (CREATE RULE no_deletes AS ON DELETE TO partners DO INSTEAD NOTHING;)"),
                change("alter table partners enable row level security", "extra row security partners (enabled)"),
                change(
                        "alter table partners force row level security; alter table partners enable row level security",
                        "extra row security partners (enabled and forced)"),
                change(
                        "create policy own_rows on partners for select using (tenant_id = current_user)",
                        "extra policy partners.own_rows (permissive for select to public using (((tenant_id)::text ="
                                + " CURRENT_USER)))"),
                change("drop view partner_broken_invariants", "missing view partner_broken_invariants"),
                change(
                        "alter view partner_broken_links reset (security_invoker)",
                        "different view partner_broken_links: its text was changed"),
                change(
                        "create or replace view partner_broken_invariants with (security_invoker = true) as"
                                + " select null::varchar(255) as tenant_id, null::uuid as partner_id, ''::text as invariant,"
                                + " ''::text as table_name, ''::text as row_id, ''::text as detail where false",
                        "different view partner_broken_invariants: its text was changed"),
                change("comment on view partner_broken_links is null", "missing comment view partner_broken_links"),
                change("comment on column partners.tier is null", "missing comment column partners.tier"),
                change(
                        "comment on table partners is 'It''s ours'",
                        "different comment table partners: expected A company that earns commissions on the sales of the"
                                + " customers assigned to it., found It's ours"),
                change(
                        "comment on constraint partner_has_tenant on partners is 'Why'",
                        "extra comment constraint partner_has_tenant on partners (Why)"));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_change_by_hand_is_one_line_and_its_repair_undoes_it(Change change, PartnerDatabase database) {
        PartnerSchema schema = Schemas.linked(database);
        assertThat(schema.drift()).isEmpty();
        Sql.run(database, change.sql());

        List<Difference> differences = schema.drift();

        assertThat(differences).extracting(Difference::toString).containsExactly(change.line());
        differences.forEach(difference -> Sql.runOneByOne(database, difference.repair()));
        assertThat(schema.drift()).isEmpty();
    }
}
