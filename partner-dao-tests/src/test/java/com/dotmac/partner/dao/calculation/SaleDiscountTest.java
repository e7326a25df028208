package com.dotmac.partner.dao.calculation;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A discount of a sale: the lines above zero bear it, and rates apply to what is left of each. */
@Tag("fast")
class SaleDiscountTest {

    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");

    @Test
    void a_coupon_lowers_the_line_that_it_is_for() {
        Sale course = sale("100").ofProduct("course");

        assertThat(course.withDiscount(usd("20")).netLines()).containsExactly(line("course", "80"));
        assertThat(course.withDiscount(usd("20")).amount()).isEqualTo(usd("80"));
        assertThat(course.withDiscount(usd("100")).netLines()).containsExactly(line("course", "0"));
        assertThat(course.withDiscount(usd("100")).amount()).isEqualTo(usd("0"));
    }

    @Test
    void the_lines_above_zero_bear_the_discount_by_the_largest_remainder() {
        Sale sale = sale("30").ofLines(line("a", "10"), line("b", "10"), line("c", "10"), line("gift", "0"));

        Sale discounted = sale.withDiscount(usd("10"));

        assertThat(discounted.lines()).isEqualTo(sale.lines());
        assertThat(discounted.netLines())
                .containsExactly(line("a", "6.66"), line("b", "6.67"), line("c", "6.67"), line("gift", "0"));
    }

    @Test
    void a_returned_line_bears_no_discount() {
        Sale sale = sale("70").ofLines(line("seat", "100"), line("desk", "-30")).withDiscount(usd("10"));

        assertThat(sale.netLines()).containsExactly(line("seat", "90"), line("desk", "-30"));
        assertThat(sale.amount()).isEqualTo(usd("60"));
    }

    @Test
    void lines_without_a_discount_are_the_lines_after_it() {
        Sale sale = sale("70").ofLines(line("seat", "100"), line("desk", "-30"));

        assertThat(sale.discount()).isEqualTo(usd("0"));
        assertThat(sale.netLines()).isSameAs(sale.lines());
    }

    @Test
    void other_lines_and_a_product_keep_the_discount_and_another_discount_takes_its_place() {
        Sale sale = sale("100").withDiscount(usd("20"));

        assertThat(sale.ofProduct("course").lines()).containsExactly(line("course", "100"));
        Sale inLines = sale.ofLines(line("course", "75"), line("book", "25"));
        assertThat(inLines.amount()).isEqualTo(usd("80"));
        assertThat(inLines.netLines()).containsExactly(line("course", "60"), line("book", "20"));
        assertThat(inLines.withDiscount(usd("40")).amount()).isEqualTo(usd("60"));
        assertThat(inLines.withDiscount(usd("0")))
                .isEqualTo(new Sale("k", CUSTOMER, null, usd("100"), JANUARY, inLines.lines()));
    }

    @Test
    void a_sale_without_lines_is_one_line_of_the_amount_before_the_discount() {
        Sale sale = new Sale("k", CUSTOMER, null, usd("80"), JANUARY, List.of(), usd("20"));

        assertThat(sale.lines()).containsExactly(line(null, "100"));
        assertThat(sale).isEqualTo(sale("100").withDiscount(usd("20")));
    }

    @Test
    void lines_that_do_not_add_up_to_the_amount_and_the_discount_are_refused() {
        Sale sale = sale("100").withDiscount(usd("20"));

        refused(
                () -> sale.ofLines(line("course", "80")),
                "the lines add up to 80.00 USD and the sale is 80.00 USD after a discount of 20.00 USD;"
                        + " give lines that add up to 100.00 USD");
        refused(
                () -> sale("1080").ofLines(line("course", "100"), line("laptop", "1000")),
                "the lines add up to 1100.00 USD and the sale is 1080.00 USD; give lines that add up to it;"
                        + " if the rest is a discount, begin with a sale of 1100.00 USD and add withDiscount(20.00 USD)");
        refused(
                () -> sale("100").ofLines(line("course", "80")),
                "the lines add up to 80.00 USD and the sale is 100.00 USD; give lines that add up to it");
        refused(
                () -> sale("-100").ofLines(line("course", "-80")),
                "the lines add up to -80.00 USD and the sale is -100.00 USD; give lines that add up to it");
    }

    @Test
    void a_discount_that_is_negative_or_more_than_the_lines_above_zero_is_refused() {
        Sale sale = sale("70").ofLines(line("seat", "100"), line("desk", "-30"));

        refused(() -> sale.withDiscount(usd("-1")), "discount -1.00 USD is negative; give 0 or more");
        refused(
                () -> sale.withDiscount(usd("100.01")),
                "discount 100.01 USD is more than the lines above zero add up to, 100.00 USD; give that or less");
        refused(
                () -> sale.withDiscount(Money.of("1", "EUR")),
                "amounts in USD and EUR cannot be combined; keep a sum for each currency");
        refused(() -> sale.withDiscount(null), "discount is missing");
    }

    @Test
    void a_credit_note_has_no_discount() {
        refused(
                () -> sale("-100").withDiscount(usd("1")),
                "discount 1.00 USD is more than the lines above zero add up to, 0.00 USD; give that or less");
        refused(
                () -> sale("70")
                        .ofLines(line("seat", "100"), line("desk", "-30"))
                        .withDiscount(usd("70.01")),
                "the sale is -0.01 USD and its discount is 70.01 USD; a credit note has no discount:"
                        + " give its lines as they are paid back");
    }

    @Test
    void a_line_below_zero_without_a_product_beside_lines_above_zero_is_refused() {
        refused(
                () -> sale("80").ofLines(line("course", "100"), line(null, "-20")),
                "a line of -20.00 USD names no product beside lines above zero; give it as a discount of the sale:"
                        + " withDiscount(...), or name the product that was returned");
    }

    @Test
    void a_credit_note_may_have_lines_below_zero_without_a_product() {
        assertThat(sale("-30").ofLines(line(null, "-20"), line("seat", "-10")).netLines())
                .containsExactly(line(null, "-20"), line("seat", "-10"));
        assertThat(sale("-30").lines()).containsExactly(line(null, "-30"));
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidInput.class).hasMessage(message);
    }

    private static Sale sale(String amount) {
        return new Sale("k", CUSTOMER, null, usd(amount), JANUARY);
    }

    private static SaleLine line(String product, String amount) {
        return new SaleLine(product, usd(amount));
    }

    private static Money usd(String amount) {
        return Money.of(amount, "USD");
    }
}
