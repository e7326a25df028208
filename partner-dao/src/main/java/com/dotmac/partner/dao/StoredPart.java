package com.dotmac.partner.dao;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * A part of an event's calculation as it was written ({@link Calculation}), read by the database's own JSON functions: what went
 * into it. With the version of the rule, the amount can be reckoned again.
 */
record StoredPart(
        RateSource source,
        Optional<UUID> ruleId,
        Optional<Integer> version,
        Money base,
        BigDecimal rate,
        Reckoning.Used used,
        List<SaleLine> lines) {

    /** Of {@code jsonb_array_elements(calculation -> 'parts') with ordinality as each (part, position)}. */
    static final String COLUMNS = """
            part ->> 'source' as part_source, (part ->> 'rule')::uuid as part_rule, (part ->> 'version')::integer as part_version,
            (part ->> 'base')::numeric as part_base, (part ->> 'rate')::numeric as part_rate,
            (part ->> 'volumeBefore')::numeric as part_volume, (part ->> 'capUsedBefore')::numeric as part_cap_used,
            array(select line ->> 'product' from jsonb_array_elements(part -> 'lines') line) as part_products,
            array(select (line ->> 'amount')::numeric from jsonb_array_elements(part -> 'lines') line) as part_amounts
            """;

    static StoredPart of(Record row, Currency currency) {
        Money base = new Money(row.get("part_base", BigDecimal.class), currency);
        return new StoredPart(
                RateSource.valueOf(row.get("part_source", String.class).toUpperCase(Locale.ROOT)),
                Optional.ofNullable(row.get("part_rule", UUID.class)),
                Optional.ofNullable(row.get("part_version", Integer.class)),
                base,
                row.get("part_rate", BigDecimal.class),
                new Reckoning.Used(
                        Optional.ofNullable(row.get("part_volume", BigDecimal.class)),
                        Optional.ofNullable(row.get("part_cap_used", BigDecimal.class))),
                lines(row.get("part_products", String[].class), row.get("part_amounts", BigDecimal[].class), base));
    }

    private static List<SaleLine> lines(@Nullable String[] products, BigDecimal[] amounts, Money base) {
        if (products.length == 0) {
            return List.of(new SaleLine(null, base));
        }
        List<SaleLine> lines = new ArrayList<>();
        for (int line = 0; line < products.length; line++) {
            lines.add(new SaleLine(products[line], new Money(amounts[line], base.currency())));
        }
        return lines;
    }

    /** @param versions of the partner's rules, with the one that the part names */
    CommissionPart reckonedAgain(List<CommissionRule> versions) {
        Optional<CommissionRule> rule = versions.stream()
                .filter(each ->
                        ruleId.equals(Optional.of(each.ruleId())) && version.equals(Optional.of(each.version())))
                .findFirst();
        Reckoning reckoning = rule.map(decided -> Reckoning.of(decided.terms(), decided.caps(), base, used))
                .orElseGet(() -> Reckoning.share(base, rate));
        return new CommissionPart(source, rule, lines, reckoning);
    }
}
