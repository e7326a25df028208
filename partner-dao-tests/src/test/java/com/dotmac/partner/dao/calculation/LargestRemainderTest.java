package com.dotmac.partner.dao.calculation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.internal.LargestRemainder;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An amount spread by weights: in minor units, and the parts add up to it. */
@Tag("fast")
class LargestRemainderTest {

    @Test
    void the_units_left_over_go_to_the_largest_remainders() {
        // 0.25 x 10, 20, 70 of 100 is 2.5, 5.0 and 17.5 cents; 0.26 is 2.6, 5.2 and 18.2.
        assertThat(spread("0.25", "USD", "10", "20", "70")).containsExactly("0.03", "0.05", "0.17");
        assertThat(spread("0.26", "USD", "10", "20", "70")).containsExactly("0.03", "0.05", "0.18");
    }

    @Test
    void of_equal_remainders_the_earlier_gets_the_unit() {
        assertThat(spread("1", "USD", "1", "1", "1")).containsExactly("0.34", "0.33", "0.33");
        assertThat(spread("0.02", "USD", "1", "1", "1")).containsExactly("0.01", "0.01", "0.00");
    }

    @Test
    void the_minor_unit_is_that_of_the_currency() {
        assertThat(spread("100", "JPY", "1", "1", "1")).containsExactly("34", "33", "33");
        assertThat(spread("100", "KWD", "1", "1", "1")).containsExactly("33.334", "33.333", "33.333");
    }

    @Test
    void a_weight_of_zero_gets_nothing() {
        assertThat(spread("0.02", "USD", "0", "5", "0", "5", "5"))
                .containsExactly("0.00", "0.01", "0.00", "0.01", "0.00");
    }

    @Test
    void a_total_of_zero_is_spread_as_zero_by_any_weights() {
        assertThat(spread("0", "USD", "10", "20")).containsExactly("0.00", "0.00");
        assertThat(spread("0", "USD", "10", "-10")).containsExactly("0.00", "0.00");
        assertThat(spread("0", "USD")).isEmpty();
    }

    @Test
    void a_returned_line_bears_its_part_with_the_other_sign() {
        assertThat(spread("35", "USD", "100", "-30")).containsExactly("50.00", "-15.00");
        // 142.857... and -42.857...: the floors are 142 and -43, the unit goes to the remainder 0.857.
        assertThat(spread("100", "JPY", "100", "-30")).containsExactly("143", "-43");
    }

    @Test
    void a_negative_total_and_negative_weights_round_down_too() {
        // -0.333...: the floors are -0.34 each, the two units left go to the earlier two.
        assertThat(spread("-1", "USD", "1", "1", "1")).containsExactly("-0.33", "-0.33", "-0.34");
        assertThat(spread("-1", "USD", "-1", "-1", "-1")).containsExactly("-0.33", "-0.33", "-0.34");
        assertThat(spread("1", "USD", "-1", "-1", "-1")).containsExactly("0.34", "0.33", "0.33");
    }

    @Test
    void amounts_of_fifteen_digits_are_exact() {
        assertThat(spread("999999999999999.99", "USD", "999999999999999.98", "0.01"))
                .containsExactly("999999999999999.98", "0.01");
    }

    @Test
    void the_parts_add_up_to_the_total_and_no_part_exceeds_its_weight() {
        Random random = new Random(20261128);
        for (int round = 0; round < 2_000; round++) {
            List<Money> weights = random.ints(1 + random.nextInt(6), 0, 50)
                    .mapToObj(units -> Money.of(units + "", "JPY"))
                    .toList();
            Money sum = weights.stream().reduce(Money.of("0", "JPY"), Money::plus);
            Money total = Money.of(random.nextInt(sum.amount().intValueExact() + 1) + "", "JPY");

            List<Money> parts = LargestRemainder.spread(total, weights);

            assertThat(parts.stream().reduce(Money.of("0", "JPY"), Money::plus)).isEqualTo(total);
            for (int i = 0; i < parts.size(); i++) {
                assertThat(parts.get(i)).isBetween(Money.of("0", "JPY"), weights.get(i));
            }
        }
    }

    @Test
    void weights_that_add_up_to_zero_and_weights_in_another_currency_are_refused() {
        assertThatThrownBy(() -> spread("1", "USD", "10", "-10"))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("the weights add up to zero: 1.00 USD cannot be spread by them");
        assertThatThrownBy(() -> LargestRemainder.spread(Money.of("1", "USD"), List.of(Money.of("1", "EUR"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("amounts in USD and EUR cannot be combined; keep a sum for each currency");
    }

    private static List<String> spread(String total, String currency, String... weights) {
        return LargestRemainder.spread(
                        Money.of(total, currency),
                        Stream.of(weights)
                                .map(weight -> Money.of(weight, currency))
                                .toList())
                .stream()
                .map(part -> part.amount().toPlainString())
                .toList();
    }
}
