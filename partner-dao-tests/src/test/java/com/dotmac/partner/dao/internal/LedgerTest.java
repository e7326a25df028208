package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_TOTALS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_LEDGER;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.clawed_back;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.earned;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.paid;
import static com.dotmac.partner.schema.jooq.enums.PartnerLedgerKind.payment_returned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.jooq.impl.DSL.sum;

import com.dotmac.partner.dao.payouts.Payout;
import com.dotmac.partner.dao.support.BusyProgramme;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.math.BigDecimal;
import java.util.UUID;
import org.jooq.Record1;
import org.jooq.Select;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The view {@code partner_ledger}, and the conditions by which statements on totals and events say the same. */
@ExtendWith(PartnerDatabaseExtension.class)
class LedgerTest {

    private final Programme programme;
    private final BusyProgramme busy;

    LedgerTest(PartnerDatabase database) {
        programme = new Programme(database);
        busy = new BusyProgramme(programme);
    }

    @BeforeEach
    void given_a_payment_that_the_bank_returned() {
        programme.acme.payouts().recordReturn(newKey(), busy.completed.id(), "account closed");
    }

    @Test
    void every_entry_says_why_the_amount_owed_changes() {
        assertThat(programme
                        .sql
                        .selectFrom(PARTNER_LEDGER)
                        .where(PARTNER_LEDGER.PARTNER_ID.eq(busy.partner.id()))
                        .and(PARTNER_LEDGER
                                .EVENT_ID
                                .in(busy.paid.id(), busy.reversal.id(), returnOf(busy.completed))
                                .or(Ledger.isPayment(PARTNER_LEDGER.EVENT_ID))))
                .extracting(
                        entry -> entry.getKind(),
                        entry -> entry.getAmount().toPlainString(),
                        entry -> entry.getPayoutId(),
                        entry -> entry.getPaymentReference())
                .containsExactlyInAnyOrder(
                        tuple(earned, "10.0000", busy.completed.id(), null),
                        tuple(clawed_back, "-4.0000", busy.openPayout.id(), null),
                        tuple(paid, "-17.0000", busy.completed.id(), "bank-" + busy.completed.id()),
                        tuple(payment_returned, "17.0000", busy.openPayout.id(), null));
    }

    @Test
    void pending_cancelled_and_unpaid_clawed_back_events_are_not_in_it() {
        assertThat(programme
                        .sql
                        .selectDistinct(PARTNER_COMMISSION_EVENTS.STATUS)
                        .from(PARTNER_COMMISSION_EVENTS)
                        .where(PARTNER_COMMISSION_EVENTS.ID.notIn(events()))
                        .fetch(PARTNER_COMMISSION_EVENTS.STATUS))
                .extracting(Object::toString)
                .containsExactlyInAnyOrder("pending", "clawback");
    }

    /** The view of broken balances once counted a returned payment as earned; the sum was right, the kind was not. */
    @Test
    void a_returned_payment_is_not_earned_in_a_broken_balance() {
        busy.damage("update partner_payouts set total_amount = 18 where id = ?", busy.completed.id());

        assertThat(programme
                        .sql
                        .fetch("select detail from partner_broken_balances")
                        .getValues(0, String.class))
                .containsExactly("USD: earned 20.0000, clawed back 4.0000, paid 18.0000, payments returned 17.0000,"
                        + " but 16.0000 is outstanding");
    }

    @Test
    void the_conditions_of_other_statements_agree_with_it() {
        assertThat(programme
                        .sql
                        .selectFrom(PARTNER_COMMISSION_EVENTS)
                        .where(Ledger.has(PARTNER_COMMISSION_EVENTS.STATUS))
                        .fetch(PARTNER_COMMISSION_EVENTS.ID))
                .containsExactlyInAnyOrderElementsOf(events().fetch(PARTNER_LEDGER.EVENT_ID));
        assertThat(programme
                        .sql
                        .selectFrom(PARTNER_COMMISSION_EVENTS)
                        .where(Ledger.isReturnedPayment(PARTNER_COMMISSION_EVENTS.RETURNS_PAYOUT_ID))
                        .fetch(PARTNER_COMMISSION_EVENTS.ID))
                .containsExactlyElementsOf(programme
                        .sql
                        .selectFrom(PARTNER_LEDGER)
                        .where(PARTNER_LEDGER.KIND.eq(payment_returned))
                        .fetch(PARTNER_LEDGER.EVENT_ID))
                .hasSize(1);
        assertThat(programme
                        .sql
                        .selectDistinct(PARTNER_LEDGER.KIND)
                        .from(PARTNER_LEDGER)
                        .where(Ledger.isPayment(PARTNER_LEDGER.EVENT_ID))
                        .fetch(PARTNER_LEDGER.KIND))
                .containsExactly(paid);
        assertThat(programme
                        .sql
                        .select(sum(PARTNER_COMMISSION_TOTALS.COMMISSION_AMOUNT))
                        .from(PARTNER_COMMISSION_TOTALS)
                        .where(Ledger.owes(PARTNER_COMMISSION_TOTALS.STATUS))
                        .and(PARTNER_COMMISSION_TOTALS.PARTNER_ID.eq(busy.partner.id()))
                        .and(PARTNER_COMMISSION_TOTALS.CURRENCY.eq(
                                busy.completed.total().currency()))
                        .fetchSingle()
                        .value1())
                .isEqualTo(owed())
                .isEqualByComparingTo("16");
    }

    private Select<Record1<UUID>> events() {
        return programme
                .sql
                .select(PARTNER_LEDGER.EVENT_ID)
                .from(PARTNER_LEDGER)
                .where(PARTNER_LEDGER.EVENT_ID.isNotNull());
    }

    private BigDecimal owed() {
        return programme
                .sql
                .select(sum(PARTNER_LEDGER.AMOUNT))
                .from(PARTNER_LEDGER)
                .where(PARTNER_LEDGER.PARTNER_ID.eq(busy.partner.id()))
                .and(PARTNER_LEDGER.CURRENCY.eq(busy.completed.total().currency()))
                .fetchSingle()
                .value1();
    }

    private UUID returnOf(Payout payout) {
        return programme
                .sql
                .selectFrom(PARTNER_COMMISSION_EVENTS)
                .where(PARTNER_COMMISSION_EVENTS.RETURNS_PAYOUT_ID.eq(payout.id()))
                .fetchSingle(PARTNER_COMMISSION_EVENTS.ID);
    }
}
