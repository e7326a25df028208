package com.dotmac.partner.dao.calculation;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionVectors.Vector;
import com.dotmac.partner.dao.commissions.NewCommission;
import com.dotmac.partner.dao.partners.Partner;
import com.dotmac.partner.dao.rules.NewRule;
import com.dotmac.partner.dao.support.Programme;
import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The worked cases, each through the public API against the database. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CommissionVectorsTest {

    @Test
    void every_worked_case_is_exact(PartnerDatabase database) throws IOException {
        Programme programme = new Programme(database);
        List<Vector> all = CommissionVectors.all();
        for (Vector vector : all) {
            assertThat(actual(programme, vector)).as(vector.toString()).isEqualTo(vector.expected());
        }
        System.out.println("Compared " + all.size() + " worked cases.");
        assertThat(all).isNotEmpty();
        assertThat(programme.brokenInvariants()).isEmpty();
    }

    private static List<Money> actual(Programme programme, Vector vector) {
        return vector.isClawback() ? clawedBack(programme, vector) : List.of(accrued(programme, vector));
    }

    /**
     * A partner without a default rate: the rule alone decides. A sale before, in the same period, makes up the volume.
     */
    private static Money accrued(Programme programme, Vector vector) {
        Partner partner = programme.partnerWithoutRate();
        UUID customer = programme.customerOf(partner);
        String currency = vector.currency();
        programme
                .acme
                .rules()
                .define(NewRule.from(Programme.newKey(), partner.id(), currency, vector.terms(), JANUARY));
        if (vector.volumeBefore().signum() != 0) {
            programme.sale(customer, vector.volumeBefore().toPlainString(), currency, FEBRUARY);
        }
        return programme
                .sale(customer, vector.base().amount().toPlainString(), currency, FEBRUARY)
                .get(0)
                .amount();
    }

    private static List<Money> clawedBack(Programme programme, Vector vector) {
        UUID event = programme
                .acme
                .commissions()
                .record(NewCommission.on(
                        Programme.newKey(),
                        programme.partnerWithoutRate().id(),
                        vector.base(),
                        vector.originalCommission(),
                        FEBRUARY))
                .value()
                .id();
        return vector.refunds().stream()
                .map(refund -> programme
                        .acme
                        .commissions()
                        .clawBack(Programme.newKey(), event, refund, "refunded")
                        .clawedBack())
                .toList();
    }
}
