package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.sales.Shop.COURSE;
import static com.dotmac.partner.dao.sales.Shop.LAPTOP;
import static com.dotmac.partner.dao.sales.Shop.ZERO;
import static com.dotmac.partner.dao.sales.Shop.line;
import static com.dotmac.partner.dao.sales.Shop.usd;
import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException.IdempotencyConflict;
import com.dotmac.partner.dao.basics.PartnerException.InvalidInput;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.sales.RecordedSale.RecordedLine;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A discount of a sale lowers what each line earns, and what can be refunded of it. */
@ExtendWith(PartnerDatabaseExtension.class)
class SaleDiscountTest {

    private Shop shop;
    private Partner partner;
    private UUID customer;

    @BeforeEach
    void a_partner_who_sells(PartnerDatabase database) {
        shop = new Shop(database);
        partner = shop.partner("0.5", "0.02");
        customer = shop.customerOf(partner);
    }

    @AfterEach
    void every_invariant_holds() {
        assertThat(shop.programme.brokenInvariants()).isEmpty();
    }

    private Sale sell(String coupon, SaleLine... lines) {
        Money sum = ZERO;
        for (SaleLine line : lines) {
            sum = sum.plus(line.amount());
        }
        return shop.accrue(new Sale(newKey(), customer, null, sum, FEBRUARY, List.of(lines)).withDiscount(usd(coupon)));
    }

    @ParameterizedTest
    @CsvSource({"0.00, 50.00", "20.00, 40.00", "99.99, 0.00", "100.00, 0.00"})
    void a_course_with_a_coupon_earns_half_of_what_was_paid(String coupon, String earned) {
        Sale sale = sell(coupon, COURSE);

        assertThat(shop.event(sale).amount()).isEqualTo(usd(earned));
        assertThat(shop.event(sale).base()).isEqualTo(usd("100.00").minus(usd(coupon)));
        assertThat(shop.found(sale).discount()).isEqualTo(usd(coupon));
        assertThat(shop.refundInFull(sale).clawedBack()).isEqualTo(ZERO.minus(usd(earned)));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void a_coupon_is_spread_over_the_lines_and_bounds_the_refund_of_each() {
        Sale sale = sell("110.00", COURSE, LAPTOP);
        assertThat(shop.earned(sale)).isEqualTo(usd("63.00"));
        assertThat(shop.found(sale).lines())
                .extracting(RecordedLine::base)
                .containsExactly(usd("90.00"), usd("900.00"));
        assertThat(shop.found(sale).lines())
                .extracting(RecordedLine::amount)
                .containsExactly(usd("100.00"), usd("1000.00"));

        assertThatThrownBy(() -> shop.refund(sale, line(1, "100.00")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("refund 100.00 USD is more than what is left of line 1 of sale \"" + sale.key()
                        + "\", 90.00 USD; refund that or less, or use atMostWhatIsLeft()");
        assertThat(shop.refund(sale, line(2, "900.00")).clawedBack()).isEqualTo(usd("-18.00"));
        assertThat(shop.refund(sale, line(1, "90.00")).clawedBack()).isEqualTo(usd("-45.00"));
    }

    @Test
    void the_largest_remainder_decides_about_the_last_cents() {
        SaleLine one = new SaleLine("course", usd("1.00"));
        Sale sale = sell("1.00", one, one, one);

        assertThat(shop.found(sale).lines())
                .extracting(RecordedLine::base)
                .containsExactly(usd("0.66"), usd("0.67"), usd("0.67"));
        assertThat(shop.earned(sale)).isEqualTo(usd("1.00"));
    }

    @Test
    void a_coupon_for_all_of_it_leaves_a_fee_which_can_be_clawed_back() {
        shop.define(partner, "gift", CommissionTerms.flatFee(usd("5.00")));
        Sale sale = sell("30.00", new SaleLine("gift", usd("30.00")));
        assertThat(shop.earned(sale)).isEqualTo(usd("5.00"));

        assertThat(shop.refund(sale, line(1, "0.00")).clawedBack()).isEqualTo(usd("-5.00"));
        assertThat(shop.earned(sale)).isEqualTo(ZERO);
    }

    @Test
    void returned_lines_bear_no_discount() {
        Sale sale = sell("100.00", LAPTOP, new SaleLine("course", usd("-100.00")));

        assertThat(shop.found(sale).lines())
                .extracting(RecordedLine::base)
                .containsExactly(usd("900.00"), usd("-100.00"));
        assertThat(shop.found(sale).amount()).isEqualTo(usd("800.00"));
        assertThat(shop.earned(sale)).isEqualTo(usd("-32.00"));
    }

    @Test
    void a_line_that_lowers_the_whole_sale_is_refused_and_the_discount_named() {
        assertThatThrownBy(() -> sell("0.00", COURSE, new SaleLine(null, usd("-20.00"))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(
                        "a line of -20.00 USD names no product beside lines above zero; give it as a discount of the"
                                + " sale: withDiscount(...), or name the product that was returned");
        assertThatThrownBy(() -> sell("100.01", COURSE))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("discount 100.01 USD is more than the lines above zero add up to, 100.00 USD;"
                        + " give that or less");
    }

    @Test
    void the_discount_is_content_the_same_key_with_another_is_refused() {
        Sale sale = sell("20.00", COURSE);

        assertThat(shop.commissions.accrue(sale).replayed()).isTrue();
        assertThatThrownBy(() -> shop.commissions.accrue(sale.withDiscount(usd("10.00"))))
                .isInstanceOf(IdempotencyConflict.class);
        assertThat(shop.found(sale).discount()).isEqualTo(usd("20.00"));
    }
}
