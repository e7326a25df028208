package com.dotmac.partner.dao.rules.internal;

import static org.jooq.impl.DSL.field;

import com.dotmac.partner.dao.basics.Money;
import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.calculation.Calculation;
import com.dotmac.partner.dao.calculation.CalculationJson;
import com.dotmac.partner.dao.calculation.CommissionPart;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of an event's calculation as {@link CalculationJson} wrote them. The JSON functions of the database take
 * them apart; statements of several rooms contain these fragments.
 */
public final class StoredPartSql {

    private static final String KNOWN = Integer.toString(CalculationJson.FORMAT);

    /** The column that {@link #isWritten} needs. Our formats are numbers; a host's own calculation may have a text there. */
    public static final String FORMAT = "case when jsonb_typeof(calculation -> 'format') = 'number'"
            + " then calculation ->> 'format' end as calculation_format";

    /**
     * The columns that {@link #of} needs. With {@link #PARTS} joined, a row for each part, and one for a calculation
     * without parts.
     */
    public static final String COLUMNS = FORMAT + """
            ,
            part ->> 'source' as part_source, (part ->> 'rule')::uuid as part_rule, (part ->> 'version')::integer as part_version,
            (part ->> 'base')::numeric as part_base, (part ->> 'rate')::numeric as part_rate,
            (part ->> 'volumeBefore')::numeric as part_volume, (part ->> 'capUsedBefore')::numeric as part_cap_used,
            (part ->> 'exact')::numeric as part_exact,
            array(select (line ->> 'line')::integer from jsonb_array_elements(part -> 'lines') line) as part_lines,
            array(select line ->> 'product' from jsonb_array_elements(part -> 'lines') line) as part_products,
            array(select (line ->> 'amount')::numeric from jsonb_array_elements(part -> 'lines') line) as part_amounts
            """;

    /** The join to the parts. A calculation in an unknown format has none: the statement does not look into it. */
    public static final String PARTS = """
            left join lateral jsonb_array_elements(case when calculation -> 'format' = '%s' then calculation -> 'parts' end)
                with ordinality as each (part, position) on true
            """.formatted(KNOWN);

    /**
     * The types of {@link #COLUMNS}, in their order. Without types jOOQ asks the driver for those of plain SQL, and the
     * driver asks the server: one more round trip.
     */
    public static final List<Field<?>> FIELDS = List.of(
            field("calculation_format", SQLDataType.VARCHAR),
            field("part_source", SQLDataType.VARCHAR),
            field("part_rule", SQLDataType.UUID),
            field("part_version", SQLDataType.INTEGER),
            field("part_base", SQLDataType.NUMERIC),
            field("part_rate", SQLDataType.NUMERIC),
            field("part_volume", SQLDataType.NUMERIC),
            field("part_cap_used", SQLDataType.NUMERIC),
            field("part_exact", SQLDataType.NUMERIC),
            field("part_lines", SQLDataType.INTEGER.array()),
            field("part_products", SQLDataType.VARCHAR.array()),
            field("part_amounts", SQLDataType.NUMERIC.array()));

    private StoredPartSql() {}

    /**
     * Reads the part of a row. Empty when the calculation has no parts, and when it has no format: then the library did
     * not write it.
     *
     * @throws PartnerException.Database if this version of the library does not know the format
     */
    public static Optional<StoredPart> of(Record row, UUID eventId, Currency currency) {
        return isWritten(row, eventId) && row.get("part_source") != null
                ? Optional.of(part(row, currency))
                : Optional.empty();
    }

    /**
     * Whether the library wrote the calculation of a row.
     *
     * @throws PartnerException.Database if this version of the library does not know the format
     */
    public static boolean isWritten(Record row, UUID eventId) {
        String format = row.get("calculation_format", String.class);
        if (format != null && !format.equals(KNOWN)) {
            throw new PartnerException.Database(
                    "the calculation of commission event " + eventId + " has format " + format
                            + ", and this version of the library reads format " + KNOWN
                            + "; use the version that wrote it, or a later one",
                    null,
                    null);
        }
        return format != null;
    }

    private static StoredPart part(Record row, Currency currency) {
        Money base = new Money(row.get("part_base", BigDecimal.class), currency);
        return new StoredPart(
                CalculationJson.source(row.get("part_source", String.class)),
                Optional.ofNullable(row.get("part_rule", UUID.class)),
                Optional.ofNullable(row.get("part_version", Integer.class)),
                base,
                row.get("part_rate", BigDecimal.class),
                new Calculation.Used(
                        Optional.ofNullable(row.get("part_volume", BigDecimal.class)),
                        Optional.ofNullable(row.get("part_cap_used", BigDecimal.class))),
                lines(row, base),
                row.get("part_exact", BigDecimal.class));
    }

    /** The only line of a sale is not written if it names no product. */
    private static List<CommissionPart.Line> lines(Record row, Money base) {
        Integer[] numbers = row.get("part_lines", Integer[].class);
        @Nullable String[] products = row.get("part_products", String[].class);
        BigDecimal[] amounts = row.get("part_amounts", BigDecimal[].class);
        if (numbers.length == 0) {
            return List.of(new CommissionPart.Line(1, Optional.empty(), base));
        }
        List<CommissionPart.Line> lines = new ArrayList<>();
        for (int line = 0; line < numbers.length; line++) {
            lines.add(new CommissionPart.Line(
                    numbers[line], Optional.ofNullable(products[line]), new Money(amounts[line], base.currency())));
        }
        return lines;
    }
}
