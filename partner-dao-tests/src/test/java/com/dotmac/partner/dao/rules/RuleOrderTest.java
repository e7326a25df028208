package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionRule;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.rules.internal.RuleOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which rule decides, without a database; {@code RulePrecedenceTest} asks the same of sales. */
@Tag("fast")
class RuleOrderTest {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static final UUID OTHER = UUID.fromString("01890000-0000-7000-8000-000000000003");

    @Test
    void priority_comes_before_scope_and_scope_before_the_latest_start() {
        List<CommissionRule> inOrder = List.of(
                rule(1, null, null, JANUARY),
                rule(2, CUSTOMER, "seat", JANUARY),
                rule(2, CUSTOMER, null, JANUARY),
                rule(2, null, "seat", JANUARY),
                rule(2, null, null, FEBRUARY),
                rule(2, null, null, JANUARY),
                rule(3, CUSTOMER, "seat", FEBRUARY));
        Random random = new Random(1);

        for (int first = 0; first < inOrder.size(); first++) {
            List<CommissionRule> remaining = new ArrayList<>(inOrder.subList(first, inOrder.size()));
            for (int draw = 0; draw < 20; draw++) {
                Collections.shuffle(remaining, random);
                assertThat(deciding(remaining, MARCH, "seat")).contains(inOrder.get(first));
                assertThat(remaining.stream().sorted(RuleOrder.FIRST_DECIDES))
                        .containsExactlyElementsOf(inOrder.subList(first, inOrder.size()));
            }
        }
    }

    @Test
    void a_rule_that_does_not_apply_never_decides() {
        CommissionRule open = rule(9, null, null, JANUARY);

        assertThat(deciding(List.of(rule(1, OTHER, null, JANUARY), open), MARCH, "seat"))
                .contains(open);
        assertThat(deciding(List.of(rule(1, null, "desk", JANUARY), open), MARCH, "seat"))
                .contains(open);
        assertThat(deciding(List.of(rule(1, null, "seat", JANUARY), open), MARCH, null))
                .contains(open);
        assertThat(deciding(List.of(rule(1, null, null, MARCH.plusMillis(1)), open), MARCH, "seat"))
                .contains(open);
        assertThat(deciding(List.of(rule(1, OTHER, null, JANUARY)), MARCH, "seat"))
                .isEmpty();
        assertThat(deciding(List.of(), MARCH, "seat")).isEmpty();
    }

    @Test
    void a_rule_decides_from_its_start_until_before_its_end() {
        CommissionRule rule = new CommissionRule(
                OTHER,
                1,
                PARTNER,
                Currency.getInstance("USD"),
                CommissionTerms.flatFee(Money.of("1", "USD")),
                Optional.empty(),
                Optional.empty(),
                1,
                JANUARY,
                Optional.of(FEBRUARY),
                CommissionCaps.NONE,
                Optional.empty());

        assertThat(deciding(List.of(rule), JANUARY.minusNanos(1_000), null)).isEmpty();
        assertThat(deciding(List.of(rule), JANUARY, null)).contains(rule);
        assertThat(deciding(List.of(rule), FEBRUARY.minusNanos(1_000), null)).contains(rule);
        assertThat(deciding(List.of(rule), FEBRUARY, null)).isEmpty();
    }

    private static Optional<CommissionRule> deciding(
            List<CommissionRule> rules, Instant at, @Nullable String productId) {
        return RuleOrder.deciding(rules, at, Optional.of(CUSTOMER), productId);
    }

    private static CommissionRule rule(
            int priority, @Nullable UUID customerId, @Nullable String productId, Instant from) {
        return new CommissionRule(
                UUID.randomUUID(),
                1,
                PARTNER,
                Currency.getInstance("USD"),
                CommissionTerms.revenueShare("0.1"),
                Optional.ofNullable(customerId),
                Optional.ofNullable(productId),
                priority,
                from,
                Optional.empty(),
                CommissionCaps.NONE,
                Optional.empty());
    }
}
