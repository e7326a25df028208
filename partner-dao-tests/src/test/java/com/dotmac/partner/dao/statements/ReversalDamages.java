package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.statements.Verification.Invariant.KEYS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.REVERSALS;
import static com.dotmac.partner.dao.statements.VerificationDamages.damage;
import static com.dotmac.partner.dao.statements.VerificationDamages.event;
import static com.dotmac.partner.dao.statements.VerificationDamages.recordedKey;
import static com.dotmac.partner.dao.statements.VerificationDamages.row;
import static com.dotmac.partner.dao.statements.VerificationDamages.saleOf;

import com.dotmac.partner.dao.support.BusyProgramme;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What a superuser may damage in reversals, sales and refunds. */
final class ReversalDamages {

    private static final String REFUND = "01a204b8-a116-7a2d-ab4c-f413632bf361";

    private ReversalDamages() {}

    static Stream<Arguments> all() {
        return Stream.of(
                damage(
                        "more clawed back than was earned",
                        busy -> busy.damage(
                                "update partner_commission_events set reverses_id = ? where id = ?",
                                busy.open.id(),
                                busy.reversal.id()),
                        busy -> List.of(
                                event(REVERSALS, busy.open, "earned 3.0000 USD, but -1.0000 is booked after clawbacks"),
                                event(
                                        REVERSALS,
                                        busy.reversal,
                                        "reverses event " + busy.open.id() + " of another sale"))),
                damage(
                        "another partner's commission clawed back",
                        busy -> busy.damage(
                                "update partner_commission_events set reverses_id = ? where id = ?",
                                busy.ofSecond.id(),
                                busy.reversal.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.reversal,
                                "reverses event " + busy.ofSecond.id() + " of another partner; reverses event "
                                        + busy.ofSecond.id() + " of another sale"))),
                damage(
                        "a reversal of a deleted event",
                        busy -> busy.damage(
                                "update partner_commission_events set reverses_id = ? where id = ?",
                                busy.partner.id(),
                                busy.reversal.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.reversal,
                                "reverses event " + busy.partner.id() + ", which this tenant does not have"))),
                damage(
                        "an undo of an event that was never clawed back",
                        busy -> busy.damage(
                                "update partner_commission_events set undoes_id = ? where id = ?",
                                busy.open.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.pending,
                                "undoes event " + busy.open.id() + ", which is approved and has an amount of 3.0000"))),
                damage(
                        "an undo of another partner's event",
                        busy -> busy.damage(
                                "update partner_commission_events set undoes_id = ? where id = ?",
                                busy.ofSecond.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.pending,
                                "undoes event " + busy.ofSecond.id()
                                        + ", which is approved and has an amount of 10.0000"))),
                damage(
                        "an undo of a deleted event",
                        busy -> busy.damage(
                                "update partner_commission_events set undoes_id = ? where id = ?",
                                busy.partner.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.pending,
                                "undoes event " + busy.partner.id() + ", which this tenant does not have"))),
                damage(
                        "a correction of another sale",
                        busy -> busy.damage(
                                "update partner_commission_events set corrects_id = ? where id = ?",
                                busy.paid.id(),
                                busy.pending.id()),
                        busy -> List.of(event(
                                REVERSALS, busy.pending, "reverses event " + busy.paid.id() + " of another sale"))),
                damage(
                        "a sale refunded by more than its line",
                        busy -> busy.damage(recordedKey("damage-1")
                                + "insert into partner_refunds (tenant_id, sale_id, amount, line_amounts, reason, idempotency_key,"
                                + " recorded_by) values ('acme', '" + saleOf(busy, busy.open)
                                + "', 30.01, '{30.01}', 'x',"
                                + " 'damage-1', 'x')"),
                        busy -> List.of(row(
                                REVERSALS,
                                "partner_sales",
                                saleOf(busy, busy.open),
                                "line 1 of 30.0000 was refunded by 30.0100"))),
                damage(
                        "a sale in another currency",
                        busy -> busy.damage(
                                "update partner_sales set currency = 'EUR' where id = ?", saleOf(busy, busy.open)),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.open,
                                "is of sale " + saleOf(busy, busy.open) + " of another currency"))),
                damage(
                        "an event of a missing sale",
                        busy -> busy.damage(
                                "update partner_commission_events set sale_id = ? where id = ?",
                                busy.partner.id(),
                                busy.open.id()),
                        busy -> List.of(
                                event(
                                        KEYS,
                                        busy.open,
                                        "its idempotency key also has an effect in partner_sales: " + saleOfKey(busy)),
                                event(
                                        REVERSALS,
                                        busy.open,
                                        "is of sale " + busy.partner.id() + ", which this tenant does not have"))),
                damage(
                        "a reversal with the refund of another sale",
                        busy -> busy.damage(recordedKey("damage-1")
                                + "insert into partner_refunds (tenant_id, id, sale_id, amount, line_amounts, reason,"
                                + " idempotency_key, recorded_by) values ('acme', '" + REFUND + "', '"
                                + saleOf(busy, busy.open) + "', 0, '{0}', 'x', 'damage-1', 'x');"
                                + "update partner_commission_events set refund_id = '" + REFUND + "' where id = '"
                                + busy.reversal.id() + "'"),
                        busy -> List.of(
                                event(REVERSALS, busy.reversal, "is of refund " + REFUND + " of another sale"))),
                damage(
                        "a reversal with a missing refund",
                        busy -> busy.damage(
                                "update partner_commission_events set refund_id = ? where id = ?",
                                busy.partner.id(),
                                busy.reversal.id()),
                        busy -> List.of(event(
                                REVERSALS,
                                busy.reversal,
                                "is of refund " + busy.partner.id() + ", which this tenant does not have"))));
    }

    private static UUID saleOfKey(BusyProgramme busy) {
        return busy.programme
                .sql
                .fetchSingle(
                        "select s.id from partner_sales s join partner_commission_events e using (tenant_id, idempotency_key)"
                                + " where e.id = ?",
                        busy.open.id())
                .get(0, UUID.class);
    }
}
