package com.dotmac.partner.dao.model;

import static com.dotmac.partner.schema.jooq.Tables.PARTNERS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_IDEMPOTENCY_KEYS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.model.ModelEntries.Earning;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutAttemptsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerPayoutsRecord;
import com.dotmac.partner.schema.types.PartnerStatus;
import com.dotmac.partner.schema.types.PaymentOutcome;
import com.dotmac.partner.schema.types.PayoutStatus;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The rows of a model run against its books. */
final class ModelComparison {

    private final Programme programme;
    private final ModelBooks books;
    private final Set<String> keysBefore;
    final ModelSaleComparison sales;

    ModelComparison(Programme programme, ModelBooks books) {
        this.programme = programme;
        this.books = books;
        this.keysBefore = keysInDatabase();
        this.sales = new ModelSaleComparison(programme, books);
    }

    /**
     * Compares the rows with the books: nothing is missing, nothing is there twice, and an answer reported every row.
     */
    void compare() {
        compareKeys();
        Map<UUID, PayoutStatus> statuses = comparePayouts();
        compareEvents(statuses);
        sales.compare();
        compareAttempts();
        comparePartners();
        compareBalances();
    }

    private Set<String> keysInDatabase() {
        return new HashSet<>(programme
                .sql
                .select(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY)
                .from(PARTNER_IDEMPOTENCY_KEYS)
                .fetch(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY));
    }

    private void compareKeys() {
        books.keys.forEach((key, sent) -> {
            assertThat(sent.effects).as("effects of key %s", key).hasSize(1);
            assertThat(sent.replays)
                    .as("answers to key %s when it was sent again", key)
                    .allMatch(sent.effects.get(0)::equals);
        });
        Set<String> expected = new HashSet<>(keysBefore);
        expected.addAll(books.keys.keySet());
        assertThat(keysInDatabase()).as("recorded keys").isEqualTo(expected);
    }

    private Map<UUID, PayoutStatus> comparePayouts() {
        Map<UUID, PayoutStatus> expected = new HashMap<>();
        books.payouts.forEach((id, payout) -> expected.put(id, payout.status()));
        Map<UUID, PayoutStatus> found = new HashMap<>();
        List<PartnerPayoutsRecord> rows = programme
                .sql
                .selectFrom(PARTNER_PAYOUTS)
                .where(PARTNER_PAYOUTS.STATUS.ne(PayoutStatus.PENDING))
                .fetch();
        rows.forEach(payout -> found.put(payout.getId(), payout.getStatus()));
        assertThat(found).as("closed payouts").isEqualTo(expected);
        rows.forEach(payout -> assertThat(new Money(payout.getTotalAmount(), payout.getCurrency()))
                .as("total of payout %s, %s", payout.getId(), payout.getStatus())
                .isEqualTo(
                        payout.getStatus() == PayoutStatus.CANCELLED
                                ? Money.zero(payout.getCurrency())
                                : books.payouts.get(payout.getId()).first.total()));
        return found;
    }

    private void compareEvents(Map<UUID, PayoutStatus> payoutStatuses) {
        List<CommissionEvent> rows = programme
                .sql
                .select(CommissionEventSql.COLUMNS)
                .from(PARTNER_COMMISSION_EVENTS)
                .fetch(CommissionEventSql::of);
        Map<UUID, String> found = new HashMap<>();
        Map<UUID, String> expected = new HashMap<>();
        for (CommissionEvent row : rows) {
            found.put(
                    row.id(),
                    row.status() + " " + row.amount() + " " + row.partnerId() + " "
                            + row.origin().idempotencyKey());
            Earning known = books.events.get(row.id());
            if (known != null) {
                known.paid = row.payoutId()
                        .filter(id -> payoutStatuses.get(id) == PayoutStatus.COMPLETED)
                        .isPresent();
            }
        }
        books.events.forEach((id, event) -> expected.put(
                id,
                event.status() + " " + event.amount() + " " + event.first.partnerId() + " "
                        + event.first.origin().idempotencyKey()));
        assertThat(found).as("commission events").isEqualTo(expected);
        books.events.values().stream()
                .filter(ModelComparison::isManualClawedBack)
                .forEach(event -> assertThat(
                                new Money(event.amountClawedBack, event.amount().currency()))
                        .as("clawed back from event %s, of whose base %s was refunded", event.id(), event.refunded)
                        .isEqualTo(CommissionShares.ofOneAmount(event.amount(), event.first.base())
                                .clawedBack(Map.of(
                                        1,
                                        new Money(event.refunded, event.amount().currency())))));
    }

    /** Of sales their own comparison says more. */
    private static boolean isManualClawedBack(Earning event) {
        return event.reversals > 0 && event.first.origin().saleId().isEmpty();
    }

    private void compareAttempts() {
        Map<UUID, PartnerPayoutAttemptsRecord> found =
                programme.sql.selectFrom(PARTNER_PAYOUT_ATTEMPTS).fetchMap(PARTNER_PAYOUT_ATTEMPTS.ID);
        assertThat(found.keySet()).as("attempts").isEqualTo(books.attempts.keySet());
        books.attempts.forEach((id, known) -> {
            PartnerPayoutAttemptsRecord row = found.get(id);
            assertThat(row.getEndedAt() == null ? null : row.getOutcome())
                    .as("outcome of attempt %s", id)
                    .isEqualTo(
                            known.succeeded ? PaymentOutcome.SUCCEEDED : known.failed ? PaymentOutcome.FAILED : null);
            if (known.unknown) {
                assertThat(row.getUnknownAt())
                        .as("attempt %s was unknown since", id)
                        .isNotNull();
            }
            assertThat(row.getPaymentReference() == null ? "" : row.getPaymentReference())
                    .as("reference of attempt %s", id)
                    .isEqualTo(known.reference);
        });
    }

    private void comparePartners() {
        Map<UUID, String> expected = new HashMap<>();
        books.partners.forEach((id, partner) -> {
            assertThat(List.of(partner.suspensions, partner.holds))
                    .as("%s is suspended and on hold once at most", partner.name)
                    .allMatch(count -> count == 0 || count == 1);
            expected.put(
                    id,
                    (partner.suspensions == 1 ? PartnerStatus.SUSPENDED : PartnerStatus.ACTIVE) + " "
                            + (partner.holds == 1));
        });
        assertThat(programme
                        .sql
                        .select(PARTNERS.ID, PARTNERS.STATUS, PARTNERS.PAYOUT_HOLD_REASON)
                        .from(PARTNERS)
                        .fetchMap(row -> row.value1(), row -> row.value2() + " " + (row.value3() != null)))
                .as("partners, their status and whether they are on hold")
                .isEqualTo(expected);
    }

    /** Earned, less clawed back, less paid, plus returned, from the answers; equals what the library says is owed. */
    private void compareBalances() {
        Map<String, BigDecimal> expected = new TreeMap<>();
        books.events.values().stream()
                .filter(Earning::counts)
                .forEach(event -> add(
                        expected,
                        event.first.partnerId(),
                        event.amount(),
                        event.amount().amount()));
        books.payouts.values().stream()
                .filter(payout -> payout.successes == 1)
                .map(payout -> payout.first)
                .forEach(payout -> add(
                        expected,
                        payout.partnerId(),
                        payout.total(),
                        payout.total().amount().negate()));
        Map<String, BigDecimal> found = new TreeMap<>();
        books.partners.keySet().forEach(id -> programme
                .acme
                .statements()
                .balance(id)
                .forEach(
                        balance -> add(found, id, balance.owed(), balance.owed().amount())));
        expected.values().removeIf(sum -> sum.signum() == 0);
        found.values().removeIf(sum -> sum.signum() == 0);
        assertThat(found).as("outstanding").isEqualTo(expected);
    }

    private static void add(Map<String, BigDecimal> sums, UUID partnerId, Money of, BigDecimal amount) {
        sums.merge(partnerId + " " + of.currency(), amount.setScale(4), (before, more) -> before.add(more));
    }

    /** For a run whose calls came one after another: each event is in the payout that the books name. */
    void comparePlaces() {
        assertThat(programme
                        .sql
                        .select(PARTNER_COMMISSION_EVENTS.ID, PARTNER_COMMISSION_EVENTS.PAYOUT_ID)
                        .from(PARTNER_COMMISSION_EVENTS)
                        .join(PARTNER_PAYOUTS)
                        .on(PARTNER_PAYOUTS.TENANT_ID.eq(PARTNER_COMMISSION_EVENTS.TENANT_ID))
                        .and(PARTNER_PAYOUTS.ID.eq(PARTNER_COMMISSION_EVENTS.PAYOUT_ID))
                        .and(PARTNER_PAYOUTS.STATUS.ne(PayoutStatus.PENDING))
                        .fetchMap(row -> row.value1(), row -> row.value2()))
                .as("events in closed payouts")
                .isEqualTo(books.payoutOfEvent);
    }
}
