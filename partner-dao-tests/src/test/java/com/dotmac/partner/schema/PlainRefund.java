package com.dotmac.partner.schema;

import com.dotmac.partner.testkit.PartnerDatabase;

/**
 * A refund of a sale of {@link BaseRows}, in plain SQL.
 *
 * @param number of the refund: its id is the md5 of {@code refund-1} and so on
 * @param lines an array as PostgreSQL writes it
 * @param undoes a refund, or "" for none
 */
record PlainRefund(int number, String sale, String amount, String lines, String undoes) {

    PlainRefund(int number, String sale, String amount, String lines) {
        this(number, sale, amount, lines, "");
    }

    PlainRefund undoing(String refund) {
        return new PlainRefund(number, sale, amount, lines, refund);
    }

    /** The requests of four refunds. */
    static void allowIn(PartnerDatabase database) {
        database.sql().execute("""
                        insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                        select 'acme', 'refund-' || n, 'test', sha256('refund'), 'user:1' from generate_series(1, 4) as n
                        """);
    }

    String sql() {
        return """
               insert into partner_refunds
                   (tenant_id, id, sale_id, undoes_id, amount, line_amounts, reason, idempotency_key, recorded_by)
               values ('acme', md5('refund-%1$d')::uuid, md5('%2$s')::uuid, %5$s, '%3$s', '%4$s', 'because', 'refund-%1$d', 'user:1')
               """.formatted(number, sale, amount, lines, undoes.isEmpty() ? "null" : "md5('" + undoes + "')::uuid");
    }

    static Refusal refusedBeyondItsLines(String saleId) {
        return Refusal.check(
                "refund_is_within_its_lines",
                "sale " + saleId
                        + " may not be refunded by more than each of its lines; a credit note may not be refunded");
    }
}
