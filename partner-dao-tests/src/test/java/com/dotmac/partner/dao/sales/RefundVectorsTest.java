package com.dotmac.partner.dao.sales;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.newKey;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RefundVectors;
import com.dotmac.partner.dao.calculation.RefundVectors.Line;
import com.dotmac.partner.dao.calculation.RefundVectors.Vector;
import com.dotmac.partner.dao.calculation.Sale;
import com.dotmac.partner.dao.calculation.SaleLine;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The worked cases of refunds by line, each through the public API against the database. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class RefundVectorsTest {

    @Test
    void every_worked_case_is_exact(PartnerDatabase database) throws IOException {
        Programme programme = new Programme(database);
        List<Vector> all = RefundVectors.all();
        for (Vector vector : all) {
            Sale sale = sale(programme, vector);
            assertThat(earned(programme, sale)).as(vector.toString()).isEqualTo(vector.expectedCommission());
            assertThat(clawedBack(programme, vector, sale))
                    .as(vector.toString())
                    .isEqualTo(vector.expectedClawbacks());
        }
        System.out.println("Compared " + all.size() + " refund cases.");
        assertThat(all).isNotEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    /** Each line is its own product, and its rule alone decides: the partner has no default rate. */
    private static Sale sale(Programme programme, Vector vector) {
        Partner partner = programme.partnerWithoutRate();
        for (Line line : vector.lines()) {
            programme
                    .acme
                    .rules()
                    .define(NewRule.from(
                                    newKey(),
                                    partner.id(),
                                    vector.currency(),
                                    CommissionTerms.revenueShare(line.rate()),
                                    JANUARY)
                            .forProduct(product(line)));
        }
        Money amount = Money.of("0", vector.currency());
        for (Line line : vector.lines()) {
            amount = amount.plus(line.base());
        }
        List<SaleLine> lines = vector.lines().stream()
                .map(line -> new SaleLine(product(line), line.base()))
                .toList();
        return new Sale(newKey(), programme.customerOf(partner), null, amount, FEBRUARY, lines);
    }

    private static String product(Line line) {
        return "product " + line.number();
    }

    private static Money earned(Programme programme, Sale sale) {
        return programme.acme.commissions().accrue(sale).events().get(0).amount();
    }

    private static List<Money> clawedBack(Programme programme, Vector vector, Sale sale) {
        return vector.refunds().stream()
                .map(refund -> refund.line()
                        .map(line -> NewRefund.ofLines(
                                newKey(), sale.key(), List.of(RefundLine.of(line, refund.amount())), "returned"))
                        .orElseGet(() -> NewRefund.ofAmount(newKey(), sale.key(), refund.amount(), "returned")))
                .map(refund -> programme.acme.sales().refund(refund).clawedBack())
                .toList();
    }
}
