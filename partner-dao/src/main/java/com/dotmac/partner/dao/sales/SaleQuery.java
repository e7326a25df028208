package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import java.time.Instant;
import java.util.Currency;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which sales: those that meet every condition. Begin with {@link #all}, the whole tenant.
 *
 * <p>A method that adds a condition throws {@link PartnerException.InvalidInput} if the condition is null.
 *
 * <pre>{@code
 * SaleQuery.all().ofCustomer(customerId).between(march, april).earnedNothing()
 * }</pre>
 *
 * @param customerId the host's customer; null for all
 * @param invoiceId the host's invoice; null for all and none
 * @param partnerId a partner who has an event of the sale; null for any and none
 * @param currency null for all
 * @param from first instant of the sales; null for no start
 * @param to end of the instants, exclusive; null for no end
 * @param earnings which of them by what they earned
 */
public record SaleQuery(
        @Nullable UUID customerId,
        @Nullable UUID invoiceId,
        @Nullable UUID partnerId,
        @Nullable Currency currency,
        @Nullable Instant from,
        @Nullable Instant to,
        Earnings earnings) {

    /** Which sales, by what they earned. */
    public enum Earnings {
        /** Every sale. */
        ANY,
        /**
         * Sales without a commission event, or with cancelled ones only, no matter who cancelled them. Not sales of
         * which an event became {@code CLAWBACK} or was corrected to zero.
         */
        NOTHING
    }

    private static final SaleQuery ALL = new SaleQuery(null, null, null, null, null, null, Earnings.ANY);

    public SaleQuery {
        Checks.present(earnings, "earnings");
        from = Checks.optionalInstant(from, "from");
        to = Checks.optionalInstant(to, "to");
        if (from != null) {
            Checks.ordered(from, to, "from", "to");
        }
    }

    /** Every sale of the tenant. */
    public static SaleQuery all() {
        return ALL;
    }

    /** Only sales to this customer of the host. */
    public SaleQuery ofCustomer(UUID customerId) {
        Checks.present(customerId, "customerId");
        return with(query -> query.customerId = customerId);
    }

    /** Only sales on this invoice of the host. */
    public SaleQuery ofInvoice(UUID invoiceId) {
        Checks.present(invoiceId, "invoiceId");
        return with(query -> query.invoiceId = invoiceId);
    }

    /** Only sales of which this partner has a commission event, be it cancelled. */
    public SaleQuery ofPartner(UUID partnerId) {
        Checks.present(partnerId, "partnerId");
        return with(query -> query.partnerId = partnerId);
    }

    /** Only sales in this currency. */
    public SaleQuery inCurrency(Currency currency) {
        Checks.present(currency, "currency");
        return with(query -> query.currency = currency);
    }

    /** Only sales made at or after {@code from} and before {@code to}. */
    public SaleQuery between(Instant from, Instant to) {
        return since(from).before(to);
    }

    /** Only sales made at this instant or after it. */
    public SaleQuery since(Instant from) {
        Checks.present(from, "from");
        return with(query -> query.from = from);
    }

    /** Only sales made before this instant. */
    public SaleQuery before(Instant to) {
        Checks.present(to, "to");
        return with(query -> query.to = to);
    }

    /** Only sales without a commission event, or with cancelled ones only: see {@link Earnings#NOTHING}. */
    public SaleQuery earnedNothing() {
        return with(query -> query.earnings = Earnings.NOTHING);
    }

    private SaleQuery with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.query();
    }

    /** A query of which one part changes. */
    private static final class Draft {

        private @Nullable UUID customerId;
        private @Nullable UUID invoiceId;
        private @Nullable UUID partnerId;
        private @Nullable Currency currency;
        private @Nullable Instant from;
        private @Nullable Instant to;
        private Earnings earnings;

        private Draft(SaleQuery query) {
            customerId = query.customerId;
            invoiceId = query.invoiceId;
            partnerId = query.partnerId;
            currency = query.currency;
            from = query.from;
            to = query.to;
            earnings = query.earnings;
        }

        private SaleQuery query() {
            return new SaleQuery(customerId, invoiceId, partnerId, currency, from, to, earnings);
        }
    }
}
