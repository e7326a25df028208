package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which partners of the tenant, and in which order.
 *
 * @param prefix what the number or the name begins with: no character is a wildcard; at most 255 characters; empty: every partner
 * @param statuses of the partners; empty: every status
 */
public record PartnerQuery(Order order, String prefix, Set<PartnerStatus> statuses) {

    /** The order of the list, and what the prefix is compared with. */
    public enum Order {
        /** By partner number, character by character. */
        NUMBER,
        /** By company name without regard to case, character by character; then by id. */
        NAME
    }

    /** @throws PartnerException.InvalidInput if a value is missing or the prefix is out of its range */
    public PartnerQuery {
        Checks.present(order, "order");
        if (!Checks.present(prefix, "prefix").isEmpty()) {
            Checks.text(prefix, "prefix", Checks.NAME_LENGTH);
        }
        Checks.present(statuses, "statuses").forEach(status -> Checks.present(status, "statuses: a status"));
        statuses = Set.copyOf(statuses);
    }

    /** Every partner, by number. */
    public static PartnerQuery all() {
        return new PartnerQuery(Order.NUMBER, "", Set.of());
    }

    /** Partners whose number begins with a prefix; the comparison is case-sensitive. */
    public static PartnerQuery numberBeginsWith(String prefix) {
        return new PartnerQuery(Order.NUMBER, prefix, Set.of());
    }

    /** Partners whose company name begins with a prefix; the comparison is not case-sensitive. */
    public static PartnerQuery nameBeginsWith(String prefix) {
        return new PartnerQuery(Order.NAME, prefix, Set.of());
    }

    /** Partners of this query that have one of these statuses. */
    public PartnerQuery withStatus(PartnerStatus first, PartnerStatus... others) {
        Checks.present(first, "statuses: a status");
        Arrays.stream(others).forEach(status -> Checks.present(status, "statuses: a status"));
        return new PartnerQuery(order, prefix, EnumSet.of(first, others));
    }
}
