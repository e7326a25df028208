package com.dotmac.partner.dao.calculation;

import static com.dotmac.partner.dao.support.Programme.JANUARY;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.schema.types.TierMode;
import com.dotmac.partner.schema.types.TierPeriod;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What events store of their calculation, member by member. The texts stay in databases: change one only together with
 * its format.
 */
class CalculationJsonTest {

    private static final UUID RULE = UUID.fromString("01890000-0000-7000-8000-000000000005");
    private static final UUID OTHER = UUID.fromString("01890000-0000-7000-8000-000000000006");
    private static final Money HUNDRED = Money.of("100", "USD");

    @Test
    void a_revenue_share_by_the_partners_own_rate_is_written_member_by_member() {
        Calculation share = Calculation.share(Money.of("34.09", "EUR"), new BigDecimal("0.500000"));
        CommissionPart part = part(RateSource.PARTNER, share);

        assertThat(CalculationJson.of(earning(part))).isEqualTo("""
                {"format":1,"model":"revenue_share","parts":[{"source":"partner","model":"revenue_share","base":"34.09",\
                "rate":"0.500000","steps":[{"of":"34.09","rate":"0.500000","amount":"17.04500000"}],\
                "exact":"17.04500000"}],"exact":"17.04500000","rounding":"half-even"}""");
    }

    @Test
    void a_flat_fee_is_written_member_by_member() {
        CommissionTerms fee = CommissionTerms.flatFee(Money.of("5", "USD"));

        assertThat(json(fee, CommissionCaps.NONE, Calculation.Used.NOTHING)).isEqualTo("""
                {"format":1,"model":"flat_fee","parts":[{"source":"rule","rule":"01890000-0000-7000-8000-000000000005",\
                "version":3,"model":"flat_fee","base":"100.00","rate":"0","steps":[{"fee":"5.00"}],"exact":"5.00"}],\
                "exact":"5.00","rounding":"half-even"}""");
    }

    @Test
    void a_hybrid_is_written_member_by_member() {
        CommissionTerms hybrid = CommissionTerms.hybrid(Money.of("5", "USD"), "0.1");

        assertThat(json(hybrid, CommissionCaps.NONE, Calculation.Used.NOTHING)).isEqualTo("""
                {"format":1,"model":"hybrid","parts":[{"source":"rule","rule":"01890000-0000-7000-8000-000000000005",\
                "version":3,"model":"hybrid","base":"100.00","rate":"0.100000","steps":[{"fee":"5.00"},\
                {"of":"100.00","rate":"0.100000","amount":"10.00000000"}],"exact":"15.00000000"}],\
                "exact":"15.00000000","rounding":"half-even"}""");
    }

    @Test
    void marginal_tiers_are_written_member_by_member() {
        assertThat(json(tiered(TierMode.MARGINAL), CommissionCaps.NONE, used("950.5", null)))
                .isEqualTo("""
                {"format":1,"model":"tiered","parts":[{"source":"rule","rule":"01890000-0000-7000-8000-000000000005",\
                "version":3,"model":"tiered","base":"100.00","rate":"0.200000","volumeBefore":"950.5",\
                "steps":[{"of":"49.5","rate":"0.100000","amount":"4.9500000"},\
                {"of":"50.50","rate":"0.200000","amount":"10.10000000"}],"exact":"15.05000000"}],\
                "exact":"15.05000000","rounding":"half-even"}""");
    }

    @Test
    void whole_tiers_are_written_member_by_member() {
        assertThat(json(tiered(TierMode.WHOLE), CommissionCaps.NONE, used("950.5", null)))
                .isEqualTo("""
                {"format":1,"model":"tiered","parts":[{"source":"rule","rule":"01890000-0000-7000-8000-000000000005",\
                "version":3,"model":"tiered","base":"100.00","rate":"0.200000","volumeBefore":"950.5",\
                "steps":[{"of":"100.00","rate":"0.200000","amount":"20.00000000"}],"exact":"20.00000000"}],\
                "exact":"20.00000000","rounding":"half-even"}""");
    }

    @Test
    void a_capped_amount_keeps_its_steps_and_what_was_used_of_the_cap() {
        CommissionCaps cap = CommissionCaps.NONE.per(TierPeriod.MONTH, Money.of("12", "USD"));

        assertThat(json(CommissionTerms.revenueShare("0.1"), cap, used(null, "4.5")))
                .isEqualTo("""
                {"format":1,"model":"revenue_share","parts":[{"source":"rule","rule":"01890000-0000-7000-8000-000000000005",\
                "version":3,"model":"revenue_share","base":"100.00","rate":"0.100000","capUsedBefore":"4.5",\
                "steps":[{"of":"100.00","rate":"0.100000","amount":"10.00000000"}],"exact":"7.50"}],\
                "exact":"7.50","rounding":"half-even"}""");
    }

    @Test
    void several_parts_with_the_lines_that_each_decided_are_written_member_by_member() {
        Money seats = Money.of("60", "USD");
        CommissionTerms share = CommissionTerms.revenueShare("0.1");
        CommissionPart byRule = new CommissionPart(
                RateSource.RULE,
                Optional.of(rule(RULE, share, CommissionCaps.NONE)),
                List.of(
                        new CommissionPart.Line(1, Optional.of("seat \"A\\B\"\n"), Money.of("50", "USD")),
                        new CommissionPart.Line(3, Optional.empty(), Money.of("10", "USD"))),
                Calculation.of(share, CommissionCaps.NONE, seats, Calculation.Used.NOTHING));
        CommissionPart byOther = new CommissionPart(
                RateSource.RULE,
                Optional.of(rule(OTHER, share, CommissionCaps.NONE)),
                List.of(new CommissionPart.Line(2, Optional.of("\ud83d\ude00"), Money.of("30", "USD"))),
                Calculation.of(share, CommissionCaps.NONE, Money.of("30", "USD"), Calculation.Used.NOTHING));
        CommissionPart byNothing = part(4, RateSource.NONE, Calculation.share(Money.of("10", "USD"), BigDecimal.ZERO));

        assertThat(CalculationJson.of(earning(byRule, byOther, byNothing))).isEqualTo("""
                {"format":1,"model":"several","parts":[\
                {"source":"rule","rule":"01890000-0000-7000-8000-000000000005","version":3,\
                "lines":[{"line":1,"product":"seat \\"A\\\\B\\"\\u000a","amount":"50.00"},{"line":3,"amount":"10.00"}],\
                "model":"revenue_share","base":"60.00","rate":"0.100000",\
                "steps":[{"of":"60.00","rate":"0.100000","amount":"6.00000000"}],"exact":"6.00000000"},\
                {"source":"rule","rule":"01890000-0000-7000-8000-000000000006","version":3,\
                "lines":[{"line":2,"product":"\ud83d\ude00","amount":"30.00"}],\
                "model":"revenue_share","base":"30.00","rate":"0.100000",\
                "steps":[{"of":"30.00","rate":"0.100000","amount":"3.00000000"}],"exact":"3.00000000"},\
                {"source":"none","lines":[{"line":4,"amount":"10.00"}],"model":"revenue_share","base":"10.00","rate":"0.000000",\
                "steps":[{"of":"10.00","rate":"0.000000","amount":"0.00000000"}],"exact":"0.00000000"}],\
                "exact":"9.00000000","rounding":"half-even"}""");
    }

    @Test
    void a_sale_of_which_one_part_earns_has_the_model_of_that_part() {
        CommissionPart byAccount = part(RateSource.ACCOUNT, Calculation.share(HUNDRED, new BigDecimal("0.100000")));
        CommissionPart byNothing = part(2, RateSource.NONE, Calculation.share(HUNDRED, BigDecimal.ZERO));

        assertThat(CalculationJson.of(earning(byAccount, byNothing)))
                .startsWith("{\"format\":1,\"model\":\"revenue_share\",\"parts\":[{\"source\":\"account\",");
    }

    @Test
    void a_manual_commission_is_written_member_by_member() {
        assertThat(CalculationJson.manual(Money.of("50", "KWD"), Money.of("-1.125", "KWD")))
                .isEqualTo("{\"format\":1,\"model\":\"manual\",\"base\":\"50.000\",\"exact\":\"-1.125\"}");
    }

    @Test
    void a_clawback_is_written_with_all_that_was_refunded_in_the_order_of_the_lines() {
        Map<Integer, Money> refunded =
                Map.of(10, Money.of("0", "USD"), 2, Money.of("33.3", "USD"), 1, Money.of("100", "USD"));

        assertThat(CalculationJson.clawback(RULE, OTHER, refunded, Money.of("3.33", "USD")))
                .isEqualTo("""
                {"format":1,"model":"clawback","reverses":"01890000-0000-7000-8000-000000000005",\
                "calculated":"01890000-0000-7000-8000-000000000006","refunded":[{"line":1,"amount":"100.00"},\
                {"line":2,"amount":"33.30"},{"line":10,"amount":"0.00"}],"clawedBackBefore":"3.33",\
                "rounding":"half-even"}""");
    }

    @Test
    void an_undone_clawback_is_written_member_by_member() {
        assertThat(CalculationJson.clawbackUndone(RULE, RULE, Map.of(), Money.of("3.33", "USD")))
                .isEqualTo("""
                {"format":1,"model":"clawback undone","reverses":"01890000-0000-7000-8000-000000000005",\
                "calculated":"01890000-0000-7000-8000-000000000005","refunded":[],"clawedBackBefore":"3.33",\
                "rounding":"half-even"}""");
    }

    @Test
    void a_restatement_is_written_member_by_member() {
        CommissionPart part = part(RateSource.PARTNER, Calculation.share(HUNDRED, new BigDecimal("0.500000")));

        assertThat(CalculationJson.restated(
                        List.of(part),
                        Optional.of(OTHER),
                        Money.of("50", "USD"),
                        Map.of(1, Money.of("10", "USD")),
                        Money.of("5", "USD"),
                        Money.of("9", "USD")))
                .isEqualTo("""
                {"format":1,"model":"revenue_share","parts":[{"source":"partner","model":"revenue_share","base":"100.00",\
                "rate":"0.500000","steps":[{"of":"100.00","rate":"0.500000","amount":"50.00000000"}],\
                "exact":"50.00000000"}],"restates":"01890000-0000-7000-8000-000000000006","earned":"50.00",\
                "refunded":[{"line":1,"amount":"10.00"}],"clawedBack":"5.00","bookedBefore":"9.00",\
                "rounding":"half-even"}""");
    }

    @Test
    void a_restatement_that_earns_nothing_has_no_parts_and_the_model_none() {
        Money nothing = Money.of("0", "USD");

        assertThat(CalculationJson.restated(
                        List.of(), Optional.empty(), nothing, Map.of(), nothing, Money.of("10", "USD")))
                .isEqualTo("""
                {"format":1,"model":"none","parts":[],"earned":"0.00","refunded":[],"clawedBack":"0.00",\
                "bookedBefore":"10.00","rounding":"half-even"}""");
    }

    @Test
    void an_undone_return_is_written_member_by_member() {
        assertThat(CalculationJson.returnUndone(OTHER, RULE)).isEqualTo("""
                {"format":1,"model":"return undone","returns":"01890000-0000-7000-8000-000000000006",\
                "undoes":"01890000-0000-7000-8000-000000000005"}""");
    }

    @Test
    void the_only_line_of_a_sale_is_written_if_it_names_a_product() {
        Calculation share = Calculation.share(HUNDRED, new BigDecimal("0.100000"));
        CommissionPart part = new CommissionPart(
                RateSource.PARTNER,
                Optional.empty(),
                List.of(new CommissionPart.Line(1, Optional.of("seat"), HUNDRED)),
                share);

        assertThat(CalculationJson.of(earning(part)))
                .contains("\"lines\":[{\"line\":1,\"product\":\"seat\",\"amount\":\"100.00\"}]");
    }

    @Test
    void a_returned_payment_is_written_member_by_member() {
        assertThat(CalculationJson.returned(OTHER))
                .isEqualTo("{\"format\":1,\"model\":\"return\",\"returns\":\"01890000-0000-7000-8000-000000000006\"}");
    }

    @Test
    void a_source_is_read_as_it_was_written() {
        assertThat(List.of("account", "rule", "partner", "none"))
                .extracting(CalculationJson::source)
                .containsExactly(RateSource.values());
    }

    private static String json(CommissionTerms terms, CommissionCaps caps, Calculation.Used used) {
        Calculation calculation = Calculation.of(terms, caps, HUNDRED, used);
        return CalculationJson.of(earning(new CommissionPart(
                RateSource.RULE,
                Optional.of(rule(RULE, terms, caps)),
                List.of(new CommissionPart.Line(1, Optional.empty(), HUNDRED)),
                calculation)));
    }

    private static CommissionTerms tiered(TierMode mode) {
        return CommissionTerms.tiered(mode, TierPeriod.MONTH, Tier.from("0", "0.1"), Tier.from("1000", "0.2"));
    }

    private static Calculation.Used used(String volume, String cap) {
        return new Calculation.Used(
                Optional.ofNullable(volume).map(BigDecimal::new),
                Optional.ofNullable(cap).map(BigDecimal::new));
    }

    private static CommissionPart part(RateSource source, Calculation calculation) {
        return part(1, source, calculation);
    }

    private static CommissionPart part(int line, RateSource source, Calculation calculation) {
        CommissionPart.Line only = new CommissionPart.Line(line, Optional.empty(), calculation.base());
        return new CommissionPart(source, Optional.empty(), List.of(only), calculation);
    }

    private static CommissionRule rule(UUID ruleId, CommissionTerms terms, CommissionCaps caps) {
        return new CommissionRule(
                ruleId,
                3,
                OTHER,
                Currency.getInstance("USD"),
                terms,
                Optional.empty(),
                Optional.empty(),
                100,
                JANUARY,
                Optional.empty(),
                caps,
                Optional.empty());
    }

    private static Earning earning(CommissionPart... parts) {
        Money base = List.of(parts).stream()
                .map(part -> part.calculation().base())
                .reduce(Money::plus)
                .orElseThrow();
        Sale sale = new Sale("k", RULE, null, base, JANUARY);
        return new Earning(new Earning.Account(RULE, OTHER, null, null, 0), sale, List.of(parts));
    }
}
