package com.dotmac.partner.dao.sales;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one partner earns by one sale. */
final class ModelCommission {

    private final ModelSale sale;
    /** Null: nothing was ever booked, or a restatement took it back and booked nothing in its place. */
    ModelCalculation calculation;

    /** What all events add up to. */
    BigDecimal booked = BigDecimal.ZERO;

    boolean isCancelled;
    /** Clawbacks of this commission alone, by key; undone ones are gone. */
    final Map<String, BigDecimal> clawbacks = new HashMap<>();
    /** Whether the event itself became a clawback. */
    boolean isClawedBackItself;

    ModelCommission(ModelSale sale) {
        this.sale = sale;
    }

    boolean counts() {
        return calculation != null && !isCancelled && !isClawedBackItself;
    }

    Map<Integer, BigDecimal> refunded(ModelCalculation by) {
        BigDecimal alone = clawbacks.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        Map<Integer, BigDecimal> refunded = sale.refunded();
        return clawbacks.isEmpty() ? refunded : by.with(refunded, sale.bases, alone);
    }

    boolean isAllRefunded(ModelCalculation by) {
        return by.isAll(refunded(by), sale.bases);
    }

    /** G - T, the definition. */
    private BigDecimal net() {
        return calculation == null || isCancelled
                ? BigDecimal.ZERO
                : calculation.earned().subtract(calculation.clawedBack(refunded(calculation)));
    }

    void earn(ModelCalculation its) {
        calculation = its;
        booked = net();
    }

    void cancel() {
        isCancelled = true;
        booked = BigDecimal.ZERO;
    }

    /** Books the difference; a refund, also one of a returned line, never gives anything back. */
    void clawBack() {
        booked = booked.min(net());
    }

    /** Books the difference; an undo never takes anything. What was clawed back as a whole counts again if not all is refunded. */
    void giveBack() {
        isClawedBackItself = isClawedBackItself && calculation != null && isAllRefunded(calculation);
        booked = booked.max(net());
    }

    /** The base that counts towards tiers. */
    BigDecimal volume() {
        if (!counts()) {
            return BigDecimal.ZERO;
        }
        return calculation.earned().signum() < 0
                ? calculation.base()
                : calculation.base().subtract(calculation.refundedBase(refunded(calculation)));
    }

    /** What is left to claw back of this commission alone. */
    BigDecimal left() {
        return calculation.base().subtract(calculation.refundedBase(refunded(calculation)));
    }

    void becomeClawback() {
        isClawedBackItself = calculation != null && isAllRefunded(calculation);
    }

    /** Books what was calculated again. */
    void restate(Optional<ModelCalculation> again, boolean isPendingAlone) {
        boolean earns = again.isPresent() && !isAllRefunded(again.get());
        if (isCancelled || isClawedBackItself && !earns) {
            return;
        }
        if (calculation == null || isClawedBackItself) {
            calculation = earns ? again.get() : calculation;
            isClawedBackItself = false;
        } else if (isPendingAlone) {
            boolean isSame = again.isPresent() && again.get().isSame(calculation) && booked.compareTo(net()) == 0;
            calculation = isSame ? calculation : earns ? again.get() : null;
        } else {
            calculation = again.orElse(
                    new ModelCalculation(List.of(), calculation.earned().subtract(calculation.earned())));
        }
        booked = net();
    }
}
