package com.dotmac.partner.isolation;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Failure;
import com.dotmac.partner.dao.payouts.PayoutAttempt.Success;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The guards of a call that writes many rows read each of them a few times, not each for each other. With row security the planner
 * takes a table of changed rows, joined with a table that has policies, for one row.
 */
@ExtendWith(PartnerDatabaseExtension.class)
class GuardPlansTest {

    private static final int PARTNERS = 60;
    private static final int COMMISSIONS = 300;

    /** For one row or a few a loop is right. */
    private static final int LOOPS = 5;

    private static final Pattern CHANGED_ROWS = Pattern.compile("Named Tuplestore Scan .* loops=(\\d+)\\)");

    private final Programme programme;
    private final DataSource watched;
    private final PartnerScope acme;
    private final List<String> plans = new ArrayList<>();

    GuardPlansTest(PartnerDatabase database) {
        programme = new Programme(database);
        explain(database);
        watched = watched(DataSource.class, database.dataSource());
        acme = database.store(watched).tenant("acme").actingAs("user:42");
    }

    @Test
    void no_guard_reads_the_changed_rows_for_each_of_them() {
        List<Partner> partners = IntStream.range(0, PARTNERS)
                .mapToObj(n -> programme.activePartner("0.1"))
                .toList();
        List<UUID> customers = partners.stream().map(programme::customerOf).toList();

        record(partners, customers);
        acme.commissions().cancel(CommissionQuery.all().ofCustomer(customers.get(0)), "a mistake");
        acme.commissions().approve(CommissionQuery.all(), "checked");
        acme.payouts().closeAll(newKey(), FEBRUARY);
        report();
        changeByPlainSql();

        List<String> loops = plans.stream().filter(GuardPlansTest::readsInALoop).toList();
        assertThat(loops).isEmpty();
        assertThat(plans)
                .filteredOn(plan -> plan.contains("Named Tuplestore Scan"))
                .hasSizeGreaterThan(50);
    }

    private void record(List<Partner> partners, List<UUID> customers) {
        acme.commissions()
                .recordAll(
                        IntStream.range(0, COMMISSIONS)
                                .mapToObj(n -> NewCommission.on(
                                        "bonus-" + n,
                                        partners.get(n % PARTNERS).id(),
                                        Money.of("10", "USD"),
                                        Money.of("10", "USD"),
                                        JANUARY)),
                        BulkMode.ALL_OR_NOTHING,
                        outcome -> {});
        acme.commissions()
                .accrueAll(
                        IntStream.range(0, COMMISSIONS)
                                .mapToObj(n -> new Sale(
                                        "sale-" + n,
                                        customers.get(n % PARTNERS),
                                        null,
                                        Money.of("100", "USD"),
                                        JANUARY)),
                        BulkMode.ALL_OR_NOTHING,
                        outcome -> {});
    }

    private void report() {
        List<ClaimedPayout> claimed = acme.payouts().claim(PARTNERS, "worker", Duration.ofHours(1));
        acme.payouts()
                .succeedAll(
                        claimed.stream()
                                .limit(PARTNERS / 2)
                                .map(ClaimedPayout::attempt)
                                .map(attempt -> new Success(attempt.id(), "bank-" + attempt.id(), attempt.amount())),
                        outcome -> {});
        acme.payouts()
                .failAll(
                        claimed.stream()
                                .skip(PARTNERS / 2)
                                .map(mine -> new Failure(mine.attempt().id(), "no account")),
                        outcome -> {});
    }

    /** What the application's role may change of many rows at once, and the library changes one by one. */
    private void changeByPlainSql() {
        DSL.using(watched, SQLDialect.POSTGRES).transaction(transaction -> {
            DSLContext dsl = transaction.dsl();
            dsl.execute("select set_config('partner.tenant', 'acme', true)");
            dsl.execute("""
                    update partner_payouts
                    set status = 'cancelled', status_changed_at = now(), status_changed_by = 'test', status_reason = 'test'
                    where status = 'failed'
                    """);
            dsl.execute("""
                    update partner_accounts set ends_at = '2026-03-01Z', end_reason = 'test', end_decided_at = now(), end_decided_by = 'test'
                    """);
            dsl.execute("""
                    update partners set status = 'suspended', status_reason = 'test', updated_at = now(), updated_by = 'test'
                    """);
        });
    }

    private static boolean readsInALoop(String plan) {
        return CHANGED_ROWS.matcher(plan).results().anyMatch(scan -> Integer.parseInt(scan.group(1)) > LOOPS);
    }

    private void explain(PartnerDatabase database) {
        String role = "alter role \"" + database.dataSource().getUser() + "\" set ";
        for (String setting : List.of(
                "session_preload_libraries = 'auto_explain'",
                "auto_explain.log_min_duration = 0",
                "auto_explain.log_analyze = on",
                "auto_explain.log_nested_statements = on",
                "client_min_messages = 'log'")) {
            database.sql().execute(role + setting);
        }
    }

    private <T> T watched(Class<T> type, Object target) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        if (target instanceof PreparedStatement statement
                                && method.getName().equals("close")) {
                            for (SQLWarning plan = statement.getWarnings();
                                    plan != null;
                                    plan = plan.getNextWarning()) {
                                plans.add(plan.getMessage());
                            }
                        }
                        Object answer = method.invoke(target, arguments);
                        if (answer instanceof Connection) {
                            return watched(Connection.class, answer);
                        }
                        return answer instanceof PreparedStatement && target instanceof Connection
                                ? watched(PreparedStatement.class, answer)
                                : answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }
}
