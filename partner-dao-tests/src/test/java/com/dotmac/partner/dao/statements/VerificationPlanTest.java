package com.dotmac.partner.dao.statements;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.statements.Verification.Checkpoint;
import com.dotmac.partner.dao.support.ManyEvents;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a verification reads, and the settings with which it reads. */
@ExtendWith(PartnerDatabaseExtension.class)
class VerificationPlanTest {

    private static final List<String> SETTINGS = List.of(
            "jit",
            "enable_nestloop",
            "enable_hashjoin",
            "enable_mergejoin",
            "enable_seqscan",
            "work_mem",
            "transaction_isolation");

    private final PartnerDatabase database;
    private final Programme programme;
    private final DSLContext sql;

    VerificationPlanTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        sql = database.sql();
    }

    @Test
    void verifying_since_a_checkpoint_reads_the_events_of_written_partners_alone() {
        List<UUID> partners = IntStream.range(0, 50)
                .mapToObj(n -> programme.activePartner("0.1").id())
                .toList();
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        new ManyEvents(sql).insert(partners, 20_000, Programme.JANUARY);
        sql.execute("analyze");
        Checkpoint before = programme.acme.statements().verify().checkpoint();
        programme.approvedSale(customer, "10", "USD", Programme.MARCH);

        database.sqlOfApplication().transaction(transaction -> {
            DSLContext dsl = transaction.dsl();
            dsl.execute("set local max_parallel_workers_per_gather = 0");
            StatementDao statements =
                    database.store(dsl).tenant("acme").actingAs("user:42").statements();
            Reads start = Reads.of(dsl);

            assertThat(statements.verifySince(before).isClean()).isTrue();

            Reads since = Reads.of(dsl);
            assertThat(since.scans() - start.scans()).isZero();
            assertThat(since.rows() - start.rows()).isLessThan(1_000);

            statements.verify();

            Reads all = Reads.of(dsl);
            assertThat(all.scans() - since.scans()).isPositive();
            assertThat(all.rows() - since.rows()).isGreaterThan(20_000);
        });
    }

    /** As after a restore. By a nested loop, twice the events would be read four times as often. */
    @Test
    void without_statistics_twice_the_events_are_read_twice_as_often() {
        List<UUID> partners = IntStream.range(0, 20)
                .mapToObj(n -> programme.activePartner("0.1").id())
                .toList();
        new ManyEvents(sql).insert(partners, 400, Programme.JANUARY);
        long rows = rowsOfVerification();

        new ManyEvents(sql).insert(partners, 400, Programme.FEBRUARY);

        assertThat(sql.fetchSingle("select reltuples from pg_class where oid = 'partner_commission_events'::regclass")
                        .get(0, Integer.class))
                .as("never analysed")
                .isEqualTo(-1);
        assertThat(rowsOfVerification()).isBetween(rows * 3 / 2, rows * 5 / 2);
    }

    private long rowsOfVerification() {
        return database.sqlOfApplication().transactionResult(transaction -> {
            DSLContext dsl = transaction.dsl();
            dsl.execute("set local max_parallel_workers_per_gather = 0");
            Reads start = Reads.of(dsl);
            assertThat(database.store(dsl)
                            .tenant("acme")
                            .actingAs("user:42")
                            .statements()
                            .verify()
                            .isClean())
                    .isTrue();
            return Reads.of(dsl).rows() - start.rows();
        });
    }

    /** Of the events and the sales, in this transaction. */
    private record Reads(long scans, long rows) {

        static Reads of(DSLContext dsl) {
            return dsl.fetchSingle("""
                            select sum(seq_scan)::bigint, sum(seq_tup_read + idx_tup_fetch)::bigint from pg_stat_xact_user_tables
                            where relname in ('partner_commission_events', 'partner_sales')
                            """).map(row -> new Reads(row.get(0, Long.class), row.get(1, Long.class)));
        }
    }

    /**
     * A refund is a request of its own, and books events of the partner. By a nested loop over all refunds of the tenant,
     * 60 events would read two million rows.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_keys_of_a_partner_with_many_refunds_are_read_without_the_other_requests_of_the_tenant(
            boolean asVerifySince) {
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customerOf(partner);
        for (int n = 0; n < 30; n++) {
            programme
                    .acme
                    .commissions()
                    .accrue(new Sale("sale-" + n, customer, null, Money.of("100", "USD"), Programme.JANUARY));
            programme
                    .acme
                    .sales()
                    .refund(NewRefund.ofAmount("refund-" + n, "sale-" + n, Money.of("40", "USD"), "returned"));
        }
        refundsOfOthers(40_000);
        sql.execute("analyze");

        long rows = sql.transactionResult(transaction -> {
            DSLContext dsl = transaction.dsl();
            dsl.execute("set local max_parallel_workers_per_gather = 0");
            if (asVerifySince) {
                PlannerSettings.readByIndex(dsl);
            }
            long start = rowsOfRequests(dsl);
            assertThat(dsl.fetch(
                            "select * from partner_broken_keys where tenant_id = 'acme' and partner_id = ?",
                            partner.id()))
                    .isEmpty();
            return rowsOfRequests(dsl) - start;
        });

        // For each of 60 events a handful of tables is asked for its key.
        assertThat(rows).isBetween(60L, 3_000L);
    }

    /** Copies of a sale and of its refund under other keys, past the guards. */
    private void refundsOfOthers(int count) {
        sql.transaction(transaction -> {
            transaction.dsl().execute("set local session_replication_role = replica");
            transaction.dsl().execute("""
                    insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                    select 'acme', what || n, 'import', sha256(n::text::bytea), 'job:import'
                    from generate_series(1, ?) n, unnest(array['other-sale-', 'other-refund-']) what
                    """, count);
            transaction.dsl().execute("""
                    insert into partner_sales
                    select (jsonb_populate_record(s, jsonb_build_object('id', md5('sale' || n)::uuid, 'idempotency_key', 'other-sale-' || n))).*
                    from partner_sales s, generate_series(1, ?) n where s.idempotency_key = 'sale-0'
                    """, count);
            transaction.dsl().execute("""
                    insert into partner_refunds
                    select (jsonb_populate_record(r, jsonb_build_object('id', md5('refund' || n)::uuid, 'sale_id', md5('sale' || n)::uuid,
                                                                        'idempotency_key', 'other-refund-' || n))).*
                    from partner_refunds r, generate_series(1, ?) n where r.idempotency_key = 'refund-0'
                    """, count);
        });
    }

    /** Read in this transaction from every table that has a row for a request. */
    private static long rowsOfRequests(DSLContext dsl) {
        return dsl.fetchSingle("""
                        select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables
                        where relname like 'partner%'
                        """).get(0, Long.class);
    }

    @Test
    void the_callers_transaction_keeps_its_settings() {
        Checkpoint checkpoint = programme.acme.statements().verify().checkpoint();
        Checkpoint ahead = new Checkpoint(checkpoint.transaction() + 1_000_000);
        database.sqlOfApplication().transaction(transaction -> {
            DSLContext dsl = transaction.dsl();
            dsl.execute("set local work_mem = '5MB'");
            dsl.execute("set local enable_hashjoin = off");
            StatementDao statements =
                    database.store(dsl).tenant("acme").actingAs("user:42").statements();
            List<String> before = settings(dsl);

            statements.verify();
            assertThat(settings(dsl)).isEqualTo(before);
            statements.verifySince(checkpoint);
            assertThat(settings(dsl)).isEqualTo(before);
            assertThatThrownBy(() -> statements.verifySince(ahead)).isInstanceOf(PartnerException.InvalidInput.class);
            assertThat(settings(dsl)).isEqualTo(before);

            // The database refuses a statement of the verification.
            dsl.execute("set local statement_timeout = 1");
            assertThatThrownBy(statements::verify).isInstanceOf(PartnerException.class);
            dsl.execute("set local statement_timeout = 0");
            assertThat(settings(dsl)).isEqualTo(before);
        });
    }

    private static List<String> settings(DSLContext dsl) {
        return SETTINGS.stream()
                .map(name -> name + " "
                        + dsl.fetchSingle("select current_setting(?)", name).get(0, String.class))
                .toList();
    }
}
