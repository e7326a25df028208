package com.dotmac.partner.dao.statements;

import static com.dotmac.partner.dao.statements.Verification.Invariant.AUDIT_TRAIL;
import static com.dotmac.partner.dao.statements.Verification.Invariant.KEYS;
import static com.dotmac.partner.dao.statements.Verification.Invariant.REFERENCES;
import static com.dotmac.partner.dao.statements.VerificationDamages.damage;
import static com.dotmac.partner.dao.statements.VerificationDamages.event;
import static com.dotmac.partner.dao.statements.VerificationDamages.partner;
import static com.dotmac.partner.dao.statements.VerificationDamages.payout;
import static com.dotmac.partner.dao.statements.VerificationDamages.row;
import static com.dotmac.partner.dao.statements.VerificationDamages.saleOf;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What a superuser may damage in keys, audit trails and references. */
final class RecordDamages {

    private static final String ROW = "01a204b8-a116-7a2d-ab4c-f413632bf361";
    private static final String MISSING = "01a204b8-a116-7a2d-ab4c-f413632bf362";

    private RecordDamages() {}

    static Stream<Arguments> all() {
        return Stream.of(
                damage(
                        "a deleted idempotency key",
                        busy -> busy.damage(
                                "delete from partner_idempotency_keys where idempotency_key ="
                                        + " (select idempotency_key from partner_commission_events where id = ?)",
                                busy.open.id()),
                        busy -> List.of(
                                event(KEYS, busy.open, "its idempotency key is not recorded"),
                                row(
                                        KEYS,
                                        "partner_sales",
                                        saleOf(busy, busy.open),
                                        "its idempotency key is not recorded"))),
                damage(
                        "an idempotency key with a second effect",
                        busy -> busy.damage(
                                "update partners set idempotency_key ="
                                        + " (select idempotency_key from partner_commission_events where id = ?) where id = ?",
                                busy.open.id(),
                                busy.second.id()),
                        busy -> List.of(
                                event(
                                        KEYS,
                                        busy.open,
                                        "its idempotency key also has an effect in partners: " + busy.second.id()),
                                partner(
                                        KEYS,
                                        busy.second,
                                        "its idempotency key also has an effect in partner_commission_events: "
                                                + busy.open.id()),
                                partner(
                                        KEYS,
                                        busy.second,
                                        "its idempotency key also has an effect in partner_sales: "
                                                + saleOf(busy, busy.open)))),
                damage(
                        "the key of a run that registered a partner too",
                        busy -> busy.damage(
                                "update partners set idempotency_key ="
                                        + " (select close_key from partner_payouts where id = ?) where id = ?",
                                busy.ready.id(),
                                busy.second.id()),
                        busy -> List.of(
                                payout(
                                        KEYS,
                                        busy.ready,
                                        "its idempotency key also has an effect in partners: " + busy.second.id()),
                                partner(
                                        KEYS,
                                        busy.second,
                                        "its idempotency key also has an effect in partner_payouts: "
                                                + busy.ready.id()))),
                damage(
                        "a restatement and a refund without a request, of a missing sale",
                        busy -> busy.damage(
                                "insert into partner_restatements (tenant_id, id, reason, reached_at, reached_sale_id,"
                                        + " idempotency_key, recorded_by) values ('acme', '" + ROW
                                        + "', 'x', now(), '" + ROW + "', 'damage-1', 'x');"
                                        + "insert into partner_refunds (tenant_id, id, sale_id, undoes_id, amount, line_amounts,"
                                        + " reason, idempotency_key, recorded_by) values ('acme', '" + ROW + "', '"
                                        + ROW
                                        + "', '" + MISSING + "', 0, '{0}', 'x', 'damage-2', 'x')"),
                        busy -> List.of(
                                row(KEYS, "partner_refunds", ROW, "its idempotency key is not recorded"),
                                row(KEYS, "partner_restatements", ROW, "its idempotency key is not recorded"),
                                row(
                                        REFERENCES,
                                        "partner_refunds",
                                        ROW,
                                        "is of sale " + ROW + ", which this tenant does not have"),
                                row(
                                        REFERENCES,
                                        "partner_refunds",
                                        ROW,
                                        "undoes refund " + MISSING + ", which its sale does not have"),
                                row(
                                        REFERENCES,
                                        "partner_restatements",
                                        ROW,
                                        "has reached sale " + ROW + ", which this tenant does not have"))),
                damage(
                        "the status of a partner",
                        busy -> busy.damage("update partners set status = 'active' where id = ?", busy.second.id()),
                        busy -> List.of(partner(
                                AUDIT_TRAIL,
                                busy.second,
                                "its status does not follow from its recorded status changes"))),
                damage(
                        "a hold that nobody recorded",
                        busy -> busy.damage(
                                "update partners set payout_hold_reason = 'shady' where id = ?", busy.second.id()),
                        busy -> List.of(partner(
                                AUDIT_TRAIL,
                                busy.second,
                                "its payout hold does not follow from its recorded payout hold changes"))),
                damage(
                        "a closing by nobody",
                        busy -> busy.damage(
                                "update partner_payouts set closed_by = null where id = ?", busy.ready.id()),
                        busy -> List.of(payout(
                                AUDIT_TRAIL,
                                busy.ready,
                                "its status does not follow from its recorded status changes"))),
                damage(
                        "a row moved to another tenant",
                        busy -> busy.damage(
                                "update partner_status_changes set tenant_id = 'other' where partner_id = ?",
                                busy.second.id()),
                        busy -> List.of(partner(
                                AUDIT_TRAIL,
                                busy.second,
                                "its status does not follow from its recorded status changes"))),
                damage(
                        "the account of another partner",
                        busy -> busy.damage(
                                "update partner_accounts set partner_id = ? where id ="
                                        + " (select account_id from partner_commission_events where id = ?)",
                                busy.partner.id(),
                                busy.ofSecond.id()),
                        busy -> List.of(event(
                                REFERENCES,
                                busy.ofSecond,
                                "was earned through account "
                                        + busy.programme.sql.fetchValue(
                                                "select account_id from partner_commission_events where id = ?",
                                                busy.ofSecond.id())
                                        + ", which its partner does not have"))));
    }
}
