package com.dotmac.partner.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Only the guards of partners and payouts write the audit trail. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class AuditTrailTest {

    private static final Refusal BY_HAND = Refusal.check(
            "status_change_is_recorded_by_its_guard",
            "rows of partner_status_changes may be written only by the guards of partners and payouts: change the status of the partner or payout");

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                insert into partner_status_changes (tenant_id, partner_id, from_status, to_status, changed_by)
                values ('acme', md5('contoso')::uuid, 'pending', 'active', 'user:1')
                """, """
                insert into partner_status_changes (tenant_id, partner_id, payout_id, from_status, to_status, changed_by)
                values ('acme', md5('contoso')::uuid, md5('contoso-open')::uuid, 'pending', 'ready', 'user:1')
                """, """
                insert into partner_status_changes select * from partner_status_changes on conflict do nothing
                """, """
                merge into partner_status_changes c using partners p on c.partner_id = p.id
                when not matched then insert (tenant_id, partner_id, from_status, to_status, changed_by)
                    values (p.tenant_id, p.id, 'pending', 'active', 'user:1')
                """, """
                do $$ begin
                    insert into partner_status_changes (tenant_id, partner_id, from_status, to_status, changed_by)
                    values ('acme', md5('contoso')::uuid, 'pending', 'active', 'user:1');
                end $$
                """})
    void the_audit_trail_is_not_written_by_hand(String sql) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(sql)).isEqualTo(BY_HAND);
        }
    }

    @Test
    void status_transitions_of_many_partners_in_one_statement_are_recorded_one_by_one() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("""
                    update partners set status = 'terminated', status_reason = company_name, updated_by = 'user:9',
                                        updated_at = now()
                    where tenant_id = 'acme'
                    """);

            assertThat(rehearsal.rows("""
                            select from_status, to_status, reason, (changed_at = now())::text from partner_status_changes
                            where changed_by = 'user:9'
                            """))
                    .containsExactlyInAnyOrder("active terminated Northwind true", "pending terminated Contoso true");
        }
    }
}
