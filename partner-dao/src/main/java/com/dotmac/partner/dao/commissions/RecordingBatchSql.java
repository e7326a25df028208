package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_IDEMPOTENCY_KEYS;
import static java.util.Map.entry;
import static org.jooq.impl.DSL.any;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.internal.NewEventSql;
import com.dotmac.partner.dao.internal.BatchValues;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.JdbcStatement;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.internal.Transactions;
import com.dotmac.partner.schema.jooq.Keys;
import com.dotmac.partner.schema.jooq.tables.PartnerCommissionEvents;
import com.dotmac.partner.schema.jooq.tables.PartnerIdempotencyKeys;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The statements of {@link RecordingBatch}. Rows travel as arrays, one for each column: no temporary table, which the
 * application's role need not be able to create. By JDBC, since the driver sends arrays in binary and jOOQ as text.
 */
final class RecordingBatchSql {

    private static final PartnerCommissionEvents E = PARTNER_COMMISSION_EVENTS;
    private static final PartnerIdempotencyKeys K = PARTNER_IDEMPOTENCY_KEYS;

    private final Scope scope;
    private final DSLContext dsl;

    RecordingBatchSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /**
     * Inserts the rows that {@link RecordingSql} inserts, for each entry whose key is new. The others get the outcome
     * of the first request with their key.
     */
    void record(List<RecordingEntry> entries) {
        if (!recordNew(entries)) {
            insert(accept(entries));
        }
    }

    /**
     * Records all entries if every key is new, which costs less than to insert the keys first. Returns false and
     * records nothing if a key was used before.
     */
    private boolean recordNew(List<RecordingEntry> entries) {
        try {
            markRecorded(
                    entries,
                    Transactions.toSavepoint(
                            dsl,
                            within -> insert(
                                    INSERT_ALL, entries, scope.tenantId(), RecordingSql.OPERATION, scope.actor())));
            return true;
        } catch (PartnerException.ConstraintViolated refused) {
            if (refused.constraint().equals(Keys.PARTNER_IDEMPOTENCY_KEYS_PKEY.getName())) {
                return false;
            }
            throw refused;
        }
    }

    /**
     * Accepts the requests as {@link IdempotencyKeys#accept} accepts one, and returns those that it accepted. Each
     * other entry gets its outcome here.
     */
    private List<RecordingEntry> accept(List<RecordingEntry> entries) {
        Set<String> accepted = insertKeys(entries);
        List<RecordingEntry> used = entries.stream()
                .filter(entry -> !accepted.contains(entry.key()))
                .toList();
        if (used.isEmpty()) {
            return entries;
        }
        Map<String, Earlier> earlier = earlier(used);
        used.forEach(entry -> earlier.get(entry.key()).decide(entry));
        return entries.stream().filter(entry -> accepted.contains(entry.key())).toList();
    }

    private static final JdbcStatement INSERT_KEYS = new JdbcStatement("""
            insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
            select ?, request.key, ?, request.hash, ?
            from unnest(?::text[], ?::bytea[]) with ordinality as request (key, hash, position)
            order by request.position
            on conflict (tenant_id, idempotency_key) do nothing
            returning idempotency_key
            """);

    /** Waits for concurrent transactions with the same keys. Index: partner_idempotency_keys_pkey. */
    private Set<String> insertKeys(List<RecordingEntry> entries) {
        BatchValues values = new BatchValues()
                .text(scope.tenantId())
                .text(RecordingSql.OPERATION)
                .text(scope.actor())
                .array("text", column(entries, RecordingEntry.KEY))
                .array("bytea", hashes(entries));
        return INSERT_KEYS.fetch(dsl, values, accepted -> {
            Set<String> keys = new HashSet<>();
            while (accepted.next()) {
                keys.add(accepted.getString(1));
            }
            return keys;
        });
    }

    /** The first request with a key. */
    private record Earlier(String operation, byte[] hash, UUID eventId) {

        void decide(RecordingEntry entry) {
            if (entry.sameContentAs(hash)) {
                entry.replayed(eventId);
            } else {
                entry.refused(new PartnerException.IdempotencyConflict(entry.key(), operation));
            }
        }
    }

    /**
     * Only a request of another operation can have several events. Indexes: partner_idempotency_keys_pkey,
     * commission_event_recorded_once.
     */
    private Map<String, Earlier> earlier(List<RecordingEntry> used) {
        Map<String, Earlier> earlier = new HashMap<>();
        dsl.select(K.IDEMPOTENCY_KEY, K.OPERATION, K.REQUEST_HASH, E.ID)
                .from(K)
                .leftJoin(E)
                .on(E.TENANT_ID.eq(K.TENANT_ID))
                .and(E.IDEMPOTENCY_KEY.eq(K.IDEMPOTENCY_KEY))
                .where(K.TENANT_ID.eq(scope.tenantId()))
                .and(K.IDEMPOTENCY_KEY.eq(any(column(used, RecordingEntry.KEY))))
                .forEach(row ->
                        earlier.putIfAbsent(row.value1(), new Earlier(row.value2(), row.value3(), row.value4())));
        return earlier;
    }

    private void insert(List<RecordingEntry> accepted) {
        if (!accepted.isEmpty()) {
            markRecorded(accepted, insert(INSERT_ACCEPTED, accepted));
        }
    }

    private static void markRecorded(List<RecordingEntry> entries, Map<String, UUID> ids) {
        entries.forEach(entry -> entry.recorded(ids.get(entry.key())));
    }

    /**
     * An array for each column, unnested side by side; in the select list, where PostgreSQL goes row by row, and not in
     * the from clause, where it first stores each column on its own. The rows keep their order, so that two batches
     * with the same keys wait for each other.
     */
    private static final String GIVEN = """
            with given as materialized (
                select unnest(?::text[]) as key, unnest(?::text[]) as partner, unnest(?::text[]) as customer,
                       unnest(?::text[]) as invoice, unnest(?::text[]) as earned, unnest(?::text[]) as currency,
                       unnest(?::text[]) as base, unnest(?::text[]) as amount, unnest(?::text[]) as calculation,
                       unnest(?::text[]) as hold, unnest(?::text[]) as reason, unnest(?::bytea[]) as hash
            )
            """;

    private static final String ACCEPTED = """
            , accepted as (
                insert into partner_idempotency_keys (tenant_id, idempotency_key, operation, request_hash, requested_by)
                select ?, given.key, ?, given.hash, ?
                from given
                returning 1
            )
            """;

    private static final String EVENTS = NewEventSql.text(
            Map.ofEntries(
                    entry(E.TENANT_ID, "?"),
                    entry(E.PARTNER_ID, "given.partner::uuid"),
                    entry(E.SALE_ID, "null"),
                    entry(E.ACCOUNT_ID, "null"),
                    entry(E.CUSTOMER_ID, "given.customer::uuid"),
                    entry(E.INVOICE_ID, "given.invoice::uuid"),
                    entry(E.RULE_ID, "null"),
                    entry(E.RULE_VERSION, "null"),
                    entry(E.REVERSES_ID, "null"),
                    entry(E.REFUND_ID, "null"),
                    entry(E.CORRECTS_ID, "null"),
                    entry(E.UNDOES_ID, "null"),
                    entry(E.RETURNS_PAYOUT_ID, "null"),
                    entry(E.ATTEMPT_ID, "null"),
                    entry(E.PAYMENT_REFERENCE, "null"),
                    entry(E.PAYOUT_ID, "null"),
                    entry(E.EVENT_DATE, "given.earned::timestamptz"),
                    entry(E.CURRENCY, "given.currency"),
                    entry(E.BASE_AMOUNT, "given.base::numeric"),
                    entry(E.COMMISSION_RATE, "0"),
                    entry(E.COMMISSION_AMOUNT, "given.amount::numeric"),
                    entry(E.CALCULATION, "given.calculation::jsonb"),
                    entry(E.STATUS, "'pending'"),
                    entry(E.HOLD_UNTIL, "given.hold::timestamptz"),
                    entry(E.IDEMPOTENCY_KEY, "given.key"),
                    entry(E.RECORDED_BY, "?"),
                    entry(E.APPROVED_AT, "null"),
                    entry(E.APPROVED_BY, "null"),
                    entry(E.STATUS_CHANGED_BY, "?"),
                    entry(E.STATUS_REASON, "given.reason")),
            "given");

    /** All keys before the first event, in the order of {@link RecordingSql}: else the two could deadlock. */
    private static final String AFTER_KEYS = """
            where (select count(*) from accepted) > 0
            """;

    private static final String RETURNING = """
            returning idempotency_key, id
            """;

    private static final JdbcStatement INSERT_ALL =
            new JdbcStatement(GIVEN + ACCEPTED + EVENTS + AFTER_KEYS + RETURNING);

    private static final JdbcStatement INSERT_ACCEPTED = new JdbcStatement(GIVEN + EVENTS + RETURNING);

    /**
     * The ids of the events, by key.
     *
     * @param accepting the values of {@link #ACCEPTED}, where it is part of the statement
     */
    private Map<String, UUID> insert(JdbcStatement statement, List<RecordingEntry> entries, String... accepting) {
        BatchValues values = new BatchValues();
        for (int column = 0; column < RecordingEntry.COLUMNS.size(); column++) {
            values.array("text", column(entries, column));
        }
        values.array("bytea", hashes(entries));
        for (String value : accepting) {
            values.text(value);
        }
        values.text(scope.tenantId()).text(scope.actor()).text(scope.actor());
        return statement.fetch(dsl, values, recorded -> {
            Map<String, UUID> ids = new HashMap<>();
            while (recorded.next()) {
                ids.put(recorded.getString(1), recorded.getObject(2, UUID.class));
            }
            return ids;
        });
    }

    /** An empty array if no row has a value: PostgreSQL unnests what is missing at its end to null. */
    private static @Nullable String[] column(List<RecordingEntry> entries, int column) {
        String[] values = new String[entries.size()];
        boolean given = false;
        for (int i = 0; i < values.length; i++) {
            values[i] = entries.get(i).text(column);
            given |= values[i] != null;
        }
        return given ? values : new String[0];
    }

    private static byte[][] hashes(List<RecordingEntry> entries) {
        return entries.stream().map(RecordingEntry::hash).toArray(byte[][]::new);
    }
}
