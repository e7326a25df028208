package com.dotmac.partner.dao.model;

import static com.dotmac.partner.schema.jooq.Tables.PARTNER_REFUNDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.model.ModelEntries.Refunded;
import com.dotmac.partner.dao.model.ModelEntries.Sold;
import com.dotmac.partner.dao.support.Programme;
import java.util.Map;
import java.util.TreeMap;

/** The refunds of a model run, and what each partner has of each sale, against its books. */
final class ModelSaleComparison {

    private final Programme programme;
    private final ModelBooks books;

    ModelSaleComparison(Programme programme, ModelBooks books) {
        this.programme = programme;
        this.books = books;
    }

    void compare() {
        compareRefunds();
        books.sales.values().forEach(sold -> {
            assertThat(sold.base.signum() < 0 || sold.left().signum() >= 0)
                    .as("left of sale %s is %s", sold.key, sold.left())
                    .isTrue();
            books.sides(sold).forEach(ModelSaleComparison::compare);
        });
    }

    private void compareRefunds() {
        Map<String, String> expected = new TreeMap<>();
        for (Refunded refund : books.refunds.values()) {
            expected.put(refund.key, refund.amount.amount().stripTrailingZeros().toPlainString());
        }
        books.undosOfRefunds.forEach(key -> expected.put(key, "undo"));
        Map<String, String> found = new TreeMap<>();
        programme
                .sql
                .selectFrom(PARTNER_REFUNDS)
                .forEach(row -> found.put(
                        row.getIdempotencyKey(),
                        row.getUndoesId() == null
                                ? row.getAmount().stripTrailingZeros().toPlainString()
                                : "undo"));
        assertThat(found).as("refunds and their undos").isEqualTo(expected);
    }

    /** What is booked is what the rate in force earns less what refunds claw back of it, or nothing. */
    private static void compare(ModelSide side) {
        if (side.sold().base.signum() > 0) {
            assertThat(side.booked().signum())
                    .as("never more clawed back than earned: %s", side)
                    .isNotNegative();
        }
        if (!side.isLive()) {
            assertThat(side.booked().signum())
                    .as("booked beside what ended: %s", side)
                    .isZero();
        } else if (!side.lacksWhatAPersonCancelled()) {
            assertThat(side.booked()).as("booked for %s", side).isEqualTo(side.net());
        }
    }

    /** After a restatement of every sale beside which nothing else happened: each sale by the rates of now. */
    void compareRestated() {
        for (Sold sold : books.sales.values()) {
            for (ModelSide side : books.sides(sold)) {
                if (!side.isCancelledByAPerson()) {
                    assertThat(side.booked())
                            .as("after a restatement: %s", side)
                            .isEqualTo(side.netNow());
                }
            }
        }
    }
}
