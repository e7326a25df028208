package com.dotmac.partner.dao.rules;

import static com.dotmac.partner.dao.support.Programme.FEBRUARY;
import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static com.dotmac.partner.dao.support.Programme.MARCH;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.calculation.CommissionCaps;
import com.dotmac.partner.dao.calculation.CommissionTerms;
import com.dotmac.partner.dao.calculation.RuleRevision;
import com.dotmac.partner.dao.calculation.Tier;
import com.dotmac.partner.dao.internal.PinnedHashes;
import com.dotmac.partner.dao.rules.internal.RuleContent;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.util.Currency;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The requests of {@link CommissionRuleDao}. */
public class RuleRequestHashesTest extends PinnedHashes {

    private static final UUID PARTNER = UUID.fromString("01890000-0000-7000-8000-000000000001");
    private static final UUID CUSTOMER = UUID.fromString("01890000-0000-7000-8000-000000000002");
    private static final UUID RULE = UUID.fromString("01890000-0000-7000-8000-000000000005");
    private static final Money TEN = Money.of("10", "USD");
    private static final Money HUNDRED = Money.of("100.00", "USD");

    static Stream<Pinned> pinned() {
        NewRule rule = NewRule.from("k", PARTNER, "USD", CommissionTerms.revenueShare("0.1"), JANUARY);
        CommissionTerms marginal = tiered(TierMode.MARGINAL, TierPeriod.MONTH);
        CommissionTerms whole = tiered(TierMode.WHOLE, TierPeriod.LIFETIME);
        CommissionCaps caps = CommissionCaps.NONE.perEvent(TEN).per(TierPeriod.QUARTER, HUNDRED);
        RuleRevision revision = new RuleRevision(CommissionTerms.flatFee(TEN), CommissionCaps.NONE, null, MARCH);
        return Stream.of(
                new Pinned(
                        "a rule",
                        RuleRequests.definition(rule),
                        "113534b1cb8646a3d8dd3043ec22bc447634e42185eedb36c01c8a06a48b1755"),
                new Pinned(
                        "a rule with all that it can have",
                        RuleRequests.definition(new NewRule(
                                "k",
                                PARTNER,
                                Currency.getInstance("USD"),
                                marginal,
                                CUSTOMER,
                                "seat",
                                7,
                                JANUARY,
                                FEBRUARY,
                                caps,
                                30)),
                        "a7f420213bc8d3bcaa21a565795ea421c3bd7d5f3b3e184ce6e2aefeb42bc597"),
                new Pinned(
                        "a revision",
                        RuleContent.revision(RULE, revision),
                        "0d1b4b18179d3f0d6518f93152a6d8cc1fb724ca80ffd011dcad222096634acd"),
                new Pinned(
                        "a revision with all that it can have",
                        RuleContent.revision(
                                RULE,
                                revision.withTerms(CommissionTerms.hybrid(TEN, "0.125"))
                                        .withCaps(CommissionCaps.NONE.per(TierPeriod.YEAR, HUNDRED))
                                        .withHoldDays(0)),
                        "0b214eb76f863e947eea1e45927e5c127d6cc13cb742c63ae077557e958ddf0f"),
                new Pinned(
                        "a revision to tiers",
                        RuleContent.revision(RULE, revision.withTerms(whole)),
                        "39b6158234d469458af54b93a2509d23873e12ead4e071a19c47e942139d10fc"));
    }

    @Test
    void every_mode_and_period_of_tiers_has_words_of_its_own() {
        RuleRevision revision = new RuleRevision(CommissionTerms.flatFee(TEN), CommissionCaps.NONE, null, MARCH);
        assertThat(Stream.of(TierMode.values())
                        .flatMap(mode -> Stream.of(TierPeriod.values()).map(period -> tiered(mode, period)))
                        .map(terms -> hash(RuleContent.revision(RULE, revision.withTerms(terms)))))
                .doesNotHaveDuplicates();
    }

    private static CommissionTerms tiered(TierMode mode, TierPeriod period) {
        return CommissionTerms.tiered(mode, period, Tier.from("0", "0.1"), Tier.from("10000.5", "0.125"));
    }
}
