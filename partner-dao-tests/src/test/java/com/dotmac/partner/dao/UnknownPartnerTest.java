package com.dotmac.partner.dao;

import static com.dotmac.partner.dao.support.Programme.APRIL;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.bulk.RowOutcome;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.CustomerAssignment;
import com.dotmac.partner.dao.partners.NewPartnerUser;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.DaoMethods;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method that is given a partner's id says so if the tenant has no such partner, and leaves nothing behind. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class UnknownPartnerTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final Money TEN = Money.of("10", "USD");
    private static final YearMonth MONTH = YearMonth.of(2026, 1);
    private static final UUID ANYBODY = UUID.fromString("018f0000-0000-7000-8000-000000000001");

    interface Call {
        void with(PartnerScope scope, UUID partnerId) throws IOException;
    }

    /** By class, method and number of parameters. */
    private static final Map<String, Call> CALLS = Map.ofEntries(
            entry("PartnerDao.activate/2", (scope, id) -> scope.partners().activate(id, "why")),
            entry("PartnerDao.suspend/2", (scope, id) -> scope.partners().suspend(id, "why")),
            entry("PartnerDao.terminate/2", (scope, id) -> scope.partners().terminate(id, "why")),
            entry("PartnerDao.archive/2", (scope, id) -> scope.partners().archive(id, "why")),
            entry("PartnerDao.hold/2", (scope, id) -> scope.partners().hold(id, "why")),
            entry("PartnerDao.releaseHold/2", (scope, id) -> scope.partners().releaseHold(id, "why")),
            entry("PartnerDao.setPayoutMinimum/2", (scope, id) -> scope.partners()
                    .setPayoutMinimum(id, TEN)),
            entry("PartnerDao.removePayoutMinimum/2", (scope, id) -> scope.partners()
                    .removePayoutMinimum(id, USD)),
            entry("PartnerDao.history/1", (scope, id) -> scope.partners().history(id)),
            entry("PartnerDao.holds/1", (scope, id) -> scope.partners().holds(id)),
            entry("PartnerDao.payoutMinimums/1", (scope, id) -> scope.partners().payoutMinimums(id)),
            entry("PartnerDao.assignments/2", (scope, id) -> scope.partners().assignments(id, 10)),
            entry("PartnerUserDao.list/1", (scope, id) -> scope.users().list(id)),
            entry("PartnerUserDao.primaryContact/1", (scope, id) -> scope.users()
                    .primaryContact(id)),
            entry("CommissionRuleDao.list/1", (scope, id) -> scope.rules().list(id)),
            entry("CommissionRuleDao.matching/2", (scope, id) -> scope.rules()
                    .matching(id, new Sale("s", ANYBODY, null, TEN, JANUARY))),
            entry("CommissionDao.series/3", (scope, id) -> scope.commissions().series(id, MONTH, MONTH.plusMonths(1))),
            entry("PayoutDao.findOpen/2", (scope, id) -> scope.payouts().findOpen(id, USD)),
            entry("PayoutDao.preview/3", (scope, id) -> scope.payouts().preview(id, USD, FEBRUARY)),
            entry("PayoutDao.partnerBlockers/2", (scope, id) -> scope.payouts().partnerBlockers(id, USD)),
            entry("PayoutDao.close/4", (scope, id) -> scope.payouts().close("k", id, USD, FEBRUARY)),
            entry("StatementDao.statements/3", (scope, id) -> scope.statements().statements(id, JANUARY, APRIL)),
            entry("StatementDao.balance/1", (scope, id) -> scope.statements().balance(id)),
            entry("StatementDao.balanceAt/2", (scope, id) -> scope.statements().balanceAt(id, APRIL)),
            entry("StatementDao.dashboard/1", (scope, id) -> scope.statements().dashboard(id)),
            entry("StatementDao.exportCsv/4", (scope, id) -> scope.statements()
                    .exportCsv(id, JANUARY, APRIL, new StringBuilder())));

    /** The id is in the request. */
    private static final Map<String, Call> REQUESTS = Map.of(
            "record", (scope, id) -> scope.commissions().record(bonus(id)),
            "assign", (scope, id) -> scope.partners().assign(CustomerAssignment.from("k", id, ANYBODY, JANUARY)),
            "add a user", (scope, id) -> scope.users().add(NewPartnerUser.of("k", id, "a@example.com", "Ann", "owner")),
            "define a rule",
                    (scope, id) -> scope.rules()
                            .define(NewRule.from("k", id, "USD", CommissionTerms.revenueShare("0.1"), JANUARY)));

    private final Programme programme;
    private final UUID partnerId;

    UnknownPartnerTest(PartnerDatabase database) {
        programme = new Programme(database);
        partnerId = programme.activePartner("0.1").id();
        programme.sql.execute("insert into customers values (?)", ANYBODY);
    }

    private static NewCommission bonus(UUID partnerId) {
        return NewCommission.on("k", partnerId, TEN, TEN, JANUARY);
    }

    static Stream<String> calls() {
        return Stream.concat(CALLS.keySet().stream(), REQUESTS.keySet().stream())
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void another_tenants_partner_is_not_found(String name) {
        Call call = CALLS.containsKey(name) ? CALLS.get(name) : REQUESTS.get(name);
        String before = programme.fingerprint();

        assertThatThrownBy(() -> call.with(programme.other, partnerId))
                .isInstanceOf(NotFound.class)
                .hasMessage("this tenant has no partner " + partnerId + "; check the id and the tenant");
        assertThat(programme.fingerprint()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_partner_of_whom_there_is_nothing_is_found(String name) throws IOException {
        if (CALLS.containsKey(name) && !name.startsWith("PartnerDao.")) {
            CALLS.get(name).with(programme.acme, partnerId);
        }
    }

    @Test
    void a_row_of_many_is_refused_for_it_alone() {
        List<RowOutcome<?>> outcomes = new ArrayList<>();

        programme.other.commissions().recordAll(Stream.of(bonus(partnerId)), BulkMode.KEEP_GOOD, outcomes::add);

        assertThat(outcomes).singleElement().isInstanceOfSatisfying(RowOutcome.Refused.class, refused -> assertThat(
                        refused.reason())
                .isInstanceOf(NotFound.class));
    }

    private static final Pattern METHOD =
            Pattern.compile("public [^=;{}()]*? (\\w+)\\(([^)]*\\bUUID partnerId\\b[^)]*)\\)");

    /** {@code find} answers with an empty Optional; a page after the first is read as the first. */
    @Test
    void the_table_has_every_method_with_a_partners_id() throws IOException {
        Set<String> methods = DaoMethods.declared(
                METHOD,
                method -> Stream.of(method.group(1) + "/" + method.group(2).split(",").length));

        Set<String> known = new TreeSet<>(CALLS.keySet());
        known.addAll(List.of("PartnerDao.find/1", "PartnerDao.assignments/3"));
        assertThat(methods).isEqualTo(known);
    }
}
