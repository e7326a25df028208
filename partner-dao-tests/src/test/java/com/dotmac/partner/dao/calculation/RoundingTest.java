package com.dotmac.partner.dao.calculation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.Rounding;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule of {@link Rounding}, and that every calculation follows it. */
@Tag("fast")
class RoundingTest {

    @ParameterizedTest
    @CsvSource({
        // 0 digits
        "JPY, 0.5, 0",
        "JPY, 1.5, 2",
        "JPY, 2.5, 2",
        "JPY, 2.50000001, 3",
        "JPY, -0.5, 0",
        "JPY, -1.5, -2",
        "JPY, -2.5, -2",
        // 2 digits
        "USD, 0.005, 0.00",
        "USD, 0.015, 0.02",
        "USD, 0.125, 0.12",
        "USD, 0.135, 0.14",
        "USD, 0.12500001, 0.13",
        "USD, 0.12499999, 0.12",
        "USD, -0.125, -0.12",
        "USD, -0.135, -0.14",
        "USD, 7, 7.00",
        // 3 digits
        "KWD, 0.0005, 0.000",
        "KWD, 0.0015, 0.002",
        "KWD, 0.1245, 0.124",
        "KWD, 0.1255, 0.126",
        "KWD, -0.1245, -0.124",
        "KWD, 0.12450001, 0.125"
    })
    void the_nearest_minor_unit_wins_and_of_two_the_even_one(String currency, BigDecimal exact, BigDecimal rounded) {
        assertThat(Rounding.toMinorUnit(exact, Currency.getInstance(currency))).isEqualTo(rounded);
        assertThat(Rounding.toMinorUnit(
                        exact.multiply(new BigDecimal("3")), new BigDecimal("3"), Currency.getInstance(currency)))
                .isEqualTo(rounded);
    }

    @ParameterizedTest
    @CsvSource({
        "JPY, 100, 3, 33",
        "USD, 100, 3, 33.33",
        "USD, 200, 3, 66.67",
        "KWD, -200, 3, -66.667",
        "USD, 1, 8, 0.12"
    })
    void a_quotient_without_an_end_is_rounded_once(
            String currency, BigDecimal dividend, BigDecimal divisor, BigDecimal rounded) {
        assertThat(Rounding.toMinorUnit(dividend, divisor, Currency.getInstance(currency)))
                .isEqualTo(rounded);
    }

    @Test
    void nothing_is_divided_by_zero() {
        assertThatThrownBy(() -> Rounding.toMinorUnit(BigDecimal.ONE, BigDecimal.ZERO, Currency.getInstance("USD")))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void the_parts_of_a_sale_are_added_up_before_they_are_rounded() {
        CommissionPart half = part("0.25", "0.5");

        assertThat(half.calculation().exact()).isEqualByComparingTo("0.125");
        assertThat(Earning.amount(List.of(half), half.calculation().base().currency()))
                .hasToString("0.12 USD");
        assertThat(Earning.amount(
                        List.of(half, half, half), half.calculation().base().currency()))
                .as("0.375, not three times 0.12")
                .hasToString("0.38 USD");
    }

    @Test
    void a_share_and_a_clawback_follow_the_same_rule() {
        assertThat(Money.of("0.25", "USD").share(new BigDecimal("0.5"))).hasToString("0.12 USD");
        assertThat(Money.of("5", "JPY").share(new BigDecimal("0.5"))).hasToString("2 JPY");
        assertThat(Money.of("0.007", "KWD").share(new BigDecimal("0.5"))).hasToString("0.004 KWD");
        assertThat(CommissionShares.ofOneAmount(Money.of("0.25", "USD"), Money.of("2", "USD"))
                        .clawedBack(Map.of(1, Money.of("1", "USD"))))
                .hasToString("0.12 USD");
        assertThat(CommissionShares.ofOneAmount(Money.of("1", "USD"), Money.of("3", "USD"))
                        .clawedBack(Map.of(1, Money.of("2", "USD"))))
                .hasToString("0.67 USD");
    }

    private static CommissionPart part(String base, String rate) {
        Money amount = Money.of(base, "USD");
        return new CommissionPart(
                RateSource.PARTNER,
                Optional.empty(),
                List.of(new CommissionPart.Line(1, Optional.empty(), amount)),
                Calculation.share(amount, new BigDecimal(rate)));
    }
}
