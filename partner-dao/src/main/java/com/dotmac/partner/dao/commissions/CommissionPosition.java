package com.dotmac.partner.dao.commissions;

import com.dotmac.partner.dao.internal.PageToken;
import java.time.Instant;
import java.util.UUID;

/** Where a page of commission events ended: the date and the id of its last event. */
record CommissionPosition(Instant eventDate, UUID id) {

    static CommissionPosition of(String token, CommissionOrder order) {
        PageToken position = PageToken.decode(list(order), token);
        return new CommissionPosition(position.instant(0), position.id(1));
    }

    static String token(CommissionEvent last, CommissionOrder order) {
        return PageToken.encode(list(order), last.eventDate(), last.id());
    }

    private static String list(CommissionOrder order) {
        return "commission events in the order " + order;
    }
}
