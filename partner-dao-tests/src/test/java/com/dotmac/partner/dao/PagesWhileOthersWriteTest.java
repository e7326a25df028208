package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.commissions.CommissionPagesTest;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartner;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerAccount;
import com.dotmac.partner.dao.partners.PartnerQuery;
import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.dao.support.Together;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The lists of partners, assignments and payouts, 50,000 rows each, while others insert among them; events: {@link
 * CommissionPagesTest}.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class PagesWhileOthersWriteTest {

    private static final int ROWS = 50_000;
    private static final int PAGE = 1_000;

    private static Programme programme;
    private static UUID partner;

    @BeforeAll
    static void given_many_rows(PartnerDatabase database) {
        programme = new Programme(database);
        partner = programme.activePartner("0.1").id();
        for (String statement : List.of(
                """
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                select 'acme', what || n, 'test', sha256((what || n)::bytea), 'user:1'
                from generate_series(1, {0}) n cross join (values ('partner-'), ('account-')) each (what)
                """,
                """
                insert into partners (tenant_id, partner_number, company_name, idempotency_key, created_by, updated_by)
                select 'acme', 'N-' || lpad((n * 7919 % 1000000)::text, 6, '0'), 'Company ' || n % 1000, 'partner-' || n, 'user:1', 'user:1'
                from generate_series(1, {0}) n
                """,
                """
                insert into partner_payouts (tenant_id, partner_id, currency, opened_by, status_changed_by)
                select tenant_id, id, 'USD', 'user:1', 'user:1' from partners where partner_number like 'N-%' limit {0}
                """,
                "insert into customers select md5(n::text)::uuid from generate_series(1, {0}) n",
                """
                insert into partner_accounts (tenant_id, partner_id, customer_id, starts_at, idempotency_key, created_by)
                select 'acme', (select id from partners where company_name = 'Northwind'), md5(n::text)::uuid,
                       '2026-01-01Z'::timestamptz + n % 100 * interval '1 hour', 'account-' || n, 'user:1'
                from generate_series(1, {0}) n
                """,
                "analyze")) {
            programme.sql.execute(statement.replace("{0}", "" + ROWS));
        }
    }

    @Test
    void partners_by_number_come_once_each_while_others_write() throws Exception {
        assertWhole(
                "select id from partners where tenant_id = 'acme'",
                after -> page(PartnerQuery.all(), after),
                Partner::id,
                PagesWhileOthersWriteTest::register);
    }

    @Test
    void partners_by_name_come_once_each_while_others_write() throws Exception {
        PartnerQuery byName = PartnerQuery.nameBeginsWith("company");
        assertWhole(
                "select id from partners where tenant_id = 'acme' and company_name like 'Company%'",
                after -> page(byName, after), Partner::id, PagesWhileOthersWriteTest::register);
    }

    @Test
    void payouts_come_once_each_while_others_write() throws Exception {
        List<UUID> partners =
                programme.sql.resultQuery("select id from partners limit 5000").fetchInto(UUID.class);
        assertWhole(
                "select id from partner_payouts where tenant_id = 'acme'",
                after -> programme.acme.payouts().list(PayoutQuery.all(), PAGE, after),
                Payout::id,
                random -> programme.sql.execute(
                        """
                        insert into partner_payouts (tenant_id, partner_id, currency, opened_by, status_changed_by)
                        values ('acme', ?, ?, 'user:1', 'user:1') on conflict do nothing
                        """,
                        partners.get(random.nextInt(partners.size())),
                        List.of("EUR", "JPY", "KWD").get(random.nextInt(3))));
    }

    @Test
    void assignments_come_once_each_while_others_write() throws Exception {
        assertWhole(
                "select id from partner_accounts where tenant_id = 'acme'",
                after -> after == null
                        ? programme.acme.partners().assignments(partner, PAGE)
                        : programme.acme.partners().assignments(partner, PAGE, after),
                PartnerAccount::id,
                random -> programme
                        .acme
                        .partners()
                        .assign(CustomerAssignment.from(
                                newKey(),
                                partner,
                                programme.customer(),
                                JANUARY.plusSeconds(random.nextInt(400_000)))));
    }

    private static Page<Partner> page(PartnerQuery query, @Nullable String after) {
        return programme.acme.partners().search(query, PAGE, after);
    }

    private static void register(Random random) {
        programme
                .acme
                .partners()
                .register(NewPartner.named(newKey(), "Company " + random.nextInt(1000))
                        .withNumber("N-" + random.nextInt(1_000_000) + "-" + newKey()));
    }

    /** Every row that was there at the start comes once, and no row comes twice, while two others write. */
    private static <T> void assertWhole(
            String atTheStart, Function<@Nullable String, Page<T>> list, Function<T, UUID> id, Consumer<Random> write)
            throws Exception {
        List<UUID> expected = programme.sql.resultQuery(atTheStart).fetchInto(UUID.class);
        assertThat(expected).hasSizeGreaterThanOrEqualTo(ROWS);
        AtomicBoolean reading = new AtomicBoolean(true);
        List<UUID> seen = new ArrayList<>();

        Together.run(3, thread -> {
            if (thread > 0) {
                Random random = new Random(thread);
                int written = 0;
                for (; reading.get(); written++) {
                    write.accept(random);
                }
                return written;
            }
            try {
                Optional<String> next = Optional.empty();
                do {
                    Page<T> page = list.apply(next.orElse(null));
                    page.items().forEach(row -> seen.add(id.apply(row)));
                    next = page.next();
                } while (next.isPresent());
            } finally {
                reading.set(false);
            }
            return seen.size();
        });

        Set<UUID> once = new HashSet<>(seen);
        assertThat(seen).as("rows read, each once").hasSameSizeAs(once);
        assertThat(expected.stream().filter(row -> !once.contains(row)))
                .as("rows that were there at the start and were not read")
                .isEmpty();
        assertThat(programme.sql.resultQuery(atTheStart).fetch()).hasSizeGreaterThan(expected.size());
    }
}
