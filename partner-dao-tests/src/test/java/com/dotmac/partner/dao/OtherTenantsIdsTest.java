package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionOrder;
import com.dotmac.partner.dao.commissions.CommissionQuery;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.partners.PartnerAccount;
import com.dotmac.partner.dao.partners.PartnerDetails;
import com.dotmac.partner.dao.partners.PartnerUpdate;
import com.dotmac.partner.dao.partners.PartnerUserUpdate;
import com.dotmac.partner.dao.payouts.ClaimedPayout;
import com.dotmac.partner.dao.payouts.PayoutAttempt;
import com.dotmac.partner.dao.payouts.PayoutQuery;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.sales.NewRefund;
import com.dotmac.partner.dao.sales.SaleQuery;
import com.dotmac.partner.dao.support.DaoMethods;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An id or a key of another tenant is answered as one that nobody has. {@link UnknownPartnerTest} does the same for partners. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class OtherTenantsIdsTest {

    private static final Money TEN = Money.of("10", "USD");
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final RuleRevision REVISION =
            new RuleRevision(CommissionTerms.revenueShare("0.3"), CommissionCaps.NONE, null, MARCH);

    private interface Call {
        Object with(PartnerScope scope, UUID id);
    }

    private interface KeyCall {
        Object with(PartnerScope scope, String key);
    }

    /** By class, method, number of parameters, and the parameter. */
    private static final Map<String, Call> CALLS = Map.ofEntries(
            entry("CommissionDao.find/1 eventId", (scope, id) -> scope.commissions()
                    .find(id)),
            entry("CommissionDao.explain/1 eventId", (scope, id) -> scope.commissions()
                    .explain(id)),
            entry("CommissionDao.clawBack/4 eventId", (scope, id) -> scope.commissions()
                    .clawBack("k", id, TEN, "why")),
            entry("CommissionDao.clawBackAtMost/4 eventId", (scope, id) -> scope.commissions()
                    .clawBackAtMost("k", id, TEN, "why")),
            entry("CommissionDao.undoClawback/3 eventId", (scope, id) -> scope.commissions()
                    .undoClawback("k", id, "why")),
            entry("CommissionDao.approve/1 eventIds", (scope, id) -> scope.commissions()
                    .approve(List.of(id))),
            entry("CommissionDao.approve/2 eventIds", (scope, id) -> scope.commissions()
                    .approve(List.of(id), "why")),
            entry("CommissionDao.cancel/2 eventIds", (scope, id) -> scope.commissions()
                    .cancel(List.of(id), "why")),
            entry("SaleDao.endAssignment/4 accountId", (scope, id) -> scope.sales()
                    .endAssignment("k", id, MARCH, "why")),
            entry("SaleDao.reviseRule/4 ruleId", (scope, id) -> scope.sales().reviseRule("k", id, REVISION, "why")),
            entry("SaleDao.retireRule/4 ruleId", (scope, id) -> scope.sales().retireRule("k", id, MARCH, "why")),
            entry("CommissionRuleDao.revise/3 ruleId", (scope, id) -> scope.rules()
                    .revise("k", id, REVISION)),
            entry("CommissionRuleDao.retire/2 ruleId", (scope, id) -> scope.rules()
                    .retire(id, MARCH)),
            entry("CommissionRuleDao.find/1 ruleId", (scope, id) -> scope.rules()
                    .find(id)),
            entry("CommissionRuleDao.versions/1 ruleId", (scope, id) -> scope.rules()
                    .versions(id)),
            entry("PartnerDao.endAssignment/3 accountId", (scope, id) -> scope.partners()
                    .endAssignment(id, MARCH, "why")),
            entry("PartnerDao.assignmentsOfCustomer/2 customerId", (scope, id) -> scope.partners()
                    .assignmentsOfCustomer(id, FEBRUARY)),
            entry("PartnerUserDao.find/1 userId", (scope, id) -> scope.users().find(id)),
            entry("PartnerUserDao.ofHostUser/1 hostUserId", (scope, id) -> scope.users()
                    .ofHostUser(id)),
            entry("PartnerUserDao.makePrimary/1 userId", (scope, id) -> scope.users()
                    .makePrimary(id)),
            entry("PartnerUserDao.deactivate/2 userId", (scope, id) -> scope.users()
                    .deactivate(id, "why")),
            entry("PartnerUserDao.reactivate/2 userId", (scope, id) -> scope.users()
                    .reactivate(id, "why")),
            entry("PayoutDao.find/1 payoutId", (scope, id) -> scope.payouts().find(id)),
            entry("PayoutDao.blockers/1 eventId", (scope, id) -> scope.payouts().blockers(id)),
            entry("PayoutDao.history/1 payoutId", (scope, id) -> scope.payouts().history(id)),
            entry("PayoutDao.attempts/1 payoutId", (scope, id) -> scope.payouts()
                    .attempts(id)),
            entry("PayoutDao.retry/2 payoutId", (scope, id) -> scope.payouts().retry(id, "why")),
            entry("PayoutDao.cancel/2 payoutId", (scope, id) -> scope.payouts().cancel(id, "why")),
            entry("PayoutDao.cancel/3 payoutId", (scope, id) -> scope.payouts().cancel(id, "why", "the bank says so")),
            entry("PayoutDao.recordReturn/3 payoutId", (scope, id) -> scope.payouts()
                    .recordReturn("k", id, "why")),
            entry("PayoutDao.undoReturn/3 eventId", (scope, id) -> scope.payouts()
                    .undoReturn("k", id, "why")),
            entry("PayoutPayments.claim/3 payoutId", (scope, id) -> scope.payouts()
                    .claim(id, "worker", LEASE)),
            entry("PayoutPayments.succeed/3 attemptId", (scope, id) -> scope.payouts()
                    .succeed(id, "r", TEN)),
            entry("PayoutPayments.recordPayment/5 attemptId", (scope, id) -> scope.payouts()
                    .recordPayment("k", id, "r", TEN, "why")),
            entry("PayoutPayments.extendLease/2 attemptId", (scope, id) -> scope.payouts()
                    .extendLease(id, LEASE)),
            entry("PayoutPayments.fail/2 attemptId", (scope, id) -> scope.payouts()
                    .fail(id, "why")),
            entry("PayoutPayments.markUnknown/2 attemptId", (scope, id) -> scope.payouts()
                    .markUnknown(id, "why")));

    /** The id is in the request or the query. */
    private static final Map<String, Call> REQUESTS = Map.ofEntries(
            entry("change a partner user", (scope, id) -> scope.users()
                    .change(new PartnerUserUpdate(id, 1, "a@example.com", "Ann", "owner", Optional.empty()))),
            entry("update a partner", (scope, id) -> scope.partners()
                    .update(new PartnerUpdate(id, 1, PartnerDetails.named("Northwind")))),
            entry("simulate a rule", (scope, id) -> scope.rules().simulate(List.of(rule(id)), JANUARY, MARCH)),
            entry(
                    "events of a partner",
                    (scope, id) -> listed(scope, CommissionQuery.all().ofPartner(id))),
            entry(
                    "events of a customer",
                    (scope, id) -> listed(scope, CommissionQuery.all().ofCustomer(id))),
            entry(
                    "events of an invoice",
                    (scope, id) -> listed(scope, CommissionQuery.all().ofInvoice(id))),
            entry(
                    "events in a payout",
                    (scope, id) -> listed(scope, CommissionQuery.all().inPayout(id))),
            entry("approve events of a partner", (scope, id) -> scope.commissions()
                    .approve(CommissionQuery.all().ofPartner(id), "why")),
            entry("cancel events in a payout", (scope, id) -> scope.commissions()
                    .cancel(CommissionQuery.all().inPayout(id), "why")),
            entry("sales of a partner", (scope, id) -> scope.sales()
                    .list(SaleQuery.all().ofPartner(id), 10)),
            entry("sales of a customer", (scope, id) -> scope.sales()
                    .list(SaleQuery.all().ofCustomer(id), 10)),
            entry("restate sales of a partner", (scope, id) -> scope.sales()
                    .previewRestatement(SaleQuery.all().ofPartner(id))),
            entry("payouts of a partner", (scope, id) -> scope.payouts()
                    .list(PayoutQuery.all().ofPartner(id), 10)),
            entry(
                    "succeed many",
                    (scope, id) -> reasons(outcomes -> scope.payouts()
                            .succeedAll(Stream.of(new PayoutAttempt.Success(id, "r", TEN)), outcomes::add))),
            entry(
                    "fail many",
                    (scope, id) -> reasons(outcomes ->
                            scope.payouts().failAll(Stream.of(new PayoutAttempt.Failure(id, "why")), outcomes::add))));

    private static final Map<String, KeyCall> KEYS = Map.of(
            "find a sale", (scope, key) -> scope.sales().find(key),
            "refunds of a sale", (scope, key) -> scope.sales().refunds(key),
            "refund a sale", (scope, key) -> scope.sales().refund(NewRefund.inFull("k", key, "why")),
            "undo a refund", (scope, key) -> scope.sales().undoRefund("k", key, "why"),
            "restate a sale", (scope, key) -> scope.sales().restate("k", List.of(key), "why"),
            "preview a sale", (scope, key) -> scope.sales().previewRestatement(List.of(key)),
            "events of a sale",
                    (scope, key) -> listed(scope, CommissionQuery.all().ofSale(key)),
            "reconcile a payout",
                    (scope, key) -> scope.payouts()
                            .reconcile(
                                    new StringReader(
                                            "key,amount,currency,status,reference\n" + key + ",10,USD,succeeded,r\n"),
                                    JANUARY,
                                    FEBRUARY));

    private interface Reports {
        void to(List<Object> outcomes);
    }

    private static final List<UUID> IDS = new ArrayList<>();
    private static final List<String> KEYS_OF_ROWS = new ArrayList<>();
    private static Programme programme;

    /** Rows of each kind belong to the tenant acme; the tenant other asks for them. */
    @BeforeAll
    static void earn(PartnerDatabase database) {
        IDS.clear();
        KEYS_OF_ROWS.clear();
        programme = new Programme(database);
        database.allowTemporaryTables();
        Partner partner = programme.activePartner("0.1");
        UUID customer = programme.customer();
        UUID user = UUID.randomUUID();
        programme.sql.execute("insert into users values (?)", user);
        PartnerAccount account = programme
                .acme
                .partners()
                .assign(CustomerAssignment.from("a", partner.id(), customer, JANUARY))
                .value();
        List<CommissionEvent> events = programme.approvedSale(customer, "1000", "USD", JANUARY);
        programme.sale(customer, "100", "USD", JANUARY);
        UUID payout = programme.closeAll(FEBRUARY).closed().get(0).id();
        ClaimedPayout claimed =
                programme.acme.payouts().claim(payout, "worker", LEASE).orElseThrow();
        IDS.addAll(List.of(
                partner.id(),
                customer,
                user,
                account.id(),
                payout,
                claimed.attempt().id()));
        IDS.add(programme.acme.rules().define(rule(partner.id())).value().ruleId());
        IDS.add(programme
                .acme
                .users()
                .add(NewPartnerUser.of("u", partner.id(), "ann@example.com", "Ann", "owner")
                        .linkedTo(user))
                .value()
                .id());
        events.forEach(event -> IDS.add(event.id()));
        KEYS_OF_ROWS.addAll(
                programme.sql.fetch("select idempotency_key from partner_sales").getValues(0, String.class));
        KEYS_OF_ROWS.add(programme
                .acme
                .sales()
                .refund(NewRefund.inFull("credit-note-77", KEYS_OF_ROWS.get(0), "returned"))
                .key());
        KEYS_OF_ROWS.add(programme.providerKey(payout));
    }

    private static NewRule rule(UUID partnerId) {
        return NewRule.from("rule", partnerId, "USD", CommissionTerms.revenueShare("0.1"), JANUARY);
    }

    private static Object listed(PartnerScope scope, CommissionQuery query) {
        return scope.commissions().list(query, CommissionOrder.EARLIEST_EVENT_FIRST, 10);
    }

    private static Object reasons(Reports reports) {
        List<Object> outcomes = new ArrayList<>();
        reports.to(outcomes);
        return outcomes;
    }

    static Stream<String> calls() {
        return Stream.of(CALLS, REQUESTS, KEYS)
                .flatMap(each -> each.keySet().stream())
                .sorted();
    }

    /** With every id of the other tenant, not only with one of the kind that the method expects. */
    @ParameterizedTest
    @MethodSource("calls")
    void an_id_of_another_tenant_is_answered_as_one_that_nobody_has(String name) {
        String before = programme.fingerprint();

        if (KEYS.containsKey(name)) {
            String nobodys = answer(() -> KEYS.get(name).with(programme.other, "nobody"), "nobody");
            for (String key : KEYS_OF_ROWS) {
                assertThat(answer(() -> KEYS.get(name).with(programme.other, key), key))
                        .as(key)
                        .isEqualTo(nobodys);
            }
        } else {
            Call call = CALLS.containsKey(name) ? CALLS.get(name) : REQUESTS.get(name);
            UUID nobody = UUID.randomUUID();
            String nobodys = answer(() -> call.with(programme.other, nobody), nobody.toString());
            for (UUID id : IDS) {
                assertThat(answer(() -> call.with(programme.other, id), id.toString()))
                        .isEqualTo(nobodys);
            }
        }

        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    /** What an unknown id of a parameter is called. */
    private static final Map<String, String> KINDS = Map.of(
            "eventId", "commission event",
            "accountId", "account",
            "ruleId", "commission rule",
            "userId", "partner user",
            "payoutId", "payout",
            "attemptId", "payout attempt");

    /**
     * An empty Optional or list, or a value that names the ids. Of rows of the host the library has no table to look into: {@link
     * UnknownHostRowTest} has the calls that refer to them.
     */
    private static final Set<String> ANSWERED = Set.of(
            "CommissionDao.find/1 eventId",
            "CommissionDao.explain/1 eventId",
            "CommissionDao.approve/1 eventIds",
            "CommissionDao.approve/2 eventIds",
            "CommissionDao.cancel/2 eventIds",
            "CommissionRuleDao.find/1 ruleId",
            "PartnerDao.assignmentsOfCustomer/2 customerId",
            "PartnerUserDao.find/1 userId",
            "PartnerUserDao.ofHostUser/1 hostUserId",
            "PayoutDao.find/1 payoutId",
            "PayoutDao.history/1 payoutId",
            "PayoutDao.attempts/1 payoutId",
            "PayoutPayments.claim/3 payoutId");

    static Stream<String> callsThatNeedTheRow() {
        return CALLS.keySet().stream().filter(name -> !ANSWERED.contains(name)).sorted();
    }

    @ParameterizedTest
    @MethodSource("callsThatNeedTheRow")
    void an_id_that_nobody_has_is_not_found(String name) {
        UUID nobody = UUID.randomUUID();

        assertThatThrownBy(() -> CALLS.get(name).with(programme.acme, nobody))
                .isInstanceOfSatisfying(PartnerException.NotFound.class, refused -> assertThat(refused.id())
                        .isEqualTo(nobody.toString()))
                .hasMessage("this tenant has no " + KINDS.get(name.substring(name.indexOf(' ') + 1)) + " " + nobody
                        + "; check the id and the tenant");
    }

    private interface Question {
        Object ask();
    }

    /** What the caller sees: the value, or the exception with its causes. */
    private static String answer(Question question, String id) {
        String answer;
        try {
            answer = "value " + question.ask();
        } catch (PartnerException refused) {
            StringBuilder all = new StringBuilder();
            for (Throwable thrown = refused; thrown != null; thrown = thrown.getCause()) {
                all.append(thrown.getClass().getSimpleName())
                        .append(' ')
                        .append(thrown.getMessage())
                        .append('\n');
            }
            answer = all.toString();
        }
        return answer.replace(id, "(id)").replaceAll("@[0-9a-f]+\\b", "");
    }

    private static final Pattern METHOD = Pattern.compile("public [^=;{}()]*? (\\w+)\\(([^)]*\\bUUID\\b[^)]*)\\)");
    private static final Pattern ID = Pattern.compile("UUID>? (?!partnerId)(\\w+)");

    @Test
    void the_table_has_every_method_with_an_id() throws IOException {
        Set<String> methods = DaoMethods.declared(METHOD, method -> ID.matcher(method.group(2))
                .results()
                .map(id -> method.group(1) + "/" + method.group(2).split(",").length + " " + id.group(1)));

        assertThat(methods).isEqualTo(new TreeSet<>(CALLS.keySet()));
    }
}
