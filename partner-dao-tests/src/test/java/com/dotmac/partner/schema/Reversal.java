package com.dotmac.partner.schema;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.stream.Stream;

/**
 * A pending event that claws back a part of one of {@link BaseRows}.
 *
 * @param number of the reversal: its id is the md5 of {@code reversal-1} and so on
 * @param event idempotency key of the event to reverse
 */
record Reversal(int number, String event, String amount, String partner, String currency) {

    Reversal(int number, String event, String amount) {
        this(number, event, amount, "northwind", "USD");
    }

    Reversal of(String otherPartner, String otherCurrency) {
        return new Reversal(number, event, amount, otherPartner, otherCurrency);
    }

    /** The requests of four reversals. */
    static void allowIn(PartnerDatabase database) {
        database.sql().execute("""
                        insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                        select 'acme', 'reversal-' || n, 'test', sha256('reversal'), 'user:1' from generate_series(1, 4) as n
                        """);
    }

    /** The statement that records it. */
    String sql() {
        return sql(this);
    }

    /** The one statement that records them all. */
    static String sql(Reversal... reversals) {
        return """
               insert into partner_commission_events
                   (tenant_id, id, partner_id, reverses_id, event_date, currency, base_amount, commission_rate, commission_amount,
                    calculation, idempotency_key, recorded_by, status_changed_by)
               values %s
               """.formatted(Stream.of(reversals).map(Reversal::row).collect(joining(", ")));
    }

    static Refusal refusedAtMostOnce(String id) {
        return Refusal.check(
                "commission_event_is_not_reversed_by_more_than_it_earned",
                "commission event %s may not be reversed by more than it earned, nor given back more than was reversed"
                        .formatted(id));
    }

    private String row() {
        return """
               ('acme', md5('reversal-%1$d')::uuid, md5('%2$s')::uuid, md5('%3$s')::uuid, '2026-02-20Z', '%4$s', 0, 0, %5$s,
                '{}', 'reversal-%1$d', 'user:1', 'user:1')
               """.formatted(number, partner, event, currency, amount);
    }
}
