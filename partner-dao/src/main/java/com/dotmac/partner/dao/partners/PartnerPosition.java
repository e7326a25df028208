package com.dotmac.partner.dao.partners;

import com.dotmac.partner.dao.internal.PageToken;
import com.dotmac.partner.dao.partners.PartnerQuery.Order;
import java.util.UUID;

/**
 * Where a page of partners ended: its last partner.
 *
 * @param key what the order compares: the partner's number, or its company name
 */
record PartnerPosition(Order order, String key, UUID partnerId) {

    static PartnerPosition of(String token, Order order) {
        PageToken position = PageToken.decode(list(order), token);
        return new PartnerPosition(order, position.text(0), position.id(1));
    }

    static String token(Partner last, Order order) {
        String key = order == Order.NUMBER ? last.number() : last.companyName();
        return PageToken.encode(list(order), key, last.id());
    }

    private static String list(Order order) {
        return "partners in the order " + order;
    }
}
