package com.dotmac.partner.schema;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.dotmac.partner.testkit.PartnerDatabase;
import com.dotmac.partner.testkit.PartnerDatabaseExtension;
import java.util.Currency;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The database and the JDK agree about the minor units of every currency. The lists below say why one knows a code and
 * the other does not.
 */
@Tag("server")
@ExtendWith(PartnerDatabaseExtension.class)
class CurrencyTest {

    /** Codes that ISO 4217 has withdrawn and the JDK still knows: nobody is paid in them any more. */
    private static final Set<String> RETIRED = codes("""
            ADP AFA ANG ATS AYM AZM BEF BGL BGN BYB BYR CSD CUC CYP DEM EEK ESP FIM FRF GHC GRD GWP HRK IEP ITL LTL LUF LVL
            MGF MRO MTL MZM NLG PTE ROL RUR SDD SIT SKK SLL SRG STD TMM TPE TRL VEB VEF YUM ZMK ZWD ZWL ZWN ZWR
            """);

    /** Codes in which nobody pays or ever paid: units of account of one country or of an institution. */
    private static final Set<String> FUNDS = codes("BOV CLF CHE CHW COU MXV USN USS UYI XFO XFU");

    /** Active codes without a minor unit: metals, units of account of institutions, testing, no currency. */
    private static final Set<String> WITHOUT_MINOR_UNIT = codes("XAG XAU XPD XPT XBA XBB XBC XBD XDR XSU XUA XTS XXX");

    /** Codes that the database knows and no JDK does, or only one newer than Java 17's first release. */
    private static final Set<String> NEWER_THAN_THE_JDK = codes("SLE VED XCG ZWG");

    private static final String CODES = """
            select %s
            from (select chr(a) || chr(b) || chr(c) as code
                  from generate_series(65, 90) a, generate_series(65, 90) b, generate_series(65, 90) c) each
            where %s
            """;

    private static PartnerDatabase database;
    private static Map<String, Integer> known;

    @BeforeAll
    static void ask_for_every_code_of_three_letters(PartnerDatabase migrated) {
        database = migrated;
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            known = rehearsal
                    .rows(CODES.formatted(
                            "code, partner_currency_minor_unit(code)", "partner_currency_minor_unit(code) is not null"))
                    .stream()
                    .map(row -> row.split(" "))
                    .collect(toMap(row -> row[0], row -> Integer.valueOf(row[1])));
        }
    }

    @Test
    void the_database_and_the_jdk_agree_about_the_minor_unit() {
        Map<String, Integer> jdk = Currency.getAvailableCurrencies().stream()
                .filter(currency -> known.containsKey(currency.getCurrencyCode()))
                .collect(toMap(
                        Currency::getCurrencyCode, Currency::getDefaultFractionDigits, (a, b) -> a, TreeMap::new));
        Map<String, Integer> shared = new TreeMap<>(known);
        shared.keySet().retainAll(jdk.keySet());

        assertThat(jdk).isEqualTo(shared).hasSizeGreaterThan(150);
    }

    @Test
    void a_code_that_only_the_jdk_knows_is_a_fund_or_without_minor_unit() {
        Set<String> onlyJdk = jdkCodes();
        onlyJdk.removeAll(known.keySet());

        assertThat(onlyJdk)
                .isSubsetOf(Stream.of(FUNDS, WITHOUT_MINOR_UNIT)
                        .flatMap(Set::stream)
                        .toList())
                .containsAll(FUNDS)
                .contains("XXX", "XAU");
    }

    @Test
    void none_of_those_is_known_to_the_database() {
        assertThat(known.keySet()).doesNotContainAnyElementsOf(FUNDS).doesNotContainAnyElementsOf(WITHOUT_MINOR_UNIT);
    }

    @Test
    void a_code_that_only_the_database_knows_is_newer_than_the_jdk() {
        Set<String> onlyDatabase = new TreeSet<>(known.keySet());
        onlyDatabase.removeAll(jdkCodes());

        assertThat(onlyDatabase).isSubsetOf(NEWER_THAN_THE_JDK);
    }

    @Test
    void a_currency_of_the_past_is_known_with_its_minor_unit_and_has_a_day_on_which_it_was_retired() {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            assertThat(rehearsal.rows(CODES.formatted("code", "partner_currency_retired_at(code) <= now()")))
                    .containsExactlyInAnyOrderElementsOf(RETIRED);
            assertThat(rehearsal.rows(CODES.formatted("code", "partner_currency_retired_at(code) > now()")))
                    .isEmpty();
        }
        assertThat(known.keySet()).containsAll(RETIRED);
        assertThat(jdkCodes()).containsAll(RETIRED);
    }

    @ParameterizedTest
    @CsvSource({
        "HRK, 2023-01-01",
        "BGN, 2026-01-01",
        "DEM, 2002-01-01",
        "LTL, 2015-01-01",
        "VEF, 2018-08-20",
        "ANG, 2025-03-31"
    })
    void a_currency_is_retired_at_the_beginning_of_a_day_of_utc_whatever_the_session_says(String code, String day) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            rehearsal.run("set local timezone = 'Asia/Tokyo'; set local datestyle = 'ISO, DMY'");
            assertThat(rehearsal.rows("select partner_currency_retired_at('" + code
                            + "') at time zone 'UTC' = timestamp '" + day + " 00:00:00'"))
                    .containsExactly("t");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"USD", "XCG", "EUR", "XXX", "ABC", "", "hrk"})
    void a_currency_of_today_and_an_unknown_one_are_not_retired(String code) {
        assertThat(value("partner_currency_retired_at('" + code + "') is null")).isEqualTo("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usd", "US", "USDX", "", "ABC", "XXX", "USS", "CLF", "UYW"})
    void an_unknown_code_has_no_minor_unit(String code) {
        assertThat(value("partner_currency_minor_unit('" + code + "') is null")).isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource({
        "1, JPY, t",
        "1.5, JPY, f",
        "1.0000, JPY, t",
        "-1, JPY, t",
        "1.01, USD, t",
        "-1.01, USD, t",
        "1.001, USD, f",
        "1.001, KWD, t",
        "1.0001, KWD, f",
        "1.0001, CLF, f",
        "999999999999999.999, KWD, t",
        "999999999999999.9999, KWD, f",
        "NaN, USD, f",
        "NaN, JPY, f",
        "NaN, KWD, f",
        "NaN, XXX, f",
        "NaN, , f",
        "0, USD, t",
        "null, USD, t",
        "null, XXX, t",
        "1, XXX, f",
        "0, XXX, f",
        "1, usd, f",
        "1, , f"
    })
    void money_fits_when_it_is_a_whole_number_of_minor_units(String amount, String currency, String fits) {
        String code = currency == null ? "null" : "'" + currency + "'";

        assertThat(value("partner_money_fits(nullif('%s', 'null')::numeric, %s)".formatted(amount, code)))
                .isEqualTo(fits);
    }

    private static String value(String expression) {
        try (Rehearsal rehearsal = new Rehearsal(database)) {
            return rehearsal.value("select " + expression);
        }
    }

    private static Set<String> jdkCodes() {
        return Currency.getAvailableCurrencies().stream()
                .map(Currency::getCurrencyCode)
                .collect(toCollection(TreeSet::new));
    }

    private static Set<String> codes(String codes) {
        return Set.of(codes.strip().split("\\s+"));
    }
}
