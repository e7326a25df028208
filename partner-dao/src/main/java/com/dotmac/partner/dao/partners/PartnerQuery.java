package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.schema.types.PartnerStatus;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which partners of the tenant, and in which order.
 *
 * @param prefix what the number or the name begins with, as it stands: no character is a wildcard; at most 255 characters;
 *     empty: every partner
 * @param statuses where they stand; empty: anywhere
 */
public record PartnerQuery(Order order, String prefix, Set<PartnerStatus> statuses) {

    /** The order of the list, and what the prefix is compared with. */
    public enum Order {
        /** By partner number, character by character. */
        NUMBER,
        /** By company name, capitals or not, character by character; then by id. */
        NAME
    }

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

    /** Partners whose number begins so, capitals and all. */
    public static PartnerQuery numberBeginsWith(String prefix) {
        return new PartnerQuery(Order.NUMBER, prefix, Set.of());
    }

    /** Partners whose company name begins so, capitals or not. */
    public static PartnerQuery nameBeginsWith(String prefix) {
        return new PartnerQuery(Order.NAME, prefix, Set.of());
    }

    public PartnerQuery standing(PartnerStatus first, PartnerStatus... others) {
        Checks.present(first, "statuses: a status");
        Arrays.stream(others).forEach(status -> Checks.present(status, "statuses: a status"));
        return new PartnerQuery(order, prefix, EnumSet.of(first, others));
    }
}
