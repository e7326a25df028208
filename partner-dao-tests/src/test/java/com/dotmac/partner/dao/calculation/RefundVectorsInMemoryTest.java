package com.dotmac.partner.dao.calculation;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.RefundVectors.Line;
import com.dotmac.partner.dao.calculation.RefundVectors.Refund;
import com.dotmac.partner.dao.calculation.RefundVectors.Vector;
import com.dotmac.partner.dao.calculation.internal.LargestRemainder;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The worked cases of refunds by line, calculated without a database. */
@Tag("fast")
class RefundVectorsInMemoryTest {

    @Test
    void every_worked_case_is_exact() throws IOException {
        List<Vector> all = RefundVectors.all();
        for (Vector vector : all) {
            CommissionShares shares = shares(vector);
            assertThat(shares.earned()).as(vector.toString()).isEqualTo(vector.expectedCommission());
            assertThat(clawedBack(vector, shares)).as(vector.toString()).isEqualTo(vector.expectedClawbacks());
        }
        System.out.println("Compared " + all.size() + " worked cases of refunds in memory.");
        assertThat(all).isNotEmpty();
    }

    private static CommissionShares shares(Vector vector) {
        List<CommissionPart> parts = new ArrayList<>();
        for (Line line : vector.lines()) {
            parts.add(new CommissionPart(
                    RateSource.RULE,
                    Optional.empty(),
                    List.of(new CommissionPart.Line(line.number(), null, line.base())),
                    Calculation.share(line.base(), new BigDecimal(line.rate()))));
        }
        return CommissionShares.of(parts, vector.expectedCommission().currency());
    }

    /** Each refund claws back what all refunds so far claw back together, less what the earlier ones did. */
    private static List<Money> clawedBack(Vector vector, CommissionShares shares) {
        List<Money> clawedBack = new ArrayList<>();
        Map<Integer, Money> refunded = new HashMap<>();
        Money before = Money.zero(shares.earned().currency());
        for (Refund refund : vector.refunds()) {
            byLine(vector, refund, refunded).forEach((line, amount) -> refunded.merge(line, amount, Money::plus));
            Money together = shares.clawedBack(refunded);
            clawedBack.add(before.minus(together));
            before = together;
        }
        return clawedBack;
    }

    private static Map<Integer, Money> byLine(Vector vector, Refund refund, Map<Integer, Money> refunded) {
        if (refund.line().isPresent()) {
            return Map.of(refund.line().get(), refund.amount());
        }
        List<Money> remaining = vector.lines().stream()
                .map(line -> line.base()
                        .minus(refunded.getOrDefault(
                                line.number(), Money.zero(line.base().currency()))))
                .toList();
        List<Money> parts = LargestRemainder.spread(refund.amount(), remaining);
        Map<Integer, Money> byLine = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            byLine.put(i + 1, parts.get(i));
        }
        return byLine;
    }
}
