package com.dotmac.partner.dao.payouts;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUTS_WITH_PARTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_PAYOUT_ATTEMPTS;
import static com.dotmac.partner.schema.jooq.Tables.PARTNER_STATUS_CHANGES;
import static com.dotmac.partner.schema.types.PayoutStatus.PENDING;
import static com.dotmac.partner.schema.types.PayoutStatus.READY;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.internal.ColumnValues;
import com.dotmac.partner.dao.internal.PagedList;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.RowReader;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.schema.jooq.tables.PartnerPayoutAttempts;
import com.dotmac.partner.schema.jooq.tables.PartnerPayouts;
import com.dotmac.partner.schema.jooq.tables.PartnerStatusChanges;
import com.dotmac.partner.schema.types.PayoutStatusConverter;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record6;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Rows of payouts: by id, open, page by page; and the status transitions of a payout. */
public final class PayoutSql {

    /** The alias of payouts in the statements of this package. */
    static final PartnerPayouts P = PARTNER_PAYOUTS.as("p");

    /**
     * Payouts with their whole totals, by the same alias: of an open payout the row and its parts. Whoever reads a
     * payout that may be open reads it from here, unless the transaction has folded its parts.
     */
    public static final Table<?> WITH_PARTS = PARTNER_PAYOUTS_WITH_PARTS.as(P);

    /** What {@link #READER} reads, in its order. */
    public static final List<Field<?>> COLUMNS = List.of(
            P.ID,
            P.PARTNER_ID,
            P.STATUS,
            P.TOTAL_AMOUNT,
            P.CURRENCY,
            P.COMMISSION_COUNT,
            P.PERIOD_START,
            P.PERIOD_END,
            P.COMPLETED_AT,
            P.PAYMENT_REFERENCE,
            P.CANCEL_EVIDENCE);

    /** Reads the rows of a statement that returns {@link #COLUMNS}. */
    public static final RowReader<Payout> READER = RowReader.of(COLUMNS, PayoutSql::read);

    private static final PartnerPayoutAttempts A = PARTNER_PAYOUT_ATTEMPTS.as("a");
    private static final PartnerStatusChanges C = PARTNER_STATUS_CHANGES.as("c");

    private final Scope scope;
    private final DSLContext dsl;

    PayoutSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    /** @param row has at least {@link #COLUMNS} */
    static Payout read(Record row) {
        return read(ColumnValues.of(row));
    }

    static Payout read(ColumnValues row) {
        return new Payout(
                row.get(P.ID),
                row.get(P.PARTNER_ID),
                row.get(P.STATUS),
                new Money(row.get(P.TOTAL_AMOUNT), row.get(P.CURRENCY)),
                row.get(P.COMMISSION_COUNT),
                Optional.ofNullable(row.get(P.PERIOD_START)),
                Optional.ofNullable(row.get(P.PERIOD_END)),
                Optional.ofNullable(row.get(P.COMPLETED_AT)),
                Optional.ofNullable(row.get(P.PAYMENT_REFERENCE)),
                Optional.ofNullable(row.get(P.CANCEL_EVIDENCE)));
    }

    /** The status is inlined: PostgreSQL chooses a partial index by its predicate only if that is a constant. */
    static Condition isOpen() {
        return P.STATUS.eq(inline(PENDING, P.STATUS));
    }

    /** Index: partner_payouts_pkey. */
    Optional<Payout> find(UUID payoutId) {
        return dsl.select(COLUMNS).from(WITH_PARTS).where(is(payoutId)).fetchOptional(PayoutSql::read);
    }

    /** Of the last attempt that has the key. Index: partner_payout_attempts_by_key. */
    Optional<Payout> findByProviderKey(String providerKey) {
        return dsl.select(COLUMNS)
                .from(WITH_PARTS)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.ID.eq(select(A.PAYOUT_ID)
                        .from(A)
                        .where(A.TENANT_ID.eq(scope.tenantId()))
                        .and(A.PROVIDER_KEY.eq(providerKey))
                        .orderBy(A.ATTEMPT_NUMBER.desc())
                        .limit(inline(1))))
                .fetchOptional(PayoutSql::read);
    }

    /** @throws PartnerException.NotFound if this tenant has no such payout */
    Payout require(UUID payoutId) {
        return find(payoutId).orElseThrow(() -> new NotFound(NotFound.Kind.PAYOUT, payoutId));
    }

    /** Index: partner_payouts_one_open. */
    Optional<Payout> findOpen(UUID partnerId, Currency currency) {
        return dsl.select(COLUMNS)
                .from(WITH_PARTS)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(P.PARTNER_ID.eq(partnerId))
                .and(P.CURRENCY.eq(currency))
                .and(isOpen())
                .fetchOptional(PayoutSql::read);
    }

    /** Locks the row of a closed payout until the transaction ends. Index: partner_payouts_pkey. */
    Payout lock(UUID payoutId) {
        return dsl.selectFrom(P)
                .where(is(payoutId))
                .forNoKeyUpdate()
                .fetchOptional(PayoutSql::read)
                .orElseThrow(() -> new NotFound(NotFound.Kind.PAYOUT, payoutId));
    }

    private Condition is(UUID payoutId) {
        return P.TENANT_ID.eq(scope.tenantId()).and(P.ID.eq(payoutId));
    }

    /** The closing first: every other transition comes after it. */
    List<Payout.Transition> history(UUID payoutId) {
        return dsl.selectFrom(
                        closing(payoutId).unionAll(laterTransitions(payoutId)).asTable(C))
                .orderBy(C.FROM_STATUS.ne(inline(PayoutStatusConverter.literalOf(PENDING))), C.CHANGED_AT, C.ID)
                .fetch(PayoutSql::readTransition);
    }

    private static Payout.Transition readTransition(Record row) {
        return new Payout.Transition(
                PayoutStatusConverter.ofLiteral(row.get(C.FROM_STATUS)),
                PayoutStatusConverter.ofLiteral(row.get(C.TO_STATUS)),
                row.get(C.CHANGED_BY),
                Optional.ofNullable(row.get(C.REASON)),
                row.get(C.CHANGED_AT));
    }

    /** Nobody knows who closed a payout that was closed when it was adopted. Index: partner_payouts_pkey. */
    private Select<Record6<UUID, String, String, String, String, Instant>> closing(UUID payoutId) {
        return select(
                        P.ID,
                        inline(PayoutStatusConverter.literalOf(PENDING)).as(C.FROM_STATUS),
                        inline(PayoutStatusConverter.literalOf(READY)).as(C.TO_STATUS),
                        inline((String) null).as(C.REASON),
                        P.CLOSED_BY.as(C.CHANGED_BY),
                        P.CLOSED_AT.as(C.CHANGED_AT))
                .from(P)
                .where(is(payoutId))
                .and(P.CLOSED_BY.isNotNull());
    }

    /** Index: partner_status_changes_by_subject. */
    private Select<Record6<UUID, String, String, String, String, Instant>> laterTransitions(UUID payoutId) {
        return select(C.ID, C.FROM_STATUS, C.TO_STATUS, C.REASON, C.CHANGED_BY, C.CHANGED_AT)
                .from(C)
                .where(C.TENANT_ID.eq(scope.tenantId()))
                .and(C.PARTNER_ID.eq(select(P.PARTNER_ID).from(P).where(is(payoutId))))
                .and(C.PAYOUT_ID.eq(payoutId));
    }

    /**
     * The newest first. Indexes: partner_payouts_pkey, read backwards from where the page before ended; for one partner
     * partner_payouts_by_period; for payouts in payment partner_payouts_in_payment.
     */
    Page<Payout> page(PayoutQuery query, int size, @Nullable String after) {
        PagedList list = list(query);
        UUID last = after == null ? null : list.last(after);
        List<Payout> oneMore = dsl.select(COLUMNS)
                .from(WITH_PARTS)
                .where(P.TENANT_ID.eq(scope.tenantId()))
                .and(query.partnerId() == null ? noCondition() : P.PARTNER_ID.eq(query.partnerId()))
                .and(query.currency() == null ? noCondition() : P.CURRENCY.eq(query.currency()))
                .and(
                        query.statuses().isEmpty()
                                ? noCondition()
                                : P.STATUS.in(query.statuses().stream()
                                        .sorted()
                                        .map(DSL::inline)
                                        .toList()))
                .and(last == null ? noCondition() : P.ID.lt(last))
                .orderBy(P.ID.desc())
                .limit(inline(size + 1))
                .fetch(PayoutSql::read);
        return list.page(oneMore, size, Payout::id);
    }

    private PagedList list(PayoutQuery query) {
        return PagedList.of(
                scope,
                RequestContent.of("list payouts")
                        .id("partner", query.partnerId())
                        .currency("currency", query.currency())
                        .list(
                                "statuses",
                                query.statuses().stream().sorted().toList(),
                                (each, status) -> each.literal("status", PayoutStatusConverter.literalOf(status))));
    }
}
