package com.dotmac.partner.dao.calculation;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Rounding;
import com.dotmac.partner.dao.calculation.Calculation.Used;
import com.dotmac.partner.dao.calculation.CommissionVectors.Vector;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The worked cases, calculated without a database. */
@Tag("fast")
class CommissionVectorsInMemoryTest {

    @Test
    void every_worked_case_is_exact() throws IOException {
        List<Vector> all = CommissionVectors.all();
        for (Vector vector : all) {
            assertThat(vector.isClawback() ? clawedBack(vector) : List.of(accrued(vector)))
                    .as(vector.toString())
                    .isEqualTo(vector.expected());
        }
        assertThat(all).isNotEmpty();
    }

    private static Money accrued(Vector vector) {
        Used before = new Used(Optional.of(vector.volumeBefore()), Optional.empty());
        BigDecimal exact = Calculation.of(vector.terms(), CommissionCaps.NONE, vector.base(), before)
                .exact();
        return new Money(
                Rounding.toMinorUnit(exact, vector.base().currency()),
                vector.base().currency());
    }

    /** Each refund claws back what all refunds so far claw back together, less what the earlier ones did. */
    private static List<Money> clawedBack(Vector vector) {
        List<Money> clawedBack = new ArrayList<>();
        BigDecimal refunded = BigDecimal.ZERO;
        Money before = Money.zero(vector.base().currency());
        for (Money refund : vector.refunds()) {
            refunded = refunded.add(refund.amount());
            Money together = CommissionShares.ofOneAmount(vector.originalCommission(), vector.base())
                    .clawedBack(Map.of(1, new Money(refunded, vector.base().currency())));
            clawedBack.add(before.minus(together));
            before = together;
        }
        return clawedBack;
    }
}
