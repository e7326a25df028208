package com.dotmac.partner.schema;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every constraint of our tables refuses what its name says, and no other constraint does. */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class SchemaConstraintsTest {

    private static final List<ConstraintCase> CASES = Stream.of(
                    ConstraintCases.REQUESTS,
                    ConstraintCases.PARTNERS,
                    ConstraintCases.PAYOUT_HOLD_CHANGES,
                    ConstraintCases.PAYOUT_MINIMUMS,
                    ConstraintCases.USERS,
                    ConstraintCases.ACCOUNTS,
                    ConstraintCases.RULES,
                    MoneyConstraintCases.PAYOUTS,
                    MoneyConstraintCases.PAYOUT_PARTS,
                    MoneyConstraintCases.ATTEMPTS,
                    MoneyConstraintCases.PAYMENT_SERVERS,
                    MoneyConstraintCases.STATUS_CHANGES,
                    SaleConstraintCases.SALES,
                    SaleConstraintCases.REFUNDS,
                    SaleConstraintCases.RESTATEMENTS,
                    EventConstraintCases.PAYMENTS,
                    EventConstraintCases.ORIGINS,
                    EventConstraintCases.ALL,
                    MoneyConstraintCases.TOTALS)
            .flatMap(List::stream)
            .toList();

    private static PartnerDatabase database;

    @BeforeAll
    static void given_a_few_valid_rows(PartnerDatabase migrated) {
        database = migrated;
        BaseRows.insertInto(database);
    }

    @TestFactory
    Stream<DynamicTest> a_constraint_refuses_what_it_is_named_for() {
        return CASES.stream()
                .map(broken -> dynamicTest(broken.constraint() + ": " + broken.sql(), () -> {
                    try (Rehearsal rehearsal = new Rehearsal(database)) {
                        prepare(broken, rehearsal);

                        Refusal refusal = rehearsal.refusalOf(broken.sql());

                        assertThat(refusal)
                                .extracting(Refusal::sqlState, Refusal::constraint)
                                .containsExactly(broken.sqlState(), broken.constraint());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> without_the_constraint_nothing_refuses_in_its_name() {
        return CASES.stream()
                .map(broken -> dynamicTest(broken.constraint() + ": " + broken.sql(), () -> {
                    try (Rehearsal rehearsal = new Rehearsal(database)) {
                        prepare(broken, rehearsal);
                        rehearsal.run(rehearsal.value(Catalog.dropOf(broken.constraint())));

                        assertThat(rehearsal.attempt(broken.sql()))
                                .matches(refusal ->
                                        refusal.isEmpty() || !refusal.get().isBy(broken.constraint()));
                    }
                }));
    }

    @Test
    void every_constraint_and_unique_index_has_a_case() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(CASES.stream().map(ConstraintCase::constraint).collect(toSet()))
                    .containsExactlyInAnyOrderElementsOf(rehearsal.rows(Catalog.CONSTRAINT_NAMES));
        }
    }

    private static void prepare(ConstraintCase broken, Rehearsal rehearsal) {
        if (!broken.preparation().isEmpty()) {
            rehearsal.run(rehearsal.value(broken.preparation()));
        }
    }
}
