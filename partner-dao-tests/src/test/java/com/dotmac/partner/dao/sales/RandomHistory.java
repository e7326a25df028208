package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.PartnerScope;
import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.bulk.BulkMode;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/** Sales, refunds and undone refunds, drawn once, so that several tenants can have the same in the same order. */
final class RandomHistory {

    private static final int CHUNK = 40;
    private static final List<String> CURRENCIES = List.of("USD", "USD", "USD", "USD", "JPY", "KWD");

    private final Random draw;
    private final List<UUID> customers;
    private final List<ModelSale> sales = new ArrayList<>();
    private final List<String[]> refunds = new ArrayList<>();
    private int keys;

    RandomHistory(long seed, List<UUID> customers) {
        this.draw = new Random(seed);
        this.customers = customers;
    }

    /** Sales in bulk, and after each forty of them refunds of any sale so far. */
    List<Consumer<PartnerScope>> sales(int count) {
        List<Consumer<PartnerScope>> moves = new ArrayList<>();
        for (int drawn = 0; drawn < count; drawn += CHUNK) {
            List<Sale> chunk = new ArrayList<>();
            for (int i = 0; i < Math.min(CHUNK, count - drawn); i++) {
                ModelSale sale = new ModelSale(sale());
                sales.add(sale);
                chunk.add(sale.sale);
            }
            moves.add(scope -> scope.commissions().accrueAll(chunk.stream(), BulkMode.ALL_OR_NOTHING, outcome -> {}));
            moves.addAll(refunds(CHUNK / 4));
        }
        return moves;
    }

    List<Consumer<PartnerScope>> refunds(int count) {
        List<Consumer<PartnerScope>> moves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (draw.nextInt(5) == 0 && !refunds.isEmpty()) {
                String[] made = refunds.remove(draw.nextInt(refunds.size()));
                String key = key("undo");
                sales.stream().filter(sale -> sale.key().equals(made[0])).forEach(sale -> sale.refunds.remove(made[1]));
                moves.add(scope -> scope.sales().undoRefund(key, made[1], "the dispute was won"));
            } else {
                ModelSale sale = sales.get(draw.nextInt(sales.size()));
                if (!sale.isCreditNote() && !sale.allThatIsLeft().isEmpty()) {
                    NewRefund refund = refund(sale);
                    moves.add(scope ->
                            assertThat(scope.sales().refund(refund).replayed()).isFalse());
                }
            }
        }
        return moves;
    }

    private NewRefund refund(ModelSale sale) {
        String key = key("refund");
        Map<Integer, BigDecimal> all = sale.allThatIsLeft();
        Map<Integer, BigDecimal> taken = new TreeMap<>();
        NewRefund refund;
        int kind = draw.nextInt(3);
        if (kind == 0) {
            taken.putAll(all);
            refund = NewRefund.inFull(key, sale.key(), "all was returned");
        } else if (kind == 1 && sale.left().signum() > 0) {
            BigDecimal amount = part(sale.left());
            taken.putAll(sale.spread(amount));
            refund = NewRefund.ofAmount(key, sale.key(), money(sale, amount), "a part was given back");
        } else {
            all.forEach((line, left) -> {
                if (taken.isEmpty() || draw.nextBoolean()) {
                    taken.put(line, draw.nextBoolean() ? left : part(left));
                }
            });
            refund = NewRefund.ofLines(
                    key,
                    sale.key(),
                    taken.entrySet().stream()
                            .map(line -> RefundLine.of(line.getKey(), money(sale, line.getValue())))
                            .toList(),
                    "returned");
        }
        sale.refunds.put(key, taken);
        refunds.add(new String[] {sale.key(), key});
        return refund;
    }

    /** With the sign of the whole, at least a minor unit, or nothing of nothing. */
    private BigDecimal part(BigDecimal whole) {
        int units = whole.unscaledValue().abs().intValueExact();
        BigDecimal part = BigDecimal.valueOf(units == 0 ? 0 : 1 + draw.nextInt(units), whole.scale());
        return whole.signum() < 0 ? part.negate() : part;
    }

    private static Money money(ModelSale sale, BigDecimal amount) {
        return new Money(amount, sale.sale.amount().currency());
    }

    private String key(String kind) {
        return kind + ":" + ++keys;
    }

    private Sale sale() {
        Currency currency = Currency.getInstance(CURRENCIES.get(draw.nextInt(CURRENCIES.size())));
        boolean isCreditNote = draw.nextInt(20) == 0;
        SaleLine[] lines = new SaleLine[1 + draw.nextInt(3)];
        int sum = 0;
        for (int line = 0; line < lines.length; line++) {
            boolean isReturned = line > 0 && draw.nextInt(12) == 0;
            int amount = draw.nextInt(isReturned ? 2_000 : 60_000) * (isCreditNote || isReturned ? -1 : 1);
            int product = draw.nextInt(3);
            sum += amount;
            lines[line] = new SaleLine(
                    product == 2 && amount >= 0 ? null : "product-" + Math.min(product, 1), units(amount, currency));
        }
        Money discount = units(sum > 0 && draw.nextInt(4) == 0 ? draw.nextInt(sum) : 0, currency);
        return new Sale(
                        key("sale"),
                        customers.get(draw.nextInt(customers.size())),
                        null,
                        units(sum, currency),
                        JANUARY.plus(Duration.ofHours(draw.nextInt(24 * 180))),
                        List.of(lines))
                .withDiscount(discount);
    }

    private static Money units(int minorUnits, Currency currency) {
        return new Money(BigDecimal.valueOf(minorUnits, currency.getDefaultFractionDigits()), currency);
    }
}
