package com.dotmac.partner.dao.calculation;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.internal.LargestRemainder;
import com.dotmac.partner.dao.internal.Checks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sale to a customer, as an invoice or a credit note states it.
 *
 * <p>A sale with a discount begins with the sum of its lines, before the discount; {@link #withDiscount} then lowers
 * the amount. Or give all seven arguments, with the amount after the discount.
 *
 * <pre>{@code
 * new Sale("invoice:1003", customerId, invoiceId, Money.of("1100.00", "USD"), at)
 *         .ofLines(
 *                 new SaleLine("course", Money.of("100.00", "USD")),
 *                 new SaleLine("laptop", Money.of("1000.00", "USD")))
 *         .withDiscount(Money.of("20.00", "USD")) // amount 1080.00
 * }</pre>
 *
 * <p>The library knows no tax: rates apply to the amounts that you give.
 *
 * @param key idempotency key, 1 to 255 characters, unique in the tenant over all operations; the invoice's number
 *     serves well
 * @param customerId the host's customer
 * @param invoiceId the host's invoice; null if there is none
 * @param amount what the customer pays, after the discount: the amount to which rates apply. Negative for a credit
 *     note: a rate in force at its own date gives a negative commission; a flat or hybrid fee is added, as for every
 *     sale
 * @param occurredAt when the sale was made; decides which account and rate apply, and to which period it belongs
 * @param lines what was sold, for rules of one product, before the discount; they add up to the amount and the
 *     discount. Empty: one line of no product in particular
 * @param discount of the sale as a whole, for example a coupon; zero or more
 */
public record Sale(
        String key,
        UUID customerId,
        @Nullable UUID invoiceId,
        Money amount,
        Instant occurredAt,
        List<SaleLine> lines,
        Money discount) {

    /**
     * A sale with its lines and its discount.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput if the lines do not add up to the amount and the discount
     * @throws PartnerException.InvalidInput if a line below zero names no product and there are lines above zero: a
     *     discount is no line
     * @throws PartnerException.InvalidInput if the discount is more than the lines above zero, or a credit note has one
     */
    public Sale {
        Checks.key(key);
        Checks.present(customerId, "customerId");
        Checks.singleAmount(amount, "amount");
        occurredAt = Checks.instant(occurredAt, "occurredAt");
        Checks.present(lines, "lines").forEach(line -> Checks.present(line, "lines: a line"));
        Checks.notNegative(discount, "discount");
        lines = lines.isEmpty() ? List.of(new SaleLine(null, amount.plus(discount))) : List.copyOf(lines);
        requireProducts(lines, amount);
        requireDiscount(lines, amount, discount);
        requireSum(lines, amount, discount);
    }

    /** A line that lowers the sale as a whole would lower nothing of what the other lines earn. */
    private static void requireProducts(List<SaleLine> lines, Money amount) {
        if (aboveZero(lines, amount).signum() == 0) {
            return;
        }
        for (SaleLine line : lines) {
            if (line.productId() == null && line.amount().signum() < 0) {
                throw new PartnerException.InvalidInput("a line of " + line.amount()
                        + " names no product beside lines above zero; give it as a discount"
                        + " of the sale: withDiscount(...), or name the product that was returned");
            }
        }
    }

    private static void requireDiscount(List<SaleLine> lines, Money amount, Money discount) {
        Money most = aboveZero(lines, amount);
        if (discount.compareTo(most) > 0) {
            throw new PartnerException.InvalidInput("discount " + discount
                    + " is more than the lines above zero add up to, " + most + "; give that or less");
        }
        if (discount.signum() > 0 && amount.signum() < 0) {
            throw new PartnerException.InvalidInput("the sale is " + amount + " and its discount is " + discount
                    + "; a credit note has no discount: give its lines as they are paid back");
        }
    }

    private static void requireSum(List<SaleLine> lines, Money amount, Money discount) {
        Money sum = sum(lines, amount);
        if (sum.equals(amount.plus(discount))) {
            return;
        }
        throw new PartnerException.InvalidInput("the lines add up to " + sum + " and the sale is " + amount
                + (discount.signum() == 0
                        ? "; give lines that add up to it" + orAsDiscount(sum, amount)
                        : " after a discount of " + discount + "; give lines that add up to " + amount.plus(discount)));
    }

    private static String orAsDiscount(Money sum, Money amount) {
        return amount.signum() < 0 || sum.compareTo(amount) < 0
                ? ""
                : "; if the rest is a discount, begin with a sale of " + sum + " and add withDiscount("
                        + sum.minus(amount) + ")";
    }

    private static Money sum(List<SaleLine> lines, Money amount) {
        Money sum = Money.zero(amount.currency());
        for (SaleLine line : lines) {
            sum = sum.plus(line.amount());
        }
        return sum;
    }

    private static Money aboveZero(List<SaleLine> lines, Money amount) {
        Money sum = Money.zero(amount.currency());
        for (SaleLine line : lines) {
            sum = line.amount().signum() > 0 ? sum.plus(line.amount()) : sum;
        }
        return sum;
    }

    /**
     * A sale with its lines, without a discount. The amount is the sum of the lines; {@link #withDiscount} lowers it.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     * @throws PartnerException.InvalidInput if the lines do not add up to the amount
     * @throws PartnerException.InvalidInput if a line below zero names no product and there are lines above zero
     */
    public Sale(
            String key,
            UUID customerId,
            @Nullable UUID invoiceId,
            Money amount,
            Instant occurredAt,
            List<SaleLine> lines) {
        this(
                key,
                customerId,
                invoiceId,
                amount,
                occurredAt,
                lines,
                Money.zero(Checks.present(amount, "amount").currency()));
    }

    /**
     * A sale of no product in particular, without a discount. If it will have one, give the amount before the discount;
     * {@link #withDiscount} lowers it.
     *
     * @throws PartnerException.InvalidInput if an argument is missing, or out of its range
     */
    public Sale(String key, UUID customerId, @Nullable UUID invoiceId, Money amount, Instant occurredAt) {
        this(key, customerId, invoiceId, amount, occurredAt, List.of());
    }

    /**
     * This sale, all of it of one product.
     *
     * @throws PartnerException.InvalidInput if the product is missing, blank or longer than 255 characters
     */
    public Sale ofProduct(String productId) {
        return ofLines(new SaleLine(Checks.present(productId, "productId"), amount.plus(discount)));
    }

    /**
     * This sale with other lines and the same discount. The amount stays: of a sale without a discount, the lines add
     * up to it. So call this before {@link #withDiscount}, on a sale of the sum of the lines.
     *
     * @throws PartnerException.InvalidInput if the lines do not add up to the amount and the discount
     * @throws PartnerException.InvalidInput if a line below zero names no product and there are lines above zero
     */
    public Sale ofLines(SaleLine... lines) {
        return new Sale(key, customerId, invoiceId, amount, occurredAt, List.of(lines), discount);
    }

    /**
     * This sale with the same lines and another discount: its amount becomes the sum of the lines less the discount. A
     * sale without lines has one line of its amount, so an amount that is after the discount already is lowered again:
     * begin with the amount before the discount.
     *
     * @throws PartnerException.InvalidInput if the discount is missing or negative
     * @throws PartnerException.InvalidInput if the discount is more than the lines above zero, or a credit note has one
     */
    public Sale withDiscount(Money discount) {
        Money net = sum(lines, amount).minus(Checks.notNegative(discount, "discount"));
        return new Sale(key, customerId, invoiceId, net, occurredAt, lines, discount);
    }

    /**
     * The lines after the discount, in the order of the sale: they add up to the amount.
     *
     * <p>Units: the lines above zero bear the discount in proportion, in minor units, by the {@link LargestRemainder}.
     */
    public List<SaleLine> netLines() {
        if (discount.signum() == 0) {
            return lines;
        }
        List<Money> weights = new ArrayList<>();
        for (SaleLine line : lines) {
            weights.add(line.amount().signum() > 0 ? line.amount() : Money.zero(amount.currency()));
        }
        List<Money> discounts = LargestRemainder.spread(discount, weights);
        List<SaleLine> net = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            SaleLine line = lines.get(i);
            net.add(new SaleLine(line.productId(), line.amount().minus(discounts.get(i))));
        }
        return net;
    }
}
