package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_REFUNDS;
import static com.dotmac.partner.schema.types.CommissionStatus.CLAWBACK;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.basics.PartnerException.NotFound;
import com.dotmac.partner.dao.calculation.CommissionShares;
import com.dotmac.partner.dao.commissions.BookedClawbackSql;
import com.dotmac.partner.dao.commissions.BookedClawbackSql.Cause;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.commissions.CommissionEvent;
import com.dotmac.partner.dao.commissions.CommissionEventSql;
import com.dotmac.partner.dao.commissions.internal.BookedCommission;
import com.dotmac.partner.dao.commissions.internal.BookedCommissionSql;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.commissions.internal.StoredSaleSql;
import com.dotmac.partner.dao.internal.IdempotencyKeys;
import com.dotmac.partner.dao.internal.IdempotencyKeys.Request;
import com.dotmac.partner.dao.internal.RequestContent;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.sales.NewRefund.Excess;
import com.dotmac.partner.schema.jooq.tables.PartnerRefunds;
import com.dotmac.partner.schema.jooq.tables.records.PartnerCommissionEventsRecord;
import com.dotmac.partner.schema.jooq.tables.records.PartnerRefundsRecord;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The statements of {@link SaleDao#refund} and {@link SaleDao#undoRefund}. */
final class RefundSql {

    private static final PartnerRefunds F = PARTNER_REFUNDS;

    private final Scope scope;
    private final DSLContext dsl;

    RefundSql(Scope scope, DSLContext dsl) {
        this.scope = scope;
        this.dsl = dsl;
    }

    Refund refund(NewRefund refund) {
        Request request = Request.of(refund.key(), content(refund));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new RecordedRefundSql(scope, dsl).replay(require(refund.key()));
        }
        StoredSale sale = new StoredSaleSql(scope, dsl).lock(refund.saleKey());
        RefundAmounts amounts = RefundAmounts.of(sale, refund);
        PartnerRefundsRecord row = insert(sale, amounts, refund);
        StoredSale after = sale.with(amounts.taken());
        BookedClawbackSql booking =
                new BookedClawbackSql(scope, dsl, new Cause(refund.key(), row.getId(), refund.reason()));
        List<Clawback> clawbacks = new ArrayList<>();
        for (BookedCommission booked : booked(sale)) {
            clawBack(booking, booked, sale, after, amounts.taken()).ifPresent(clawbacks::add);
        }
        return RecordedRefundSql.result(row, sale, clawbacks, false);
    }

    static RequestContent content(NewRefund refund) {
        return RequestContent.of("refund a sale")
                .text("sale", refund.saleKey())
                .list("lines", refund.lines(), (content, line) -> content.integer("number", line.number())
                        .money("amount", line.amount()))
                .money("amount", refund.amount().orElse(null))
                .literal("excess", refund.excess() == Excess.REFUSED ? "refused" : "left out")
                .text("reason", refund.reason());
    }

    private Collection<BookedCommission> booked(StoredSale sale) {
        UUID saleId = sale.row().getId();
        return new BookedCommissionSql(scope, dsl)
                .lock(List.of(saleId))
                .getOrDefault(saleId, Map.of())
                .values();
    }

    /** Empty for a partner who earns nothing on these lines, or nothing any more. */
    private static Optional<Clawback> clawBack(
            BookedClawbackSql booking,
            BookedCommission booked,
            StoredSale before,
            StoredSale after,
            Map<Integer, Money> taken) {
        CommissionShares shares = booked.shares();
        if (!booked.isLive() || shares.earned().signum() < 0 || !shares.earnsOnAny(taken.keySet())) {
            return Optional.empty();
        }
        Map<Integer, Money> refunded = booked.refunded(after, shares);
        Money base = shares.refundedBase(refunded).minus(shares.refundedBase(booked.refunded(before, shares)));
        return Optional.of(booking.book(booked, shares, refunded, base, Money.zero(base.currency())));
    }

    private PartnerRefundsRecord insert(StoredSale sale, RefundAmounts amounts, NewRefund refund) {
        BigDecimal[] lines = new BigDecimal[sale.row().getLineBases().length];
        amounts.taken().forEach((number, amount) -> lines[number - 1] = amount.amount());
        PartnerRefundsRecord row = row(sale.row().getId(), refund.key(), refund.reason(), lines);
        row.setAmount(amounts.amount().amount());
        row.setExceeded(amounts.exceeded().amount());
        return insert(row);
    }

    private PartnerRefundsRecord row(UUID saleId, String key, String reason, BigDecimal[] lines) {
        PartnerRefundsRecord row = new PartnerRefundsRecord();
        row.setTenantId(scope.tenantId());
        row.setSaleId(saleId);
        row.setLineAmounts(lines);
        row.setReason(reason);
        row.setIdempotencyKey(key);
        row.setRecordedBy(scope.actor());
        return row;
    }

    private PartnerRefundsRecord insert(PartnerRefundsRecord row) {
        return dsl.insertInto(F).set(row).returning().fetchSingle();
    }

    Refund undo(String key, String refundKey, String reason) {
        Request request = Request.of(key, undoing(refundKey, reason));
        if (!new IdempotencyKeys(scope).accept(dsl, request)) {
            return new RecordedRefundSql(scope, dsl).replay(require(key));
        }
        UUID saleId = require(refundKey).getSaleId();
        StoredSale sale = new StoredSaleSql(scope, dsl).lock(saleId);
        // Again, now that nobody else refunds the sale.
        PartnerRefundsRecord undone = require(refundKey);
        requireCanBeUndone(undone);
        PartnerRefundsRecord undo = row(saleId, key, reason, undone.getLineAmounts());
        undo.setUndoesId(undone.getId());
        undo.setAmount(undone.getAmount());
        PartnerRefundsRecord row = insert(undo);
        StoredSale after = sale.without(sale.lines(undone));
        BookedClawbackSql booking = new BookedClawbackSql(scope, dsl, new Cause(key, row.getId(), reason));
        List<Clawback> clawbacks = new ArrayList<>();
        for (BookedCommission booked : booked(sale)) {
            giveBack(booking, booked, undone, after).ifPresent(clawbacks::add);
        }
        return RecordedRefundSql.result(row, sale, clawbacks, false);
    }

    static RequestContent undoing(String refundKey, String reason) {
        return RequestContent.of("undo a refund").text("refund", refundKey).text("reason", reason);
    }

    private static Optional<Clawback> giveBack(
            BookedClawbackSql booking, BookedCommission booked, PartnerRefundsRecord undone, StoredSale after) {
        CommissionEvent original = CommissionEventSql.of(booked.head());
        CommissionShares shares = booked.shares();
        if (undone.getIdempotencyKey().equals(booked.head().getEndedByKey())) {
            return Optional.of(given(
                    original,
                    booking.bookAgain(booked, shares, booked.refundedBesideHead(after, shares), original.id())));
        }
        Map<Integer, Money> refunded = booked.refunded(after, shares);
        if (!booked.isLive()) {
            // A clawback of the event alone still counts, and can be undone later.
            UUID undoesId = after.isRefund(booked.head().getEndedByKey()) ? original.id() : null;
            return booked.head().getStatus() == CLAWBACK
                            && shares.clawedBack(refunded).compareTo(shares.earned()) < 0
                    ? Optional.of(given(original, booking.bookAgain(booked, shares, refunded, undoesId)))
                    : Optional.empty();
        }
        Optional<PartnerCommissionEventsRecord> reversal = booked.entries().stream()
                .filter(entry -> undone.getId().equals(entry.getRefundId()))
                .findFirst();
        return reversal.map(taken -> given(original, booking.undo(booked, shares, taken, refunded)))
                .or(() -> booking.giveBack(booked, shares, refunded, null).map(event -> given(original, event)));
    }

    private static Clawback given(CommissionEvent original, CommissionEvent event) {
        return new Clawback(
                original,
                Optional.of(event),
                event.amount(),
                Money.zero(event.amount().currency()),
                false);
    }

    private PartnerRefundsRecord require(String refundKey) {
        return byKey(refundKey).orElseThrow(() -> new NotFound(NotFound.Kind.REFUND, refundKey));
    }

    /** Index: refund_recorded_once. */
    private Optional<PartnerRefundsRecord> byKey(String key) {
        return dsl.selectFrom(F)
                .where(F.TENANT_ID.eq(scope.tenantId()))
                .and(F.IDEMPOTENCY_KEY.eq(key))
                .fetchOptional();
    }

    private void requireCanBeUndone(PartnerRefundsRecord refund) {
        if (refund.getUndoesId() != null) {
            throw new PartnerException.IllegalTransition(
                    refund.getId(),
                    "refund \"" + refund.getIdempotencyKey() + "\" undoes another refund; refund the sale again");
        }
        String earlier = undoneBy(refund.getId());
        if (earlier != null) {
            throw new PartnerException.IllegalTransition(
                    refund.getId(),
                    "refund \"" + refund.getIdempotencyKey() + "\" was undone before, by \"" + earlier + "\"");
        }
    }

    /** Index: refund_undone_once. */
    private @Nullable String undoneBy(UUID refundId) {
        return dsl.select(F.IDEMPOTENCY_KEY)
                .from(F)
                .where(F.TENANT_ID.eq(scope.tenantId()))
                .and(F.UNDOES_ID.eq(refundId))
                .fetchOne(F.IDEMPOTENCY_KEY);
    }
}
