package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerUser;
import com.dotmac.partner.dao.partners.PartnerUserUpdate;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.support.DaoMethods;
import com.dotmac.partner.dao.support.OpenTransactions;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each request that names a row of the host says so if there is no such row, and leaves nothing behind. {@link UnknownPartnerTest} and
 * {@link OtherTenantsIdsTest} do the same for rows of the library.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class UnknownHostRowTest {

    private static final Money TEN = Money.of("10", "USD");

    private interface Call {
        void with(UnknownHostRowTest test, PartnerScope scope, UUID id);
    }

    /** By class, method and the kind of the row. */
    private static final Map<String, Call> REQUESTS = Map.ofEntries(
            entry("CommissionDao.accrue customer", (test, scope, id) -> scope.commissions()
                    .accrue(sale(id, null))),
            entry("CommissionDao.accrue invoice", (test, scope, id) -> scope.commissions()
                    .accrue(sale(test.customer, id))),
            entry(
                    "CommissionDao.accrueAll customer",
                    (test, scope, id) -> refusal(outcomes -> scope.commissions()
                            .accrueAll(Stream.of(sale(id, null), sale(id, null)), BulkMode.KEEP_GOOD, outcomes::add))),
            entry(
                    "CommissionDao.accrueAll invoice",
                    (test, scope, id) -> refusal(outcomes -> scope.commissions()
                            .accrueAll(Stream.of(sale(test.customer, id)), BulkMode.KEEP_GOOD, outcomes::add))),
            entry("CommissionDao.record customer", (test, scope, id) -> scope.commissions()
                    .record(test.bonus(id, null))),
            entry("CommissionDao.record invoice", (test, scope, id) -> scope.commissions()
                    .record(test.bonus(test.customer, id))),
            entry(
                    "CommissionDao.recordAll customer",
                    (test, scope, id) -> refusal(outcomes -> scope.commissions()
                            .recordAll(
                                    Stream.of(test.bonus(id, null), test.bonus(id, null)),
                                    BulkMode.KEEP_GOOD,
                                    outcomes::add))),
            entry(
                    "CommissionDao.recordAll invoice",
                    (test, scope, id) -> refusal(outcomes -> scope.commissions()
                            .recordAll(
                                    Stream.of(test.bonus(null, id), test.bonus(test.customer, id)),
                                    BulkMode.KEEP_GOOD,
                                    outcomes::add))),
            entry("PartnerDao.assign customer", (test, scope, id) -> scope.partners()
                    .assign(CustomerAssignment.from(newKey(), test.partnerId, id, JANUARY))),
            entry("PartnerUserDao.add user", (test, scope, id) -> scope.users()
                    .add(test.ann().linkedTo(id))),
            entry("PartnerUserDao.change user", (test, scope, id) -> scope.users()
                    .change(PartnerUserUpdate.of(test.ben).linkedTo(id))));

    /** They write no reference to the host. */
    private static final Set<String> WITHOUT_REFERENCE = Set.of(
            "CommissionRuleDao.define",
            "CommissionRuleDao.matching",
            "CommissionRuleDao.preview",
            "CommissionRuleDao.simulate");

    private final PartnerDatabase database;
    private final Programme programme;
    private final UUID partnerId;
    private final UUID customer;
    private final PartnerUser ben;

    UnknownHostRowTest(PartnerDatabase database) {
        this.database = database;
        programme = new Programme(database);
        Partner partner = programme.activePartner("0.1");
        partnerId = partner.id();
        customer = programme.customerOf(partner);
        ben = programme
                .acme
                .users()
                .add(NewPartnerUser.of(newKey(), partnerId, "ben@example.com", "Ben", "clerk"))
                .value();
    }

    private static Sale sale(UUID customer, UUID invoice) {
        return new Sale(newKey(), customer, invoice, TEN, FEBRUARY);
    }

    private NewCommission bonus(UUID customer, UUID invoice) {
        return NewCommission.on(newKey(), partnerId, TEN, TEN, FEBRUARY).ofInvoice(customer, invoice);
    }

    private NewPartnerUser ann() {
        return NewPartnerUser.of(newKey(), partnerId, "ann@example.com", "Ann", "owner");
    }

    /** Throws why the rows were refused; they have one reason. */
    private static void refusal(Consumer<List<RowOutcome<?>>> bulk) {
        List<RowOutcome<?>> outcomes = new ArrayList<>();
        bulk.accept(outcomes);
        List<PartnerException> reasons = outcomes.stream()
                .map(outcome -> ((RowOutcome.Refused<?>) outcome).reason())
                .toList();
        assertThat(reasons)
                .extracting(PartnerException::getMessage)
                .containsOnly(reasons.get(0).getMessage());
        throw reasons.get(0);
    }

    static Stream<String> requests() {
        return REQUESTS.keySet().stream().sorted();
    }

    private void assertNotFound(Throwable refused, String kind, UUID id) {
        assertThat(refused)
                .isInstanceOfSatisfying(NotFound.class, notFound -> {
                    assertThat(notFound.code()).isEqualTo(PartnerException.Code.NOT_FOUND);
                    assertThat(notFound.kind())
                            .isEqualTo(
                                    kind.equals("user")
                                            ? NotFound.Kind.HOST_USER
                                            : NotFound.Kind.valueOf(kind.toUpperCase(Locale.ROOT)));
                    assertThat(notFound.id()).isEqualTo(id.toString());
                    assertThat(notFound.sqlState()).contains("23503");
                    assertThat(notFound.retryHelps()).isFalse();
                })
                .hasMessage("this tenant has no " + kind + " " + id + "; check the id and the tenant");
    }

    private static String kind(String request) {
        return request.substring(request.indexOf(' ') + 1);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void a_row_the_host_does_not_have_is_not_found(String request) {
        UUID nobody = UUID.randomUUID();
        String before = programme.fingerprint();

        Throwable refused = catchThrowable(() -> REQUESTS.get(request).with(this, programme.acme, nobody));

        assertNotFound(refused, kind(request), nobody);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void the_callers_transaction_goes_on_after_it(String request) {
        UUID nobody = UUID.randomUUID();
        String before = programme.fingerprint();

        database.sqlOfApplication().transaction(transaction -> {
            PartnerScope joined =
                    database.store(transaction.dsl()).tenant("acme").actingAs("user:42");
            assertNotFound(
                    catchThrowable(() -> REQUESTS.get(request).with(this, joined, nobody)), kind(request), nobody);
            assertThat(joined.partners().find(partnerId)).isPresent();
        });

        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    /** The row was there when the call began, and goes before the call has written. */
    @ParameterizedTest
    @MethodSource("requests")
    void a_row_that_the_host_deletes_meanwhile_is_not_found(String request) {
        String table = kind(request) + "s";
        UUID row = UUID.randomUUID();
        database.sql().execute("insert into " + table + " values (?)", row);
        String before = programme.fingerprint();

        CompletableFuture<Void> call = database.sql().transactionResult(host -> {
            host.dsl().execute("delete from " + table + " where id = ?", row);
            CompletableFuture<Void> begun =
                    CompletableFuture.runAsync(() -> REQUESTS.get(request).with(this, programme.acme, row));
            while (!begun.isDone() && !isSomebodyWaiting()) {
                Thread.onSpinWait();
            }
            assertThat(begun).isNotDone();
            return begun;
        });

        assertNotFound(catchThrowable(call::join).getCause(), kind(request), row);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    private boolean isSomebodyWaiting() {
        return database.sql()
                .fetchSingle("select count(*) > 0 from pg_stat_activity"
                        + " where datname = current_database() and wait_event_type = 'Lock'")
                .get(0, Boolean.class);
    }

    /** A host's trigger was off while a customer was deleted: the sale still names the customer. */
    @Test
    void a_refund_of_a_sale_whose_customer_is_gone_says_so() {
        Sale sale = sale(customer, null);
        programme
                .acme
                .commissions()
                .approve(programme.acme.commissions().accrue(sale).eventIds());
        programme.sql.transaction(host -> {
            host.dsl().execute("set local session_replication_role = replica");
            host.dsl().execute("delete from customers where id = ?", customer);
        });
        String before = programme.fingerprint();

        Throwable refused = catchThrowable(() -> programme
                .acme
                .sales()
                .refund(NewRefund.ofAmount(newKey(), sale.key(), Money.of("1", "USD"), "returned")));

        assertNotFound(refused, "customer", customer);
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @Test
    void a_host_that_leaves_the_references_out_may_name_any_row() {
        List<String> links = programme
                .sql
                .fetch("select conrelid::regclass || ' drop constraint ' || conname from pg_constraint"
                        + " where contype = 'f' and conname like '%\\_host\\_%'")
                .getValues(0, String.class);
        links.forEach(link -> programme.sql.execute("alter table " + link));

        REQUESTS.forEach((request, call) -> {
            if (!request.contains("All")) {
                try (OpenTransactions sessions = new OpenTransactions(database)) {
                    call.with(this, sessions.begin().acme, UUID.randomUUID());
                }
            }
        });
    }

    private static final Pattern METHOD = Pattern.compile(
            "public [^=;{}()]*? (\\w+)\\([^)]*\\b(?:Sale|NewCommission|CustomerAssignment|NewPartnerUser"
                    + "|PartnerUserUpdate|NewRule)\\b[^)]*\\)");

    @Test
    void the_table_has_every_method_whose_request_names_a_row_of_the_host() throws IOException {
        Set<String> methods = DaoMethods.declared(METHOD, method -> Stream.of(method.group(1)));

        Set<String> known = REQUESTS.keySet().stream()
                .map(request -> request.substring(0, request.indexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(WITHOUT_REFERENCE);
        assertThat(methods).isEqualTo(known);
    }
}
