package com.dotmac.partner.schema;

import static java.util.stream.Collectors.joining;

import com.dotmac.partner.testkit.PartnerDatabase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A new pending commission event in plain SQL: by default Northwind's, in USD, by the sale order of {@link BaseRows}. Its
 * id is the md5 of its name, which is also the key of its request.
 */
record SaleEvent(Map<String, String> columns) {

    private static final List<String> NAMES =
            List.of("head", "correction", "correction-2", "reversal", "reversal-2", "undo", "undo-2", "undo-3");

    /** The requests of these events. */
    static void allowIn(PartnerDatabase database) {
        database.sql().execute("""
                        insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                        select 'acme', name, 'test', sha256('event'), 'user:1' from unnest(array[%s]) as name
                        """.formatted(
                        NAMES.stream().map(name -> "'" + name + "'").collect(joining(", "))));
    }

    static SaleEvent named(String name, String amount) {
        return new SaleEvent(Map.ofEntries(
                Map.entry("tenant_id", "'acme'"),
                Map.entry("id", id(name)),
                Map.entry("partner_id", id("northwind")),
                Map.entry("sale_id", id("order")),
                Map.entry("event_date", "'2026-02-01Z'"),
                Map.entry("currency", "'USD'"),
                Map.entry("base_amount", "0"),
                Map.entry("commission_rate", "0"),
                Map.entry("commission_amount", amount),
                Map.entry("calculation", "'{}'"),
                Map.entry("idempotency_key", "'" + name + "'"),
                Map.entry("recorded_by", "'user:1'"),
                Map.entry("status_changed_by", "'user:1'")));
    }

    SaleEvent with(String column, String value) {
        Map<String, String> changed = new TreeMap<>(columns);
        changed.put(column, value);
        return new SaleEvent(changed);
    }

    SaleEvent reversing(String event) {
        return with("reverses_id", id(event));
    }

    SaleEvent correcting(String event) {
        return with("corrects_id", id(event));
    }

    SaleEvent undoing(String event) {
        return with("undoes_id", id(event));
    }

    /** By the calculation of a restatement, which books a difference only. */
    SaleEvent earning(String amount) {
        return with("calculation", "'{\"earned\": \"" + amount + "\"}'");
    }

    String sql() {
        List<String> names = List.copyOf(columns.keySet());
        return "insert into partner_commission_events (" + String.join(", ", names) + ") values ("
                + names.stream().map(columns::get).collect(joining(", ")) + ")";
    }

    static String ended(String status, String... events) {
        return "update partner_commission_events set status = '" + status + "' where id in ("
                + Stream.of(events).map(SaleEvent::id).collect(joining(", ")) + ")";
    }

    private static String id(String name) {
        return "md5('" + name + "')::uuid";
    }
}
