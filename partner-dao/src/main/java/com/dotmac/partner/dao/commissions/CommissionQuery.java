package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.CommissionStatus;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which commission events: those that meet every condition. Begin with {@link #all}, the whole tenant.
 *
 * <p>A method that adds a condition throws {@link PartnerException.InvalidInput} if the condition is null. The
 * constructor throws it if there is no status, or if {@code from} is not before {@code to}.
 *
 * <pre>{@code
 * CommissionQuery.all().ofPartner(partnerId).inStatus(CommissionStatus.PENDING).between(march, april)
 * }</pre>
 *
 * @param partnerId null for all partners
 * @param customerId the host's customer; null for all customers and none
 * @param invoiceId the host's invoice; null for all invoices and none
 * @param statuses one or more
 * @param currency null for all
 * @param from first event date; null for no start
 * @param to end of the event dates, exclusive; null for no end
 * @param payoutId null for all payouts and none
 * @param saleKey key of the sale that earned them; null for all sales and none
 */
public record CommissionQuery(
        @Nullable UUID partnerId,
        @Nullable UUID customerId,
        @Nullable UUID invoiceId,
        Set<CommissionStatus> statuses,
        @Nullable Currency currency,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable UUID payoutId,
        @Nullable String saleKey) {

    private static final Set<CommissionStatus> ALL_STATUSES =
            Collections.unmodifiableSet(EnumSet.allOf(CommissionStatus.class));

    private static final CommissionQuery ALL =
            new CommissionQuery(null, null, null, ALL_STATUSES, null, null, null, null, null);

    public CommissionQuery {
        Checks.present(statuses, "statuses");
        statuses.forEach(status -> Checks.present(status, "statuses: a status"));
        if (statuses.isEmpty()) {
            throw new PartnerException.InvalidInput(
                    "statuses is empty: no event would match; name one or more, or leave the status out for all");
        }
        statuses = Collections.unmodifiableSet(EnumSet.copyOf(statuses));
        from = Checks.optionalInstant(from, "from");
        to = Checks.optionalInstant(to, "to");
        if (from != null) {
            Checks.ordered(from, to, "from", "to");
        }
    }

    /** Every event of the tenant. */
    public static CommissionQuery all() {
        return ALL;
    }

    /** Only events of this partner. */
    public CommissionQuery ofPartner(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return with(query -> query.partnerId = partnerId);
    }

    /** Only events of this customer of the host. */
    public CommissionQuery ofCustomer(UUID customerId) {
        Checks.present(customerId, "customerId");
        return with(query -> query.customerId = customerId);
    }

    /** Only events of this invoice of the host. */
    public CommissionQuery ofInvoice(UUID invoiceId) {
        Checks.present(invoiceId, "invoiceId");
        return with(query -> query.invoiceId = invoiceId);
    }

    /** Only events with one of these statuses. */
    public CommissionQuery inStatus(CommissionStatus... statuses) {
        Checks.present(statuses, "statuses");
        Arrays.stream(statuses).forEach(status -> Checks.present(status, "statuses: a status"));
        return with(query -> query.statuses = Set.copyOf(Arrays.asList(statuses)));
    }

    /** Only events in this currency. */
    public CommissionQuery inCurrency(Currency currency) {
        Checks.present(currency, "currency");
        return with(query -> query.currency = currency);
    }

    /** Only events dated at or after {@code from} and before {@code to}. */
    public CommissionQuery between(Instant from, Instant to) {
        return since(from).before(to);
    }

    /** Only events dated at this instant or after it. */
    public CommissionQuery since(Instant from) {
        Checks.present(from, "from");
        return with(query -> query.from = from);
    }

    /** Only events dated before this instant. */
    public CommissionQuery before(Instant to) {
        Checks.present(to, "to");
        return with(query -> query.to = to);
    }

    /** Only events in this payout. */
    public CommissionQuery inPayout(UUID payoutId) {
        Checks.present(payoutId, "payoutId");
        return with(query -> query.payoutId = payoutId);
    }

    /** Only events of this sale: what it earned, with clawbacks and corrections. */
    public CommissionQuery ofSale(String saleKey) {
        Checks.key(saleKey);
        return with(query -> query.saleKey = saleKey);
    }

    private CommissionQuery with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.query();
    }

    /** A query of which one part changes. */
    private static final class Draft {

        private @Nullable UUID partnerId;
        private @Nullable UUID customerId;
        private @Nullable UUID invoiceId;
        private Set<CommissionStatus> statuses;
        private @Nullable Currency currency;
        private @Nullable Instant from;
        private @Nullable Instant to;
        private @Nullable UUID payoutId;
        private @Nullable String saleKey;

        private Draft(CommissionQuery query) {
            partnerId = query.partnerId;
            customerId = query.customerId;
            invoiceId = query.invoiceId;
            statuses = query.statuses;
            currency = query.currency;
            from = query.from;
            to = query.to;
            payoutId = query.payoutId;
            saleKey = query.saleKey;
        }

        private CommissionQuery query() {
            return new CommissionQuery(
                    partnerId, customerId, invoiceId, statuses, currency, from, to, payoutId, saleKey);
        }
    }

    /** Whether the monthly totals, kept by partner, currency and status, can answer it. */
    boolean isOfPartnerCurrencyAndStatusAlone() {
        return customerId == null
                && invoiceId == null
                && from == null
                && to == null
                && payoutId == null
                && saleKey == null;
    }

    boolean isOfEveryStatus() {
        return statuses.equals(ALL_STATUSES);
    }
}
