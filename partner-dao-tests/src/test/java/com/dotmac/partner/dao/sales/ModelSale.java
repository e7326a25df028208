package com.dotmac.partner.dao.sales;

import com.dotmac.partner.dao.calculation.Sale;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A sale, what was refunded of its lines, and what each partner earns by it. */
final class ModelSale {

    final Sale sale;
    /** The lines after the discount. */
    final List<BigDecimal> bases;
    /** What each refund took, by its key; undone refunds are gone. */
    final Map<String, Map<Integer, BigDecimal>> refunds = new TreeMap<>();

    final Map<UUID, ModelCommission> commissions = new HashMap<>();

    ModelSale(Sale sale) {
        this.sale = sale;
        this.bases = bases(sale);
    }

    private static List<BigDecimal> bases(Sale sale) {
        List<BigDecimal> amounts =
                sale.lines().stream().map(line -> line.amount().amount()).toList();
        List<BigDecimal> discounts = ExactSpread.of(
                sale.discount().amount(),
                amounts.stream().map(amount -> amount.max(BigDecimal.ZERO)).toList());
        List<BigDecimal> bases = new ArrayList<>();
        for (int line = 0; line < amounts.size(); line++) {
            bases.add(amounts.get(line).subtract(discounts.get(line)));
        }
        return bases;
    }

    String key() {
        return sale.key();
    }

    int digits() {
        return sale.amount().currency().getDefaultFractionDigits();
    }

    boolean isCreditNote() {
        return sale.amount().signum() < 0;
    }

    Map<Integer, BigDecimal> refunded() {
        Map<Integer, BigDecimal> refunded = new TreeMap<>();
        refunds.values()
                .forEach(refund -> refund.forEach((line, amount) -> refunded.merge(line, amount, BigDecimal::add)));
        return refunded;
    }

    BigDecimal left(int line) {
        return bases.get(line - 1).subtract(refunded().getOrDefault(line, BigDecimal.ZERO));
    }

    BigDecimal left() {
        return sale.amount().amount().subtract(refunded().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /** All that is left of every line; a line that sold for nothing, once. */
    Map<Integer, BigDecimal> allThatIsLeft() {
        Map<Integer, BigDecimal> all = new TreeMap<>();
        for (int line = 1; line <= bases.size(); line++) {
            boolean isFreeAndThere =
                    bases.get(line - 1).signum() == 0 && !refunded().containsKey(line);
            if (left(line).signum() != 0 || isFreeAndThere) {
                all.put(line, left(line));
            }
        }
        return all;
    }

    /** An amount without lines, by what is left of each. */
    Map<Integer, BigDecimal> spread(BigDecimal amount) {
        if (amount.compareTo(left()) >= 0) {
            return allThatIsLeft();
        }
        List<BigDecimal> weights = new ArrayList<>();
        for (int line = 1; line <= bases.size(); line++) {
            weights.add(left(line));
        }
        List<BigDecimal> parts = ExactSpread.of(amount, weights);
        Map<Integer, BigDecimal> taken = new TreeMap<>();
        for (int line = 1; line <= bases.size(); line++) {
            if (parts.get(line - 1).signum() != 0) {
                taken.put(line, parts.get(line - 1));
            }
        }
        return taken;
    }

    ModelCommission commission(UUID partner) {
        return commissions.computeIfAbsent(partner, id -> new ModelCommission(this));
    }
}
