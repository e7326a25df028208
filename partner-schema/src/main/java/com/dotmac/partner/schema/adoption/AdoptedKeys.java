package com.dotmac.partner.schema.adoption;

import static java.util.stream.Collectors.joining;

import java.util.stream.Stream;

/**
 * Gives closed payouts the provider's key as a run does. Those of one partner, currency and cutoff are numbered in the
 * order of their ids.
 */
final class AdoptedKeys {

    private AdoptedKeys() {}

    static CopiedTable addTo(CopiedTable payouts) {
        String cutoff = Stream.of("tenant_id", "partner_id", "currency", "period_end")
                .map(payouts::expression)
                .collect(joining(", "));
        String number = "case when s.status <> 'pending' then (row_number() over (partition by " + cutoff
                + " order by o.id) - 1)::integer end";
        return payouts.set("cutoff_number", number)
                .set("provider_key", "partner_provider_key(" + cutoff + ", " + number + ")");
    }
}
