package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.basics.PartnerException;
import com.dotmac.partner.dao.internal.Checks;
import com.dotmac.partner.dao.partners.PartnerQuery.Order;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** Behind which partner a page begins. */
record PartnerPosition(Order order, UUID partnerId, String key) {

    private static final int PARTS = 3;

    static PartnerPosition of(Order order, Partner last) {
        return new PartnerPosition(order, last.id(), order == Order.NUMBER ? last.number() : last.companyName());
    }

    String token() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((order + "\n" + partnerId + "\n" + key).getBytes(StandardCharsets.UTF_8));
    }

    static PartnerPosition of(Order order, String token) {
        PartnerPosition position = parsed(token);
        if (position.order != order) {
            throw new PartnerException.InvalidInput("after is of a list in the order " + position.order
                    + ", and this one is in the" + " order " + order + "; give what the page before said is next");
        }
        return position;
    }

    private static PartnerPosition parsed(String token) {
        try {
            String[] parts =
                    new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\n", PARTS);
            if (parts.length == PARTS) {
                return new PartnerPosition(
                        Order.valueOf(parts[0]),
                        UUID.fromString(parts[1]),
                        Checks.text(parts[2], "after", Short.MAX_VALUE));
            }
        } catch (IllegalArgumentException broken) {
            throw unreadable();
        }
        throw unreadable();
    }

    static PartnerException unreadable() {
        return new PartnerException.InvalidInput(
                "after is not the next of any page; give what the page before said is next");
    }
}
