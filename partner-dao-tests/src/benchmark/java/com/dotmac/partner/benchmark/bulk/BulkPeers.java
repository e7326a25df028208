package com.dotmac.partner.benchmark.bulk;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_IDEMPOTENCY_KEYS;

import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Other ways to write the rows of {@code recordAll}: the same keys and events, without its guarantees. They write no
 * hash of the content, replay or refuse no single row, and report no outcome.
 */
final class BulkPeers {

    private static final int BATCH = 10_000;
    private static final byte[] NO_HASH = new byte[32];
    private static final String OPERATION = "record a commission";

    private BulkPeers() {}

    /** Copies straight into both tables, one COPY each, in one transaction. */
    static void copy(DataSource database, Supplier<Stream<NewCommission>> rows) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            copy(
                    connection,
                    "copy partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by) from stdin",
                    rows.get(),
                    row -> String.join(
                            "\t",
                            BulkDatabase.TENANT,
                            row.key(),
                            OPERATION,
                            "\\\\x" + "00".repeat(NO_HASH.length),
                            BulkDatabase.ACTOR));
            copy(
                    connection,
                    "copy partner_commission_events (tenant_id, partner_id, event_date, currency, base_amount, commission_rate,"
                            + " commission_amount, calculation, idempotency_key, recorded_by, status_changed_by) from stdin",
                    rows.get(),
                    row -> String.join(
                            "\t",
                            BulkDatabase.TENANT,
                            row.partnerId().toString(),
                            row.earnedAt().toString(),
                            row.base().currency().getCurrencyCode(),
                            row.base().amount().toPlainString(),
                            "0",
                            row.amount().amount().toPlainString(),
                            calculation(row),
                            row.key(),
                            BulkDatabase.ACTOR,
                            BulkDatabase.ACTOR));
            connection.commit();
        }
    }

    private static void copy(
            Connection connection, String sql, Stream<NewCommission> rows, Function<NewCommission, String> line)
            throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        StringBuilder lines = new StringBuilder();
        Iterator<NewCommission> each = rows.iterator();
        while (each.hasNext()) {
            lines.append(line.apply(each.next())).append('\n');
            if (lines.length() > 1 << 16 || !each.hasNext()) {
                byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
                copy.writeToCopy(bytes, 0, bytes.length);
                lines.setLength(0);
            }
        }
        copy.endCopy();
    }

    private static String calculation(NewCommission row) {
        return "{\"format\": 1, \"model\": \"manual\", \"base\": \""
                + row.base().amount().toPlainString() + "\", \"exact\": \""
                + row.amount().amount().toPlainString() + "\"}";
    }

    /** Sends arrays as text, as jOOQ and most tools do: one statement for each table and batch. */
    static void unnest(DataSource database, Stream<NewCommission> rows) throws SQLException {
        DSLContext dsl = DSL.using(database, SQLDialect.POSTGRES);
        inBatches(
                rows,
                batch -> dsl.transaction(transaction -> {
                    transaction
                            .dsl()
                            .execute(
                                    "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                                            + " select ?, key, ?, ?, ? from unnest(?) key",
                                    BulkDatabase.TENANT,
                                    OPERATION,
                                    NO_HASH,
                                    BulkDatabase.ACTOR,
                                    keys(batch));
                    transaction
                            .dsl()
                            .execute(
                                    "insert into partner_commission_events (tenant_id, partner_id, event_date, currency, base_amount,"
                                            + " commission_rate, commission_amount, calculation, idempotency_key, recorded_by, status_changed_by)"
                                            + " select ?, partner, earned::timestamptz, currency, base, 0, amount, calculation::jsonb, key, ?, ?"
                                            + " from unnest(?, ?, ?, ?, ?, ?, ?) as t (key, partner, earned, currency, base, amount, calculation)",
                                    BulkDatabase.TENANT,
                                    BulkDatabase.ACTOR,
                                    BulkDatabase.ACTOR,
                                    keys(batch),
                                    batch.stream().map(NewCommission::partnerId).toArray(UUID[]::new),
                                    batch.stream()
                                            .map(row -> row.earnedAt().toString())
                                            .toArray(String[]::new),
                                    batch.stream()
                                            .map(row -> row.base().currency().getCurrencyCode())
                                            .toArray(String[]::new),
                                    batch.stream()
                                            .map(row -> row.base().amount())
                                            .toArray(BigDecimal[]::new),
                                    batch.stream()
                                            .map(row -> row.amount().amount())
                                            .toArray(BigDecimal[]::new),
                                    batch.stream().map(BulkPeers::calculation).toArray(String[]::new));
                }));
    }

    private static String[] keys(List<NewCommission> batch) {
        return batch.stream().map(NewCommission::key).toArray(String[]::new);
    }

    /** Uses {@code addBatch}, which the driver rewrites into inserts of many rows. */
    static void jdbcBatch(DataSource database, Stream<NewCommission> rows) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement keys = connection.prepareStatement(
                        "insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)"
                                + " values (?, ?, ?, ?, ?)");
                PreparedStatement events = connection.prepareStatement(
                        "insert into partner_commission_events (tenant_id, partner_id, event_date, currency, base_amount, commission_rate,"
                                + " commission_amount, calculation, idempotency_key, recorded_by, status_changed_by)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)")) {
            connection.setAutoCommit(false);
            inBatches(rows, batch -> {
                for (NewCommission row : batch) {
                    bind(keys, BulkDatabase.TENANT, row.key(), OPERATION, NO_HASH, BulkDatabase.ACTOR);
                    bind(
                            events,
                            BulkDatabase.TENANT,
                            row.partnerId(),
                            row.earnedAt().atOffset(ZoneOffset.UTC),
                            row.base().currency().getCurrencyCode(),
                            row.base().amount(),
                            BigDecimal.ZERO,
                            row.amount().amount(),
                            calculation(row),
                            row.key(),
                            BulkDatabase.ACTOR,
                            BulkDatabase.ACTOR);
                }
                keys.executeBatch();
                events.executeBatch();
                connection.commit();
            });
        }
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        statement.addBatch();
    }

    static void jooqBatchInsert(DataSource database, Stream<NewCommission> rows) throws SQLException {
        DSLContext dsl = DSL.using(database, SQLDialect.POSTGRES);
        inBatches(
                rows,
                batch -> dsl.transaction(transaction -> {
                    transaction
                            .dsl()
                            .batchInsert(batch.stream().map(BulkPeers::key).toList())
                            .execute();
                    transaction
                            .dsl()
                            .batchInsert(batch.stream().map(BulkPeers::event).toList())
                            .execute();
                }));
    }

    private static PartnerIdempotencyKeysRecord key(NewCommission row) {
        PartnerIdempotencyKeysRecord key = PARTNER_IDEMPOTENCY_KEYS.newRecord();
        key.setTenantId(BulkDatabase.TENANT);
        key.setIdempotencyKey(row.key());
        key.setOperation(OPERATION);
        key.setRequestHash(NO_HASH);
        key.setRequestedBy(BulkDatabase.ACTOR);
        return key;
    }

    private static PartnerCommissionEventsRecord event(NewCommission row) {
        PartnerCommissionEventsRecord event = PARTNER_COMMISSION_EVENTS.newRecord();
        event.setTenantId(BulkDatabase.TENANT);
        event.setPartnerId(row.partnerId());
        event.setEventDate(row.earnedAt());
        event.setCurrency(row.base().currency());
        event.setBaseAmount(row.base().amount());
        event.setCommissionRate(BigDecimal.ZERO);
        event.setCommissionAmount(row.amount().amount());
        event.setCalculation(JSONB.valueOf(calculation(row)));
        event.setIdempotencyKey(row.key());
        event.setRecordedBy(BulkDatabase.ACTOR);
        event.setStatusChangedBy(BulkDatabase.ACTOR);
        return event;
    }

    private interface BatchWork {
        void on(List<NewCommission> batch) throws SQLException;
    }

    private static void inBatches(Stream<NewCommission> rows, BatchWork work) throws SQLException {
        List<NewCommission> batch = new ArrayList<>();
        for (Iterator<NewCommission> each = rows.iterator(); each.hasNext(); ) {
            batch.add(each.next());
            if (batch.size() == BATCH || !each.hasNext()) {
                work.on(batch);
                batch.clear();
            }
        }
    }
}
