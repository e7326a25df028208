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

/** A partner begins pending, so that its audit trail is complete, and its identity never changes. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class PartnerConstraintsTest {

    private static final String INSERT = """
            insert into partners (tenant_id, id, partner_number, company_name, status, idempotency_key, created_by, updated_by)
            values %s
            """;

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows_and_the_requests_for_more(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
        database.sql().execute("""
                        insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                        select tenant, key, 'test', sha256('new'), 'user:1'
                        from unnest('{acme,other}'::text[]) as tenant, unnest('{new,newer}'::text[]) as key
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"active", "suspended", "terminated", "archived"})
    void a_partner_begins_pending(String status) {
        Refusal refusal =
                Refusal.check("partner_begins_pending", "a new partner must be pending: change its status afterwards");
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.refusalOf(INSERT.formatted(row("new", status))))
                    .isEqualTo(refusal);
            assertThat(rehearsal.refusalOf(INSERT.formatted(row("new", "pending") + ", " + row("newer", status))))
                    .isEqualTo(refusal);
        }
    }

    @Test
    void partners_that_begin_pending_are_accepted_and_have_no_audit_trail_yet() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(INSERT.formatted(row("new", "pending") + ", " + row("newer", "pending")));

            assertThat(rehearsal.value(
                            "select count(*) from partner_status_changes where partner_id = md5('new')::uuid"))
                    .isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tenant_id = 'other'",
                "id = md5('elsewhere')::uuid",
                "idempotency_key = 'newer'",
                "status = 'active', idempotency_key = 'newer'"
            })
    void a_partner_keeps_its_identity(String change) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(INSERT.formatted(row("new", "pending")));

            assertThat(rehearsal.refusalOf("update partners set " + change + " where id = md5('new')::uuid"))
                    .isEqualTo(
                            Refusal.check(
                                    "partner_identity_is_immutable",
                                    "tenant, id, idempotency key and registration of a partner are immutable: register a new partner"));
        }
    }

    @Test
    void one_changed_partner_refuses_the_whole_statement() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run(INSERT.formatted(row("new", "pending")));

            assertThat(rehearsal.refusalOf("""
                                    update partners
                                    set phone = '1', idempotency_key = replace(idempotency_key, 'new', 'newer')
                                    """).constraint()).isEqualTo("partner_identity_is_immutable");
        }
    }

    private static String row(String name, String status) {
        return "('acme', md5('%1$s')::uuid, '%1$s', 'New', '%2$s', '%1$s', 'user:1', 'user:1')".formatted(name, status);
    }
}
