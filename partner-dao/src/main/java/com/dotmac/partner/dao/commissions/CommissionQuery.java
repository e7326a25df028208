package com.dotmac.partner.dao.commissions;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_COMMISSION_EVENTS;

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
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Which commission events: all that meet every condition given. Begins with {@link #all}, the whole tenant.
 *
 * <pre>{@code
 * CommissionQuery.all().ofPartner(partnerId).inStatus(PartnerCommissionStatus.pending).between(march, april)
 * }</pre>
 *
 * @param partnerId null: of all partners
 * @param customerId the host's customer; null: of all and of none
 * @param invoiceId the host's invoice; null: of all and of none
 * @param statuses one or more
 * @param currency null: in all
 * @param from first event date; null: from the first event on
 * @param to end of the event dates, which does not belong to them; null: without end
 * @param payoutId null: in all and in none
 */
public record CommissionQuery(
        @Nullable UUID partnerId,
        @Nullable UUID customerId,
        @Nullable UUID invoiceId,
        Set<CommissionStatus> statuses,
        @Nullable Currency currency,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable UUID payoutId) {

    private static final Set<CommissionStatus> ALL_STATUSES =
            Collections.unmodifiableSet(EnumSet.allOf(CommissionStatus.class));

    private static final CommissionQuery ALL =
            new CommissionQuery(null, null, null, ALL_STATUSES, null, null, null, null);

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

    public CommissionQuery ofPartner(UUID partnerId) {
        return new CommissionQuery(
                Checks.present(partnerId, "partnerId"), customerId, invoiceId, statuses, currency, from, to, payoutId);
    }

    public CommissionQuery ofCustomer(UUID customerId) {
        return new CommissionQuery(
                partnerId, Checks.present(customerId, "customerId"), invoiceId, statuses, currency, from, to, payoutId);
    }

    public CommissionQuery ofInvoice(UUID invoiceId) {
        return new CommissionQuery(
                partnerId, customerId, Checks.present(invoiceId, "invoiceId"), statuses, currency, from, to, payoutId);
    }

    /** In one of these. */
    public CommissionQuery inStatus(CommissionStatus... statuses) {
        Checks.present(statuses, "statuses");
        Arrays.stream(statuses).forEach(status -> Checks.present(status, "statuses: a status"));
        return new CommissionQuery(
                partnerId, customerId, invoiceId, Set.copyOf(Arrays.asList(statuses)), currency, from, to, payoutId);
    }

    public CommissionQuery inCurrency(Currency currency) {
        return new CommissionQuery(
                partnerId, customerId, invoiceId, statuses, Checks.present(currency, "currency"), from, to, payoutId);
    }

    /** Earned at or after {@code from} and before {@code to}. */
    public CommissionQuery between(Instant from, Instant to) {
        return since(from).before(to);
    }

    /** Earned at this instant or after it. */
    public CommissionQuery since(Instant from) {
        return new CommissionQuery(
                partnerId, customerId, invoiceId, statuses, currency, Checks.present(from, "from"), to, payoutId);
    }

    /** Earned before this instant. */
    public CommissionQuery before(Instant to) {
        return new CommissionQuery(
                partnerId, customerId, invoiceId, statuses, currency, from, Checks.present(to, "to"), payoutId);
    }

    public CommissionQuery inPayout(UUID payoutId) {
        return new CommissionQuery(
                partnerId, customerId, invoiceId, statuses, currency, from, to, Checks.present(payoutId, "payoutId"));
    }

    /** Whether the sums of partners' months, kept by partner, currency and status, can answer it. */
    boolean isOfPartnerCurrencyAndStatusAlone() {
        return customerId == null && invoiceId == null && from == null && to == null && payoutId == null;
    }

    boolean isOfEveryStatus() {
        return statuses.equals(ALL_STATUSES);
    }

    /** On rows of {@code partner_commission_events}; the tenant is the caller's part. */
    Condition condition() {
        Condition condition = DSL.noCondition();
        if (partnerId != null) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.PARTNER_ID.eq(partnerId));
        }
        if (customerId != null) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.CUSTOMER_ID.eq(customerId));
        }
        if (invoiceId != null) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.INVOICE_ID.eq(invoiceId));
        }
        if (!isOfEveryStatus()) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.STATUS.in(statuses));
        }
        if (currency != null) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.CURRENCY.eq(currency));
        }
        if (from != null) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.ge(from));
        }
        if (to != null) {
            condition = condition.and(PARTNER_COMMISSION_EVENTS.EVENT_DATE.lt(to));
        }
        return payoutId == null ? condition : condition.and(PARTNER_COMMISSION_EVENTS.PAYOUT_ID.eq(payoutId));
    }
}
