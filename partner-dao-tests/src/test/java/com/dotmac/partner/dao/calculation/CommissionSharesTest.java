package com.dotmac.partner.dao.calculation;

import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionShares.Line;
import com.dotmac.partner.dao.calculation.CommissionShares.Share;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a refund claws back: each line at what it earned, rounded once. */
@Tag("fast")
class CommissionSharesTest {

    private static final Currency USD = Currency.getInstance("USD");

    @Test
    void a_refunded_line_claws_back_what_that_line_earned() {
        CommissionShares shares =
                CommissionShares.of(List.of(part(1, "100", "0.5"), part(2, "1000", "0.02"), nothing(3, "50")), USD);

        assertThat(shares.earned()).isEqualTo(usd("70"));
        assertThat(shares.base()).isEqualTo(usd("1100"));
        assertThat(shares.clawedBack(Map.of(2, usd("1000")))).isEqualTo(usd("20"));
        assertThat(shares.clawedBack(Map.of(1, usd("100")))).isEqualTo(usd("50"));
        assertThat(shares.clawedBack(Map.of(1, usd("50"), 2, usd("250")))).isEqualTo(usd("30"));
        assertThat(shares.clawedBack(Map.of(1, usd("100"), 2, usd("1000")))).isEqualTo(usd("70"));
    }

    @Test
    void a_line_that_earns_nothing_claws_nothing_back() {
        CommissionShares shares = CommissionShares.of(List.of(part(1, "100", "0.5"), nothing(2, "50")), USD);

        assertThat(shares.clawedBack(Map.of(2, usd("50")))).isEqualTo(usd("0"));
        assertThat(shares.refundedBase(Map.of(1, usd("10"), 2, usd("50")))).isEqualTo(usd("10"));
    }

    @Test
    void lines_of_one_share_claw_back_in_proportion_to_their_bases() {
        CommissionShares shares = shares(share("9", new Line(1, usd("10")), new Line(2, usd("20"))));

        assertThat(shares.clawedBack(Map.of(1, usd("10")))).isEqualTo(usd("3"));
        assertThat(shares.clawedBack(Map.of(1, usd("5"), 2, usd("10")))).isEqualTo(usd("4.50"));
    }

    @Test
    void the_sum_is_one_fraction_that_is_rounded_once_half_even() {
        // A third of 0.03 and a sixth of 0.03 are 0.015: even is 0.02. No sum of decimals is exactly that.
        CommissionShares shares = shares(share("0.03", new Line(1, usd("3"))), share("0.03", new Line(2, usd("6"))));
        assertThat(shares.clawedBack(Map.of(1, usd("1"), 2, usd("1")))).isEqualTo(usd("0.02"));

        // 0.005 of a commission of 0.05: half way, even is 0.00.
        assertThat(CommissionShares.ofOneAmount(usd("0.05"), usd("10")).clawedBack(Map.of(1, usd("1"))))
                .isEqualTo(usd("0"));
    }

    @Test
    void what_is_clawed_back_is_a_share_of_the_rounded_commission() {
        // 0.004 and 0.004 earn 0.01: half of it is 0.005, even is 0.00, and all of it is 0.01.
        CommissionShares shares = shares(share("0.004", new Line(1, usd("1"))), share("0.004", new Line(2, usd("1"))));

        assertThat(shares.earned()).isEqualTo(usd("0.01"));
        assertThat(shares.clawedBack(Map.of(1, usd("1")))).isEqualTo(usd("0"));
        assertThat(shares.clawedBack(Map.of(1, usd("1"), 2, usd("1")))).isEqualTo(usd("0.01"));
    }

    @Test
    void of_a_base_of_zero_the_fraction_of_the_lines_that_were_refunded_counts() {
        CommissionShares free = shares(share("5", new Line(1, usd("0")), new Line(2, usd("0"))));

        assertThat(free.clawedBack(Map.of())).isEqualTo(usd("0"));
        assertThat(free.clawedBack(Map.of(2, usd("0")))).isEqualTo(usd("2.50"));
        assertThat(free.clawedBack(Map.of(1, usd("0"), 2, usd("0")))).isEqualTo(usd("5"));

        CommissionShares beside = shares(share("5", new Line(1, usd("0"))), share("10", new Line(2, usd("100"))));
        assertThat(beside.clawedBack(Map.of(2, usd("100")))).isEqualTo(usd("10"));
        assertThat(beside.clawedBack(Map.of(1, usd("0")))).isEqualTo(usd("5"));
    }

    @Test
    void a_manual_commission_is_one_share_of_line_1() {
        CommissionShares manual = CommissionShares.ofOneAmount(usd("33.50"), usd("334.99"));

        assertThat(manual.base()).isEqualTo(usd("334.99"));
        assertThat(manual.refundedBase(Map.of(1, usd("82")))).isEqualTo(usd("82"));
        assertThat(manual.clawedBack(Map.of(1, usd("82")))).isEqualTo(usd("8.20"));
        assertThat(manual.clawedBack(Map.of(1, usd("253")))).isEqualTo(usd("25.30"));
        assertThat(manual.clawedBack(Map.of(1, usd("334.99")))).isEqualTo(usd("33.50"));
        assertThat(CommissionShares.ofOneAmount(usd("5"), usd("0")).clawedBack(Map.of(1, usd("0"))))
                .isEqualTo(usd("5"));
    }

    @Test
    void never_more_than_was_earned_is_clawed_back_and_never_less_than_nothing() {
        // A sale of 100 and a returned line of 99.99, decided by one rate: the base is 0.01.
        CommissionShares shares = shares(share("0.05", new Line(1, usd("100")), new Line(2, usd("-99.99"))));

        assertThat(shares.clawedBack(Map.of(1, usd("100")))).isEqualTo(usd("0.05"));
        assertThat(shares.clawedBack(Map.of(2, usd("-99.99")))).isEqualTo(usd("0"));
        assertThat(shares(share(
                                "999999999999999",
                                new Line(1, usd("999999999999")),
                                new Line(2, usd("-999999999998.99"))))
                        .clawedBack(Map.of(1, usd("999999999999"))))
                .isEqualTo(usd("999999999999999"));
    }

    @Test
    void a_commission_of_zero_or_less_has_nothing_to_claw_back() {
        assertThat(CommissionShares.ofOneAmount(usd("-5"), usd("-50")).clawedBack(Map.of(1, usd("-50"))))
                .isEqualTo(usd("0"));
        assertThat(shares(share("0", new Line(1, usd("50")))).clawedBack(Map.of(1, usd("50"))))
                .isEqualTo(usd("0"));
        assertThat(CommissionShares.of(List.of(), USD).clawedBack(Map.of())).isEqualTo(usd("0"));
    }

    private static Money usd(String amount) {
        return Money.of(amount, "USD");
    }

    private static Share share(String exact, Line... lines) {
        return new Share(new BigDecimal(exact), List.of(lines));
    }

    private static CommissionShares shares(Share... shares) {
        return CommissionShares.ofShares(List.of(shares), USD);
    }

    private static CommissionPart part(int line, String base, String rate) {
        return part(line, RateSource.PARTNER, base, rate);
    }

    private static CommissionPart nothing(int line, String base) {
        return part(line, RateSource.NONE, base, "0");
    }

    private static CommissionPart part(int line, RateSource source, String base, String rate) {
        return new CommissionPart(
                source,
                Optional.empty(),
                List.of(new CommissionPart.Line(line, Optional.empty(), usd(base))),
                Calculation.share(usd(base), new BigDecimal(rate)));
    }
}
