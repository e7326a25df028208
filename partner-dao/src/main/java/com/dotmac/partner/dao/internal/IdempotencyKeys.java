package com.dotmac.partner.dao.internal;

import static com.dotmac.partner.dao.internal.Parameter.parameter;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_IDEMPOTENCY_KEYS;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.name;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.schema.jooq.tables.records.PartnerIdempotencyKeysRecord;
import java.util.Arrays;
import java.util.List;
import org.jooq.CommonTableExpression;
import org.jooq.DSLContext;
import org.jooq.InsertResultStep;

/** Gives a key at most one effect: the insert of the key accepts a request, and the hash beside the key recognises it. */
public final class IdempotencyKeys {

    private static final Parameter<String> TENANT = parameter(PARTNER_IDEMPOTENCY_KEYS.TENANT_ID);
    private static final Parameter<String> KEY = parameter(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY);
    private static final Parameter<String> OPERATION = parameter(PARTNER_IDEMPOTENCY_KEYS.OPERATION);
    private static final Parameter<byte[]> HASH = parameter(PARTNER_IDEMPOTENCY_KEYS.REQUEST_HASH);
    private static final Parameter<String> REQUESTED_BY = parameter(PARTNER_IDEMPOTENCY_KEYS.REQUESTED_BY);

    /** The parameters of {@link #accepted}. */
    public static final List<Parameter<?>> PARAMETERS = List.of(TENANT, KEY, OPERATION, HASH, REQUESTED_BY);

    private static final RenderedSql ACCEPT = RenderedSql.of("accept a request", acceptance(), PARAMETERS);

    private final Scope scope;

    public IdempotencyKeys(Scope scope) {
        this.scope = scope;
    }

    /** A key, the operation that the request asks for, and the hash of the request's content. */
    public record Request(String key, String operation, byte[] hash) {

        /** The request of a key with some content. */
        public static Request of(String key, RequestContent content) {
            return new Request(key, content.operation(), content.sha256());
        }
    }

    /**
     * Accepts the request: returns one row, or none if another request used the key before. Waits for a concurrent transaction
     * with the same key. Index: partner_idempotency_keys_pkey.
     */
    private static InsertResultStep<PartnerIdempotencyKeysRecord> acceptance() {
        return insertInto(PARTNER_IDEMPOTENCY_KEYS)
                .columns(PARAMETERS.stream().map(Parameter::column).toList())
                .values(PARAMETERS)
                .onConflict(PARTNER_IDEMPOTENCY_KEYS.TENANT_ID, PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY)
                .doNothing()
                .returning(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY);
    }

    /**
     * The common table expression {@code accepted} of a {@link RenderedSql}: the key, or no row if another request used it before. The
     * statement creates its rows from this row.
     */
    public static CommonTableExpression<PartnerIdempotencyKeysRecord> accepted() {
        return name("accepted").as(acceptance());
    }

    /** Gives the call the values of {@link #PARAMETERS}. */
    public RenderedSql.Call values(Request request, RenderedSql.Call call) {
        return call.with(TENANT, scope.tenantId())
                .with(KEY, request.key())
                .with(OPERATION, request.operation())
                .with(HASH, request.hash())
                .with(REQUESTED_BY, scope.actor());
    }

    /**
     * Whether this is the first delivery of the request.
     *
     * @throws PartnerException.IdempotencyConflict if another request used the key
     */
    public boolean accept(DSLContext dsl, Request request) {
        // By the row, not by an update count: a connection that batches statements has none to give.
        if (!values(request, ACCEPT.call()).fetch(dsl, row -> row.getString(1)).isEmpty()) {
            return true;
        }
        requireSame(dsl, request);
        return false;
    }

    /**
     * Compares the request with the first one of its key.
     *
     * @throws PartnerException.IdempotencyConflict if the first one had other content
     */
    public void requireSame(DSLContext dsl, Request request) {
        PartnerIdempotencyKeysRecord first = dsl.selectFrom(PARTNER_IDEMPOTENCY_KEYS)
                .where(PARTNER_IDEMPOTENCY_KEYS.TENANT_ID.eq(scope.tenantId()))
                .and(PARTNER_IDEMPOTENCY_KEYS.IDEMPOTENCY_KEY.eq(request.key()))
                .fetchSingle();
        if (!Arrays.equals(first.getRequestHash(), request.hash())) {
            throw new PartnerException.IdempotencyConflict(request.key(), first.getOperation());
        }
    }
}
