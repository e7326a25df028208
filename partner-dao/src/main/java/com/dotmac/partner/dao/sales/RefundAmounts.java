package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.internal.LargestRemainder;
import com.dotmac.partner.dao.commissions.internal.StoredSale;
import com.dotmac.partner.dao.sales.NewRefund.Excess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How much a refund takes of each line of its sale. */
final class RefundAmounts {

    private final StoredSale sale;
    private final NewRefund refund;
    private final Map<Integer, Money> taken = new TreeMap<>();
    private Money exceeded;

    private RefundAmounts(StoredSale sale, NewRefund refund) {
        this.sale = sale;
        this.refund = refund;
        this.exceeded = zero();
    }

    /**
     * @throws PartnerException.InvalidInput if the sale is a credit note, or the refund is in another currency
     * @throws PartnerException.InvalidInput if the refund names a line that the sale does not have, or is more than what
     *     is left
     */
    static RefundAmounts of(StoredSale sale, NewRefund refund) {
        RefundAmounts amounts = new RefundAmounts(sale, refund);
        if (sale.row().getAmount().signum() < 0) {
            throw new PartnerException.InvalidInput("sale \"" + refund.saleKey() + "\" is a credit note of "
                    + amounts.amountOfSale() + "; nothing of it can be refunded");
        }
        if (!refund.lines().isEmpty()) {
            refund.lines().forEach(amounts::take);
        } else if (refund.amount().isPresent()) {
            amounts.spread(refund.amount().get());
        } else {
            amounts.takeAll();
        }
        return amounts;
    }

    /** By the number of the line. */
    Map<Integer, Money> taken() {
        return taken;
    }

    Money exceeded() {
        return exceeded;
    }

    Money amount() {
        Money sum = zero();
        for (Money line : taken.values()) {
            sum = sum.plus(line);
        }
        return sum;
    }

    private Money amountOfSale() {
        return new Money(sale.row().getAmount(), sale.row().getCurrency());
    }

    private Money zero() {
        return Money.zero(sale.row().getCurrency());
    }

    private int lines() {
        return sale.row().getLineBases().length;
    }

    private void take(RefundLine line) {
        if (line.number() > lines()) {
            throw new PartnerException.InvalidInput("sale \"" + refund.saleKey() + "\" has " + lines()
                    + " lines and no line " + line.number() + "; lines are counted from 1");
        }
        requireCurrency(line.amount());
        Money base = sale.base(line.number());
        Money left = sale.left(line.number());
        if (base.signum() == 0 ? line.amount().signum() != 0 : line.amount().signum() != base.signum()) {
            throw new PartnerException.InvalidInput("refund " + line.amount() + " of line " + line.number()
                    + " does not fit the line, which sold for " + base + "; "
                    + (base.signum() == 0 ? "refund it by zero" : "give an amount with the sign of the line"));
        }
        boolean isMore = base.signum() == 0
                ? sale.refunded().containsKey(line.number())
                : base.signum() > 0
                        ? line.amount().compareTo(left) > 0
                        : line.amount().compareTo(left) < 0;
        if (isMore) {
            refuse(line.amount(), "line " + line.number() + " of sale \"" + refund.saleKey() + "\", " + left);
            Money more = line.amount().minus(left);
            exceeded = more.signum() < 0 ? exceeded.minus(more) : exceeded.plus(more);
        }
        Money part = isMore ? left : line.amount();
        if (part.signum() != 0 || !isMore) {
            taken.put(line.number(), part);
        }
    }

    private void requireCurrency(Money amount) {
        if (!amount.currency().equals(sale.row().getCurrency())) {
            throw new PartnerException.InvalidInput("refund " + amount + " is not in the currency of sale \""
                    + refund.saleKey() + "\", " + sale.row().getCurrency());
        }
    }

    private void refuse(Money asked, String left) {
        if (refund.excess() == Excess.REFUSED) {
            throw new PartnerException.InvalidInput("refund " + asked + " is more than what is left of " + left
                    + "; refund that or less, or use atMostWhatIsLeft()");
        }
    }

    /** In minor units, by what is left of each line. A refund of all that is left also takes the lines of zero. */
    private void spread(Money amount) {
        requireCurrency(amount);
        Money left = sale.left();
        if (amount.compareTo(left) > 0) {
            refuse(amount, "sale \"" + refund.saleKey() + "\", " + left);
            exceeded = amount.minus(left);
        }
        if (left.signum() < 0) {
            exceeded = amount;
            return;
        }
        if (amount.compareTo(left) >= 0) {
            takeLeft();
            return;
        }
        List<Money> weights = new ArrayList<>();
        for (int line = 1; line <= lines(); line++) {
            weights.add(sale.left(line));
        }
        List<Money> shares = LargestRemainder.spread(amount, weights);
        for (int line = 1; line <= lines(); line++) {
            if (shares.get(line - 1).signum() != 0) {
                taken.put(line, shares.get(line - 1));
            }
        }
    }

    private void takeAll() {
        takeLeft();
        if (taken.isEmpty() && refund.excess() == Excess.REFUSED) {
            throw new PartnerException.InvalidInput(
                    "sale \"" + refund.saleKey() + "\" was refunded in full before; nothing is left to refund");
        }
    }

    private void takeLeft() {
        for (int line = 1; line <= lines(); line++) {
            Money left = sale.left(line);
            if (left.signum() != 0
                    || sale.base(line).signum() == 0 && !sale.refunded().containsKey(line)) {
                taken.put(line, left);
            }
        }
    }
}
