package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.commissions.Clawback;
import com.dotmac.partner.dao.sales.RecordedSale.RecordedLine;
import com.dotmac.partner.dao.sales.SaleModel.Side;
import com.dotmac.partner.dao.sales.SaleSteps.Step;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Steps of a run that refund, claw back, and undo it. */
final class SaleRefunds {

    private record Made(String sale, String key) {}

    /** @param isItself whether the event itself became a clawback */
    private record ClawedBack(Side side, String key, UUID event, boolean isItself) {}

    private final SaleRun run;
    private final List<Made> refunds = new ArrayList<>();
    private final List<ClawedBack> clawbacks = new ArrayList<>();

    SaleRefunds(SaleRun run) {
        this.run = run;
    }

    private Optional<ModelSale> sale(Step step) {
        List<ModelSale> sales = run.model.sales.values().stream()
                .filter(sale -> !sale.isCreditNote() && !sale.allThatIsLeft().isEmpty())
                .toList();
        return sales.isEmpty() ? Optional.empty() : Optional.of(SaleRun.pick(sales, step));
    }

    String refundLines(Step step) {
        Optional<ModelSale> sale = sale(step);
        if (sale.isEmpty()) {
            return "nothing is left";
        }
        Map<Integer, BigDecimal> asked = new TreeMap<>();
        Map<Integer, BigDecimal> taken = new TreeMap<>();
        sale.get().allThatIsLeft().forEach((line, left) -> {
            if (taken.isEmpty() || (step.pick() >> line & 1) == 0) {
                BigDecimal part = percent(left, step.percent());
                asked.put(line, part);
                taken.put(line, part.abs().compareTo(left.abs()) > 0 ? left : part);
            }
        });
        NewRefund refund = NewRefund.ofLines(
                newKey(),
                sale.get().key(),
                asked.entrySet().stream()
                        .map(line -> RefundLine.of(line.getKey(), run.scenario.money(line.getValue())))
                        .toList(),
                "returned");
        return refund(sale.get(), step.percent() > 100 ? refund.atMostWhatIsLeft() : refund, taken);
    }

    String refundAmount(Step step) {
        Optional<ModelSale> sale = sale(step);
        if (sale.isEmpty() || sale.get().left().signum() <= 0) {
            return "nothing is left";
        }
        BigDecimal left = sale.get().left();
        BigDecimal amount = percent(left, step.percent());
        NewRefund refund =
                NewRefund.ofAmount(newKey(), sale.get().key(), run.scenario.money(amount), "a part was given back");
        return refund(
                sale.get(),
                step.percent() > 100 ? refund.atMostWhatIsLeft() : refund,
                sale.get().spread(amount));
    }

    String refundAll(Step step) {
        Optional<ModelSale> sale = sale(step);
        if (sale.isEmpty()) {
            return "nothing is left";
        }
        return refund(
                sale.get(),
                NewRefund.inFull(newKey(), sale.get().key(), "all was returned"),
                sale.get().allThatIsLeft());
    }

    /** A share of what is left: at least a minor unit, and not everything below 100 percent if there is more than that. */
    private static BigDecimal percent(BigDecimal left, int percent) {
        BigDecimal part =
                left.multiply(BigDecimal.valueOf(percent)).movePointLeft(2).setScale(left.scale(), RoundingMode.DOWN);
        return part.signum() == 0 ? left.ulp().multiply(BigDecimal.valueOf(left.signum())) : part;
    }

    private String refund(ModelSale sale, NewRefund asked, Map<Integer, BigDecimal> taken) {
        Refund refund = run.acme.sales().refund(asked);

        assertThat(refund.lines())
                .as(asked.toString())
                .isEqualTo(taken.entrySet().stream()
                        .map(line -> RefundLine.of(line.getKey(), run.scenario.money(line.getValue())))
                        .toList());
        assertThat(refund.clawedBack().signum()).as(asked.toString()).isLessThanOrEqualTo(0);
        Set<UUID> itself = refund.clawbacks().stream()
                .filter(clawback -> clawback.reversal().isEmpty())
                .map(clawback -> clawback.original().partnerId())
                .collect(Collectors.toSet());
        run.model.refund(sale.key(), asked.key(), taken, itself);
        refunds.add(new Made(sale.key(), asked.key()));
        requireLeft(sale);
        return asked.toString();
    }

    private void requireLeft(ModelSale sale) {
        RecordedSale recorded = run.acme.sales().find(sale.key()).orElseThrow();
        assertThat(recorded.lines().stream().map(RecordedLine::left).map(Money::amount))
                .as("what is left of the lines of " + sale.sale)
                .usingElementComparator(BigDecimal::compareTo)
                .isEqualTo(IntStream.rangeClosed(1, sale.bases.size())
                        .mapToObj(sale::left)
                        .toList());
    }

    String undoRefund(Step step) {
        if (refunds.isEmpty()) {
            return "no refund is left";
        }
        Made made = SaleRun.pick(refunds, step);
        refunds.remove(made);
        Refund undone = run.acme.sales().undoRefund(newKey(), made.key(), "the dispute was won");
        assertThat(undone.clawedBack().signum()).as(made.toString()).isGreaterThanOrEqualTo(0);
        run.model.undoRefund(made.sale(), made.key());
        requireLeft(run.model.sales.get(made.sale()));
        return made.toString();
    }

    String clawBack(Step step) {
        List<Side> sides = new ArrayList<>();
        run.model.sales.forEach((key, sale) -> sale.commissions.forEach((partner, commission) -> {
            if (canBeClawedBack(commission)
                    && run.events.head(new Side(key, partner)).isPresent()) {
                sides.add(new Side(key, partner));
            }
        }));
        sides.sort(Comparator.comparing((Side side) -> side.sale().length())
                .thenComparing(Side::sale)
                .thenComparing(Side::partner));
        if (sides.isEmpty()) {
            return "nothing can be clawed back";
        }
        Side side = SaleRun.pick(sides, step);
        BigDecimal left = run.model.find(side).orElseThrow().left();
        BigDecimal asked = percent(left, step.percent());
        UUID head = run.events.head(side).orElseThrow();
        String key = newKey();
        Clawback clawback = step.percent() > 100
                ? run.acme.commissions().clawBackAtMost(key, head, run.scenario.money(asked), "returned")
                : run.acme.commissions().clawBack(key, head, run.scenario.money(asked), "returned");
        assertThat(clawback.exceeded().amount())
                .isEqualByComparingTo(asked.subtract(left).max(BigDecimal.ZERO));
        run.model.clawBack(side, key, asked.min(left), clawback.reversal().isEmpty());
        clawbacks.add(new ClawedBack(
                side,
                key,
                clawback.reversal().orElse(clawback.original()).id(),
                clawback.reversal().isEmpty()));
        return side + " " + asked + " of " + left;
    }

    private static boolean canBeClawedBack(ModelCommission commission) {
        return commission.counts()
                && commission.calculation.parts().size() == 1
                && commission.calculation.earned().signum() >= 0
                && commission.calculation.base().signum() > 0
                && commission.left().signum() > 0;
    }

    private void undo(ClawedBack made) {
        run.acme.commissions().undoClawback(newKey(), made.event(), "the dispute was won");
    }

    private boolean isBehindAnother(ClawedBack made) {
        return made.isItself()
                && run.model.find(made.side()).orElseThrow().isClawedBackItself
                && !run.events.newestOriginal(made.side()).equals(made.event());
    }

    String undoClawback(Step step) {
        if (clawbacks.isEmpty()) {
            return "no clawback is left";
        }
        ClawedBack made = SaleRun.pick(clawbacks, step);
        if (isBehindAnother(made)) {
            assertThatThrownBy(() -> undo(made))
                    .isInstanceOf(PartnerException.IllegalTransition.class)
                    .hasMessageContaining("undo that clawback first, or the refund that made it");
            return made + " is refused: a later event was clawed back as a whole too";
        }
        clawbacks.remove(made);
        undo(made);
        run.model.undoClawback(made.side(), made.key());
        return made.toString();
    }
}
