package com.dotmac.partner.dao.payouts;

import com.dotmac.partner.dao.basics.Page;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.internal.Scope;
import com.dotmac.partner.dao.partners.internal.KnownPartner;
import com.dotmac.partner.dao.payouts.internal.PaymentServerSql;
import java.io.Reader;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** The methods of {@link PayoutDao} that change nothing. */
abstract sealed class PayoutReads permits PayoutPayments {

    final Scope scope;

    PayoutReads(Scope scope) {
        this.scope = scope;
    }

    /**
     * Finds a payout by its id.
     *
     * <p>Statements and cost: one statement. Index: partner_payouts_pkey.
     *
     * @return the payout; empty if this tenant has none with the id
     */
    public Optional<Payout> find(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return read(dsl -> new PayoutSql(scope, dsl).find(payoutId));
    }

    /**
     * Finds a payout by the key that the payment provider has for it: a provider that sends a payment back names that key.
     *
     * <p>Statements and cost: one statement. Indexes: partner_payout_attempts_by_key, partner_payouts_pkey.
     *
     * @param providerKey {@link PayoutAttempt#providerKey()}, 1 to 255 characters
     * @return the payout; empty if this tenant has claimed none with the key
     * @throws PartnerException.InvalidInput if the key is missing, or out of its range
     */
    public Optional<Payout> findByProviderKey(String providerKey) {
        Checks.text(providerKey, "providerKey", Checks.KEY_LENGTH);
        return read(dsl -> new PayoutSql(scope, dsl).findByProviderKey(providerKey));
    }

    /**
     * Finds the open payout of a partner in a currency.
     *
     * <p>Statements and cost: one statement; one more if none is open, which asks whether the partner is there. Index:
     * partner_payouts_one_open.
     *
     * @return the payout; empty if none is open
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public Optional<Payout> findOpen(UUID partnerId, Currency currency) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        return read(dsl -> {
            Optional<Payout> open = new PayoutSql(scope, dsl).findOpen(partnerId, currency);
            if (open.isEmpty()) {
                KnownPartner.require(scope, dsl, partnerId);
            }
            return open;
        });
    }

    /**
     * Calculates what {@link PayoutDao#close} would find for one partner and currency, and whether it is due. It
     * changes nothing.
     *
     * <p>Statements and cost: two statements that read, the last as of one instant.
     *
     * @param cutoff as for {@link PayoutDao#closeAll}. If the partner's payout was closed at a later one, the preview
     *     says so, {@link Blocker.ClosedLater}, and {@link PayoutDao#close} refuses the cutoff
     * @throws PartnerException.InvalidInput if the cutoff is in the future
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public OpenBalance preview(UUID partnerId, Currency currency, Instant cutoff) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        Instant exact = Checks.instant(cutoff, "cutoff");
        return read(dsl -> new ClosingSql(scope, dsl).preview(partnerId, currency, exact));
    }

    /**
     * Says why a commission event is not paid: every reason at once, and when each clears.
     *
     * <p>Statements and cost: at most six statements, each by an index. They treat an event that is in no payout yet as if it were
     * in the open one: below the minimum means together with what is collected there.
     *
     * @return empty if the event is paid
     * @throws PartnerException.NotFound if this tenant has no such event
     */
    public List<Blocker> blockers(UUID eventId) {
        Checks.present(eventId, "eventId");
        return read(dsl -> new BlockerSql(scope, dsl).ofEvent(eventId));
    }

    /**
     * Says why a partner is not paid in a currency: the partner itself, a retired currency, events that are pending or on hold, closed
     * payouts that are not paid, what the open payout comes to, and whether claims stop.
     *
     * <p>Statements and cost: at most seven statements; one counts the partner's pending events.
     *
     * @return never empty: at least the partner waits for a run
     * @throws PartnerException.NotFound if this tenant has no such partner
     */
    public List<Blocker> partnerBlockers(UUID partnerId, Currency currency) {
        Checks.present(partnerId, "partnerId");
        Checks.present(currency, "currency");
        return read(dsl -> new BlockerSql(scope, dsl).ofPartner(partnerId, currency));
    }

    /**
     * Says why {@link PayoutDao#claim} hands nothing out on this database server: it was promoted or restored, so that
     * the last payments may be missing in it, and nobody has confirmed for this tenant that the payment provider was
     * reconciled since.
     *
     * <p>Statements and cost: one statement.
     *
     * @return empty if workers may claim, and on a standby, which changes nothing
     */
    public Optional<String> whyClaimsStop() {
        return read(dsl -> new PaymentServerSql(scope, dsl).whyClaimsStop());
    }

    /**
     * Lists payouts whose last attempt has an unknown outcome, the longest unknown first: ask the provider about them.
     * Those of which the provider confirmed another amount come last: record that with {@link
     * PayoutDao#recordPayment}.
     *
     * <p>Statements and cost: one statement. Index: partner_payout_attempts_unknown.
     *
     * @param most 1 to 1000
     */
    public List<ClaimedPayout> listUnresolved(int most) {
        Checks.within(most, "most", 1, Checks.PAGE_SIZE);
        return read(dsl -> new ClaimSql(scope, dsl).listUnresolved(most));
    }

    /**
     * Lists every status transition of a payout, in order.
     *
     * <p>Statements and cost: one statement.
     *
     * @return empty while the payout is open, and if this tenant has no such payout
     */
    public List<Payout.Transition> history(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return read(dsl -> new PayoutSql(scope, dsl).history(payoutId));
    }

    /**
     * Lists every attempt to pay a payout, in order.
     *
     * <p>Statements and cost: one statement.
     *
     * @return empty if there was none, and if this tenant has no such payout
     */
    public List<PayoutAttempt> attempts(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return read(dsl -> new PayoutAttemptSql(scope, dsl).ofPayout(payoutId));
    }

    /**
     * The first page of the payouts that match, the one opened last first.
     *
     * <p>Statements and cost: one statement for a page, which begins where the page before ended. A payout that is
     * opened meanwhile shifts nothing. A payout whose status changes meanwhile is listed if it matches when its page is
     * read.
     *
     * @param size of the page, 1 to 1000
     * @throws PartnerException.InvalidInput if the size is out of range
     */
    public Page<Payout> list(PayoutQuery query, int size) {
        return list(query, size, null);
    }

    /**
     * The page after another one.
     *
     * <p>Statements and cost: as {@link #list(PayoutQuery, int)}, at any depth.
     *
     * @param query the query of the first page
     * @param size of the page, 1 to 1000
     * @param after {@link Page#next()} of the page before; null for the first page
     * @throws PartnerException.InvalidInput if the size is out of range
     * @throws PartnerException.InvalidInput if no page of this query gave the token out
     */
    public Page<Payout> list(PayoutQuery query, int size, @Nullable String after) {
        Checks.present(query, "query");
        Checks.pageSize(size);
        return read(dsl -> new PayoutSql(scope, dsl).page(query, size, after));
    }

    /**
     * Compares a payment provider's file with our attempts. It changes nothing: report an outcome that the file
     * resolves by {@link PayoutDao#succeed} or {@link PayoutDao#fail}, and a payment that the bank returned by {@link
     * PayoutDao#recordReturn}.
     *
     * <p>The file is CSV as PostgreSQL reads it, with the header {@code key,amount,currency,status,reference} in this
     * order. A status is {@code succeeded}, {@code failed}, {@code pending} or {@code returned}, in upper or lower
     * case. A line is compared with the last attempt of the payout that has its key.
     *
     * <p>Statements and cost: the file streams into a temporary table of the transaction, which the role must have the
     * right to create; one statement compares it. Memory holds only the differences.
     *
     * <p>Units: amounts are plain decimal numbers, in the currency's major unit.
     *
     * @param csv the call reads it to its end; the caller closes it
     * @param from start of the period that the file covers; belongs to it
     * @param to its end; does not belong to it. An attempt that began in the period and has no line is missing in the
     *     file
     * @return a line with a bad value is {@link Reconciliation.Finding#UNREADABLE}
     * @throws PartnerException.InvalidInput if the file is no such CSV; the message names the line, and nothing was
     *     compared
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    public Reconciliation reconcile(Reader csv, Instant from, Instant to) {
        Checks.present(csv, "csv");
        Instant start = Checks.instant(from, "from");
        Instant end = Checks.instant(to, "to");
        Checks.ordered(start, end, "from", "to");
        return scope.transactions().write(dsl -> {
            PaymentFile file = new PaymentFile(dsl);
            Reconciliation found = new ReconciliationSql(scope, dsl).compare(file.read(csv), start, end);
            file.drop();
            return found;
        });
    }

    private <T> T read(Function<DSLContext, T> work) {
        return scope.transactions().read(work);
    }
}
